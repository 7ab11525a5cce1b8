"""The example company for tests of warehouses, and how two frames are held against each other."""

from __future__ import annotations

import pytest

from cmreview.records.model import Records
from tests.process import example as company


@pytest.fixture(scope="session")
def example() -> Records:
    return company.example(departments=3, managers=80).records


def same(one, other) -> bool:
    """Whether two frames hold the same values of the same types in the same order."""
    return list(one.dtypes) == list(other.dtypes) and one.equals(other)
