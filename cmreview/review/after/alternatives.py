"""What would have come out under another year's policy, by name and clause (Policy 1.3.c, 5.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cmreview.policy.model import Group, Policy
from cmreview.review.after.model import Alternative, Consequences, Measure, Standing
from cmreview.review.criteria import DEFINED_BY, judge
from cmreview.review.model import Case, Verdict
from cmreview.review.told import Figure, Told
from cmreview.terms import INDICATORS, OUTCOMES, Label, Unit

# The clauses whose rules a measure rests on, the nearest first.
_RESTS_ON: Mapping[Measure, tuple[str, ...]] = {
    Measure.BONUS: ("5.4.a",),
    Measure.HONOUR: ("5.4.b", "1.3.b"),
    Measure.PRIORITY: ("5.4.c",),
    Measure.BENEFITS: ("5.4.d", "5.4.b", "1.3.b"),
    Measure.WARNING: ("5.4.e", "5.4.f"),
    Measure.DEMOTION: ("5.4.f", "5.4.e"),
    Measure.DISMISSAL: ("5.4.g", "5.4.f", "5.4.e"),
    Measure.LOSS: ("5.4.h",),
}
_RESTS_ON_ALL = frozenset(clause for clauses in _RESTS_ON.values() for clause in clauses)


@dataclass(frozen=True, slots=True)
class Changed:
    """A rule that differs between two policies, told with its clause."""

    clause: str
    told: Told


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


def rules_changed(policy: Policy, other: Policy) -> tuple[Changed, ...]:
    """The rules on rewards, penalties and the score that differ between two policies, each by its clause."""
    found = [
        Changed(
            one.clause, Told("consequences.alternative.rule", (("clause", one.clause), ("rule", one.label)))
        )
        for key, one in policy.parameters.items()
        if one.clause in _RESTS_ON_ALL and one.value != other.value(key)
    ]
    if _scored(policy) != _scored(other):
        clause = "1.3.b"
        found.append(Changed(clause, Told("consequences.alternative.score", (("clause", clause),))))
    return tuple(found)


def alternatives(
    here: Consequences,
    there: Consequences,
    held: Sequence[Verdict],
    judged: Sequence[Verdict],
    rules: Sequence[Changed],
    year: int,
) -> tuple[Alternative, ...]:
    """Each measure that stands otherwise under the policy of ``year``, with what makes the difference.

    Those are the person's criteria where the year's outcome differs, else the ``rules`` that the measure
    rests on, each by its clause; where neither does, it is that others come out otherwise.
    """
    criteria = _changed(held, judged) if here.outcome is not there.outcome else []
    return tuple(_differences(here, there, criteria, rules, year))


def _differences(
    here: Consequences, there: Consequences, criteria: Sequence[Told], rules: Sequence[Changed], year: int
) -> Iterator[Alternative]:
    for measure in Measure:
        now, then = _standing(here, measure), _standing(there, measure)
        if now is None or then is None:
            continue
        own = [rule.told for clause in _RESTS_ON[measure] for rule in rules if rule.clause == clause]
        cause = _together(criteria or own or [Told("consequences.alternative.others")])
        if now is not then:
            told = Told(
                "consequences.alternative.standing",
                (
                    ("year", str(year)),
                    ("now", Told(f"consequences.standing.{now.value}")),
                    ("then", Told(f"consequences.standing.{then.value}")),
                    ("cause", cause),
                ),
            )
            yield Alternative(year, measure, now, then, told)
        elif measure is Measure.BONUS and here.bonus and there.bonus:
            paid, other = here.bonus.paid, there.bonus.paid
            if paid is not None and other is not None and paid != other:
                amounts = (
                    ("year", str(year)),
                    ("now", Figure(paid, Unit.MONEY)),
                    ("then", Figure(other, Unit.MONEY)),
                    ("cause", cause),
                )
                told = Told("consequences.alternative.bonus", amounts)
                yield Alternative(year, measure, now, then, told)


def _together(told: Sequence[Told]) -> Told:
    """Several sentences as one."""
    first, *more = told
    if not more:
        return first
    return Told("consequences.alternative.several", (("first", first), ("more", _together(more))))


def _scored(policy: Policy) -> list[tuple[object, ...]]:
    """What a score is made of: weights, what scores nothing, and the thresholds between (Policy 1.3.b)."""
    return [
        (one.id, *(None if part is None else part.value for part in (one.weight, one.zero_at, one.threshold)))
        for one in policy.criteria
        if one.weight is not None
    ]


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
