"""Fixtures that all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no fault of the code, so no example has a deadline. In CI the examples are the same at
# every run, so that a red run can be repeated; everywhere else each run looks for new ones.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")

ROOT = Path(__file__).resolve().parent.parent
BESIDE = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


def _beside(name: str) -> Path:
    folder = BESIDE / name
    if not folder.is_dir():
        reason = f"../shared/{name} is not beside the project: tests on it can't run here"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real public records, kept beside the project and never inside it."""
    return _beside("data")


@pytest.fixture(scope="session")
def shared_policy() -> Path:
    """The clause table that the project's own is held against."""
    return _beside("policy")


@pytest.fixture(scope="session")
def shared_oracles() -> Path:
    """Published worked examples."""
    return _beside("oracles")
