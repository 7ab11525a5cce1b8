"""What people type to take a step, by command or in a list, made into what is recorded (Policy 4, 5.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cmreview.errors import ProcessError
from cmreview.process import events as record
from cmreview.process.committee import Committee
from cmreview.process.events import Draft, Kind, Payload, Recommendation, ReviewDecision
from cmreview.process.labels import label
from cmreview.process.numbering import FreeNumbers
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState
from cmreview.process.steps import measure_fields
from cmreview.process.steps.measure_fields import FromRecords
from cmreview.process.steps.typed import Conclusion, StepFields
from cmreview.process.workdays import CalendarNotPublished
from cmreview.terms import Label
from cmreview.words import say


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a step takes from its surroundings instead of from whoever types it.

    ``levels`` maps every way to write a level to its id. ``recommended`` holds the policy's
    recommendation by case; a case that is not in it has none. ``records`` are what the departments handed
    in, for decisions after the review; None where nobody named them.
    """

    actor: str
    today: date
    setting: Setting
    numbers: FreeNumbers
    levels: Mapping[str, str]
    recommended: Mapping[str, Recommendation]
    records: FromRecords | None = None


# What each kind of step takes besides a reason and the entry that it corrects; scores come by their sheets.
TAKES: Mapping[Kind, frozenset[str]] = {
    Kind.APPLIED: frozenset({"on", "name", "department", "level", "target", "evidence"}),
    Kind.ADMITTED: frozenset(),
    Kind.REVIEWED: frozenset({"on", "conclusion", "opinion", "reviewer"}),
    Kind.COMPLETED: frozenset({"on", "evidence"}),
    Kind.REFERRED: frozenset(),
    Kind.RECUSED: frozenset({"member"}),
    Kind.SCORES_OPENED: frozenset(),
    Kind.DECIDED: frozenset({"on", "conclusion", "present", "in_favour", "against", "abstained"}),
    Kind.PUBLICISED: frozenset({"on", "last"}),
    Kind.APPEALED: frozenset({"on", "appellant", "grounds"}),
    Kind.APPEAL_HEARD: frozenset({"on", "event", "present"}),
    Kind.APPEAL_SETTLED: frozenset({"on", "event", "conclusion"}),
    Kind.APPOINTED: frozenset({"on", "document_number", "certificate_number"}),
    Kind.NOT_APPOINTED: frozenset({"on"}),
    Kind.WITHDRAWN: frozenset({"on"}),
    Kind.MEASURE_DECIDED: frozenset(
        {"on", "conclusion", "measure", "advised", "effective_on", "to_level", "amount"}
        | {"name", "department", "level"}
    ),
    Kind.LEGAL_STEP: frozenset({"on", "legal_step", "document", "in_lieu", "name", "department"}),
    Kind.VOIDED: frozenset({"event"}),
}
NEEDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.APPLIED: ("name", "department", "target"),
    Kind.REVIEWED: ("conclusion",),
    Kind.COMPLETED: ("evidence",),
    Kind.DECIDED: ("conclusion", "present"),
    Kind.APPEALED: ("appellant", "grounds"),
    Kind.APPEAL_SETTLED: ("conclusion",),
    Kind.MEASURE_DECIDED: ("measure", "conclusion"),
    Kind.LEGAL_STEP: ("legal_step", "document"),
    Kind.VOIDED: ("event",),
}
# These concern everybody, also people of whom nothing is recorded yet.
CONCERN_EVERYBODY = frozenset({Kind.MEASURE_DECIDED, Kind.LEGAL_STEP})
_ENDS: Mapping[Kind, frozenset[Conclusion]] = {
    Kind.REVIEWED: frozenset({Conclusion.PASSED, Conclusion.RETURNED, Conclusion.REFUSED}),
    Kind.DECIDED: frozenset({Conclusion.PASSED, Conclusion.REFUSED}),
    Kind.APPEAL_SETTLED: frozenset({Conclusion.UPHELD, Conclusion.DISMISSED}),
    Kind.MEASURE_DECIDED: frozenset({Conclusion.AGREED, Conclusion.NOT_AGREED}),
}


def draft_of(kind: Kind, state: CaseState, given: StepFields, about: Circumstances) -> Draft:
    """The step as it would be recorded. Raises ProcessError for what is missing, idle or can't be meant.

    Whether the step is allowed is not asked here, see ``steps.check``.
    """
    if kind not in TAKES:
        raise ProcessError("steps.scores_by_sheet", case=state.case)
    idle = [name for name in given.given if name not in TAKES[kind] | {"reason", "corrects"}]
    if kind is Kind.VOIDED and given.corrects is not None:
        idle.append("corrects")
    if idle:
        raise ProcessError("steps.not_used", case=state.case, kind=label(kind), fields=_named(*idle))
    missing = [name for name in NEEDS.get(kind, ()) if name not in given.given]
    if missing:
        raise ProcessError("steps.missing", case=state.case, kind=label(kind), fields=_named(*missing))
    if given.conclusion is not None and given.conclusion not in _ENDS[kind]:
        ends = tuple(conclusion_label(one) for one in Conclusion if one in _ENDS[kind])
        raise ProcessError("steps.odd_conclusion", case=state.case, kind=label(kind), known=ends)
    payload = _payload(kind, state, given, about)
    return Draft(state.case, payload, about.actor, given.reason, given.corrects)


