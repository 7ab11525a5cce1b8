"""The parts of a packet around its cases: cover, contents, everybody else, findings, rows, policy, method."""

from __future__ import annotations

from cmreview.records.schema import TABLES
from cmreview.review.model import Case, Fact
from cmreview.show.figures import indicator_label
from cmreview.show.html import Content, Html, breakable, element, join
from cmreview.show.tables import Head, listing, pairs, stacked, table
from cmreview.show.voice import Voice, outcome_mark
from cmreview.terms import INDICATORS, SEVERITIES, Outcome, Severity, Unit

# The numbered parts, in the order of the notebook.
PARTS = ("summary", "applicants", "cases", "others", "consequences", "findings", "rows", "policy", "method")

# What is told of a manager without an application, column by column.
OTHERS_SHOWN = (
    "sales",
    "sales_growth",
    "sales_share",
    "new_customers",
    "satisfaction",
    "complaint_rate",
    "key_customers",
    "long_term_share",
    "major_projects",
)


def numbered(part: str, voice: Voice) -> str:
    """The heading of a part with its number."""
    numeral = voice.say("numerals").split()[PARTS.index(part)]
    return voice.say("numbered", n=numeral, title=voice.say(f"heading.{part}"))


def cover(voice: Voice) -> Html:
    """The first page: whose packet it is, for which year, by which policy, and what for (Policy 1.1)."""
    review = voice.review
    rows: list[tuple[Content, Content]] = [
        (voice.say("cover.company"), review.company(voice.lang)),
        (voice.say("cover.department"), review.department),
        (voice.say("cover.year"), voice.say("cover.year_value", year=review.year)),
        (voice.say("cover.edition"), review.edition),
        (
            voice.say("cover.currency"),
            voice.say("cover.currency_value", unit=voice.figures.money_unit, code=review.currency),
        ),
        (voice.say("cover.managers"), voice.figures.count(len(review.applicants) + len(review.others))),
        (voice.say("cover.applicants"), voice.figures.count(len(review.applicants))),
        (voice.say("cover.purpose_name"), voice.say("cover.purpose")),
    ]
    return element(
        "header",
        element("p", review.company(voice.lang), class_="company"),
        element("h1", voice.say("title")),
        element("p", f"{review.department} · {review.year}", class_="subtitle"),
        element("p", voice.say("confidential"), class_="confidential"),
        pairs(voice.say("cover.caption"), rows),
        element("p", voice.say("cover.reads"), class_="note"),
        class_="cover",
    )


def contents(voice: Voice) -> Html:
    """The table of contents, down to each applicant."""
    points: list[Content] = []
    for part in PARTS:
        line = element("a", numbered(part, voice), href=f"#{part}")
        if part == "cases":
            line = join((line, listing(_links(voice))))
        points.append(line)
    heading = element("h2", voice.say("heading.contents"), id="contents-heading")
    return element("nav", heading, listing(points), class_="contents", aria_labelledby="contents-heading")


def _links(voice: Voice) -> list[Html]:
    return [
        element("a", voice.person(case), href=f"#applicant-{place}")
        for place, case in enumerate(voice.review.applicants, start=1)
    ]


def others(voice: Voice) -> Html:
    """Everybody without an application, in one compact table, so that nobody is forgotten (Policy 1.2)."""
    review = voice.review
    if not review.others:
        return element("p", voice.say("others.none"))
    heads = [
        Head(voice.say("applicants.name")),
        Head(voice.say("applicants.held")),
        Head(voice.say("others.standing")),
        Head(voice.say("others.short")),
    ]
    heads += [Head(_with_unit(name, voice), True) for name in OTHERS_SHOWN]
    rows: list[tuple[Content, ...]] = []
    for case in review.others:
        facts = [case.fact(name) for name in OTHERS_SHOWN]
        held = voice.level(case.person.level) if case.person.level else voice.say("others.no_level")
        rows.append(
            (
                stacked(
                    breakable(voice.person(case)),
                    *(element("small", voice.tell(told)) for told in case.questions),
                ),
                held,
                _standing(case, voice),
                _short_of(case, voice),
                *(_shown(fact, voice) for fact in facts),
            )
        )
    note = element("p", voice.say("others.note"), class_="note")
    return join((table(voice.say("others.caption"), heads, rows, class_="wide people"), note))


def _with_unit(name: str, voice: Voice) -> str:
    label = indicator_label(name, voice.lang)
    if INDICATORS[name].unit is not Unit.MONEY:
        return label
    return voice.say("sheet.with_unit", name=label, unit=voice.figures.money_unit)


