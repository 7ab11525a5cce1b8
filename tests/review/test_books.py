"""The same books in any order give the same reviews, and no department's review knows another one's book."""

from __future__ import annotations

from copy import deepcopy
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cmreview.terms import Outcome
from tests.review.books import FIRST, SECOND, THIRD, as_saved, company, reviewed, without_places

# A review of a company takes a good part of a second: few are drawn, each of them changed in every way.
few = settings(deadline=None, max_examples=3, database=None, phases=[Phase.generate])


@pytest.fixture(scope="module")
def undisturbed():
    """The review of the books as they stand."""
    return reviewed(company())


def test_the_company_has_what_an_order_could_change(undisturbed):
    """Else nothing would follow from its being the same."""
    found = {finding.code for _, own in undisturbed.by_department for finding in own.findings}
    assert found >= {"records.key_conflict", "records.repeated_row", "records.not_a_number"}
    outcomes = {verdict.outcome for case in undisturbed.cases for verdict in case.verdicts}
    assert outcomes >= {Outcome.MET, Outcome.MISSED, Outcome.NO_EVIDENCE}
    assert len({case.score.rank_in_company for case in undisturbed.cases}) > 2


@few
@given(st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_that_of_workbooks_changes_a_review(undisturbed, random: Random):
    """A department may hand in one workbook or five, sorted as it likes, and call them what it likes."""
    dealt: dict[str, dict[str, list]] = {name: {} for name in random.sample("0123", 4)}
    for tables in company().values():
        for table, rows in tables.items():
            for row in random.sample(rows, len(rows)):
                dealt[random.choice("0123")].setdefault(table, []).append(row)
    told = {name: without_places(own) for name, own in reviewed(dealt).by_department}
    assert told == {name: without_places(own) for name, own in undisturbed.by_department}


# --- one department's change, another one's review


def renamed(books, word):
    """Everything that other departments' people write: names, remarks, papers, faulty cells."""
    for department in (SECOND, THIRD):
        for row in books[department]["managers"]:
            row |= {"name": word + row["manager_id"], "degree": "博士"}
        for row in books[department]["applications"]:
            row |= {"evidence": f"{word}.pdf", "declared_sales": "1"}
        books[department]["contracts"][-1]["amount"] = word
    for row in books["客户"]["customers"]:
        if row["customer_id"][1] != "1":
            row["name"] = word + row["customer_id"]  # two of one name would be told to everybody


def split(books, part):
    """A contract of theirs cut into two over the same sum, customer and person."""
    rows = books[SECOND]["contracts"]
    whole = next(row for row in rows if row["signed_on"].startswith("2025"))
    total = int(whole["amount"])
    rows.append(whole | {"contract_id": "HT二分", "amount": str(total - part)})
    whole["amount"] = str(part)


def swapped(books):
    """Two of their people with each other's figures."""
    other = {"2a": "2b", "2b": "2a"}
    for rows in books[SECOND].values():
        for row in rows:
            row["manager_id"] = other.get(row["manager_id"], row["manager_id"])


@few
@given(
    st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=6),
    st.integers(1_000, 300_000),
    st.booleans(),
)
def test_what_stands_in_another_departments_book_changes_no_byte_of_a_review(undisturbed, word, part, swaps):
    """As long as what it adds to the company's totals is the same."""
    books = deepcopy(company())
    renamed(books, word)
    split(books, part)
    if swaps:
        swapped(books)
    changed = reviewed(books)
    assert changed.department(SECOND) != undisturbed.department(SECOND)
    assert as_saved(changed.department(FIRST)) == as_saved(undisturbed.department(FIRST))
