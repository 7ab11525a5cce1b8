"""The record of the example company's year, as papers are made of it; and of a small course."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from cmreview.process.calendar_file import load_calendar
from cmreview.process.events import Event
from cmreview.review.case import build_review
from cmreview.review.committee.recorded import process_record
from cmreview.review.model import Review
from cmreview.show.papers.source import Archive
from tests.process.example import example
from tests.review.committee.course import Course


@cache
def _events() -> tuple[Event, ...]:
    """The example's plan as an empty ledger would number it; each event has a hash of its own."""
    drafts = [(entry.at, draft) for entry in example().plan.entries for draft in entry.drafts]
    return tuple(
        Event(
            number,
            one.case,
            one.payload,
            one.actor,
            at,
            one.reason,
            one.corrects,
            "",
            sha256(str(number).encode()).hexdigest(),
        )
        for number, (at, one) in enumerate(drafts, start=1)
    )


@cache
def of_example(lang: str = "zh") -> Archive:
    """The whole example, with its records."""
    made = example()
    setting = made.plan.setting
    record = process_record(_events(), setting.committee, made.policy)
    review = build_review(made.records, made.policy, record=record)
    common = (made.policy, setting.committee, setting.calendar, record.histories)
    return Archive(*common, review=review, currency=made.records.currency.label, lang=lang)


def of_course(course: Course, review: Review | None = None) -> Archive:
    """What a few steps of a small committee left."""
    return Archive(course.policy, course.committee, load_calendar(), course.record().histories, review)
