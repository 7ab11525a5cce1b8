"""One person's year as a letter: figures, verdicts, what follows, the way ahead, training (Policy 7.3).

Only the person's own case and development come in, so that nobody else's data can come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cmreview.review import rules
from cmreview.review.criteria import all_of
from cmreview.review.development.development import Development
from cmreview.review.development.path import Reach
from cmreview.review.model import Case, Fact, Verdict
from cmreview.review.people import was_there
from cmreview.show.feedback.measures import measure_lines
from cmreview.show.feedback.writing import Writing
from cmreview.show.figures import NOTHING, indicator_label
from cmreview.show.papers.feedback_shapes import (
    AheadLine,
    Feedback,
    FigureLine,
    TrainingLine,
    TrendLine,
)
from cmreview.show.papers.fields import Prose
from cmreview.show.voice import criterion_label
from cmreview.terms import INDICATORS, Outcome
from cmreview.words import say

# What is told without a level, whose requirements would say what to show (Policy 5.1).
_PLAIN = (
    *("sales", "sales_growth", "new_customers", "satisfaction", "complaint_rate"),
    *("key_customers", "long_term_share", "major_projects"),
)
_MONEY_OVER_MONEY = ("sales_growth", "sales_share")


def is_written_to(case: Case, year: int, stopped: frozenset[str]) -> str | None:
    """Why somebody gets no letter on the year, as a key of ``feedback.none``; None where they do.

    Whoever was not there or has left gets none, nor does a department whose errors in the records must be
    mended first, since its figures may still change.
    """
    if case.person.department in stopped:
        return "stopped"
    if case.person.left_on is not None:
        return "left"
    return None if was_there(case.person, year) else "not_there"


def feedback(case: Case, found: Development | None, writing: Writing) -> Feedback:
    """The letter of one person (Policy 7.3). ``found`` is the person's own; None tells no way ahead."""
    archive, person = writing.archive, case.person
    above = archive.policy.next_level(person.level)
    days = rules.number(archive.policy, "objection_days")
    verdicts = case.held
    return Feedback(
        company=archive.company,
        dated=writing.dated,
        year=archive.policy.year,
        rule_title=archive.rule_title,
        edition=archive.policy.edition,
        name=person.name,
        manager_id=person.manager_id,
        department=person.department,
        level_held=archive.level(person.level),
        outcome=all_of(verdict.outcome for verdict in verdicts).value if verdicts else None,
        conclusion=Prose(_conclusion(case, writing)),
        figures=tuple(_lines(case, writing)),
        trend=tuple(_trend(case, writing)),
        missing=tuple(_missing(verdicts, writing)),
        measures_known=case.consequences is not None,
        measures=() if case.consequences is None else measure_lines(case.consequences, writing),
        level_next=None if above is None else archive.level(above.id),
        earliest=_earliest(case, found, None if above is None else archive.level(above.id), writing),
        ahead=tuple(_ahead(found, writing)),
        training_year=archive.policy.year + 1,
        training=tuple(_training(found, writing)),
        unserved=tuple(_unserved(found, writing)),
        objection_days=None if days is None else int(days),
        contact=archive.contact,
        appeal_body=archive.appeal_body,
    )


def _conclusion(case: Case, writing: Writing) -> str:
    if case.person.level is None:
        return say("feedback.conclusion.no_level", writing.lang)
    if not case.held:
        return say("feedback.conclusion.nothing", writing.lang)
    worst = all_of(verdict.outcome for verdict in case.held)
    count = sum(verdict.outcome is worst for verdict in case.held)
    return say(f"feedback.conclusion.{worst.value}", writing.lang, count=count)


def _lines(case: Case, writing: Writing) -> Iterator[FigureLine]:
    """The requirements of the level held; without one the person's figures as they are."""
    figures = writing.figures
    for verdict in case.held:
        is_there = verdict.fact.value is not None or verdict.fact.unbounded
        yield FigureLine(
            verdict.criterion,
            criterion_label(verdict, writing.level, writing.lang),
            figures.fact(verdict.fact, verdict.threshold) if is_there else None,
            figures.threshold(verdict, verdict.threshold),
            verdict.outcome.value,
            _joined(_why(verdict, writing), writing),
        )
    if case.person.level is None:
        for name in _PLAIN:
            fact = case.fact(name)
            if fact is not None:
                told = figures.fact(fact) if fact.value is not None or fact.unbounded else None
                why = _joined(_on_fact(fact, writing), writing)
                label = indicator_label(name, writing.lang)
                yield FigureLine(INDICATORS[name].clause, label, told, None, None, why)


