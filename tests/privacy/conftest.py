"""What the tests of privacy share: the outputs of the example company, made once."""

from __future__ import annotations

import pytest

from tests.privacy.making import make


@pytest.fixture(scope="session")
def outputs(made_once):
    """A folder with ``ledger.db`` and all ``outputs``; there to be read or copied."""
    return made_once("privacy", make)
