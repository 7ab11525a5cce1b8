"""The explorer's notebook: two calls, stored without a run, every control used, loud where one fails."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from cmreview.errors import InputError
from cmreview.explore.explorer import opening
from cmreview.explore.explorer.rehearsal import rehearse
from cmreview.explore.explorer.view import ExplorerView
from cmreview.explore.session_view import Trouble
from tests.everything import notebook_kinds
from tests.notebooks.lint import faults

NAME = "notebooks/explorer.ipynb"


@pytest.fixture(scope="module")
def stored(root) -> nbformat.NotebookNode:
    return nbformat.read(root / NAME, as_version=4)


@pytest.fixture(scope="module")
def view(example_project) -> ExplorerView:
    """The page of the example below a folder of its own."""
    return ExplorerView(opening.opened({}, project=example_project("explorer")))


def test_it_is_listed_as_a_widget_notebook(root):
    assert NAME in notebook_kinds(root / "pyproject.toml")[1]


def test_the_notebook_holds_calls_and_sentences_only(stored):
    assert faults(stored) == []
    for before, cell in zip(stored.cells, stored.cells[1:], strict=False):
        if cell.cell_type == "code":
            assert before.source.startswith("## "), cell.id


def test_it_opens_from_another_folder(stored, tmp_path: Path):
    """Its last cell, which tries every control, is run by nbval; here that costs as much again."""
    notebook = deepcopy(stored)
    *cells, rehearsal = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.cells.remove(rehearsal)
    NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert "application/vnd.jupyter.widget-view+json" in cells[0].outputs[0].data


def test_the_rehearsal_leaves_nothing_beside_the_example(view):
    folder = view.board.opened.file.parent
    before = sorted(folder.iterdir())
    assert re.fullmatch(r"试运行完成：[1-9]\d+ 个操作均按预期进行。", rehearse(view))
    assert sorted(folder.iterdir()) == before
    assert not view.board.exploration.is_changed


def test_a_control_that_does_not_work_fails_the_rehearsal(view, monkeypatch):
    monkeypatch.setattr("cmreview.explore.explorer.what_if.TryingOut._take", lambda *_: None)
    with pytest.raises(InputError, match="试运行"):
        rehearse(view)


def test_real_data_are_never_rehearsed_on(view, tmp_path):
    real = ExplorerView(opening.opened({"CMREVIEW_PREPARED": str(view.board.opened.file)}))
    assert rehearse(real) == real.board.say("rehearsal.not_here")


def test_what_is_missing_is_told_on_the_page(monkeypatch):
    monkeypatch.setenv("CMREVIEW_PREPARED", "nowhere.explorer")
    page = opening.open_explorer_page()
    assert isinstance(page, Trouble)
    assert "nowhere.explorer" in repr(page)
