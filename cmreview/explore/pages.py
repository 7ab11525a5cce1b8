"""What the session's page says beside its forms: who sits here, the agenda, one case, its scores."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from cmreview.explore.session import Note, NoteKind, Session
from cmreview.explore.sight import Sight
from cmreview.explore.timeline import timeline
from cmreview.process.access import grounds
from cmreview.process.labels import label, labels
from cmreview.process.stages import Stage
from cmreview.review.committee.agenda import AgendaItem
from cmreview.review.committee.cases import CommitteeCase
from cmreview.review.figures import written
from cmreview.review.panel.decision import PANEL, Part
from cmreview.review.told import Told
from cmreview.show.candidate import candidate
from cmreview.show.figures import NOTHING, Figures, number, telling_places
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import Head, listing, pairs, stacked, table
from cmreview.show.voice import Voice, outcome_mark
from cmreview.terms import Unit

_ROOT = re.compile(r"(?m)^(:root|html|body|main)\b|(?<=\s)(body|main)(?=\s*\{)")


@cache
def look() -> Html:
    """The look of packets, held inside the session's page so that nothing of the notebook changes."""
    packet = files("cmreview.show").joinpath("look.css").read_text("utf-8")
    own = files("cmreview.explore").joinpath("session.css").read_text("utf-8")
    packet = re.sub(r"@page[^{]*\{[^}]*\}", "", packet)
    return Html(f"<style>.cmreview {{\n{_ROOT.sub('&', packet)}\n}}\n{own}</style>")


def heading(session: Session, sight: Sight) -> Html:
    """Who sits here, in which roles, on which day."""
    person = session.person
    roles = session.say("between")
    held = roles.join(role(session.lang) for role in labels(person.roles))
    told = session.say("who", name=person.name, id=person.id, roles=held, department=person.department)
    today = Figures(session.lang).day(sight.day)
    return join(
        (
            element("h2", session.say("title", year=session.desk.year)),
            element("p", element("strong", told), " · ", session.say("today", day=today)),
        )
    )


def note(told: Note | None) -> Html:
    """What somebody is told after a step, read out by a screen reader as soon as it is there."""
    if told is None:
        return Html('<div role="status" aria-live="polite"></div>')
    first, *rest = told.lines
    role = "alert" if told.kind is NoteKind.REFUSED else "status"
    lines = [element("strong", first), *rest]
    return element("div", stacked(*lines), class_=f"notice {told.kind.value}", role=role, aria_live="polite")


def agenda(session: Session, sight: Sight) -> Html:
    """What waits for a decision, what needs discussing most first, and why."""
    head = element("h3", session.say("agenda.heading"))
    if not sight.agenda:
        return join((head, element("p", session.say("agenda.none"))))
    keys = ("place", "who", "department", "level", "sheets", "score", "advice", "because")
    widths = (5, 13, 13, 9, 9, 9, 11, 31)
    heads = [
        Head(session.say(f"agenda.{key}"), key in ("place", "score"), width)
        for key, width in zip(keys, widths, strict=True)
    ]
    rows = [_agenda_row(place, item, session) for place, item in enumerate(sight.agenda, start=1)]
    caption = session.say("agenda.caption", count=len(rows))
    shown = table(caption, heads, rows, class_="people", header_column=1)
    # many cases scroll within their frame, which a keyboard reaches, so that the case itself stays near
    frame = element("div", shown, class_="frame", tabindex="0", role="region", aria_label=caption)
    return join((head, frame, element("p", session.say("agenda.order"), class_="note")))


def _agenda_row(place: int, item: AgendaItem, session: Session) -> tuple[Content, ...]:
    state = item.case.state
    opened = element("small", session.say("agenda.open" if state.scores_open else "agenda.closed"))
    return (
        str(place),
        who(item.case, session),
        "" if state.application is None else state.application.department,
        target(item.case, session),
        stacked(session.say("agenda.count", scored=item.scored, of=item.of), opened),
        points(item.case.panel.score, item.case.panel.line) if item.case.panel else NOTHING,
        label(item.case.advice.recommendation)(session.lang),
        listing(told(reason, session) for reason in item.reasons) or session.say("agenda.nothing"),
    )


def others(session: Session, sight: Sight) -> Html:
    """The cases that the person may see and that do not wait for the committee now."""
    waiting = {item.case.state.case for item in sight.agenda}
    rest = [case for name, case in sight.cases.items() if name not in waiting]
    if not rest:
        return Html("")
    heads = [Head(session.say(f"agenda.{key}")) for key in ("who", "department", "level", "stage")]
    rows = [
        (
            who(case, session),
            "" if case.state.application is None else case.state.application.department,
            target(case, session),
            label(case.state.stage)(session.lang),
        )
        for case in rest
    ]
    words = session.say("agenda.others", count=len(rest))
    return element("details", element("summary", words), table(words, heads, rows, headed=True))


