"""Policies with the analysis's own settings, and material by hand or drawn by hypothesis (Policy 5.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from cmreview.policy.model import Parameter, Policy
from cmreview.records.schema import TABLES
from cmreview.review.analysis.material import Material, Sale
from cmreview.review.analysis.settings import settings
from cmreview.terms import Label
from tests.builders import make_policy

SETTINGS: Mapping[str, Any] = {
    "largest_customers": Decimal(2),
    "largest_managers": Decimal(3),
    "forecast_years": Decimal(4),
    "complaint_open_days": Decimal(90),
    "fewest_in_sum": Decimal(3),
    "tried_steps": (Decimal("0.1"), Decimal("0.2")),
    "bands_below": (Decimal("0.5"), Decimal("0.8")),
    "bands_above": (Decimal("1.2"), Decimal("1.5")),
    "fewest_for_rate": Decimal(5),
    "fewest_for_ratio": Decimal(20),
    "least_ratio": Decimal("0.8"),
    "interval_level": Decimal("0.95"),
}


def analysis_policy(year: int = 2025, thresholds: Mapping[str, Any] | None = None, **values: Any) -> Policy:
    """``make_policy`` with the analysis's settings; ``values`` replace either, None leaves one open."""
    own = {key: values.pop(key, value) for key, value in SETTINGS.items()}
    policy = make_policy(year, thresholds, **values)
    added = {
        key: Parameter(key, "5.3", "count", value, 2021, Label(key, key), Label(key, key))
        for key, value in own.items()
    }
    return replace(policy, parameters={**policy.parameters, **added})


def material(
    sales: Sequence[tuple[str, str, str, str | int | Decimal]],
    year: int = 2025,
    *,
    departments: Mapping[str, str] | None = None,
    tables: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    frame: Sequence[Mapping[str, Any]] = (),
    policy: Policy | None = None,
) -> Material:
    """Material from (manager, customer, day, amount); a customer is served in the years of its contracts.

    Everybody is on the roster, in ``departments`` or one of all.
    """
    policy = policy or analysis_policy(year)
    days = [date.fromisoformat(day) for _, _, day, _ in sales]
    managers = sorted({manager for manager, *_ in sales} | set(departments or {}))
    places = {manager: (departments or {}).get(manager, "一部") for manager in managers}
    made = tuple(
        Sale(f"HT{at}", manager, customer, day, places[manager], None, Decimal(amount))
        for at, ((manager, customer, _, amount), day) in enumerate(zip(sales, days, strict=True))
        if day.year <= year
    )
    years = tuple(range(min([year, *(day.year for day in days)]), year + 1))
    since: dict[str, date] = {}
    for sale in made:
        since[sale.customer_id] = min(sale.on, since.get(sale.customer_id, sale.on))
    lead: dict[tuple[str | None, int], int] = {}
    for customer, day in since.items():
        first = next(s for s in made if s.customer_id == customer and s.on == day)
        lead[first.department, day.year] = lead.get((first.department, day.year), 0) + 1
    rows: dict[str, tuple[Mapping[str, Any], ...]] = dict.fromkeys(TABLES, ())
    rows["managers"] = tuple(
        {"manager_id": manager, "department": places[manager], "hired_on": None, "left_on": None}
        for manager in managers
    )
    rows["contracts"] = tuple(
        {"manager_id": s.manager_id, "customer_id": s.customer_id, "signed_on": s.on, "end_on": None}
        for s in made
    )
    blank = {"region": None, "customer_group": None}
    rows["customers"] = tuple({"customer_id": customer} | blank for customer in sorted(since))
    rows |= {name: tuple(given) for name, given in (tables or {}).items()}
    return Material(
        policy=policy,
        settings=settings(policy),
        tables=rows,
        spells={},
        years=years,
        first_signed={y: min(d for d in days if d.year == y) for y in {d.year for d in days}},
        last_signed={y: max(d for d in days if d.year == y) for y in {d.year for d in days}},
        sales=made,
        served={y: frozenset(s.customer_id for s in made if s.on.year == y) for y in years},
        since=since,
        won=lead,
        frame=tuple(frame),
    )


def whole_years(*totals: int, first: int = 2021) -> list[tuple[str, str, str, int]]:
    """One year a total, half of it signed in January and half in December, so that every year is whole."""
    return [
        ("m", f"C{first + at}", f"{first + at}-{month}", part)
        for at, amount in enumerate(totals)
        for month, part in (("01-05", amount // 2), ("12-20", amount - amount // 2))
    ]


_DAYS = st.dates(date(2022, 1, 1), date(2025, 12, 31)).map(date.isoformat)
_AMOUNTS = st.decimals("0.0001", 10**8, places=4)
SALES = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["K1", "K2", "K3", "K4", "K5"]), _DAYS, _AMOUNTS),
    min_size=1,
    max_size=40,
)
PLACES = st.fixed_dictionaries({name: st.sampled_from(["一部", "二部", "三部"]) for name in "abcdefgh"})
