"""Workers that the tests of this folder share: starting them takes longer than a packet does."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module

import pytest

from cmreview.packets.run import start_worker


def start() -> None:
    """A worker that knows the engine without a kernel."""
    start_worker()
    import_module("tests.packets.plain_engine")


@pytest.fixture(scope="session")
def executor() -> Iterator[ProcessPoolExecutor]:
    """Two workers."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context, initializer=start) as pool:
        yield pool
