"""A feedback letter as the body of a page: the same fields as on paper, and a chart (Policy 7.3)."""

from __future__ import annotations

from cmreview.review.model import YearFigures
from cmreview.show.charts import trend
from cmreview.show.figures import Figures
from cmreview.show.html import Content, Html, element, join
from cmreview.show.papers.feedback_shapes import Feedback
from cmreview.show.papers.fields import Contact
from cmreview.show.tables import Head, listing, pairs, stacked, table
from cmreview.show.voice import outcome_mark
from cmreview.terms import Outcome
from cmreview.words import say


def feedback_page(letter: Feedback, years: tuple[YearFigures, ...], figures: Figures) -> Html:
    """What stands on the page of one letter; ``years`` are the person's own, drawn as a chart."""
    lang = figures.lang
    title = page_title(letter, lang)
    who = say("packet.person", lang, name=letter.name, id=letter.manager_id)
    parts = (
        ("conclusion", _conclusion(letter, lang)),
        ("figures", _figures(letter, years, figures, who)),
        ("measures", _measures(letter, figures)),
        ("ahead", _ahead(letter, lang)),
        ("training", _training(letter, lang)),
        ("objection", _objection(letter, lang)),
    )
    return element(
        "div",
        element("p", letter.company, class_="company"),
        element("h1", title),
        element("p", _say("own_only", lang), class_="confidential"),
        pairs(title, _who(letter, figures), across=2, headed=True),
        element("p", _say("lead", lang, year=letter.year, rules=letter.rule_title, edition=letter.edition)),
        *(_section(name, content, lang, letter) for name, content in parts),
        element("p", _say("rights", lang)),
        element("p", join((letter.company, figures.day(letter.dated)), " · ")),
        class_="index feedback",
    )


def page_title(letter: Feedback, lang: str) -> str:
    """What the page is called."""
    return _say("title", lang, year=letter.year)


def _say(key: str, lang: str, **values: object) -> str:
    return say(f"feedback.page.{key}", lang, **values)


def _section(name: str, content: Html, lang: str, letter: Feedback) -> Html:
    heading = _say(f"heading.{name}", lang, year=letter.training_year)
    return element(
        "section",
        element("h2", heading, id=f"{name}-heading"),
        content,
        id=name,
        aria_labelledby=f"{name}-heading",
    )


def _who(letter: Feedback, figures: Figures) -> list[tuple[Content, Content]]:
    lang = figures.lang
    return [
        (_say("name", lang), letter.name),
        (_say("id", lang), letter.manager_id),
        (_say("department", lang), letter.department),
        (_say("level", lang), letter.level_held),
    ]


def _conclusion(letter: Feedback, lang: str) -> Html:
    mark = None if letter.outcome is None else outcome_mark(Outcome(letter.outcome), lang)
    return element("p", join([one for one in (mark, letter.conclusion) if one], " "), class_="conclusion")


def _figures(letter: Feedback, years: tuple[YearFigures, ...], figures: Figures, who: str) -> Html:
    lang = figures.lang
    keys = ("clause", "indicator", "value", "threshold", "outcome", "why")
    widths = (9, 19, 15, 15, 12, 30)
    heads = [
        Head(_say(f"head.{key}", lang), key in ("value", "threshold"), width)
        for key, width in zip(keys, widths, strict=True)
    ]
    rows: list[tuple[Content, ...]] = [
        (
            line.clause,
            line.criterion,
            line.value,
            line.threshold,
            None if line.outcome is None else outcome_mark(Outcome(line.outcome), lang),
            line.why,
        )
        for line in letter.figures
    ]
    shown = table(_say("heading.figures", lang), heads, rows, headed=True) if rows else None
    content: list[Content] = [shown or element("p", _say("no_figures", lang))]
    if letter.missing:
        content += [element("p", _say("missing", lang)), listing(letter.missing)]
    if years:
        content += [element("h4", _say("trend", lang)), trend(years, figures, "trend", who)]
        if any(line.note for line in letter.trend):
            content.append(element("p", say("packet.trend.part_year", lang), class_="note"))
    return join(content)


def _measures(letter: Feedback, figures: Figures) -> Html:
    lang = figures.lang
    if not letter.measures:
        return element("p", _say("no_measures" if letter.measures_known else "measures_open", lang))
    heads = [
        Head(_say(f"head.{key}", lang), width=width)
        for key, width in (("measure", 20), ("clause", 10), ("state", 20), ("because", 50))
    ]
    rows: list[tuple[Content, ...]] = [
        (
            line.measure,
            line.clause,
            stacked(
                say(f"feedback.state.{line.state}", lang),
                None if line.decided_on is None else figures.day(line.decided_on),
            ),
            stacked(*line.told),
        )
        for line in letter.measures
    ]
    shown = table(_say("heading.measures", lang), heads, rows, headed=True)
    return join((shown, element("p", _say("advised_note", lang), class_="note")))


def _ahead(letter: Feedback, lang: str) -> Html:
    content: list[Content] = [element("p", letter.earliest)]
    if letter.ahead:
        heads = [
            Head(_say(f"head.{key}", lang), width=width)
            for key, width in (("clause", 10), ("criterion", 25), ("how", 50), ("year", 15))
        ]
        caption = _say("ahead", lang, level=letter.level_next)
        rows = [(line.clause, line.criterion, line.how, line.year) for line in letter.ahead]
        content += [table(caption, heads, rows), element("p", _say("ahead_note", lang), class_="note")]
    return join(content)


def _training(letter: Feedback, lang: str) -> Html:
    content: list[Content] = []
    if letter.training:
        keys = ("course", "method", "days", "dates", "behind")
        widths = (26, 14, 8, 26, 26)
        heads = [
            Head(_say(f"head.{key}", lang), key == "days", width)
            for key, width in zip(keys, widths, strict=True)
        ]
        rows = [(line.course, line.method, line.days, line.dates, line.behind) for line in letter.training]
        caption = _say("heading.training", lang, year=letter.training_year)
        content.append(table(caption, heads, rows, headed=True))
    else:
        content.append(element("p", _say("no_training", lang)))
    return join((*content, listing(letter.unserved)))


def _objection(letter: Feedback, lang: str) -> Html:
    days = letter.objection_days
    within = _say("soon", lang) if days is None else _say("within", lang, days=days)
    told = _say("objection", lang, within=within, office=letter.contact.office, body=letter.appeal_body)
    return join((element("p", told), listing(_reach(letter.contact))))


def _reach(contact: Contact) -> list[str]:
    return [one for one in (contact.reach, contact.room, contact.telephone, contact.email) if one]