def _shown(fact: Fact | None, voice: Voice) -> Content:
    if fact is None or (fact.value is None and not fact.unbounded):
        lacks_rule = (
            fact is not None and fact.remark is not None and fact.remark.key.startswith("review.rule.")
        )
        return outcome_mark(Outcome.NO_RULE if lacks_rule else Outcome.NO_EVIDENCE, voice.lang)
    return (
        voice.figures.money(fact.value, unit=False) if fact.unit is Unit.MONEY else voice.figures.fact(fact)
    )


def _standing(case: Case, voice: Voice) -> Content:
    if case.overall is None:
        return None
    result = case.overall.result.value
    return element("span", voice.say(f"others.{result}"), class_=f"result {result}")


def _short_of(case: Case, voice: Voice) -> Html:
    lines = [
        join((verdict.criterion, outcome_mark(verdict.outcome, voice.lang)), " ")
        for verdict in case.verdicts
        if verdict.outcome is not Outcome.MET
    ]
    return join(lines, Html("<br>"))


def findings(voice: Voice) -> Html:
    """What was found wrong with the records, errors first."""
    known = voice.review.findings
    if not known:
        return element("p", voice.say("findings.none"))
    lang = voice.lang
    errors = sum(finding.severity is Severity.ERROR for finding in known)
    counts = {"errors": errors, "warnings": len(known) - errors}
    lead = voice.say("findings.lead", **{key: voice.figures.counted(key, n) for key, n in counts.items()})
    keys = ("severity", "place", "value", "reason", "remedy")
    heads = [
        Head(voice.say(f"findings.{key}"), width=width)
        for key, width in zip(keys, (9, 25, 14, 28, 24), strict=True)
    ]
    rows = [
        (
            SEVERITIES[finding.severity](lang),
            finding.place(lang),
            finding.value,
            finding.reason(lang) + (voice.say("findings.aside") if finding.set_aside else ""),
            finding.remedy(lang),
        )
        for finding in known
    ]
    return join((element("p", lead), table(voice.say("findings.caption"), heads, rows, class_="findings")))


def row_counts(voice: Voice) -> Html:
    """Rows read, used and set aside, table by table: nothing is dropped."""
    counts = voice.review.row_counts
    if not counts:
        return element("p", voice.say("rows.none"))
    heads = [Head(voice.say("rows.table")), Head(voice.say("rows.file"))]
    heads += [Head(voice.say(f"rows.{key}"), True) for key in ("rows_in", "used", "aside")]
    rows = [
        (
            table_label(count.table, voice.lang),
            count.file,
            *(voice.figures.count(amount) for amount in (count.rows_in, count.used, count.set_aside)),
        )
        for count in counts
    ]
    sums = (
        sum(count.rows_in for count in counts),
        sum(count.used for count in counts),
        sum(count.set_aside for count in counts),
    )
    foot = (voice.say("summary.sum"), None, *(voice.figures.count(amount) for amount in sums))
    return table(voice.say("rows.caption"), heads, rows, foot=foot)


def table_label(name: str, lang: str) -> str:
    """A table's name for people; its own name where the schema does not know it."""
    return TABLES[name].label(lang) if name in TABLES else name


def policy(voice: Voice) -> Html:
    """The policy as applied, clause by clause."""
    review = voice.review
    if not review.policy_sentences:
        return element("p", voice.say("policy.none"))
    heads = [Head(voice.say("policy.clause"), width=12), Head(voice.say("policy.sentence"), width=88)]
    rows = [(sentence.clause, sentence.text(voice.lang)) for sentence in review.policy_sentences]
    return table(voice.say("policy.caption", edition=review.edition), heads, rows, class_="policy")


def method(voice: Voice) -> Html:
    """How the figures came about, and by what they can be checked."""
    review = voice.review
    rows: list[tuple[Content, Content]] = [
        (voice.say("method.data"), element("code", review.data_sha256)),
        (voice.say("method.policy"), element("code", review.policy_sha256)),
        (voice.say("method.version"), f"cmreview {review.version}"),
    ]
    told = [
        voice.say(f"method.{key}") for key in ("period", "rounding", "missing", "score", "sources", "repeat")
    ]
    notes = listing(voice.tell(note) for note in review.notes)
    heading = element("h3", voice.say("method.notes")) if notes else None
    return join((listing(told), pairs(voice.say("method.caption"), rows), heading, notes))


def end(voice: Voice) -> Html:
    """The end mark: a page without it is not whole (N6)."""
    review = voice.review
    words = voice.say(
        "end",
        department=review.department,
        applicants=voice.figures.counted("people", len(review.applicants)),
        others=voice.figures.counted("people", len(review.others)),
        data=review.data_sha256[:12],
        policy=review.policy_sha256[:12],
        version=review.version,
    )
    return element("p", words, id="end-of-packet")
