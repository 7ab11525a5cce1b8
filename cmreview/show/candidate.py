"""One applicant's section of the packet: who, what the criteria say, on which records, and what to ask."""

from __future__ import annotations

from cmreview.review.model import Application, Case
from cmreview.show import proceedings
from cmreview.show.charts import trend
from cmreview.show.criteria import criteria_table
from cmreview.show.figures import indicator_label
from cmreview.show.html import Content, Html, element, join
from cmreview.show.score import score_part
from cmreview.show.tables import Head, listing, pairs, table
from cmreview.show.voice import Voice, decision_label, earlier_outcome, result_mark


def candidate(case: Case, place: int, voice: Voice) -> Html:
    """The whole section of the applicant who comes ``place``-th in the packet, counted from 1."""
    application = case.application
    if application is None:
        raise ValueError("a candidate's section needs an application")
    anchor = f"applicant-{place}"
    number_ = f"3.{place}" if voice.lang == "en" else f"（{place}）"
    level = voice.level(application.target_level)
    heading = voice.say("case.heading", n=number_, person=voice.person(case), level=level)
    reviewed = not application.awaits_admission
    criteria = _criteria(case, level, voice) if reviewed else element("p", voice.say("case.not_reviewed"))
    evidence = listing(application.evidence) or element("p", voice.say("evidence.none"))
    return element(
        "section",
        element("h3", heading, id=f"{anchor}-heading"),
        _outcome(case, voice),
        _piece("person", _person(case, application, voice), voice),
        _piece("criteria", criteria, voice),
        _piece("declared", _declared(case, voice), voice),
        _piece("trend", _trend(case, anchor, voice), voice),
        _piece("score", score_part(case, anchor, voice), voice) if reviewed else None,
        element(
            "div",
            _piece("preliminary", _preliminary(case, voice), voice),
            _piece("evidence", evidence, voice),
            class_="beside",
        ),
        _proceedings(case, voice) if case.proceedings is not None else None,
        _piece("questions", _questions(case, voice), voice),
        id=anchor,
        class_="case",
        aria_labelledby=f"{anchor}-heading",
    )


def _piece(name: str, content: Html, voice: Voice) -> Html:
    return element("div", element("h4", voice.say(f"heading.{name}")), content, class_=f"piece {name}")


def _proceedings(case: Case, voice: Voice) -> Html:
    head = element("h4", proceedings.heading(voice))
    return element("div", head, proceedings.proceedings_part(case, voice), class_="piece proceedings")


def _outcome(case: Case, voice: Voice) -> Html:
    reason = voice.tell(case.overall.reason) if case.overall else None
    label = element("strong", voice.say("case.result"))
    return element("p", join((label, result_mark(case, voice), reason), " "), class_="conclusion")


def _person(case: Case, application: Application, voice: Voice) -> Html:
    person, figures = case.person, voice.figures
    rows: list[tuple[Content, Content]] = [
        (voice.say("case.id"), person.manager_id),
        (voice.say("case.level"), voice.level(person.level)),
        (voice.say("case.degree"), figures.degree(person.degree)),
        (voice.say("case.since"), figures.day(person.account_manager_since)),
        (voice.say("case.hired_on"), figures.day(person.hired_on)),
    ]
    if person.left_on is not None:
        rows.append((voice.say("case.left_on"), figures.day(person.left_on)))
    state = {None: "no_window", True: "late", False: "in_time"}[application.late]
    told = [figures.day(application.applied_on), voice.say(f"case.{state}")]
    if application.admitted_by is not None:
        told.append(voice.say("case.admitted", name=application.admitted_by))
    elif application.awaits_admission:
        told.append(voice.say("case.not_admitted"))
    rows.append((voice.say("case.applied_on"), voice.say("semicolon").join(told)))
    for start, end in person.leaves:
        until = figures.day(end) if end else voice.say("case.today")
        rows.append((voice.say("case.leaves"), f"{figures.day(start)} – {until}"))
    name = voice.person(case)
    particulars = pairs(voice.say("case.caption_person", name=name), rows, across=2, headed=True)
    return join((particulars, element("div", _history(case, name, voice), class_="beside")))


def _history(case: Case, name: str, voice: Voice) -> Html:
    figures = voice.figures
    tables: list[Html] = []
    if case.person.history:
        heads = [Head(voice.say(f"case.{key}")) for key in ("from", "to", "held", "department")]
        rows = [
            (
                figures.short_day(spell.start),
                figures.short_day(spell.end) if spell.end else voice.say("case.today"),
                voice.level(spell.level),
                spell.department,
            )
            for spell in case.person.history
        ]
        tables.append(table(voice.say("case.caption_history", name=name), heads, rows))
    if case.person.outcomes:
        heads = [Head(voice.say(f"case.{key}")) for key in ("year", "held", "outcome", "honour")]
        earlier = [
            (
                str(known.year),
                voice.level(known.level),
                earlier_outcome(known.outcome, voice.lang),
                known.honour,
            )
            for known in case.person.outcomes
        ]
        tables.append(table(voice.say("case.caption_outcomes", name=name), heads, earlier))
    return join(tables)


def _criteria(case: Case, level: str, voice: Voice) -> Html:
    caption = voice.say("criteria.caption", level=level, name=voice.person(case))
    return criteria_table(case.verdicts, caption, voice)


def _declared(case: Case, voice: Voice) -> Html:
    if not any(item.declared is not None for item in case.declared):
        return element("p", voice.say("declared.none"))
    figures = voice.figures
    keys = ("indicator", "declared", "computed", "difference", "relative", "verdict")
    heads = [Head(voice.say(f"declared.{key}"), key not in ("indicator", "verdict")) for key in keys]
    rows: list[tuple[Content, ...]] = []
    for item in case.declared:
        apart = None if item.agrees else item.computed  # what agrees need not be told apart
        if item.declared is None:
            agrees = voice.say("declared.not_declared")
        elif item.agrees is None:
            agrees = voice.say("declared.not_computed")
        else:
            agrees = voice.say("declared.agrees" if item.agrees else "declared.differs")
        rows.append(
            (
                indicator_label(item.indicator, voice.lang),
                figures.value(item.unit, item.declared, apart),
                figures.value(item.unit, item.computed, None if apart is None else item.declared),
                figures.difference(item.unit, item.difference),
                figures.percent(item.relative),
                agrees,
            )
        )
    return table(voice.say("declared.caption", name=voice.person(case)), heads, rows, headed=True)


def _trend(case: Case, anchor: str, voice: Voice) -> Html:
    if not case.trend:
        return element("p", voice.say("trend.none"))
    chart = trend(case.trend, voice.figures, f"{anchor}-trend", voice.person(case))
    part_year = any(entry.part_year for entry in case.trend)
    note = element("p", voice.say("trend.part_year"), class_="note") if part_year else None
    return join((chart, note))


def _preliminary(case: Case, voice: Voice) -> Html:
    known = case.preliminary
    if known is None:
        return element("p", voice.say("preliminary.none"))
    rows = (
        (voice.say("preliminary.decision"), decision_label(known, voice)),
        (voice.say("preliminary.reviewer"), known.reviewer),
        (voice.say("preliminary.opinion"), known.opinion),
        (voice.say("preliminary.reviewed_on"), voice.figures.day(known.reviewed_on)),
    )
    return pairs(voice.say("preliminary.caption", name=voice.person(case)), rows, headed=True)


def _questions(case: Case, voice: Voice) -> Html:
    told = [voice.tell(question) for question in case.questions]
    return listing(told, ordered=True, class_="questions") or element("p", voice.say("questions.none"))
