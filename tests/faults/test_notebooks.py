"""A notebook that takes all memory or prints without end costs one packet, and neither memory nor disk."""

from __future__ import annotations

import pytest

from cmreview.packets.forking import talk
from cmreview.packets.forking.process import is_possible
from tests.faults import notebooks

pytestmark = pytest.mark.skipif(not is_possible(), reason="this system has no safe fork")


def test_each_is_told_with_its_cell_and_bounded(tmp_path, monkeypatch):
    """Those that tests/packets does not try; ``make faults`` tries all, with the true bound."""
    monkeypatch.setattr(talk, "_MOST", 4 * notebooks.MEGABYTE)
    monkeypatch.setattr(notebooks, "MOST_KEPT", 6 * notebooks.MEGABYTE)
    names = ("out of memory", "prints 100 MB", "shows 100 MB")
    found = list(notebooks.trials(tmp_path, names))
    assert [trial.kind for trial in found] == list(names)
    assert [trial for trial in found if trial.wrong] == []