def case_summary(case: CommitteeCase, sight: Sight, session: Session) -> Html:
    """Where one case stands, what the policy recommends and how that comes about."""
    state, lang = case.state, session.lang
    rows: list[tuple[Content, Content]] = [
        (session.say("case.id"), state.case),
        (session.say("case.stage"), label(state.stage)(lang)),
        (session.say("case.level"), target(case, session)),
    ]
    if state.case in sight.inside:
        rows.append((session.say("case.recused"), _recused(case, session)))
    if state.decision is not None:
        decided = session.say("case.approved" if state.decision.approved else "case.declined")
        on = Figures(lang).day(state.decision.decided_on)
        rows.append((session.say("case.decision"), stacked(f"{decided} · {on}", state.decision_reason)))
    title = session.say("case.heading", who=who(case, session), level=target(case, session))
    parts = [
        element("h2", title),
        pairs(session.say("case.caption"), rows, across=2 if len(rows) % 2 == 0 else 1, headed=True),
    ]
    if state.case in sight.inside:
        parts.append(_advice(case, session))
    return join(parts)


def _recused(case: CommitteeCase, session: Session) -> str:
    setting = session.desk.setting
    between, names = ("；" if session.lang == "zh" else "; "), []
    for person in setting.committee.members(session.today):
        found = grounds(case.state, person, setting.rules)
        if found:
            why = session.say("between").join(one(session.lang) for one in labels(found))
            names.append(session.say("case.recused_one", name=person.name, why=why))
    return between.join(names) or session.say("case.nobody_recused")


def _advice(case: CommitteeCase, session: Session) -> Html:
    advice = case.advice
    recommended = element("strong", label(advice.recommendation)(session.lang))
    lines = [element("h3", session.say("advice.heading"))]
    lines.append(element("p", join((recommended, told(advice.reason, session)), " "), class_="conclusion"))
    if advice.arithmetic is not None:
        lines.append(element("p", told(advice.arithmetic, session)))
    heads = [
        Head(session.say(f"advice.{key}"), key in ("value", "line"))
        for key in ("part", "outcome", "value", "line", "why")
    ]
    rows = [
        (
            session.say(f"advice.parts.{part.name}"),
            outcome_mark(part.outcome, session.lang),
            _part_value(part, part.value, part.line),
            _part_value(part, part.line, None),
            None if part.reason is None else told(part.reason, session),
        )
        for part in advice.parts
    ]
    lines.append(table(session.say("advice.caption"), heads, rows, headed=True))
    lines.append(element("p", session.say("advice.note"), class_="note"))
    return join(lines)


def _part_value(part: Part, value: object, apart: object) -> str:
    if value is None:
        return NOTHING
    unit = Unit.COUNT if part.name == PANEL else Unit.SHARE
    return written(value, unit, apart_from=apart)  # type: ignore[arg-type]


def documents(case: CommitteeCase, session: Session) -> Html:
    """Everything that the packet has of the case, folded away until it is wanted."""
    own = case.case
    summary = element("summary", session.say("documents.heading"))
    if own is None or own.application is None:
        return element("details", summary, element("p", session.say("documents.none")))
    review = session.review.department(own.person.department)
    voice = Voice(review, Figures(session.lang, review.currency_label))
    return element("details", summary, candidate(own, 1, voice))


def proceedings(case: CommitteeCase, sight: Sight, session: Session) -> Html:
    """What is recorded of the case, entry by entry; a corrected one stays readable."""
    setting = session.desk.setting
    rows = timeline(sight.histories[case.state.case], case.state, session.person, setting, session.lang)
    heads = [
        Head(session.say(f"timeline.{key}"), key == "number")
        for key in ("number", "at", "what", "by", "content", "reason")
    ]
    words = session.say("timeline.heading", count=len(rows))
    body = table(words, heads, rows, headed=True, header_column=2) if rows else None
    return element("details", element("summary", words), body)


def who(case: CommitteeCase, session: Session) -> str:
    """Name and id of the person whose case it is."""
    application = case.state.application
    name = case.case.person.name if case.case else application.name if application else ""
    return session.say("person", name=name, id=case.state.manager_id)


def target(case: CommitteeCase, session: Session) -> str:
    """The level applied for, by its name in the policy."""
    wanted = "" if case.state.application is None else case.state.application.target_level
    names = {level.id: level.label(session.lang) for level in session.policy.levels}
    return names.get(wanted, wanted)


def told(sentence: Told, session: Session) -> str:
    """A sentence of the review in the reader's language."""
    return sentence.text(session.lang)


def points(value: object, line: object = None) -> str:
    """A score in points, with as many decimals as tell it from the line."""
    if value is None:
        return NOTHING
    places = 2 if line is None else telling_places(value, line, 2)  # type: ignore[arg-type]
    return number(value, places)  # type: ignore[arg-type]


def choice(case: CommitteeCase, place: int | None, session: Session) -> str:
    """A case as the list to choose from names it."""
    stage = "" if case.state.stage is Stage.IN_COMMITTEE else f" · {label(case.state.stage)(session.lang)}"
    before = "" if place is None else f"{place}. "
    return f"{before}{who(case, session)} · {target(case, session)}{stage}"
