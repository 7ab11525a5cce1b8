"""Whatever cells may rely on in an ordinary kernel they find in a forked child, to the last character."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from cmreview.packets.forking.process import FORKED, KERNEL, is_possible
from cmreview.packets.forking.warm import warm_parent
from cmreview.packets.run import run_notebook
from tests.packets.forking.behaviours import BEHAVIOURS
from tests.packets.forking.running import shown

pytestmark = pytest.mark.skipif(not is_possible(), reason="this system has no safe fork")


def ran(folder, engine) -> dict[str, list]:
    """The cells of each behaviour as one notebook of them all left them."""
    cells = [
        new_code_cell(source, metadata={"tags": ["raises-exception"] if behaviour.fails else []})
        for behaviour in BEHAVIOURS
        for source in behaviour.cells
    ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    nbformat.write(new_notebook(cells=cells), folder / "source.ipynb")
    target = folder / f"{engine}.ipynb"
    with pytest.raises(PapermillExecutionError):  # some must fail; the others run all the same
        run_notebook(folder / "source.ipynb", target, {}, engine)
    executed = nbformat.read(target, as_version=4).cells
    found = iter([cell for cell in executed if cell.cell_type == "code"])
    return {behaviour.name: [next(found) for _ in behaviour.cells] for behaviour in BEHAVIOURS}


def test_a_forked_child_shows_what_an_ordinary_kernel_shows(tmp_path, monkeypatch):
    # one test, so that not each of several test processes runs both engines anew
    folder = tmp_path / "at-work"
    folder.mkdir()
    (folder / "beside.py").write_text("NAME = 'from beside'\n", "utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CMREVIEW_TRIAL", "as set by the test")
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # a kernel that finds it leaves out what C code writes
    with warm_parent():  # it gets warm while the ordinary kernel is at work
        ordinary = ran(folder, KERNEL)
        forked = ran(folder, FORKED)
    differing = {}
    for behaviour in BEHAVIOURS:
        ours, theirs = (
            [(cell.execution_count, shown(cell, behaviour.loose)) for cell in cells[behaviour.name]]
            for cells in (forked, ordinary)
        )
        if ours != theirs:
            differing[behaviour.name] = (ours, theirs)
    assert differing == {}
    texts = {
        name: str([cell.outputs for cell in cells]).replace("\\n", "\n") for name, cells in forked.items()
    }
    assert [one.name for one in BEHAVIOURS if one.seen not in texts[one.name]] == []
    assert len(texts) == len(BEHAVIOURS) >= 29