def _why(verdict: Verdict, writing: Writing) -> Iterator[str]:
    """How far from the requirement, what the figure is made of, or what is missing."""
    figures = writing.figures
    if verdict.outcome in (Outcome.NO_EVIDENCE, Outcome.NO_RULE):
        yield (
            say("feedback.no_record", writing.lang)
            if verdict.reason is None
            else writing.tell(verdict.reason)
        )
        return
    margin = figures.margin(verdict)
    if margin != NOTHING:
        yield margin
    if verdict.full_threshold is not None and verdict.full_threshold != verdict.threshold:
        full = figures.threshold(verdict, verdict.full_threshold)
        yield say("packet.criteria.full_threshold", writing.lang, threshold=full)
    yield from _on_fact(verdict.fact, writing)


def _on_fact(fact: Fact, writing: Writing) -> Iterator[str]:
    figures = writing.figures
    if fact.numerator is not None and fact.denominator is not None:
        write = figures.money if fact.indicator in _MONEY_OVER_MONEY else figures.count
        parts = {"numerator": write(fact.numerator), "denominator": write(fact.denominator)}
        yield say(f"packet.quotient.{fact.indicator}", writing.lang, **parts)
    if fact.remark is not None:
        yield writing.tell(fact.remark)


def _missing(verdicts: tuple[Verdict, ...], writing: Writing) -> Iterator[str]:
    """What is to be handed in before a requirement can be judged."""
    for verdict in verdicts:
        if verdict.outcome is Outcome.NO_EVIDENCE:
            why = "" if verdict.reason is None else writing.tell(verdict.reason)
            label = criterion_label(verdict, writing.level, writing.lang)
            key = "missing" if why else "missing_plain"
            yield say(f"feedback.{key}", writing.lang, criterion=label, why=why)


def _trend(case: Case, writing: Writing) -> Iterator[TrendLine]:
    figures = writing.figures
    for one in case.trend:
        yield TrendLine(
            one.year,
            None if one.sales is None else figures.money(one.sales),
            None if one.new_customers is None else figures.count(one.new_customers),
            None if one.customers_served is None else figures.count(one.customers_served),
            say("feedback.part_year", writing.lang) if one.part_year else None,
        )


def _earliest(case: Case, found: Development | None, level: str | None, writing: Writing) -> str:
    """When the next level could be reached; at the top, what comes first there."""
    if level is None:
        is_met = bool(case.held) and all_of(one.outcome for one in case.held) is Outcome.MET
        return say(f"feedback.top.{'met' if is_met else 'not_met'}", writing.lang)
    if found is None or found.outlook is None:
        return say("feedback.no_outlook", writing.lang, level=level)
    told = found.outlook.told
    if told.key.startswith("development.path.never"):
        # what the figures alone can't give is told to the person as what to work on
        names = [criterion_label(one.verdict, writing.level, writing.lang) for one in found.outlook.binding]
        between = say("packet.comma", writing.lang)
        return say("feedback.never", writing.lang, level=level, names=between.join(names))
    return writing.tell(told)


def _ahead(found: Development | None, writing: Writing) -> Iterator[AheadLine]:
    """Every criterion of the next level that is not met yet (Policy 6.3)."""
    if found is None or found.outlook is None:
        return
    for step in found.outlook.steps:
        if step.reach is not Reach.MET:
            yield AheadLine(
                step.criterion,
                criterion_label(step.verdict, writing.level, writing.lang),
                writing.tell(step.told),
                None if step.year is None else str(step.year),
            )


def _training(found: Development | None, writing: Writing) -> Iterator[TrainingLine]:
    """The courses of the plan, each with what it trains for (Policy 6.1)."""
    if found is None:
        return
    teller = writing.teller
    for line in found.plan.lines:
        behind = dict.fromkeys(criterion_label(gap.verdict, writing.level, writing.lang) for gap in line.gaps)
        yield TrainingLine(
            line.course.title(writing.lang),
            teller.phrase(f"method.{line.course.method.value}"),
            writing.figures.count(line.course.days),
            teller.run(line.run),
            _joined(behind, writing),
        )


def _unserved(found: Development | None, writing: Writing) -> Iterator[str]:
    """What nothing in the plan trains for, and why; one line for what has the same reason."""
    by_reason: dict[str, dict[str, None]] = {}
    for each in () if found is None else found.plan.unserved:
        label = criterion_label(each.gap.verdict, writing.level, writing.lang)
        by_reason.setdefault(writing.teller.why(each.why), {})[label] = None
    for why, names in by_reason.items():
        between = say("packet.comma", writing.lang)
        yield say("feedback.unserved", writing.lang, names=between.join(names), why=why)


def _joined(parts: Iterable[str], writing: Writing) -> str:
    return say("packet.semicolon", writing.lang).join(part.rstrip("。.;；") for part in parts)
