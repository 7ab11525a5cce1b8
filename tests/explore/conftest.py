"""Fixtures of the session's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cmreview.process.desk import Desk
from tests.explore import sitting


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    """Five cases before the committee, none scored yet."""
    at = sitting.desk(tmp_path)
    yield at
    at.ledger.close()
