"""The papers of rewards and penalties out of the record: decisions of people, and one checklist (Policy 5.4).

What a decision rests on comes from the records' figures; a paper is made for nobody of whom no decision is
recorded. The checklist of the law's steps is made of a recommendation, and is no notice.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction

from cmreview.process.measures import LEGAL_STEPS, Measure
from cmreview.process.stages import CaseState, DecidedMeasure
from cmreview.review import rules
from cmreview.review.after.model import Advice, Consequences
from cmreview.review.development.gaps import gaps, in_full
from cmreview.review.model import Case, Verdict
from cmreview.review.told import Told
from cmreview.show.figures import Figures
from cmreview.show.papers.choice import Found, Wanted
from cmreview.show.papers.fields import Paper, Prose
from cmreview.show.papers.measure_missing import concerned, is_asked, unmade
from cmreview.show.papers.measure_shapes import (
    Commendation,
    Demoted,
    Honoured,
    ImprovementPlan,
    LawStep,
    LegalChecklist,
    Missed,
    MissedYear,
    PlanGoal,
    Warned,
)
from cmreview.show.papers.source import Archive, Made, NotMade, sits_over, stem
from cmreview.show.voice import criterion_label
from cmreview.terms import Outcome
from cmreview.words import say


def warnings(archive: Archive, wanted: Wanted) -> Found:
    """A notice to everybody who is warned (Policy 5.4.e)."""
    return _of_decisions("warning", Measure.WARNING, _warning, archive, wanted)


def improvement_plans(archive: Archive, wanted: Wanted) -> Found:
    """A plan for everybody who is warned, with its days (Policy 5.4.e)."""
    return _of_decisions("improvement_plan", Measure.WARNING, _plan, archive, wanted)


def demotions(archive: Archive, wanted: Wanted) -> Found:
    """A notice to everybody whose level is lowered (Policy 5.4.f)."""
    return _of_decisions("demotion", Measure.DEMOTION, _demotion, archive, wanted)


def commendations(archive: Archive, wanted: Wanted) -> Found:
    """One paper on all who are honoured, whole where it speaks of one who is asked for (Policy 5.4.b)."""
    honoured = [
        (state, decided.decided.decided_on)
        for state in archive.states.values()
        if (decided := state.measure(Measure.HONOUR)) is not None and decided.decided.agreed
    ]
    named = {state.case for state, _ in honoured}
    for state in concerned(Measure.HONOUR, archive):
        if wanted.on is None and state.case not in named and _is_shown(state, archive, wanted):
            yield unmade(state, Measure.HONOUR, archive)
    dated = max((day for _, day in honoured), default=None)
    if dated is None or not any(wanted.has(case) for case in named) or wanted.on not in (None, dated):
        return
    paper = Commendation(
        company=archive.company,
        dated=dated,
        number=None,
        year=archive.policy.year,
        rule_title=archive.rule_title,
        edition=archive.policy.edition,
        people=tuple(Honoured(archive.told_apart(state), state.department or "") for state, _ in honoured),
        order="manager_id",  # states come by case id
    )
    title = say("papers.title.commendation", archive.lang)
    yield Made(stem(dated.isoformat(), title), paper, tuple(state.case for state, _ in honoured))


def legal_checklists(archive: Archive, wanted: Wanted) -> Found:
    """A checklist for everybody whose run of years puts a dismissal before the committee (Policy 5.4.g)."""
    for state in concerned(Measure.DISMISSAL, archive):
        case = archive.known.get(state.manager_id)
        if not _is_shown(state, archive, wanted):
            continue
        found = None if case is None else case.consequences
        has_steps = is_asked(Measure.DISMISSAL, state, archive) or bool(state.legal_steps)
        if case is not None and found is not None and has_steps:
            title = say("papers.title.legal_checklist", archive.lang)
            name = stem(case.person.manager_id, case.person.name, title)
            yield Made(name, _checklist(case, found, state, archive), (state.case,))
        else:
            key = "not_advised" if found is not None else "no_case"
            yield NotMade(state.case, Told(f"measure_papers.{key}"), is_pending=False)


def _is_shown(state: CaseState, archive: Archive, wanted: Wanted) -> bool:
    """Whether the case is asked for, by somebody who may read what is decided after the review."""
    return wanted.has(state.case) and sits_over(state, wanted.reader, archive.rules)


_Maker = Callable[[CaseState, DecidedMeasure, Case, Consequences, Archive], Paper]


def _of_decisions(kind: str, measure: Measure, make: _Maker, archive: Archive, wanted: Wanted) -> Found:
    """A paper for each person of whom it was decided, and of the others why there is none."""
    for state in concerned(measure, archive):
        if not _is_shown(state, archive, wanted):
            continue
        decided, case = state.measure(measure), archive.known.get(state.manager_id)
        found = None if case is None else case.consequences
        if decided is None or not decided.decided.agreed:
            yield unmade(state, measure, archive)
        elif case is None or found is None:
            yield NotMade(state.case, Told("measure_papers.no_case"), is_pending=True)
        elif wanted.on in (None, decided.decided.decided_on):
            name = stem(state.manager_id, state.name or "", say(f"papers.title.{kind}", archive.lang))
            yield Made(name, make(state, decided, case, found, archive), (state.case,))


def _warning(
    state: CaseState, decided: DecidedMeasure, case: Case, found: Consequences, archive: Archive
) -> Warned:
    advice, starts = found.of(Measure.WARNING), _starts(decided)
    months = _months(archive)
    return Warned(
        company=archive.company,
        dated=decided.decided.decided_on,
        number=None,
        year=archive.policy.year,
        rule_title=archive.rule_title,
        edition=archive.policy.edition,
        name=state.name or "",
        manager_id=state.manager_id,
        department=state.department or "",
        level_held=archive.level(decided.decided.level),
        decided_on=decided.decided.decided_on,
        reason=Prose(decided.why) if decided.why else None,
        missed=tuple(_missed(case, archive)),
        expected=_expected(advice, archive),
        months=months,
        starts_on=starts,
        until=None if months is None else months_later(starts, months),
        objection_days=_whole(archive, "objection_days"),
        contact=archive.contact,
        appeal_body=archive.appeal_body,
    )


def _plan(
    state: CaseState, decided: DecidedMeasure, case: Case, found: Consequences, archive: Archive
) -> ImprovementPlan:
    starts, months = _starts(decided), _months(archive)
    step = _whole(archive, "improvement_check_months")
    after = () if months is None or step is None else range(step, months, step)
    return ImprovementPlan(
        company=archive.company,
        dated=decided.decided.decided_on,
        year=archive.policy.year,
        rule_title=archive.rule_title,
        edition=archive.policy.edition,
        name=state.name or "",
        manager_id=state.manager_id,
        department=state.department or "",
        level_held=archive.level(decided.decided.level),
        months=months,
        starts_on=starts,
        ends_on=None if months is None else months_later(starts, months),
        goals=tuple(_goals(case, archive)),
        checkpoints=tuple(months_later(starts, each) for each in after),
        support=tuple(archive.support.get(state.manager_id, ())),
    )


def _demotion(
    state: CaseState, decided: DecidedMeasure, case: Case, found: Consequences, archive: Archive
) -> Demoted:
    return Demoted(
        company=archive.company,
        dated=decided.decided.decided_on,
        number=None,
        year=archive.policy.year,
        rule_title=archive.rule_title,
        edition=archive.policy.edition,
        name=state.name or "",
        manager_id=state.manager_id,
        department=state.department or "",
        level_held=archive.level(decided.decided.level),
        level_after=archive.level(decided.decided.to_level),
        effective_on=decided.decided.effective_on,
        decided_on=decided.decided.decided_on,
        reason=Prose(decided.why) if decided.why else None,
        years=tuple(_years(found, archive)),
        missed=tuple(_missed(case, archive)),
        objection_days=_whole(archive, "objection_days"),
        contact=archive.contact,
        appeal_body=archive.appeal_body,
    )


def _checklist(case: Case, found: Consequences, state: CaseState, archive: Archive) -> LegalChecklist:
    steps = tuple(_steps(state, archive))
    open_steps = sum(step.state == "open" for step in steps)
    person, notice = case.person, rules.number(archive.policy, "dismissal_notice_days")
    return LegalChecklist(
        company=archive.company,
        dated=archive.as_of,
        year=archive.policy.year,
        rule_title=archive.rule_title,
        edition=archive.policy.edition,
        name=person.name,
        manager_id=person.manager_id,
        department=person.department,
        level_held=archive.level(person.level),
        years=tuple(_years(found, archive)),
        contradictions=tuple(
            told.text(archive.lang, archive.currency) for told in found.streak.contradictions
        ),
        steps=steps,
        open_steps=open_steps,
        is_complete=not open_steps,
        notice_days=None if notice is None else int(notice),
    )


def _steps(state: CaseState, archive: Archive) -> Iterator[LawStep]:
    """Every step that the law asks for, recorded or not, in its order."""
    taken = {one.taken.step.value: one for one in state.legal_steps}
    for step in LEGAL_STEPS:
        label, own = say(f"penalties.step.{step}", archive.lang), taken.get(step)
        if own is None:
            yield LawStep(label, "open", None, None, None)
        else:
            by = archive.committee.name_of(own.by)
            yield LawStep(label, "recorded", own.taken.done_on, own.taken.document, by)


def _years(found: Consequences, archive: Archive) -> Iterator[MissedYear]:
    for mark in found.streak.years:
        yield MissedYear(mark.year, archive.level(mark.level), mark.outcome.value, mark.counted.value)


def _missed(case: Case, archive: Archive) -> Iterator[Missed]:
    """The requirements of the level held that were missed; what lacks evidence is no miss."""
    figures = Figures(archive.lang, archive.currency)
    for verdict in _of_missed(case):
        yield Missed(
            verdict.criterion,
            _label(verdict, archive),
            figures.threshold(verdict, verdict.threshold),
            figures.fact(verdict.fact, verdict.threshold),
            figures.margin(verdict),
        )


def _goals(case: Case, archive: Archive) -> Iterator[PlanGoal]:
    """The missed requirements as what is to be reached; leave of the past year shortens no goal."""
    figures = Figures(archive.lang, archive.currency)
    for gap in gaps([in_full(verdict) for verdict in _of_missed(case)], ()).held:
        verdict = gap.verdict
        lack = gap.told
        if gap.natural is not None:  # of a share or a growth also how many customers, or how much money
            lack = Told("penalties.goal.lack", (("short", gap.told), ("natural", gap.natural)))
        yield PlanGoal(
            verdict.criterion,
            _label(verdict, archive),
            figures.fact(verdict.fact, verdict.threshold),
            figures.threshold(verdict, verdict.threshold),
            lack.text(archive.lang, archive.currency),
        )


def _of_missed(case: Case) -> list[Verdict]:
    return [verdict for verdict in case.held if verdict.outcome is Outcome.MISSED]


def _label(verdict: Verdict, archive: Archive) -> str:
    return criterion_label(verdict, lambda level: archive.level(level) or "", archive.lang)


def _expected(advice: Advice | None, archive: Archive) -> tuple[str, ...]:
    goals = () if advice is None else advice.goals
    return tuple(goal.told.text(archive.lang, archive.currency).rstrip("。.") for goal in goals)


def _starts(decided: DecidedMeasure) -> date:
    return decided.decided.effective_on or decided.decided.decided_on


def _months(archive: Archive) -> int | None:
    return _whole(archive, "improvement_months")


def _whole(archive: Archive, key: str) -> int | None:
    value: Fraction | None = rules.number(archive.policy, key)
    return None if value is None else int(value)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or that month's last where it has no such day.

    >>> months_later(date(2025, 8, 31), 6)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


MEASURE_MAKERS: dict[str, Callable[[Archive, Wanted], Found]] = {
    "warning": warnings,
    "improvement_plan": improvement_plans,
    "demotion": demotions,
    "commendation": commendations,
    "legal_checklist": legal_checklists,
}
