"""What decisions after the review and the steps of the law before a dismissal must fulfil (Policy 5.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from cmreview.errors import ProcessError
from cmreview.process.access import Ground, grounds, same_name
from cmreview.process.events import Draft, LegalStep, MeasureDecided
from cmreview.process.labels import label, labels
from cmreview.process.measures import LawStep, Measure, Standing
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState, DecidedMeasure, TakenStep
from cmreview.process.steps.bounds import not_later

# What takes effect on a day of its own once it is agreed to.
_HAS_A_DAY = frozenset({Measure.DEMOTION, Measure.DISMISSAL})
_SETTLES_NOTHING = frozenset({Standing.COMMITTEE, Standing.NO_RULE})
_CENT = Decimal("0.01")
_BEYOND = Decimal(10**13)  # with its fen more digits than a workbook keeps of a number, which are fifteen


def told_of(draft: Draft, state: CaseState) -> CaseState:
    """The case with what the step itself says of its person, which may speak against whoever takes it."""
    match draft.payload:
        case MeasureDecided() as given:
            decided = DecidedMeasure(0, given, draft.actor, draft.reason)
            return replace(state, measures=(*state.measures, decided))
        case LegalStep() as step:
            taken = TakenStep(0, step, draft.actor)
            return replace(state, legal_steps=(*state.legal_steps, taken))
    return state


def decision(draft: Draft, given: MeasureDecided, state: CaseState, setting: Setting, today: date) -> None:
    """A decision names its person, says no more than its measure has, and why it departs from the advice.

    A demotion leads to a lower level of the policy; a dismissal comes after the notice (Policy 5.4.f, 5.4.g).
    """
    _person(given, state)
    not_later(given.decided_on, today, state)
    _says_no_more(given, state)
    if given.level is not None and given.level not in setting.rules.levels:
        raise ProcessError("process.unknown_level", level=given.level, known=setting.rules.levels)
    advised_otherwise = given.agreed is not (given.advised is Standing.DUE)
    if (advised_otherwise or given.advised in _SETTLES_NOTHING) and not (draft.reason or "").strip():
        raise ProcessError(
            "measures.reason_missing",
            case=state.case,
            measure=label(given.measure),
            advised=label(given.advised),
        )
    if given.agreed:
        _takes_effect(given, state)
    if given.agreed and given.measure is Measure.BONUS:
        _amount(given, state, setting)
    if given.agreed and given.measure is Measure.DEMOTION:
        _is_lower(given, state, setting)
    if given.agreed and given.measure is Measure.DISMISSAL:
        _notice(given, state, setting)


def legal_step(draft: Draft, given: LegalStep, state: CaseState, setting: Setting, today: date) -> None:
    """A step of the law has happened and has its document; nobody records those against themself."""
    _person(given, state)
    not_later(given.done_on, today, state)
    actor = setting.committee.person(draft.actor)
    if Ground.APPLICANT in grounds(told_of(draft, state), actor, setting.rules):
        raise ProcessError(
            "process.recused",
            person=actor.name,
            id=actor.id,
            case=state.case,
            grounds=labels((Ground.APPLICANT,)),
        )
    if not given.document.strip():
        raise ProcessError("measures.document_missing", case=state.case, step=label(given.step))
    if given.in_lieu and given.step is not LawStep.NOTICE_OR_PAY:
        raise ProcessError("measures.pay_without_notice", case=state.case, step=label(given.step))


def decision_fits(given: MeasureDecided, state: CaseState) -> None:
    """A measure is decided once; a dismissal only after every step of the law, each done by its day."""
    decided = state.measure(given.measure)
    if decided is not None:
        raise ProcessError(
            "measures.decided_twice", case=state.case, measure=label(given.measure), event=decided.event
        )
    if given.measure is not Measure.DISMISSAL or not given.agreed:
        return
    missing = tuple(step for step in LawStep if state.legal_step(step) is None)
    if missing:
        raise ProcessError("measures.steps_missing", case=state.case, steps=labels(missing))
    late = tuple(one.taken.step for one in state.legal_steps if one.taken.done_on > given.decided_on)
    if late:
        raise ProcessError(
            "measures.steps_too_late",
            case=state.case,
            day=given.decided_on.isoformat(),
            steps=labels(late),
        )


def step_fits(given: LegalStep, state: CaseState) -> None:
    """A step is taken once, and in the order of the law: shown, then trained or moved, then shown again."""
    taken = state.legal_step(given.step)
    if taken is not None:
        raise ProcessError("measures.taken_twice", case=state.case, step=label(given.step), event=taken.event)
    days = {one.taken.step: one.taken.done_on for one in state.legal_steps} | {given.step: given.done_on}
    shown = days.get(LawStep.INCOMPETENCE_SHOWN)
    helped = days.get(LawStep.TRAINING_OR_TRANSFER)
    again = days.get(LawStep.SECOND_ASSESSMENT)
    if shown is not None and helped is not None and helped < shown:
        raise ProcessError(
            "measures.helped_too_early",
            case=state.case,
            earlier=shown.isoformat(),
            day=helped.isoformat(),
        )
    if helped is not None and again is not None and again <= helped:
        raise ProcessError(
            "measures.assessed_too_early",
            case=state.case,
            earlier=helped.isoformat(),
            day=again.isoformat(),
        )


def notice_stands(state: CaseState, setting: Setting) -> None:
    """That a dismissal which was agreed to still comes after its notice, once a step has been corrected."""
    dismissal = state.measure(Measure.DISMISSAL)
    if dismissal is not None and dismissal.decided.agreed:
        _notice(dismissal.decided, state, setting)


def _person(given: MeasureDecided | LegalStep, state: CaseState) -> None:
    if not given.name.strip() or not given.department.strip():
        raise ProcessError("measures.nobody", case=state.case)
    if state.name is not None and not same_name(state.name, given.name):
        raise ProcessError("measures.other_person", case=state.case, name=given.name, recorded=state.name)


def _says_no_more(given: MeasureDecided, state: CaseState) -> None:
    """That nothing is given which this measure, agreed to or not, does not have."""
    idle = {
        "effective_on": given.effective_on is not None and not given.agreed,
        "to_level": given.to_level is not None and not (given.agreed and given.measure is Measure.DEMOTION),
        "amount": given.amount is not None and not (given.agreed and given.measure is Measure.BONUS),
    }
    for name, is_idle in idle.items():
        if is_idle:
            raise ProcessError(f"measures.idle_{name}", case=state.case, measure=label(given.measure))


def _takes_effect(given: MeasureDecided, state: CaseState) -> None:
    if given.effective_on is None:
        if given.measure in _HAS_A_DAY:
            raise ProcessError("measures.no_day", case=state.case, measure=label(given.measure))
    elif given.effective_on < given.decided_on:
        raise ProcessError(
            "measures.in_arrears",
            case=state.case,
            day=given.effective_on.isoformat(),
            decided=given.decided_on.isoformat(),
        )


def _amount(given: MeasureDecided, state: CaseState, setting: Setting) -> None:
    """Money that can be paid, and no more to one person than the year has for all (Policy 5.4.a)."""
    amount, budget = given.amount, setting.rules.bonus_budget
    if amount is None:
        raise ProcessError("measures.no_amount", case=state.case)
    # not a number is asked for first: it can't be compared
    if not amount.is_finite() or not 0 < amount < _BEYOND or amount % _CENT:
        raise ProcessError("measures.odd_amount", case=state.case, amount=amount)
    if budget is not None and amount > budget:
        raise ProcessError("measures.above_budget", case=state.case, amount=amount, budget=f"{budget:f}")


def _is_lower(given: MeasureDecided, state: CaseState, setting: Setting) -> None:
    levels = setting.rules.levels
    lower = levels[: levels.index(given.level)] if given.level is not None else ()
    if not lower:
        raise ProcessError("measures.nothing_lower", case=state.case)
    if given.to_level not in lower:
        raise ProcessError("measures.not_lower", case=state.case, level=given.to_level or "—", known=lower)


def _notice(given: MeasureDecided, state: CaseState, setting: Setting) -> None:
    """The policy's days lie between notice and end, or a month's pay takes their place (Policy 5.4.g)."""
    notice = state.legal_step(LawStep.NOTICE_OR_PAY)
    if notice is None or given.effective_on is None or notice.taken.in_lieu:
        return
    days = setting.rules.dismissal_notice_days
    if days is None:
        raise ProcessError("measures.no_notice_days", year=setting.rules.year, case=state.case)
    earliest = notice.taken.done_on + timedelta(days=days)
    if given.effective_on < earliest:
        raise ProcessError(
            "measures.notice_too_short",
            case=state.case,
            notice=notice.taken.done_on.isoformat(),
            days=days,
            earliest=earliest.isoformat(),
            day=given.effective_on.isoformat(),
        )
