"""The example company for tests of warehouses, and how two frames are held against each other."""

from __future__ import annotations

import pytest

from cmreview.policy.load import default_folder, load_policy
from cmreview.records.example.company import SEED, write_example
from cmreview.records.model import Records
from cmreview.records.opening import open_records
from cmreview.review.case import expectations


@pytest.fixture(scope="session")
def example(made_once) -> Records:
    folder = made_once("warehouse", lambda made: write_example(made, SEED, departments=3, managers=80))
    return open_records(folder, expectations=expectations(load_policy(default_folder(), 2025)))


def same(one, other) -> bool:
    """Whether two frames hold the same values of the same types in the same order."""
    return list(one.dtypes) == list(other.dtypes) and one.equals(other)
