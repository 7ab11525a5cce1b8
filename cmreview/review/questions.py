"""Questions for the committee, each with its reason and figures; none changes a verdict or a score.

Policy 1.3.a. What is unusual is not wrong: a question names what is in the records, never a suspicion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from cmreview.policy.model import Policy
from cmreview.review import rules
from cmreview.review.applications import Applied, window
from cmreview.review.dossier import Row
from cmreview.review.model import Declared, Fact, Figure, Person, Preliminary, Score, Told, Verdict
from cmreview.review.year_end import December, lifts
from cmreview.terms import INDICATORS, Label, Outcome, Unit

Value = str | Label | Figure | date | Told


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that questions about one applicant are asked from.

    ``behind`` are the rows behind the indicators by name, ``customers`` the names of customers by
    id. ``complaints_open`` counts the complaints of the year that are still being handled.
    """

    person: Person
    applied: Applied
    preliminary: Preliminary | None
    facts: Sequence[Fact]
    verdicts: Sequence[Verdict]
    score: Score | None
    declared: Sequence[Declared]
    behind: Mapping[str, Sequence[Row]]
    customers: Mapping[str, str]
    december: December
    days_on_leave: int
    active: Fraction
    currency: str
    complaints_open: int = 0


def questions(about: Circumstances, policy: Policy) -> tuple[Told, ...]:
    """Everything to be asked about one applicant, what stops the review first."""
    found = [*_application(about, policy), *_preliminary(about), *_year(about, policy)]
    if not about.applied.application.awaits_admission:
        found += [*_missing(about), *_close(about, policy), *_complaints(about, policy)]
        found += [*_partial(about), *_lifted(about, policy)]
    return (*found, *_declared(about, policy), *_december(about, policy), *_one_customer(about, policy))


def is_december_question(told: Told) -> bool:
    """Whether a question comes from the test of December's contracts, some of which chance alone raises."""
    return told.key == "review.question.december"


def _application(about: Circumstances, policy: Policy) -> Iterator[Told]:
    application = about.applied.application
    days = window(policy)
    if application.awaits_admission and application.late and days:
        yield _ask("late", day=application.applied_on, last=days[1])
    if application.awaits_admission and not application.evidence:
        yield _ask("no_documents")
    if days and application.applied_on < days[0]:
        yield _ask("early", day=application.applied_on, first=days[0])
    reviewed = policy.level(application.target_level).label
    for other in about.applied.replaced:
        level = policy.level(other.target_level).label
        yield _ask(
            "several_applications",
            day=other.applied_on,
            level=level,
            reviewed_day=application.applied_on,
            reviewed=reviewed,
        )
    above = policy.next_level(about.person.level)
    if above is None or above.id != application.target_level:
        held = about.person.level
        yield _ask(
            "not_the_next_level",
            held=policy.level(held).label if held else Told("review.no_level"),
            level=reviewed,
        )


def _preliminary(about: Circumstances) -> Iterator[Told]:
    if about.preliminary is None:
        yield _ask("no_preliminary")
    elif about.preliminary.decision != "passed":
        yield _ask(f"preliminary_{about.preliminary.decision}", reviewer=about.preliminary.reviewer)


def _year(about: Circumstances, policy: Policy) -> Iterator[Told]:
    first, last = date(policy.year, 1, 1), date(policy.year, 12, 31)
    if about.days_on_leave:
        treatment = rules.word(policy, "leave_treatment")
        key = "leave_prorated" if treatment == "prorate_threshold" else "leave"
        yield _ask(key, days=str(about.days_on_leave))
    history = about.person.history
    for before, after in pairwise(history):
        if before.department != after.department and first < after.start <= last:
            yield _ask("transferred", day=after.start, before=before.department, after=after.department)
    hired = about.person.hired_on
    if hired is not None and first < hired <= last:
        yield _ask("hired_in_year", day=hired)
    if about.person.left_on is not None and about.person.left_on <= last:
        yield _ask("left", day=about.person.left_on)
    for fact in about.facts:
        if fact.remark is not None and fact.remark.key in (
            "review.remark.first_covered_year",
            "review.remark.first_year_in_average",
        ):
            yield _ask("remark", indicator=INDICATORS[fact.indicator].label, remark=fact.remark)


def _missing(about: Circumstances) -> Iterator[Told]:
    for verdict in about.verdicts:
        if verdict.outcome is Outcome.NO_EVIDENCE and verdict.reason is not None:
            yield _ask("no_evidence", **_named(verdict), reason=verdict.reason)


