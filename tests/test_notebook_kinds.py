"""Which notebook is stored how: reports executed, widget notebooks without outputs, none in between."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.everything import notebook_kinds

ROOT = Path(__file__).resolve().parent.parent
REPORTS, WIDGETS = notebook_kinds(ROOT / "pyproject.toml")


def report_faults(notebook: nbformat.NotebookNode) -> list[str]:
    """What keeps a notebook from being a report: nbval compares only cells that were executed (N18)."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    faults = [] if any(cell.outputs for cell in cells) else ["no cell has an output"]
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        faults.append("its cells were not executed once each, in order")
    return faults


def widget_faults(notebook: nbformat.NotebookNode) -> list[str]:
    """What keeps a notebook from being a widget notebook: anything that a run left in it (N18)."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    faults = ["a cell has an output"] if any(cell.outputs for cell in cells) else []
    if any(cell.execution_count is not None for cell in cells):
        faults.append("a cell has an execution count")
    if "widgets" in notebook.metadata:
        faults.append("it holds widget state")
    return faults


def test_every_notebook_is_listed_as_exactly_one_kind():
    stored = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "notebooks").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    }
    assert sorted((*REPORTS, *WIDGETS)) == sorted(stored)


def test_every_notebook_is_stored_as_its_kind_wants_it():
    faults = {}
    for names, look in ((REPORTS, report_faults), (WIDGETS, widget_faults)):
        for name in names:
            notebook = nbformat.read(ROOT / name, as_version=4)
            nbformat.validate(notebook)
            faults[name] = look(notebook)
    assert {name: found for name, found in faults.items() if found} == {}


OUTPUT = new_output("stream", text="1\n")


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param([new_code_cell("print(1)")], id="never run"),
        pytest.param([new_code_cell("x = 1", execution_count=1)], id="nothing to compare"),
        pytest.param([new_code_cell("print(1)", outputs=[OUTPUT])], id="output without execution count"),
        pytest.param(
            [
                new_code_cell("print(1)", execution_count=2, outputs=[OUTPUT]),
                new_code_cell("print(1)", execution_count=1, outputs=[OUTPUT]),
            ],
            id="run out of order",
        ),
    ],
)
def test_a_report_that_strict_comparison_would_pass_unseen_is_found(cells):
    assert report_faults(new_notebook(cells=[new_markdown_cell("# A"), *cells]))


@pytest.mark.parametrize(
    ("cells", "metadata"),
    [
        pytest.param([new_code_cell("1", outputs=[OUTPUT])], {}, id="output"),
        pytest.param([new_code_cell("1", execution_count=1)], {}, id="execution count"),
        pytest.param([new_code_cell("1")], {"widgets": {}}, id="widget state"),
    ],
)
def test_a_widget_notebook_with_traces_of_a_run_is_found(cells, metadata):
    assert widget_faults(new_notebook(cells=cells, metadata=metadata))


def test_notebooks_stored_rightly_pass():
    executed = new_code_cell("print(1)", execution_count=1, outputs=[OUTPUT])
    assert report_faults(new_notebook(cells=[executed])) == []
    assert widget_faults(new_notebook(cells=[new_code_cell("print(1)")])) == []
