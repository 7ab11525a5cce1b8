"""Fixtures that all tests share."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from cmreview.packets.run import without_grammar
from tests import made

# Each look for garbage goes through all that was imported and collected; at Python's own pace an eighth of
# the suite's time went into looking.
gc.set_threshold(20_000, 10, 10)

# Whoever is started in the background is told to ignore Ctrl-C, and passes that on to what it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

without_grammar()  # before anything imports nbformat: each worker would build that grammar

# A busy machine is no fault of the code, so no example has a deadline. In CI the examples are the same at
# every run, so that a red run can be repeated; everywhere else each run looks for new ones.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")

ROOT = Path(__file__).resolve().parent.parent
BESIDE = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


# These start kernels, browsers and programs and take longest, so they begin: a long file that begins last
# leaves the other workers idle. The first makes the example that others copy, while another worker is busy.
LONGEST = (
    "tests/browser/test_explorer.py",
    "tests/privacy/test_outputs.py",
    "tests/packets/",
    "tests/cli/",
    "tests/browser/",
    "tests/notebooks/",
    "tests/review/explorer/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; the order within a file stays."""

    def rank(item: pytest.Item) -> int:
        found = (place for place, start in enumerate(LONGEST) if item.nodeid.startswith(start))
        return next(found, len(LONGEST))

    items.sort(key=rank)


@pytest.fixture(scope="session", autouse=True)
def shared(tmp_path_factory) -> None:
    """Where the workers of this run keep what is made once for all of them (``tests/made.py``)."""
    base = tmp_path_factory.getbasetemp()
    made.shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def made_once(shared) -> Callable[[str, Callable[[Path], object]], Path]:
    """``made_once(name, make)`` gives the folder that ``make(folder)`` filled, once for all workers."""
    return made.folder


@pytest.fixture(scope="session")
def example_project(made_once, tmp_path_factory) -> Callable[[str], Path]:
    """``example_project(name)`` gives a folder of one's own with the example of session and explorer."""

    def copy(name: str) -> Path:
        from cmreview.explore.explorer import opening

        opened = made_once("example", lambda folder: opening.opened({}, project=folder))
        return Path(shutil.copytree(opened, tmp_path_factory.mktemp(name) / "project"))

    return copy


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
