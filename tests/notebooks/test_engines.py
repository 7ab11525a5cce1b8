"""Every report notebook shows the same under our engine and under an ordinary kernel."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cmreview.packets.forking.process import FORKED, KERNEL, is_possible
from cmreview.packets.notebook import code_cells, read, recorded, write
from cmreview.packets.run import run_notebook

ROOT = Path(__file__).parents[2]
KINDS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["cmreview"]["notebooks"]


@pytest.mark.skipif(not is_possible(), reason="this system has no safe fork")
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", KINDS["report"])
def test_a_report_is_the_same_bytes_under_both_engines(name, lang, tmp_path):
    written = []
    for engine in (FORKED, KERNEL):
        executed = tmp_path / f"{engine}.ipynb"
        run_notebook(ROOT / name, executed, {"lang": lang}, engine)
        notebook = read(executed)
        assert [cell.execution_count for cell in code_cells(notebook)] == list(
            range(1, len(code_cells(notebook)) + 1)
        )
        assert sum(bool(cell.outputs) for cell in code_cells(notebook)) >= 10
        write(recorded(notebook, {"lang": lang}), executed)
        written.append(executed.read_bytes())
    assert written[0] == written[1]
