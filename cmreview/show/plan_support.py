"""What an improvement plan may propose: courses for the gaps, and what was agreed in talks (Policy 5.4.e)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cmreview.policy.catalogue import Run
from cmreview.review.development.development import Development
from cmreview.review.development.gaps import Priority
from cmreview.show.development_rows import Teller
from cmreview.show.feedback.coaching import Talk, latest
from cmreview.words import say


def plan_support(
    people: Mapping[str, Development], held: Sequence[Talk], teller: Teller
) -> dict[str, tuple[str, ...]]:
    """In words, by manager id: the courses for what the level held asks for, then what was agreed last.

    Courses for the next level are left out: the plan is on what was missed.
    """
    agreed = {manager: talk.support for manager, talk in latest(held).items() if talk.support}
    found: dict[str, tuple[str, ...]] = {}
    for manager in sorted({*people, *agreed}):
        lines = people[manager].plan.lines if manager in people else ()
        told = [
            say(
                "measure_papers.support.course",
                teller.lang,
                course=line.course.title(teller.lang),
                dates=_days(line.run, teller),
            )
            for line in lines
            if line.priority is Priority.HELD_MISSED
        ]
        if manager in agreed:
            told.append(say("measure_papers.support.coaching", teller.lang, support=agreed[manager]))
        if told:
            found[manager] = tuple(told)
    return found


def _days(run: Run, teller: Teller) -> str:
    """First and last day as a paper has them; a single day once."""
    first, last = teller.figures.day(run.first), teller.figures.day(run.last)
    if run.first == run.last:
        return first
    return say("measure_papers.support.days", teller.lang, first=first, last=last)
