"""Many programs at once lose nothing, and neither does one that is killed at any moment.

The suite runs a small size. The full one, eight programs with 10,000 events and a hundred kills on each
database, is one command: ``CMREVIEW_LEDGER_FULL=1 pytest tests/process/ledger/test_crowd.py``.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from itertools import pairwise

import pytest

from cmreview.errors import LedgerError
from cmreview.process.ledger.ledger import Ledger
from tests.process.drafts import NOW, draft
from tests.process.ledger.writer import writers

FULL = os.environ.get("CMREVIEW_LEDGER_FULL") == "1"
WRITERS = 8
BATCHES = 1_250 if FULL else 50
ROUNDS = 25 if FULL else 3
KILLED = 4
SIZE = 3

pytestmark = pytest.mark.timeout(1_800 if FULL else 300)


def test_eight_programs_at_once_lose_nothing(location, tmp_path_factory):
    Ledger.open(location, create=True).close()
    with writers(location, tmp_path_factory.mktemp("said")) as crowd:
        for n in range(WRITERS):
            crowd.start(f"w{n}", BATCHES)
        assert crowd.wait() == [0] * WRITERS
        acknowledged = crowd.acknowledged()
    with Ledger.open(location) as ledger:
        assert ledger.verify() == ()
        events = ledger.events()
    assert len(events) == WRITERS * BATCHES
    assert {event.reason: [event.number] for event in events} == acknowledged
    by_case = [event.case for event in events]
    turns = sum(one != other for one, other in pairwise(by_case))
    assert turns >= WRITERS, "they wrote one after the other, which proves nothing"
    for n in range(WRITERS):
        own = [event.reason for event in events if event.case == f"2025/w{n}"]
        assert own == [f"w{n}-{batch}" for batch in range(BATCHES)]


def test_a_program_killed_at_any_moment_loses_nothing_that_it_acknowledged(location, tmp_path_factory):
    chance = random.Random(1)
    Ledger.open(location, create=True).close()
    with writers(location, tmp_path_factory.mktemp("said")) as crowd, Ledger.open(location) as ledger:
        for each_round in range(ROUNDS):
            running = [crowd.start(f"r{each_round}w{n}", 0, SIZE) for n in range(KILLED)]
            crowd.await_word()
            for process in running:
                time.sleep(chance.uniform(0, 0.1))
                os.kill(process, signal.SIGKILL)
            assert crowd.wait() == [-signal.SIGKILL] * KILLED
            assert ledger.verify() == ()
            ledger.append([draft()], NOW)
        acknowledged = crowd.acknowledged()
        events = ledger.events()
        assert ledger.verify() == ()
    recorded = {(event.reason, event.number) for event in events}
    assert {(reason, n) for reason, numbers in acknowledged.items() for n in numbers} <= recorded
    assert len(acknowledged) > ROUNDS, "hardly anything was recorded before the kills"
    by_batch = Counter(event.reason for event in events if event.reason)
    assert set(by_batch.values()) == {SIZE}, "half of a batch was recorded"


def test_a_server_that_dies_in_the_middle_loses_nothing_that_was_acknowledged(places, postgres):
    """As when somebody pulls the plug of PostgreSQL's machine; a given server is left alone."""
    if postgres.control is None:
        with Ledger.open(places("postgresql"), create=True) as ledger:
            assert ledger.verify() == ()
        return
    location = places("postgresql")
    acknowledged: list[int] = []
    codes = []
    with Ledger.open(location, create=True) as ledger:
        for _ in range(5 if FULL else 1):
            began = threading.Event()

            def write(began: threading.Event = began) -> None:
                try:
                    while True:
                        acknowledged.extend(event.number for event in ledger.append([draft(), draft()], NOW))
                        began.set()
                except LedgerError as error:
                    codes.append(error.code)

            writer = threading.Thread(target=write)
            writer.start()
            began.wait(30)
            postgres.control("stop", "-m", "immediate")
            writer.join(60)
            with pytest.raises(LedgerError) as refused:
                ledger.head()
            assert refused.value.code == "ledger.gone"
            postgres.control("start")
            assert ledger.verify() == (), "the same ledger goes on once the server is back"
        numbers = [event.number for event in ledger.events()]
    assert set(codes) <= {"ledger.gone", "ledger.outcome_unknown"}
    assert acknowledged
    assert set(acknowledged) <= set(numbers)
    assert len(numbers) % 2 == 0
