"""The brief for the account managers' meeting: figures, changed rules, opinions and answers (Policy 7.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from cmreview.policy.compare import diff
from cmreview.policy.model import Policy
from cmreview.review.analysis.meeting import Meeting
from cmreview.review.analysis.periods import Period
from cmreview.show.feedback.writing import Writing
from cmreview.show.figures import Figures
from cmreview.show.papers.feedback_shapes import (
    DepartmentFigures,
    MeetingBrief,
    OpinionLine,
    PeriodFigure,
    PolicyChange,
)
from cmreview.words import say


@dataclass(frozen=True, slots=True)
class Opinion:
    """One opinion as it is recorded (意见建议); who raised it is not asked."""

    opinion_id: str
    raised_on: date
    about: str | None
    opinion: str
    answer: str | None = None
    answered_by: str | None = None
    answered_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing was answered yet."""
        return not (self.answer or "").strip()


def opinions_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Opinion, ...]:
    """The rows of the records' table by day and id; one without a day or a text was told by intake."""
    found = [
        Opinion(**{name: row[name] for name in Opinion.__slots__})
        for row in rows
        if row["raised_on"] is not None and row["opinion"] is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.raised_on, one.opinion_id)))


def meeting_brief(
    found: Meeting, opinions: Sequence[Opinion], before: Policy | None, writing: Writing
) -> MeetingBrief:
    """The brief of a period (Policy 7.1). ``before`` is the policy of the last meeting, None without one.

    Opinions raised after the period are the next meeting's.
    """
    archive, period, lang = writing.archive, found.period, writing.lang
    own = [one for one in opinions if period.has(one.raised_on)]
    late = [one for one in opinions if one.raised_on < period.first and one.is_open]
    groups = found.departments or ()
    changes = (
        () if before is None or before.year == archive.policy.year else diff(before, archive.policy, lang)
    )
    return MeetingBrief(
        company=archive.company,
        dated=writing.dated,
        period=period_name(period, lang),
        first_day=period.first,
        last_day=period.last,
        rule_title=archive.rule_title,
        edition=archive.policy.edition,
        figures=tuple(_figures(found, writing.figures)),
        departments=tuple(
            DepartmentFigures(
                group.departments[0] if len(group.departments) == 1 else say("feedback.meeting.others", lang),
                group.managers,
                writing.figures.money(group.sales),
                writing.figures.count(group.contracts),
                writing.figures.count(group.new_customers),
            )
            for group in groups
        ),
        merged=tuple(name for group in groups if len(group.departments) > 1 for name in group.departments),
        remarks=tuple(_remarks(found, writing)),
        policy_before=None if before is None else before.year,
        policy_now=archive.policy.year,
        changes=tuple(PolicyChange(one.clause, one.text.rstrip("。.")) for one in changes),
        opinions=tuple(_line(one) for one in own),
        late=tuple(_line(one) for one in late),
        open_opinions=sum(one.is_open for one in own) + len(late),
    )


def period_name(period: Period, lang: str) -> str:
    """A period as people call it: 2025年上半年."""
    key = "year" if period.kind is None else f"{period.kind.lower()}{period.part}"
    return say(f"feedback.meeting.period.{key}", lang, year=period.year)


def _figures(found: Meeting, figures: Figures) -> Iterator[PeriodFigure]:
    now, before = found.now, found.before
    written = {"sales": figures.money}
    for name in ("sales", "contracts", "new_customers", "complaints"):
        one, other = getattr(now, name), getattr(before, name)
        write = written.get(name, figures.count)
        yield PeriodFigure(
            say(f"feedback.meeting.figure.{name}", figures.lang),
            None if one is None else write(one),
            None if other is None else write(other),
            _change(one, other, figures),
        )


def _change(now: Fraction | int | None, before: Fraction | int | None, figures: Figures) -> str | None:
    """The change in percent; none from nothing, whatever came of it."""
    if now is None or not before:
        return None
    return figures.percent(Fraction(now) / before - 1, sign=True)


def _remarks(found: Meeting, writing: Writing) -> Iterator[str]:
    lang = writing.lang
    if found.until is not None:
        yield say("feedback.meeting.until", lang, day=writing.figures.day(found.until))
    if found.departments is None:
        yield say("feedback.meeting.no_departments", lang)
    if found.before.sales is None:
        yield say("feedback.meeting.no_year_before", lang)


def _line(one: Opinion) -> OpinionLine:
    return OpinionLine(
        one.opinion_id,
        one.raised_on,
        one.about,
        one.opinion,
        "open" if one.is_open else "answered",
        None if one.is_open else one.answer,
        None if one.is_open else one.answered_by,
        None if one.is_open else one.answered_on,
    )
