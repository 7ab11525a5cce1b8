"""The session's notebook: two calls, stored without a run, the same from any folder, loud where it fails."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from cmreview.errors import InputError
from cmreview.explore import example, opening
from cmreview.explore.opened import Opened
from cmreview.explore.rehearsal import rehearse
from cmreview.explore.session import NoteKind
from cmreview.explore.session_view import SessionView, Trouble
from cmreview.packets.run import without_grammar
from tests.everything import notebook_kinds
from tests.notebooks.lint import faults

NAME = "notebooks/committee_session.ipynb"
without_grammar()


@pytest.fixture(scope="module")
def stored(root) -> nbformat.NotebookNode:
    return nbformat.read(root / NAME, as_version=4)


@pytest.fixture(scope="module")
def view(example_project) -> SessionView:
    """The page of the example below a folder of its own."""
    return SessionView(opening.opened({}, project=example_project("session")))


def test_it_is_listed_as_a_widget_notebook(root):
    assert NAME in notebook_kinds(root / "pyproject.toml")[1]


def test_the_notebook_holds_calls_and_sentences_only(stored):
    assert faults(stored) == []
    for before, cell in zip(stored.cells, stored.cells[1:], strict=False):
        if cell.cell_type == "code":
            assert before.source.startswith("## "), cell.id


def test_it_takes_no_parameters(stored):
    assert not any("parameters" in cell.metadata.get("tags", []) for cell in stored.cells)


def test_it_opens_from_another_folder(stored, tmp_path: Path):
    """Its last cell, which tries every control, is run by nbval; here that costs as much again."""
    notebook = deepcopy(stored)
    *cells, rehearsal = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.cells.remove(rehearsal)
    NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert "application/vnd.jupyter.widget-view+json" in cells[0].outputs[0].data


def test_the_rehearsal_touches_nothing(view):
    ledger = view.page.session.desk.ledger
    before = ledger.head()
    assert "17" in rehearse(view)
    assert ledger.head() == before
    assert ledger.verify() == ()


def test_a_control_that_does_not_work_fails_the_rehearsal(view, monkeypatch):
    monkeypatch.setattr("cmreview.explore.forms.ScoreForm._save", lambda *_: None)
    with pytest.raises(InputError, match="odd points"):
        rehearse(view)


def test_a_real_session_is_never_rehearsed_on(view):
    real = SessionView(Opened(view.page.session, None))
    before = view.page.session.desk.ledger.head()
    assert rehearse(real) == real.page.say("rehearsal.not_here")
    assert view.page.session.desk.ledger.head() == before


def test_the_example_opens_again_with_everything_that_was_recorded(view):
    case = next(name for name in view.page.sight.order if not view.page.sight.cases[name].state.scores_open)
    view.chooser.value = case
    for box in view.score.points.values():
        box.value = "77"
    view.score.save.click()
    assert view.score.notice.last.kind is NoteKind.DONE
    project = view.opened.example.folder.parents[1]
    again = SessionView(opening.opened({}, project=project))
    again.chooser.value = case
    assert {box.value for box in again.score.points.values()} == {"77"}
    assert again.page.session.review.cases == view.page.session.review.cases


def test_a_project_that_cannot_be_written_gives_way_to_a_temporary_folder_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(example, "_make", lambda folder, *_: folder.name)
    (tmp_path / "outputs").write_text("a file in the way", "utf-8")
    made = example.open_example(None, None, tmp_path)
    assert made.stays is False


def test_what_is_missing_is_told_on_the_page(monkeypatch):
    monkeypatch.setenv("CMREVIEW_RECORDS", "records")
    monkeypatch.delenv("CMREVIEW_LEDGER", raising=False)
    page = opening.open_session()
    assert isinstance(page, Trouble)
    assert "CMREVIEW_LEDGER" in repr(page)
