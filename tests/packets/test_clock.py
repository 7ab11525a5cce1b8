"""A clock that is set back while packets are made changes none, and the run record holds what it said."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from cmreview.packets import batch
from cmreview.packets.batch import make_prepared
from cmreview.packets.job import State
from tests.packets.making import company, request, tree

NOON = datetime(2026, 1, 10, 12).astimezone()


def set_back(monkeypatch, hours):
    """From now on the clock goes back by so many hours whenever it is asked."""
    asked = []

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            asked.append(NOON - len(asked) * timedelta(hours=hours))
            return asked[-1]

    monkeypatch.setattr(batch, "datetime", Clock)
    return asked


def made(folder, executor):
    run = make_prepared(company("销售一部"), request(folder), executor=executor)
    return [entry.state for entry in run.entries], json.loads((folder / "2025/run.json").read_text("utf-8"))


def test_packets_made_while_the_clock_went_back_are_the_same_bytes(tmp_path, monkeypatch, executor):
    made(tmp_path / "steady", executor)
    asked = set_back(monkeypatch, hours=5)
    states, record = made(tmp_path / "back", executor)
    assert states == [State.OK]
    assert tree(tmp_path / "back") == tree(tmp_path / "steady")
    began, ended = (datetime.fromisoformat(record[name]) for name in ("started", "ended"))
    assert (began, ended) == (asked[0], asked[-1])
    assert ended < began
    # the next run goes by what a packet rests on, not by its age
    states, record = made(tmp_path / "back", executor)
    assert states == [State.UNCHANGED]
    assert datetime.fromisoformat(record["started"]) < ended