def conclusion_label(conclusion: Conclusion) -> Label:
    """A conclusion as people read it."""
    key = f"steps.conclusion.{conclusion.value}"
    return Label(say(key, "zh"), say(key, "en"))


def field_label(name: str) -> Label:
    """What people call a field; it is the header of its column in a list."""
    return Label(say(f"steps.field.{name}", "zh"), say(f"steps.field.{name}", "en"))


def person_id(typed: str, committee: Committee) -> str:
    """The id of whoever was given by id, or by a name that only one person has."""
    if typed in committee.people:
        return typed
    named = [person.id for person in committee.people.values() if person.name == typed]
    if len(named) > 1:
        raise ProcessError("steps.two_of_the_name", name=typed, ids=tuple(sorted(named)))
    return named[0] if named else committee.person(typed).id


def _payload(kind: Kind, state: CaseState, given: StepFields, about: Circumstances) -> Payload:
    on = given.on or about.today
    ids = tuple(person_id(one, about.setting.committee) for one in given.present)
    is_passed = given.conclusion is Conclusion.PASSED
    match kind:
        case Kind.APPLIED:
            return _application(given, on, about)
        case Kind.ADMITTED:
            return record.Admitted()
        case Kind.REVIEWED:
            reviewer = given.reviewer or about.setting.committee.name_of(about.actor)
            return record.Reviewed(ReviewDecision(given.conclusion or ""), given.opinion, reviewer, on)
        case Kind.COMPLETED:
            return record.Completed(on, given.evidence)
        case Kind.REFERRED:
            return record.Referred()
        case Kind.RECUSED:
            return record.Recused(person_id(given.member or about.actor, about.setting.committee))
        case Kind.SCORES_OPENED:
            return record.ScoresOpened()
        case Kind.DECIDED:
            recommended = about.recommended.get(state.case, Recommendation.UNDECIDED)
            votes = (given.in_favour, given.against, given.abstained)
            return record.Decided(is_passed, on, ids, recommended, *votes)
        case Kind.PUBLICISED:
            return _publicity(given, on, about)
        case Kind.APPEALED:
            return record.Appealed(given.appellant or "", on, given.grounds or "")
        case Kind.APPEAL_HEARD:
            return record.AppealHeard(_appeal(state, given), on, ids)
        case Kind.APPEAL_SETTLED:
            is_upheld = given.conclusion is Conclusion.UPHELD
            return record.AppealSettled(_appeal(state, given), is_upheld, on)
        case Kind.APPOINTED:
            return _appointment(state, given, on, about)
        case Kind.NOT_APPOINTED:
            return record.NotAppointed(on)
        case Kind.WITHDRAWN:
            return record.Withdrawn(on)
        case Kind.MEASURE_DECIDED:
            agreed = given.conclusion is Conclusion.AGREED
            return measure_fields.measure(state, given, on, about.levels, about.records, agreed=agreed)
        case Kind.LEGAL_STEP:
            return measure_fields.legal_step(state, given, on, about.levels, about.records)
        case _:
            return record.Voided(given.event or 0)


def _application(given: StepFields, on: date, about: Circumstances) -> record.Applied:
    levels = [about.levels.get(one, one) if one else None for one in (given.level, given.target)]
    for level in levels:
        if level is not None and level not in about.setting.rules.levels:
            raise ProcessError("process.unknown_level", level=level, known=about.setting.rules.levels)
    held, target = levels
    return record.Applied(
        given.name or "", given.department or "", held, target or "", on, evidence=given.evidence
    )


def _publicity(given: StepFields, posted: date, about: Circumstances) -> record.Publicised:
    """The days by the official calendar; a last day that was typed is taken as typed where it can't tell."""
    rules, calendar = about.setting.rules, about.setting.calendar
    first_day = rules.publicity_first_day or "next_day"
    try:
        due = calendar.add_workdays(posted, rules.publicity_days or 1, first_day)
    except CalendarNotPublished:
        if given.last is None:
            raise
        first = posted if first_day == "posting_day" else posted + timedelta(days=1)
        return record.Publicised(posted, first, given.last, typed=True)
    if rules.publicity_days is None or rules.publicity_first_day is None:
        if given.last is None:
            raise ProcessError("process.no_publicity_days", year=rules.year)
        return record.Publicised(posted, due.first, given.last, typed=True)
    return record.Publicised(posted, due.first, given.last or due.last)


def _appeal(state: CaseState, given: StepFields) -> int:
    """The appeal that was named; of a case with one open appeal that one."""
    if given.event is not None:
        return given.event
    if len(state.open_appeals) == 1:
        return state.open_appeals[0].event
    numbers = tuple(str(appeal.event) for appeal in state.open_appeals)
    if numbers:
        raise ProcessError("steps.which_appeal", case=state.case, numbers=numbers)
    raise ProcessError("steps.no_appeal", case=state.case)


def _appointment(state: CaseState, given: StepFields, on: date, about: Circumstances) -> record.Appointed:
    standing = state.appointment if given.corrects is not None else None
    target = "" if state.application is None else state.application.target_level
    if standing is not None:  # a correction keeps the numbers that are on the papers
        document, certificate = standing.document_number, standing.certificate_number
        return record.Appointed(
            target, on, given.document_number or document, given.certificate_number or certificate
        )
    document = given.document_number or about.numbers.document
    return record.Appointed(
        target, on, document, given.certificate_number or next(about.numbers.certificates)
    )


def _named(*names: str) -> tuple[Label, ...]:
    return tuple(field_label(name) for name in names)
