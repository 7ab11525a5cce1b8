"""Whatever cells may rely on in an ordinary kernel they find in a forked child, to the last character."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from cmreview.packets.forking.process import is_possible
from cmreview.packets.run import run_notebook
from tests.packets.forking.behaviours import BEHAVIOURS
from tests.packets.forking.running import FORKED, KERNEL, shown

pytestmark = pytest.mark.skipif(not is_possible(), reason="this system has no safe fork")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Every behaviour's cells under both engines, by engine and name; all of them in one notebook."""
    folder = tmp_path_factory.mktemp("both") / "at-work"
    folder.mkdir()
    (folder / "beside.py").write_text("NAME = 'from beside'\n", "utf-8")
    cells = []
    for behaviour in BEHAVIOURS:
        for source in behaviour.cells:
            tags = ["raises-exception"] if behaviour.fails else []
            cells.append(new_code_cell(source, id=f"c{len(cells)}", metadata={"tags": tags}))
    source = folder / "source.ipynb"
    nbformat.write(new_notebook(cells=cells), source)
    found = {}
    before, place = os.environ.get("CMREVIEW_TRIAL"), Path.cwd()
    os.environ["CMREVIEW_TRIAL"] = "as set by the test"
    os.chdir(folder)
    try:
        for engine in (FORKED, KERNEL):
            target = folder / f"{engine}.ipynb"
            with pytest.raises(PapermillExecutionError):  # some must fail; the others run all the same
                run_notebook(source, target, {}, engine)
            executed = nbformat.read(target, as_version=4).cells
            found[engine] = iter([cell for cell in executed if cell.cell_type == "code"])
    finally:
        os.chdir(place)
        os.environ.pop("CMREVIEW_TRIAL") if before is None else os.environ.update(CMREVIEW_TRIAL=before)
    return {
        engine: {one.name: [next(cells) for _ in one.cells] for one in BEHAVIOURS}
        for engine, cells in found.items()
    }


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.name)
def test_a_forked_child_shows_what_an_ordinary_kernel_shows(ran, behaviour):
    forked, ordinary = (
        [shown(cell, behaviour.loose) for cell in ran[engine][behaviour.name]] for engine in (FORKED, KERNEL)
    )
    assert forked == ordinary
    assert behaviour.seen in str(
        [output for cell in ran[FORKED][behaviour.name] for output in cell.outputs]
    ).replace("\\n", "\n")


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.name)
def test_cells_are_counted_alike(ran, behaviour):
    counts = [[cell.execution_count for cell in ran[engine][behaviour.name]] for engine in (FORKED, KERNEL)]
    assert counts[0] == counts[1]
