"""The notebook of the company's analysis: thin, typed, the same from any folder, stored as it runs."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from cmreview.errors import InputError
from cmreview.packets import notebook as notebooks
from cmreview.packets.parameters import AnalysisParameters, checked_analysis
from cmreview.packets.regenerate import run_stored
from cmreview.packets.run import run_notebook, without_grammar
from cmreview.show.analysis.frame import PARTS
from cmreview.show.packet import END_MIME
from tests.everything import notebook_kinds
from tests.notebooks.lint import faults

NAME = "notebooks/company_analysis.ipynb"
without_grammar()


@pytest.fixture(scope="module")
def path(root) -> Path:
    return root / NAME


@pytest.fixture(scope="module")
def stored(path):
    return nbformat.read(path, as_version=4)


def shown(notebook) -> list[list[dict]]:
    return [[output.get("data") for output in cell.outputs] for cell in notebooks.code_cells(notebook)]


def test_it_is_listed_as_a_report(root):
    assert NAME in notebook_kinds(root / "pyproject.toml")[0]


def test_the_parameters_cell_and_the_typed_model_agree(path):
    import papermill

    known = papermill.inspect_notebook(str(path))
    cell = {name: ast.literal_eval(parameter["default"]) for name, parameter in known.items()}
    assert cell == AnalysisParameters().model_dump() == {"analysis_file": "", "lang": "zh"}


@pytest.mark.parametrize(
    "values", [{"analysis_file": "a.json"}, {"lang": "fr"}, {"year": 2025}, {"analysis_file": 7}]
)
def test_other_parameters_are_refused_before_any_kernel_starts(values):
    with pytest.raises(InputError, match=next(iter(values))):
        checked_analysis(values)


def test_the_notebook_holds_calls_and_sentences_only(stored):
    assert faults(stored) == []
    for before, cell in zip(stored.cells, stored.cells[1:], strict=False):
        if cell.cell_type == "code":
            assert before.cell_type == "markdown", cell.id
            assert before.source.startswith("## "), cell.id


def test_it_opens_with_who_it_is_for_and_shows_every_part_in_order(stored):
    for word in ("给谁看", "回答什么", "**For**", "**Answers**"):
        assert word in stored.cells[0].source
    ids = [cell.id for cell in notebooks.code_cells(stored)]
    assert ids == ["parameters", "open", "cover", "contents", *PARTS, "end"]


def test_running_the_stored_notebook_anew_gives_the_same_bytes(path, tmp_path):
    run_stored(path, tmp_path / "again.ipynb")
    assert (tmp_path / "again.ipynb").read_bytes() == path.read_bytes()


def test_the_stored_notebook_names_no_time_and_no_place(path, root):
    text = path.read_text("utf-8")
    assert str(root) not in text
    for word in ("execution_time", "iopub", "papermill", "start_time", "/tmp", "/home", "/root"):
        assert f'"{word}' not in text


def test_nbclient_alone_shows_what_is_stored_from_another_folder(stored, tmp_path):
    again = nbformat.from_dict(stored)
    NotebookClient(again, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert shown(again) == shown(stored)
    assert not list(tmp_path.iterdir())


def test_the_english_analysis_is_another_set_of_parameters(path, tmp_path, stored):
    run_notebook(path, tmp_path / "en.ipynb", {"analysis_file": "", "lang": "en"})
    english = nbformat.read(tmp_path / "en.ipynb", as_version=4)
    (handed,) = [output[END_MIME] for output in shown(english)[-1]]
    assert handed["lang"] == "en"
    outputs = [output for cell in shown(stored) for output in cell]
    assert len([output for cell in shown(english) for output in cell]) == len(outputs)
