"""Checks of contracts and their customers: dates, amounts, shares, and things entered twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from cmreview.records.date_checks import in_order, within_employment
from cmreview.records.numbers import plain
from cmreview.records.schema import TABLES
from cmreview.records.text import bare, fold
from cmreview.records.tray import Tray, listed
from cmreview.terms import Severity

CONTRACTS = "contracts"
WHOLE = Decimal(1)
# What all rows of a shared contract say alike.
_ALIKE = ("customer_id", "amount", "signed_on", "end_on", "cancelled_on")
_KIND_OF_COMPANY = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|公司)$")
_DASHES = re.compile(r"[-_‐-―−./\\·]+")


def dates(tray: Tray) -> None:
    """A contract is signed before it ends or is cancelled, and while its manager is employed."""
    in_order(tray, CONTRACTS, "signed_on", "end_on", "ends_before_start")
    in_order(tray, CONTRACTS, "signed_on", "cancelled_on", "ends_before_start")
    within_employment(tray, CONTRACTS, "signed_on", "contract_before_hired", "contract_after_left")


def amounts(tray: Tray, plausible: tuple[Decimal, Decimal] | None) -> None:
    """An amount far from any contract's looks like a wrong unit, 万元 typed as 元 (Policy 4.2)."""
    if plausible is None:
        return
    lowest, highest = plausible
    amount = tray.legible(CONTRACTS)["amount"].dropna()
    for unusual, code in ((amount < lowest, "amount_small"), (amount > highest, "amount_large")):
        index = amount.index[unusual]
        details = [{"lowest": plain(lowest), "highest": plain(highest)} for _ in index]
        tray.tell(CONTRACTS, index, code, Severity.WARNING, column="amount", details=details)


def rows_of_a_contract_agree(tray: Tray) -> None:
    """The rows of a shared contract name one customer, one amount and the same dates."""
    rows = tray.rows(CONTRACTS)
    shared = rows[rows.duplicated("contract_id", keep=False)]
    facts = list(zip(*(listed(shared[column]) for column in _ALIKE), strict=True))
    contracts: dict[str, list[tuple[int, tuple[object, ...]]]] = {}
    for index, contract, said in zip(
        shared.index.tolist(), listed(shared["contract_id"]), facts, strict=True
    ):
        contracts.setdefault(contract, []).append((index, said))
    indices, others, details = [], [], []
    for same in contracts.values():
        differing = [at for at in range(len(_ALIKE)) if len({said[at] for _, said in same}) > 1]
        if not differing:
            continue
        labels = [TABLES[CONTRACTS].column(_ALIKE[at]).label for at in differing]
        told = {"columns": "、".join(x.zh for x in labels), "columns_en": ", ".join(x.en for x in labels)}
        for at, (index, _) in enumerate(same):
            indices.append(index)
            others.append(same[0 if at else 1][0])
            details.append(told)
    details = [told | place for told, place in zip(details, tray.others(CONTRACTS, others), strict=True)]
    tray.tell(CONTRACTS, indices, "contract_disagrees", Severity.ERROR, column="contract_id", details=details)


def shares(tray: Tray) -> None:
    """The shares of a contract add up to the whole (Policy 5.1.a); a blank share is the whole.

    A contract of which a row is set aside is left out: what is wrong with it has been told.
    """
    rows = tray.legible(CONTRACTS)
    off = ((rows["share"] <= 0) | (rows["share"] > 1)).fillna(False)
    tray.tell(CONTRACTS, rows.index[off], "share_off_range", Severity.ERROR, column="share", aside=True)
    rows = tray.rows(CONTRACTS)
    partial = rows.duplicated("contract_id", keep=False) | (rows["share"] != 1).fillna(False)
    candidates = rows[partial]
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    ids = listed(candidates["contract_id"])
    for contract, share in zip(ids, listed(candidates["share"]), strict=True):
        totals[contract] += WHOLE if share is None else share
    broken = _contracts_set_aside(tray)
    wrong = [
        (index, contract)
        for index, contract in zip(candidates.index.tolist(), ids, strict=True)
        if totals[contract] != WHOLE and contract not in broken
    ]
    tray.tell(
        CONTRACTS,
        [index for index, _ in wrong],
        "shares_not_whole",
        Severity.ERROR,
        column="share",
        details=[{"total": f"{plain(totals[contract] * 100)}%"} for _, contract in wrong],
    )


