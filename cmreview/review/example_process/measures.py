"""The scene after the appointments: measures are decided, and nobody is dismissed (Policy 5.4)."""

from __future__ import annotations

from collections.abc import Sequence

from cmreview.process.events import Draft, case_id
from cmreview.process.measures import LegalStep, Measure, MeasureDecided, Standing
from cmreview.process.steps.measure_fields import FromRecords
from cmreview.review.after.measures_recorded import from_records
from cmreview.review.example_process import story
from cmreview.review.example_process.play import Play


def decide_measures(play: Play) -> None:
    """A few measures are decided, those of nobody where nobody qualifies; the rest is left for later.

    Penalties are those of people who did not apply, so that nobody is appointed and warned on one day.
    Whoever may be up for dismissal is not demoted beside it, and nobody is honoured with a loss unsettled.
    """
    known = from_records(play.review)
    at_risk = _without_application(play, _with(known, Measure.DISMISSAL, Standing.COMMITTEE))[:1]
    safe = set(_with(known, Measure.DISMISSAL, Standing.NOT_DUE))
    without_loss = set(_with(known, Measure.LOSS, Standing.NOT_DUE))
    warnings = _without_application(play, _with(known, Measure.WARNING, Standing.DUE))
    warned, spared = warnings[: story.WARNED], warnings[story.WARNED :][:1]
    honours = [one for one in _with(known, Measure.HONOUR, Standing.DUE) if one in without_loss]
    honoured, paid = honours[: story.HONOURED], _with(known, Measure.BONUS, Standing.DUE)[: story.PAID]
    demotions = [one for one in _with(known, Measure.DEMOTION, Standing.DUE) if one in safe]
    demoted = _without_application(play, demotions)[:1]
    play.course.take(
        story.LAST_DAY, "16:20", [draft for manager in at_risk for draft in _steps(play, known, manager)]
    )
    play.course.take(
        story.LAST_DAY,
        "16:40",
        [
            *(_decided(play, known, manager, Measure.BONUS) for manager in paid),
            *(_decided(play, known, manager, Measure.HONOUR) for manager in honoured),
            *(_decided(play, known, manager, Measure.WARNING) for manager in warned),
            *(_decided(play, known, manager, Measure.WARNING, story.SPARED) for manager in spared),
            *(_decided(play, known, manager, Measure.DEMOTION) for manager in demoted),
            *(_decided(play, known, manager, Measure.DISMISSAL, story.NOT_DISMISSED) for manager in at_risk),
        ],
    )


def _with(known: FromRecords, measure: Measure, standing: Standing) -> list[str]:
    """Who is advised so of the measure, in the order of their ids."""
    return sorted(
        manager
        for (manager, about), advised in known.advised.items()
        if about is measure and advised.standing is standing
    )


def _without_application(play: Play, managers: Sequence[str]) -> list[str]:
    return [manager for manager in managers if not play.course.state(_case(play, manager)).has_applied]


def _case(play: Play, manager: str) -> str:
    return case_id(play.policy.year, manager)


def _decided(
    play: Play, known: FromRecords, manager: str, measure: Measure, against: str | None = None
) -> Draft:
    """What the figures advise is agreed to; with a reason ``against`` it the measure is not."""
    person, advised = known.people[manager], known.advised[manager, measure]
    is_demoted = measure is Measure.DEMOTION and against is None
    decided = MeasureDecided(
        measure=measure,
        agreed=against is None,
        decided_on=story.LAST_DAY,
        advised=advised.standing,
        name=person.name,
        department=person.department,
        level=person.level,
        effective_on=story.EFFECTIVE_LATER if is_demoted else None,
        to_level=advised.to_level if is_demoted else None,
        amount=advised.amount if against is None else None,
    )
    case = _case(play, manager)
    return Draft(case, decided, play.lead(play.course.state(case), story.LAST_DAY), against)


def _steps(play: Play, known: FromRecords, manager: str) -> list[Draft]:
    """The steps of the law that were taken, in the order of their days, each with its document."""
    person = known.people[manager]
    return [
        play.by_secretary(
            story.LAST_DAY,
            _case(play, manager),
            LegalStep(step, done_on, document, person.name, person.department),
        )
        for step, done_on, document in story.STEPS_OF_THE_LAW
    ]
