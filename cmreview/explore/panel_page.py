"""The opened scores of one case and of its group: sheets, spread, agreement, severity (Policy 4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cmreview.explore.pages import points, told
from cmreview.explore.session import Session
from cmreview.explore.sight import Sight
from cmreview.policy.model import ScoreItem
from cmreview.process.events import Scored
from cmreview.review.committee.cases import CommitteeCase
from cmreview.review.panel.agreement import Measure
from cmreview.review.panel.panel import PanelResult, PanelScore
from cmreview.review.panel.two_way import Refused
from cmreview.show.figures import NOTHING, number
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import Head, listing, pairs, table
from cmreview.show.voice import outcome_mark


def scores(case: CommitteeCase, sight: Sight, session: Session) -> Html:
    """What the members gave, and what follows; nothing of it before the chair has opened the scores."""
    name = case.state.case
    if name not in sight.inside or case.panel is None:
        return Html("")
    parts = [
        element("h3", session.say("scores.heading")),
        _sheets(case, case.panel, session),
        _result(case.panel, session),
    ]
    found = next((one for one in sight.results.values() if _has(one, name)), None)
    if found is not None:
        parts.append(_group(name, found, sight, session))
    return join(parts)


def _has(result: PanelResult, case: str) -> bool:
    return any(score.candidate == case for score in result.scores)


def _sheets(case: CommitteeCase, panel: PanelScore, session: Session) -> Html:
    committee, items = session.desk.setting.committee, session.desk.setting.rules.items
    heads = [Head(session.say("scores.member"))]
    heads += [Head(f"{item.label(session.lang)} {_weight(item)}", True) for item in items]
    heads += [Head(session.say("scores.total"), True), Head(session.say("scores.comment"))]
    rows: list[Sequence[Content]] = []
    for _, sheet in case.state.sheets:
        if sheet.member in panel.recused:
            continue
        given = {score.item: score.points for score in sheet.scores}
        who = session.say("person", name=committee.name_of(sheet.member), id=sheet.member)
        marks = [points(given.get(item.id)) for item in items]
        rows.append((who, *marks, points(_total(sheet, items)), sheet.comment))
    for member in panel.missing:
        who = session.say("person", name=committee.name_of(member), id=member)
        rows.append((who, *[NOTHING] * len(items), NOTHING, session.say("scores.none")))
    return table(session.say("scores.caption"), heads, rows, headed=True)


def _weight(item: ScoreItem) -> str:
    return f"{number(Fraction(item.weight) * 100)}%"


def _total(sheet: Scored, items: Sequence[ScoreItem]) -> Fraction | None:
    given = {score.item: score.points for score in sheet.scores}
    total = Fraction(0)
    for item in items:
        mark = given.get(item.id)
        if mark is None:
            return None
        total += Fraction(item.weight) * Fraction(mark)
    return total


def _result(panel: PanelScore, session: Session) -> Html:
    spread = panel.spread
    rows: list[tuple[Content, Content]] = [
        (session.say("scores.official"), points(panel.score, panel.line)),
        (session.say("scores.line"), points(panel.line)),
        (session.say("scores.outcome"), outcome_mark(panel.outcome, session.lang)),
        (session.say("scores.counted"), str(panel.counted)),
    ]
    if spread is not None:
        rows.append((session.say("scores.range"), f"{points(spread.lowest)} – {points(spread.highest)}"))
        rows.append((session.say("scores.sd"), points(spread.sd)))
    remarks = [*([panel.reason] if panel.reason else []), *panel.remarks]
    return join(
        (
            pairs(session.say("scores.result"), rows, across=2),
            listing(told(remark, session) for remark in remarks),
        )
    )


def _group(name: str, result: PanelResult, sight: Sight, session: Session) -> Html:
    """The group beside the case: for information, folded away."""
    summary = element("summary", session.say("group.heading", count=len(result.scores)))
    parts = (_agreement(result, session), _severity(result, session), _ranks(name, result, sight, session))
    return element("details", summary, element("p", session.say("group.note"), class_="note"), *parts)


def _agreement(result: PanelResult, session: Session) -> Html:
    found = result.agreement
    heads = [Head(session.say(f"group.{key}"), key != "measure") for key in ("measure", "value", "interval")]
    rows: list[Sequence[Content]] = []
    for key in ("single", "average", "alpha", "order", "rest_sd"):
        measure: Measure = getattr(found, key)
        why = None if measure.remark is None else told(measure.remark, session)
        value = why if measure.value is None else number(measure.value, 2)
        span = NOTHING
        if measure.low is not None and measure.high is not None:
            span = f"{number(measure.low, 2)} – {number(measure.high, 2)}"
        rows.append((session.say(f"group.measures.{key}"), value, span))
    remark = element("p", told(found.remark, session), class_="note")
    return join((table(session.say("group.agreement"), heads, rows), remark))


def _severity(result: PanelResult, session: Session) -> Html:
    found = result.severity
    if isinstance(found, Refused):
        return element("p", session.say("group.no_severity", why=told(found.reason, session)))
    committee = session.desk.setting.committee
    heads = [Head(session.say(f"group.{key}"), key != "member") for key in ("member", "above", "scored")]
    rows = [
        (
            session.say("person", name=committee.name_of(one.member), id=one.member),
            number(one.above_panel, 2, sign=True),
            str(one.scored),
        )
        for one in found.members
    ]
    remark = element("p", told(found.remark, session), class_="note")
    return join((table(session.say("group.severity"), heads, rows), remark))


def _ranks(name: str, result: PanelResult, sight: Sight, session: Session) -> Html:
    found = result.rank_sets
    if isinstance(found, Refused):
        return element("p", session.say("group.no_ranks", why=told(found.reason, session)))
    heads = [Head(session.say(f"group.{key}"), key != "who") for key in ("who", "estimate", "places")]
    rows = []
    for one in found.sets:
        application = sight.cases[one.candidate].state.application
        who = one.candidate if application is None else application.name
        shown = element("strong", session.say("group.this", who=who)) if one.candidate == name else who
        rows.append((shown, number(one.estimate, 2), f"{one.best} – {one.worst}"))
    remarks = [element("p", told(one, session), class_="note") for one in (found.how, found.remark)]
    caption = session.say("group.ranks", level=f"{number(found.level * 100)}%")
    return join((table(caption, heads, rows), *remarks))


def missing_sheets(case: CommitteeCase, session: Session) -> str:
    """Whose sheets are missing of those who may judge the case, for who opens the scores."""
    scored = {sheet.member for _, sheet in case.state.sheets}
    names = [one.name for one in session.judges(case.state.case) if one.id not in scored]
    if not names:
        return session.say("open.complete")
    return session.say("open.missing", count=len(names), names=session.say("between").join(names))
