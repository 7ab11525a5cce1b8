"""What stands around the parts of the analysis: cover, contents, findings, method and the end mark."""

from __future__ import annotations

from cmreview.review.analysis.insight import Weight
from cmreview.show.analysis.blocks import Block
from cmreview.show.analysis.grid import Column, Grid
from cmreview.show.analysis.voice import Voice
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import listing, pairs

# The numbered parts, in the order of the notebook.
PARTS = (
    *("findings", "trends", "customers", "concentration", "seasons", "service"),
    *("passing", "thresholds", "forecast", "completeness", "method"),
)


def numbered(part: str, voice: Voice) -> str:
    """The heading of a part with its number."""
    numeral = voice.say("numerals").split()[PARTS.index(part)]
    return voice.say("numbered", n=numeral, title=voice.say(f"heading.{part}"))


def cover(voice: Voice) -> Html:
    """Whose analysis it is, of which year, and who may read it."""
    analysis, parts = voice.analysis, voice.parts
    covered = [year for year in parts.trends.years if year.sales is not None]
    span = voice.say("no_data")
    if covered:
        span = voice.say("cover.span", first=covered[0].year, last=covered[-1].year)
    rows: list[tuple[Content, Content]] = [
        (voice.say("cover.company"), analysis.company(voice.lang)),
        (voice.say("cover.year"), str(analysis.year)),
        (voice.say("cover.years"), span),
        (voice.say("cover.edition"), analysis.edition),
        (
            voice.say("cover.currency"),
            voice.say("cover.unit", unit=voice.figures.money_unit, code=analysis.currency),
        ),
        (voice.say("cover.departments"), voice.figures.count(len(parts.completeness.departments))),
        (voice.say("cover.purpose_name"), voice.say("cover.purpose")),
    ]
    if parts.stopped:
        rows.insert(6, (voice.say("cover.stopped"), voice.say("comma").join(parts.stopped)))
    return element(
        "header",
        element("p", analysis.company(voice.lang), class_="company"),
        element("h1", voice.say("title")),
        element("p", str(analysis.year), class_="subtitle"),
        element("p", voice.say("confidential"), class_="confidential"),
        pairs(voice.say("cover.caption"), rows),
        element("p", voice.say("cover.reads"), class_="note"),
        class_="cover brief",
    )


def contents(voice: Voice) -> Html:
    """The table of contents."""
    heading = element("h2", voice.say("heading.contents"), id="contents-heading")
    points = [element("a", numbered(part, voice), href=f"#{part}") for part in PARTS]
    return element("nav", heading, listing(points), class_="contents", aria_labelledby="contents-heading")


def findings(voice: Voice) -> list[Block]:
    """Every finding as a sentence with its numbers, weightiest first, with what it rests on."""
    found = voice.analysis.findings
    blocks: list[Block] = [voice.say("findings.note")]
    for weight in Weight:
        own = [each for each in found if each.weight is weight]
        if not own:
            continue
        lines = [
            join(
                (
                    element("strong", voice.tell(each.told))
                    if weight is Weight.HEADLINE
                    else voice.tell(each.told),
                    element(
                        "small",
                        voice.say("findings.basis", basis=voice.tell(each.basis)),
                        element(
                            "a",
                            voice.say("findings.see", part=voice.say(f"heading.{each.part}")),
                            href=f"#{each.part}",
                        ),
                    ),
                )
            )
            for each in own
        ]
        blocks.append(element("h3", voice.say(f"findings.{weight.value}")))
        blocks.append(listing(lines, class_=f"findings {weight.value}"))
    return blocks


def finding_rows(voice: Voice) -> Grid:
    """The findings as a table, for the workbook."""
    columns = tuple(
        Column(voice.say(f"findings.head_{name}")) for name in ("weight", "told", "basis", "part")
    )
    rows = tuple(
        (
            voice.say(f"findings.{each.weight.value}"),
            voice.tell(each.told),
            voice.tell(each.basis),
            voice.say(f"heading.{each.part}"),
        )
        for each in voice.analysis.findings
    )
    return Grid(voice.say("sheet.findings"), voice.say("heading.findings"), columns, rows)


def method(voice: Voice) -> list[Block]:
    """How the figures came about, and by what they can be checked."""
    analysis = voice.analysis
    keys = ("sums", "years", "served", "few", "rates", "rounding", "missing", "repeat")
    told = listing(voice.say(f"method.{key}") for key in keys)
    rows: list[tuple[Content, Content]] = [
        (voice.say("method.data"), element("code", analysis.data_sha256)),
        (voice.say("method.policy"), element("code", analysis.policy_sha256)),
        (voice.say("method.version"), f"cmreview {analysis.version}"),
    ]
    return [told, pairs(voice.say("method.caption"), rows)]


def end(voice: Voice) -> Html:
    """The end mark: a page without it is not whole (N6)."""
    analysis = voice.analysis
    words = voice.say(
        "end",
        year=analysis.year,
        findings=len(analysis.findings),
        data=analysis.data_sha256[:12],
        policy=analysis.policy_sha256[:12],
        version=analysis.version,
    )
    return element("p", words, id="end-of-packet")
