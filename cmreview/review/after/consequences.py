"""What follows from the year for everybody: rewards, penalties, and what another policy would have said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from cmreview.policy.model import Policy
from cmreview.review import people
from cmreview.review.after.alternatives import alternatives, judged_by, rules_changed
from cmreview.review.after.bonus import Claim, bonuses
from cmreview.review.after.honours import Contender, benefits, honours, priority
from cmreview.review.after.incidents import incidents, loss_advice
from cmreview.review.after.measures_recorded import Recorded
from cmreview.review.after.model import (
    BonusPool,
    Consequences,
    Measure,
)
from cmreview.review.after.penalties import penalties
from cmreview.review.after.streaks import streak, year_outcome
from cmreview.review.model import Case, Fact, Verdict
from cmreview.review.scoring import performance_score
from cmreview.review.told import Told
from cmreview.terms import INDICATORS, Outcome


@dataclass(frozen=True)
class Beside:
    """What the cases do not hold: incidents and shares of the year present by manager id, what is recorded.

    ``stopped`` are departments whose figures may still change: nothing is worked out for their people.
    """

    incidents: Mapping[str, Sequence[Mapping[str, Any]]]
    active: Mapping[str, Fraction]
    currency: str | None = None
    stopped: frozenset[str] = frozenset()
    recorded: Mapping[str, Recorded] = field(default_factory=dict)


def with_consequences(
    cases: Sequence[Case], beside: Beside, policy: Policy, earlier: Policy | None = None
) -> tuple[tuple[Case, ...], BonusPool]:
    """The cases with what follows from the year, and the company's bonuses together (Policy 5.4).

    Worked out for everybody who is with the company at the year's end, applicant or not. ``earlier`` is
    another year's policy: where it would have said otherwise, that is told. Nothing here happens by itself.
    """
    own = [case for case in cases if _is_concerned(case, policy, beside)]
    held = {case.person.manager_id: case.held for case in own}
    found, pool = _worked_out(own, held, beside, policy)
    if earlier is not None:
        found = _beside_those_of(earlier, own, found, beside, policy)
    for manager, (decided, steps) in beside.recorded.items():
        if manager in found:
            found[manager] = replace(found[manager], decided=decided, steps=steps)
    with_them = tuple(replace(case, consequences=found.get(case.person.manager_id)) for case in cases)
    return with_them, pool


def _is_concerned(case: Case, policy: Policy, beside: Beside) -> bool:
    left = case.person.left_on
    is_here = people.was_there(case.person, policy.year) and (
        left is None or left > date(policy.year, 12, 31)
    )
    return is_here and case.person.department not in beside.stopped


def _worked_out(
    cases: Sequence[Case], held: Mapping[str, Sequence[Verdict]], beside: Beside, policy: Policy
) -> tuple[dict[str, Consequences], BonusPool]:
    # whoever holds no level has no requirements to meet: that is no rule, and not evidence that is missing
    outcomes = {
        case.person.manager_id: Outcome.NO_RULE
        if case.person.level is None
        else year_outcome(held[case.person.manager_id])
        for case in cases
    }
    paid, pool = bonuses([_claim(case, outcomes) for case in cases], policy)
    scores = {manager: performance_score(verdicts, policy) for manager, verdicts in held.items()}
    honoured = honours(
        [
            Contender(manager, outcomes[manager], score.points, score.coverage)
            for manager, score in scores.items()
        ],
        policy,
    )
    found = {}
    for case in cases:
        manager = case.person.manager_id
        run = streak(case.person, outcomes[manager], policy)
        errors = incidents(beside.incidents.get(manager, ()), policy, currency=beside.currency)
        loss = loss_advice(errors)
        honour = honoured[manager]
        advice = (
            honour,
            priority(case.person, policy),
            benefits(case.person, honour, policy),
            *penalties(held[manager], case.person, run, policy),
            *(() if loss is None else (loss,)),
        )
        order = list(Measure)
        found[manager] = Consequences(
            outcome=outcomes[manager],
            streak=run,
            advice=tuple(sorted(advice, key=lambda one: order.index(one.measure))),
            bonus=paid[manager],
            incidents=errors,
        )
    return found, pool


def _beside_those_of(
    earlier: Policy,
    cases: Sequence[Case],
    found: Mapping[str, Consequences],
    beside: Beside,
    policy: Policy,
) -> dict[str, Consequences]:
    """What follows, with what the policy of another year would have said of the same year."""
    there = replace(earlier, year=policy.year)
    judged = {
        case.person.manager_id: judged_by(
            case, there, beside.active.get(case.person.manager_id, Fraction(1)), beside.currency
        )
        for case in cases
    }
    others, _ = _worked_out(cases, judged, beside, there)
    rules = rules_changed(policy, there)
    return {
        case.person.manager_id: replace(
            found[case.person.manager_id],
            alternatives=alternatives(
                found[case.person.manager_id],
                others[case.person.manager_id],
                case.held,
                judged[case.person.manager_id],
                rules,
                earlier.year,
            ),
        )
        for case in cases
    }


def _claim(case: Case, outcomes: Mapping[str, Outcome]) -> Claim:
    manager = case.person.manager_id
    return Claim(manager, outcomes[manager], _fact(case, "sales_growth"), _fact(case, "sales_share"))


def _fact(case: Case, indicator: str) -> Fact:
    known = case.fact(indicator)
    if known is not None:
        return known
    return Fact(indicator, INDICATORS[indicator].unit, None, remark=Told("review.evidence.not_in_records"))
