"""The rows of the records behind each person's figures of one year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from cmreview.policy.model import Policy
from cmreview.review.dossier import Row
from cmreview.review.model import SourceRow, Told

if TYPE_CHECKING:
    from cmreview.records.model import Records
    from cmreview.review.counting.backend import Fetch

_NOT_COUNTED = {
    "satisfaction": Told("review.source.no_answer"),
    "major_projects": Told("review.source.small_benefit"),
}


@dataclass(frozen=True)
class Behind:
    """Everybody's rows of one year, by manager and indicator, as ``indicators.source_rows`` lists them.

    ``customers`` are the names of the customers by id, ``marked`` those of which it is known whether
    they are key customers, ``being_handled`` the complaints not yet found justified or unjustified.
    """

    found: Mapping[str, Mapping[str, Sequence[Row]]]
    customers: Mapping[str, str]
    marked: frozenset[str]
    being_handled: frozenset[str]

    @property
    def managers(self) -> tuple[str, ...]:
        """Everybody with any row, sorted."""
        return tuple(sorted(self.found))

    def by_indicator(self, manager: str) -> Mapping[str, Sequence[Row]]:
        """One person's rows by indicator."""
        return self.found.get(manager, {})

    def rows(self, manager: str, indicator: str) -> Sequence[Row]:
        """One person's rows behind one indicator."""
        return self.by_indicator(manager).get(indicator, ())

    def counted(self, manager: str) -> dict[str, int]:
        """How many of a person's rows count, by indicator."""
        return {
            indicator: sum(bool(row["counts"]) for row in rows)
            for indicator, rows in self.by_indicator(manager).items()
        }

    def open_key_customers(self, manager: str) -> int:
        """New customers who would be key if their blank mark said so (Policy 5.1.e)."""
        key = {row["customer_id"] for row in self.rows(manager, "key_customers")}
        won = {row["customer_id"] for row in self.rows(manager, "new_customers")}
        return len(won - key - self.marked)

    def complaints_open(self, manager: str) -> int:
        """Counted complaints that are still being handled (Policy 5.1.d)."""
        return sum(row["source_id"] in self.being_handled for row in self.rows(manager, "complaint_rate"))

    def listed(self, manager: str) -> tuple[SourceRow, ...]:
        """A person's rows for the packet and its appendix, by indicator and date."""
        return tuple(
            self._listed(indicator, row)
            for indicator, rows in self.by_indicator(manager).items()
            for row in rows
        )

    def _listed(self, indicator: str, row: Row) -> SourceRow:
        customer = row["customer_id"]
        return SourceRow(
            indicator=indicator,
            id=row["source_id"],
            on=row["dated_on"],
            customer=None if customer is None else self.customers.get(customer, customer),
            amount=None if row["amount"] is None else Fraction(row["amount"]),
            note=self._note(indicator, row),
            counts=bool(row["counts"]),
        )

    def _note(self, indicator: str, row: Row) -> Told | None:
        if not row["counts"]:
            if indicator == "major_projects" and row["amount"] is None:
                return Told("review.source.benefit_blank")
            return _NOT_COUNTED.get(indicator)
        if indicator == "satisfaction":
            return Told("review.source.satisfied" if row["satisfied"] else "review.source.not_satisfied")
        if indicator == "complaint_rate" and row["source_id"] in self.being_handled:
            return Told("review.source.being_handled")
        return None


def behind(records: Records, policy: Policy, fetch: Fetch | None = None) -> Behind:
    """The rows of the policy's year behind every person's indicators (Policy 1.3.a).

    ``fetch`` is given where the records are opened already.
    """
    import pyarrow as pa

    from cmreview.review.counting.indicators import source_rows

    found: dict[str, dict[str, list[Row]]] = {}
    for indicator, listed in source_rows(records, policy, policy.year, fetch=fetch).items():
        for row in pa.Table.from_pandas(listed, preserve_index=False).to_pylist():
            found.setdefault(row["manager_id"], {}).setdefault(indicator, []).append(row)
    customers = records.arrow("customers").select(["customer_id", "name", "key_customer"]).to_pylist()
    complaints = records.arrow("complaints").select(["complaint_id", "upheld"]).to_pylist()
    return Behind(
        found=found,
        customers={row["customer_id"]: row["name"] for row in customers},
        marked=frozenset(row["customer_id"] for row in customers if row["key_customer"] is not None),
        being_handled=frozenset(row["complaint_id"] for row in complaints if row["upheld"] is None),
    )
