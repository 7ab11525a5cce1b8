"""What would have come out under another year's policy, by name and clause (Policy 1.3.c, 5.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from cmreview.policy.model import Group, Policy
from cmreview.review.consequence_model import Alternative, Consequences, Measure, Standing
from cmreview.review.criteria import DEFINED_BY, judge
from cmreview.review.model import Case, Verdict
from cmreview.review.told import Figure, Told
from cmreview.terms import INDICATORS, OUTCOMES, Label, Unit


def judged_by(case: Case, other: Policy, active: Fraction, currency: str | None) -> tuple[Verdict, ...]:
    """Performance verdicts of the level held by the criteria of ``other``, on the same figures.

    ``active`` is the share of the year without leave. What is new in ``other`` has no evidence here, and a
    level that ``other`` does not know has none of them.
    """
    level = case.person.level
    if level is None or not case.held or all(known.id != level for known in other.levels):
        return ()
    facts = (*(verdict.fact for verdict in case.held), *case.facts)
    return tuple(
        judge(criterion, facts, other, active=active, currency=currency)
        for criterion in other.criteria_for(level, Group.PERFORMANCE)
    )


def counted_otherwise(policy: Policy, other: Policy) -> tuple[Label, ...]:
    """Definitions of indicators that differ between two policies: figures are not counted anew for them."""
    keys = dict.fromkeys(key for name in INDICATORS for key in DEFINED_BY.get(name, ()))
    return tuple(policy.parameters[key].label for key in keys if policy.value(key) != other.value(key))


def alternatives(
    here: Consequences, there: Consequences, held: Sequence[Verdict], judged: Sequence[Verdict], year: int
) -> tuple[Alternative, ...]:
    """Each measure that stands otherwise under the policy of ``year``, with what makes the difference."""
    return tuple(_differences(here, there, _changed(held, judged), year))


def _differences(
    here: Consequences, there: Consequences, changed: Sequence[Told], year: int
) -> Iterator[Alternative]:
    cause = changed[0] if changed else Told("consequences.alternative.other_rule")
    for measure in Measure:
        now, then = _standing(here, measure), _standing(there, measure)
        if now is None or then is None:
            continue
        values = (
            ("year", str(year)),
            ("now", Told(f"consequences.standing.{now.value}")),
            ("then", Told(f"consequences.standing.{then.value}")),
            ("cause", cause),
        )
        if now is not then:
            yield Alternative(year, measure, now, then, Told("consequences.alternative.standing", values))
        elif measure is Measure.BONUS and here.bonus and there.bonus:
            paid, other = here.bonus.paid, there.bonus.paid
            if paid is not None and other is not None and paid != other:
                amounts = (
                    ("year", str(year)),
                    ("now", Figure(paid, Unit.MONEY)),
                    ("then", Figure(other, Unit.MONEY)),
                )
                told = Told("consequences.alternative.bonus", amounts)
                yield Alternative(year, measure, now, then, told)


def _standing(of: Consequences, measure: Measure) -> Standing | None:
    if measure is Measure.BONUS:
        return None if of.bonus is None else of.bonus.standing
    advice = of.of(measure)
    return None if advice is None else advice.standing


def _changed(held: Sequence[Verdict], judged: Sequence[Verdict]) -> list[Told]:
    """The criteria that come out otherwise, each as a sentence with its clause."""
    before: Mapping[str, Verdict] = {verdict.criterion: verdict for verdict in judged}
    found = []
    for verdict in held:
        other = before.get(verdict.criterion)
        if other is not None and other.outcome is not verdict.outcome:
            values = (
                ("clause", verdict.criterion),
                ("indicator", INDICATORS[verdict.fact.indicator].label),
                ("now", OUTCOMES[verdict.outcome]),
                ("then", OUTCOMES[other.outcome]),
            )
            found.append(Told("consequences.alternative.criterion", values))
    return found
