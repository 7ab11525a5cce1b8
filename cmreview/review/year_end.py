"""Contracts at the year's end: who has many of them, and who reached a threshold by them alone.

Sales are higher at the end of a year everywhere, so nobody is held against one twelfth: a person is
held against the peers, and a threshold against the same figures without the last days. Both only
raise questions; no verdict and no score changes (Policy 1.3.a).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from math import comb

from cmreview.policy.model import Policy
from cmreview.review import rules
from cmreview.review.criteria import judge
from cmreview.review.dossier import Row
from cmreview.review.model import Fact, Verdict
from cmreview.terms import Outcome


@dataclass(frozen=True, slots=True)
class December:
    """Contracts signed in December among all of the year: one's own, and those of everybody else."""

    own: int
    own_all: int
    peers: int
    peers_all: int

    @property
    def chance(self) -> Fraction:
        """How likely as many or more in December are by chance: Fisher's exact test, one-sided.

        All contracts are taken as given, those in December among them too, and dealt out at random.
        Without peers, or without contracts, it is 1.
        """
        total, in_december = self.own_all + self.peers_all, self.own + self.peers
        if not self.own or not self.peers_all:
            return Fraction(1)
        ways = comb(in_december, self.own) * comb(total - in_december, self.own_all - self.own)
        found = ways
        for k in range(self.own, min(self.own_all, in_december)):
            # each next number of ways follows from the last; the division leaves no remainder
            ways *= (in_december - k) * (self.own_all - k)
            ways //= (k + 1) * (total - in_december - self.own_all + k + 1)
            found += ways
        return Fraction(found, comb(total, self.own_all))


@dataclass(frozen=True, slots=True)
class Lift:
    """A criterion that is met only by the year's last days, and its value without them.

    ``count`` is the number of ``contracts`` or ``customers`` (``by``) of those days.
    """

    verdict: Verdict
    without: Fraction
    count: int
    by: str
    first_day: date


def decembers(signed: Mapping[str, Sequence[Row]]) -> dict[str, December]:
    """Everybody's December, from the rows behind the sales of each manager."""
    own = {manager: (sum(_is_december(row) for row in rows), len(rows)) for manager, rows in signed.items()}
    december, everything = (sum(counts[i] for counts in own.values()) for i in (0, 1))
    return {
        manager: December(count, total, december - count, everything - total)
        for manager, (count, total) in own.items()
    }


def lifts(
    verdicts: Sequence[Verdict],
    behind: Mapping[str, Sequence[Row]],
    policy: Policy,
    *,
    active: Fraction,
    currency: str,
) -> tuple[Lift, ...]:
    """The criteria that are met, and would be missed without the contracts of ``year_end_days``.

    ``behind`` are the rows behind the person's indicators by name. Nothing where the policy leaves
    the days open.
    """
    days = rules.number(policy, "year_end_days")
    if not days:
        return ()
    first_day = date(policy.year, 12, 31) - timedelta(days=int(days) - 1)
    late = {
        name: [row for row in rows if row["dated_on"] and row["dated_on"] >= first_day]
        for name, rows in behind.items()
    }
    found = []
    for verdict in verdicts:
        fact = _without(verdict.fact, late)
        if verdict.outcome is not Outcome.MET or fact is None:
            continue
        criterion = policy.criterion(verdict.criterion)
        if judge(criterion, [fact], policy, active=active, currency=currency).outcome is Outcome.MISSED:
            rows = _ROWS[fact.indicator]
            by = "contracts" if rows == "sales" else "customers"
            found.append(Lift(verdict, fact.value or Fraction(0), len(late[rows]), by, first_day))
    return tuple(found)


# Which rows an indicator that contracts can lift is counted from.
_ROWS = {
    "sales": "sales",
    "sales_growth": "sales",
    "sales_share": "sales",
    "new_customers": "new_customers",
    "new_customer_growth": "new_customers",
    "key_customers": "key_customers",
}


def _without(fact: Fact, late: Mapping[str, Sequence[Row]]) -> Fact | None:
    rows = late.get(_ROWS.get(fact.indicator, ""), ())
    if not rows:
        return None
    if fact.indicator in ("new_customers", "key_customers"):
        return None if fact.value is None else replace(fact, value=fact.value - len(rows))
    amount = sum((Fraction(row["amount"]) for row in rows if row["amount"] is not None), Fraction(0))
    if fact.indicator == "sales":
        return None if fact.value is None else replace(fact, value=fact.value - amount)
    part = Fraction(len(rows)) if fact.indicator == "new_customer_growth" else amount
    if fact.numerator is None or not fact.denominator:
        return None
    numerator, denominator = fact.numerator - part, fact.denominator
    if fact.indicator == "sales_share":  # the company would have sold less as well
        denominator -= part
        value = numerator / denominator if denominator else Fraction(0)
    else:
        value = numerator / denominator - 1
    return replace(fact, value=value, numerator=numerator, denominator=denominator)


def _is_december(row: Row) -> bool:
    return row["dated_on"] is not None and row["dated_on"].month == 12
