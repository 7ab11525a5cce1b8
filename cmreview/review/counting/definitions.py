"""Clause 5.1: one function a definition, from contracts, surveys, complaints and projects to rows.

Each definition takes Ibis tables and gives the rows that it counts, with the columns of ``ROW``:
``source_id`` is what a person can look up, and where ``counts`` is false the row is only listed. What
is counted and what can be listed are therefore the same; ``expressions.yearly`` adds it up by manager
and year. The readings that a policy chooses between are parameters. Nothing here is DuckDB's alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import ibis
from ibis import _

from cmreview.review.counting.tenure import months_of

CREDITED = "decimal(38, 10)"  # amount (4 places) x share (6 places), without a rounding
# Both factors in one type, since Ibis multiplies no others; holds 14 digits before the point, as money does.
_FACTOR = "decimal(20, 6)"

# What the rows of every definition carry.
ROW = ("manager_id", "year", "source_id", "dated_on", "customer_id", "amount", "counts")


def counted(contracts: ibis.Table, *, cancellation: str = "ever") -> ibis.Table:
    """Contracts that count, with the ``year`` in which they were signed. Policy 5.1.a.

    A cancelled contract is left out of its year: whenever it was cancelled (``ever``), or only where
    that was on or before 31 December of the year it was signed (``within_year``).
    """
    year = contracts.signed_on.year()
    kept = {
        "ever": contracts.cancelled_on.isnull(),
        "within_year": contracts.cancelled_on.isnull() | (contracts.cancelled_on.year() > year),
    }[cancellation]
    return contracts.filter(kept).mutate(year=year)


def credited(contracts: ibis.Table) -> ibis.Value:
    """The part of a contract's amount that is its manager's: amount x share, exact. Policy 5.1.a.

    A blank share is the whole contract. In yuan, or the currency of the records.
    """
    part = contracts.amount.cast(_FACTOR) * contracts.share.cast(_FACTOR)
    # multiplied only where there is a share: bringing the product to its type costs most of the query
    return ibis.ifelse(contracts.share.isnull(), contracts.amount.cast(CREDITED), part.cast(CREDITED))


def sales(counted: ibis.Table) -> ibis.Table:
    """Sales (业务销售额): each contract row that counts, ``amount`` as credited. Policy 5.1.a.

    >>> import pyarrow as pa
    >>> from datetime import date
    >>> from cmreview.records.schema import TABLES
    >>> contract = {"contract_id": "HT1", "customer_id": "K1", "amount": Decimal("1000.50")}
    >>> contract["signed_on"] = date(2025, 3, 1)
    >>> shared = [
    ...     contract | {"manager_id": "A", "share": Decimal("0.6")},
    ...     contract | {"manager_id": "B", "share": Decimal("0.4")},
    ... ]
    >>> table = ibis.memtable(pa.Table.from_pylist(shared, schema=TABLES["contracts"].arrow_schema))
    >>> rows = sales(counted(table)).order_by("manager_id").to_pyarrow().to_pylist()
    >>> [(row["manager_id"], row["year"], row["source_id"], f"{row['amount']:.2f}") for row in rows]
    [('A', 2025, 'HT1', '600.30'), ('B', 2025, 'HT1', '400.20')]
    """
    return _rows(counted, source_id="contract_id", dated_on="signed_on", amount=credited(counted))


def known_since(counted: ibis.Table) -> ibis.Table:
    """The day of each customer's first contract with the company, among those that count. Policy 5.1.b.

    One row a customer: customer_id, ``since``. A contract without a customer tells of none.
    """
    known = counted.filter(counted.customer_id.notnull())
    return known.group_by("customer_id").agg(since=known.signed_on.min())


def first_contracts(counted: ibis.Table) -> ibis.Table:
    """The rows of each customer's first contract with the company. Policy 5.1.b.

    Of several on the first day the smallest contract_id counts as first. A shared first contract has
    a row for each of its managers.
    """
    earliest = known_since(counted).rename(signed_on="since")
    candidates = counted.semi_join(earliest, ["customer_id", "signed_on"])
    place = ibis.rank().over(group_by="customer_id", order_by="contract_id")
    return candidates.mutate(place=place).filter(_.place == 0).drop("place")


def new_customers(first_contracts: ibis.Table, *, shared_customer_credit: str = "lead") -> ibis.Table:
    """New customers (客户开发数量): customers whose first contract with the company is of the year.

    Credited to the manager with the largest share of that contract, among equals the smallest
    manager_id (``lead``), or to everybody on it (``each``). ``amount`` is what that contract credits.
    In the first year that the records cover nobody can tell new from old. Policy 5.1.b.
    """
    share = ibis.coalesce(first_contracts.share, ibis.literal(Decimal(1), type="decimal(9, 6)"))
    order = [share.desc(), first_contracts.manager_id]
    winners = {
        "lead": first_contracts.mutate(
            place=ibis.row_number().over(group_by="customer_id", order_by=order)
        ).filter(_.place == 0),
        "each": first_contracts,
    }[shared_customer_credit]
    return _rows(winners, source_id="customer_id", dated_on="signed_on", amount=credited(winners))


def customers_served(
    contracts: ibis.Table,
    years: Sequence[int],
    *,
    cancellation: str = "ever",
    reading: str = "in_force_or_signed",
) -> ibis.Table:
    """Customers served (服务客户): one row a manager, customer and year of ``years``. Policy 3.2.P4.

    ``signed``: a contract that counts was signed in the year. ``in_force_or_signed``: a contract was
    signed on or before 31 December, and neither ended nor was cancelled before 1 January; without an
    end it is in force on its signing day only. ``dated_on`` is the latest such contract's signing.
    """
    signed = contracts.signed_on.year()
    if reading == "signed":
        spans = counted(contracts, cancellation=cancellation).mutate(from_year=_.year, to_year=_.year)
    elif reading == "in_force_or_signed":
        ended = ibis.greatest(signed, ibis.coalesce(contracts.end_on, contracts.signed_on).year())
        cancelled = ibis.coalesce(contracts.cancelled_on.year(), ended)
        spans = contracts.mutate(from_year=signed, to_year=ibis.least(ended, cancelled))
    else:
        raise KeyError(reading)
    spans = spans.filter(spans.customer_id.notnull())

    # a query for each year: joining on "from <= year <= to" takes ten times as long
    def in_year(year: int) -> ibis.Table:
        now = spans.filter((spans.from_year <= year) & (spans.to_year >= year))
        served = now.group_by("manager_id", "customer_id").agg(dated_on=now.signed_on.max())
        return served.mutate(year=ibis.literal(year, "int64"))

    served = ibis.union(*map(in_year, years)) if len(years) > 1 else in_year(years[0])
    return _rows(served, source_id="customer_id", dated_on="dated_on")


def long_term_customers(served: ibis.Table, known_since: ibis.Table, *, years: Decimal | int) -> ibis.Table:
    """Long-term customers (长期合作客户) among those served: known for ``years`` at the year's end.

    So many full years are over at the end of 31 December, counted as a tenure is: with three years, a
    first contract of 1 January 2023 makes a long-term customer of 2025, one of 2 January does not. A
    part of a year counts by months. ``dated_on`` is the first contract's day. Policy 3.3.P4.
    """
    both = served.join(known_since, "customer_id")
    # full months up to the day after the year, which is the first of one: a month that has begun is none
    begun = ibis.ifelse(both.since.day() > 1, 1, 0)
    months = (both.year + 1 - both.since.year()) * 12 + 1 - both.since.month() - begun
    kept = both.filter(months >= months_of(years))
    return kept.mutate(dated_on=kept.since).select(*ROW)


def key_customers(
    new_customers: ibis.Table, counted: ibis.Table, customers: ibis.Table, *, amount: Decimal
) -> ibis.Table:
    """Key customers won (重点客户拓展): new customers of the year that are marked key, or large enough.

    Large enough are those whose contracts with the company signed in that year, whoever signed them,
    reach ``amount``. The row's ``amount`` is what they add up to. Policy 5.1.e.
    """
    won = new_customers.drop("amount")
    ids = won.select("customer_id", "year").distinct()
    theirs = counted.semi_join(ids, ["customer_id", "year"])
    volume = theirs.mutate(amount=credited(theirs)).group_by("customer_id", "year").agg(amount=_.amount.sum())
    marked = customers.filter(customers.key_customer).select("customer_id", "key_customer")
    both = won.left_join(volume, ["customer_id", "year"]).drop("customer_id_right", "year_right")
    both = both.left_join(marked, "customer_id").drop("customer_id_right")
    reached = both.amount >= _exact(amount)
    return both.filter(reached | both.key_customer.notnull()).select(*ROW)


def satisfaction(surveys: ibis.Table, *, satisfied_from: Decimal) -> ibis.Table:
    """Satisfaction (客户满意度): one row a manager, asked customer and year, the latest answer of the year.

    A customer who never answered stays in, as asked, and does not count; ``satisfied`` is a flag: a
    score of at least ``satisfied_from``. Policy 5.1.c.
    """
    year = surveys.surveyed_on.year()
    order = [surveys.score.isnull(), surveys.surveyed_on.desc()]
    groups = [surveys.manager_id, surveys.customer_id, year]
    latest = surveys.mutate(year=year, place=ibis.row_number().over(group_by=groups, order_by=order))
    latest = latest.filter(_.place == 0)
    return _rows(
        latest,
        source_id="customer_id",
        dated_on="surveyed_on",
        counts=latest.score.notnull(),
        satisfied=ibis.coalesce(latest.score >= _exact(satisfied_from), False),
    )


def complaints(complaints: ibis.Table, *, unjustified: str = "exclude") -> ibis.Table:
    """Complaints (投诉) received in the year, those being handled included. Policy 5.1.d.

    ``unjustified``: ``exclude`` leaves out what was found unjustified, ``include`` counts all.
    """
    kept = {
        "exclude": complaints.upheld.isnull() | complaints.upheld,
        "include": ibis.literal(True),
    }[unjustified]
    found = complaints.filter(kept).mutate(year=complaints.received_on.year())
    return _rows(found, source_id="complaint_id", dated_on="received_on")


def major_projects(projects: ibis.Table, *, min_benefit: Decimal) -> ibis.Table:
    """Projects (重大项目) led and completed in the year, ``amount`` the benefit. Policy 5.1.f, 3.3.P5.

    A benefit below ``min_benefit``, or a blank one, does not count. A project without a completion
    date is in no year; ``unfinished_projects`` finds it.
    """
    done = projects.filter(projects.completed_on.notnull()).mutate(
        year=projects.completed_on.year(), customer_id=ibis.null("string")
    )
    enough = done.benefit >= _exact(min_benefit)
    return _rows(
        done,
        source_id="project_id",
        dated_on="completed_on",
        amount=done.benefit.cast(CREDITED),
        counts=ibis.coalesce(enough, False),
    )


def unfinished_projects(projects: ibis.Table, *, min_benefit: Decimal) -> ibis.Table:
    """Projects without a completion date that would be major in the year they had one, by manager.

    Columns: manager_id, ``unfinished``. Policy 5.1.f.
    """
    enough = projects.benefit >= _exact(min_benefit)
    open_ = projects.filter(projects.completed_on.isnull() & (projects.benefit.isnull() | enough))
    return open_.group_by("manager_id").agg(unfinished=open_.count())


def new_customers_at_level(new_customers: ibis.Table, spells: ibis.Table) -> ibis.Table:
    """New customers by manager, level held on the day they were won, and year. Policy 3.2.P1, 3.3.P1.

    ``spells`` are the level histories (manager_id, level, first_day, last_day), no day twice.
    Columns: manager_id, level, year, ``won``.
    """
    held = new_customers.join(spells, _holds_on(new_customers, spells, new_customers.dated_on))
    return held.group_by("manager_id", "level", "year").agg(won=held.count())


def department_sales(sales: ibis.Table, spells: ibis.Table, managers: ibis.Table) -> ibis.Table:
    """Sales by year and department, that of the manager on the day of signing. Policy 5.1.a, 5.3.

    Where the level history is silent the roster tells the department; null for people on neither.
    Columns: year, department, ``sales``.
    """
    roster = managers.select("manager_id", roster_department="department")
    then = spells.select("manager_id", "department", "first_day", "last_day")
    both = sales.left_join(then, _holds_on(sales, then, sales.dated_on)).drop("manager_id_right")
    both = both.left_join(roster, "manager_id")
    department = ibis.coalesce(both.department, both.roster_department)
    return both.group_by(year=both.year, department=department).agg(sales=both.amount.sum())


def _exact(threshold: Decimal) -> ibis.Value:
    # typed at once: Ibis would let DuckDB round a bare decimal to three places
    return ibis.literal(threshold, type=CREDITED)


def _holds_on(left: ibis.Table, spells: ibis.Table, day: ibis.Value) -> list[ibis.Value]:
    still = spells.last_day.isnull() | (day <= spells.last_day)
    return [left.manager_id == spells.manager_id, day >= spells.first_day, still]


def _rows(
    table: ibis.Table,
    *,
    source_id: str,
    dated_on: str,
    amount: ibis.Value | None = None,
    counts: ibis.Value | None = None,
    **more: ibis.Value,
) -> ibis.Table:
    return table.select(
        manager_id=table.manager_id,
        year=table.year.cast("int64"),
        source_id=table[source_id],
        dated_on=table[dated_on],
        customer_id=table.customer_id,
        amount=ibis.null(CREDITED) if amount is None else amount,
        counts=ibis.literal(True) if counts is None else counts,
        **more,
    )
