"""Concentration: shares within their bounds, and of people only what no single person can be read from."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.analysis.concentration import Whose, concentration, herfindahl, largest_share
from tests.review.analysis.made import SALES, analysis_policy, material

AMOUNTS = st.lists(st.decimals("0.0001", 10**9, places=4), min_size=1, max_size=30)


def people(count: int, together: int | None = 3, least: int | None = 5, in_sum: int | None = 3):
    sales = [(f"m{n}", "K", "2025-01-05", n + 1) for n in range(count)] + [("m0", "K", "2025-12-05", 1)]
    values = {
        name: None if n is None else Decimal(n)
        for name, n in (
            ("largest_managers", together),
            ("fewest_for_rate", least),
            ("fewest_in_sum", in_sum),
        )
    }
    found = concentration(material(sales, policy=analysis_policy(**values)))
    return next(each for each in found if each.whose is Whose.MANAGERS)


@given(AMOUNTS, st.integers(1, 40))
def test_the_largest_hold_at_least_their_number_and_at_most_all(amounts, together):
    share = largest_share(amounts, together)
    assert Fraction(min(together, len(amounts)), len(amounts)) <= share <= 1


@given(AMOUNTS)
def test_the_index_lies_between_equal_parts_and_one_alone(amounts):
    assert Fraction(1, len(amounts)) <= herfindahl(amounts) <= 1


def test_equal_parts_reach_the_lower_end_exactly():
    assert herfindahl([Decimal("0.3")] * 3) == Fraction(1, 3)


@given(SALES)
def test_all_customers_together_hold_everything(sales):
    policy = analysis_policy(largest_customers=Decimal(99))
    now = concentration(material(sales, policy=policy))[0].now
    assert now.largest in (1, None)
    assert (now.largest is None) == (now.of in (0, None))


@pytest.mark.parametrize(("count", "told"), [(5, False), (6, True), (7, True)])
def test_shares_of_few_managers_are_kept_back(count, told):
    found = people(count, least=6)
    assert (found.now.largest is not None) == told
    assert (found.now.hhi is not None) == told
    assert (found.reason is None) == told
    assert found.now.of == count


@pytest.mark.parametrize(
    ("together", "told"), [(1, False), (2, False), (3, True), (5, True), (6, False), (7, False), (8, False)]
)
def test_no_share_is_told_from_which_one_person_could_be_read(together, told):
    # of eight managers: of two together, or of the two left over, each would learn the other's sales
    found = people(8, together)
    assert (found.now.largest is not None) == told
    assert (found.reason is None) == told


@pytest.mark.parametrize(("together", "least", "in_sum"), [(None, 5, 3), (3, None, 3), (3, 5, None)])
def test_what_the_policy_leaves_open_is_not_guessed(together, least, in_sum):
    found = people(8, together, least, in_sum)
    assert found.now.largest is None
    assert found.reason is not None


def test_without_sales_there_is_no_share():
    assert largest_share([Decimal(0), Decimal(0)], 1) is None
    assert herfindahl([Decimal(3), Decimal(-1)]) is None