def contracts_are_entered_once(tray: Tray) -> None:
    """Warn of one contract under two numbers: spelled otherwise, or equal in customer, amount and date.

    Numbers are one when only case, width, spaces or the kind of dash differ; when all punctuation
    must be left out to make them one (2025-1-11, 2025-11-1), then only for the same customer.
    """
    contracts = tray.rows(CONTRACTS).drop_duplicates("contract_id")
    ids = listed(contracts["contract_id"])
    customers = listed(contracts["customer_id"])
    facts = list(zip(customers, listed(contracts["amount"]), listed(contracts["signed_on"]), strict=True))
    index = contracts.index.tolist()
    told: set[int] = set()
    spelled = [_DASHES.sub("-", fold(contract)) for contract in ids]
    stripped = list(zip(map(bare, ids), customers, strict=True))
    for keys, code in (
        (spelled, "contract_spelled_twice"),
        (stripped, "contract_spelled_twice"),
        (facts, "contract_entered_twice"),
    ):
        pairs = [(at, other) for at, other in _doubles(keys) if at not in told]
        told.update(at for at, _ in pairs)
        places = tray.others(CONTRACTS, [index[other] for _, other in pairs])
        tray.tell(
            CONTRACTS,
            [index[at] for at, _ in pairs],
            code,
            Severity.WARNING,
            column="contract_id",
            details=[
                {"contract": ids[other]} | place for (_, other), place in zip(pairs, places, strict=True)
            ],
        )


def customers_have_one_id(tray: Tray) -> None:
    """Warn of one customer under two ids: the same credit code, or the same name spelled otherwise."""
    customers = tray.rows("customers")
    ids = listed(customers["customer_id"])
    index = customers.index.tolist()
    codes = [None if code is None else fold(code) for code in listed(customers["credit_code"])]
    names = [_KIND_OF_COMPANY.sub("", bare(name)) or None for name in listed(customers["name"])]
    told: set[int] = set()
    for keys, code, column in (
        (codes, "customer_code_twice", "credit_code"),
        (names, "customer_name_twice", "name"),
    ):
        pairs = [(at, other) for at, other in _doubles(keys) if at not in told]
        told.update(at for at, _ in pairs)
        places = tray.others("customers", [index[other] for _, other in pairs])
        tray.tell(
            "customers",
            [index[at] for at, _ in pairs],
            code,
            Severity.WARNING,
            column=column,
            details=[
                {"customer": ids[other]} | place for (_, other), place in zip(pairs, places, strict=True)
            ],
        )


def _doubles(keys: Sequence[object]) -> list[tuple[int, int]]:
    """Positions whose key stands elsewhere too, each with another such position; None equals nothing."""
    first: dict[object, int] = {}
    second: dict[int, int] = {}
    pairs = []
    for at, key in enumerate(keys):
        if key is None:
            continue
        earlier = first.setdefault(key, at)
        if earlier != at:
            second.setdefault(earlier, at)
            pairs.append((at, earlier))
    return sorted(pairs + list(second.items()))


def _contracts_set_aside(tray: Tray) -> set[str]:
    frame, aside = tray.frames[CONTRACTS], tray.aside[CONTRACTS]
    ids = listed(frame["contract_id"])
    idle = tray.idle[CONTRACTS]
    return {ids[at] for at in aside.nonzero()[0].tolist() if at not in idle and ids[at] is not None}