def _close(about: Circumstances, policy: Policy) -> Iterator[Told]:
    within = rules.number(policy, "close_to_line")
    for verdict in about.verdicts:
        value, threshold = verdict.fact.value, verdict.threshold
        if not verdict.close or value is None or threshold is None or within is None:
            continue
        unit = verdict.fact.unit
        if unit is Unit.COUNT and within * threshold < 1:
            continue  # one project where one is asked for: the next number is far away, nothing is close
        yield _ask(
            "close_met" if verdict.outcome is Outcome.MET else "close_missed",
            **_named(verdict),
            value=Figure(value, unit, apart_from=threshold),
            threshold=Figure(threshold, unit, apart_from=value),
            within=Figure(within, Unit.SHARE),
        )


def _partial(about: Circumstances) -> Iterator[Told]:
    if about.score is not None and about.score.points is not None and about.score.coverage < 1:
        yield _ask("partial_score", coverage=Figure(about.score.coverage, Unit.SHARE, apart_from=Fraction(1)))


def _complaints(about: Circumstances, policy: Policy) -> Iterator[Told]:
    if not about.complaints_open or rules.word(policy, "unjustified_complaints") != "exclude":
        return
    for verdict in about.verdicts:
        fact, threshold = verdict.fact, verdict.threshold
        if fact.indicator != "complaint_rate" or verdict.outcome is not Outcome.MISSED or threshold is None:
            continue
        if fact.numerator is None or not fact.denominator:
            continue
        without = (fact.numerator - about.complaints_open) / fact.denominator
        if without < threshold:
            yield _ask(
                "complaints_open",
                **_named(verdict),
                count=str(about.complaints_open),
                without=Figure(without, Unit.SHARE, apart_from=threshold),
                threshold=Figure(threshold, Unit.SHARE, apart_from=without),
            )


def _lifted(about: Circumstances, policy: Policy) -> Iterator[Told]:
    found = lifts(about.verdicts, about.behind, policy, active=about.active, currency=about.currency)
    for lift in found:
        threshold = lift.verdict.threshold
        if threshold is None:
            continue
        unit = lift.verdict.fact.unit
        yield _ask(
            f"lifted_{lift.by}",
            **_named(lift.verdict),
            first=lift.first_day,
            count=str(lift.count),
            without=Figure(lift.without, unit, apart_from=threshold),
            threshold=Figure(threshold, unit, apart_from=lift.without),
        )


def _declared(about: Circumstances, policy: Policy) -> Iterator[Told]:
    for line in about.declared:
        if line.agrees is not False or line.declared is None or line.computed is None:
            continue
        yield _ask(
            "declared",
            indicator=INDICATORS[line.indicator].label,
            declared=Figure(line.declared, line.unit, apart_from=line.computed),
            computed=Figure(line.computed, line.unit, apart_from=line.declared),
        )


def _december(about: Circumstances, policy: Policy) -> Iterator[Told]:
    limit = rules.number(policy, "year_end_p")
    december = about.december
    if limit is None or december.chance > limit:
        return
    yield _ask(
        "december",
        own=str(december.own),
        own_all=str(december.own_all),
        own_share=Figure(Fraction(december.own, december.own_all), Unit.SHARE),
        peers_share=Figure(Fraction(december.peers, december.peers_all), Unit.SHARE),
        chance=Figure(december.chance, Unit.SHARE),
    )


def _one_customer(about: Circumstances, policy: Policy) -> Iterator[Told]:
    limit = rules.number(policy, "concentration_limit")
    by_customer: dict[str, Fraction] = {}
    for row in about.behind.get("sales", ()):
        if row["customer_id"] is not None and row["amount"] is not None:
            amount = by_customer.get(row["customer_id"], Fraction(0)) + Fraction(row["amount"])
            by_customer[row["customer_id"]] = amount
    sales = next((fact.value for fact in about.facts if fact.indicator == "sales"), None)
    if limit is None or not sales or sales < 0 or not by_customer:
        return
    customer = min(by_customer, key=lambda each: (-by_customer[each], each))
    if by_customer[customer] > limit * sales:
        yield _ask(
            "one_customer",
            customer=about.customers.get(customer, customer),
            amount=Figure(by_customer[customer], Unit.MONEY),
            share=Figure(by_customer[customer] / sales, Unit.SHARE, apart_from=limit),
        )


def _named(verdict: Verdict) -> dict[str, Value]:
    return {"indicator": INDICATORS[verdict.fact.indicator].label, "clause": verdict.criterion}


def _ask(key: str, **values: Value) -> Told:
    return Told(f"review.question.{key}", tuple(values.items()))
