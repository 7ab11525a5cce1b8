"""The packet notebook: thin, typed, the same from any folder, stored as it runs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from cmreview.errors import InputError
from cmreview.packets import notebook as notebooks
from cmreview.packets.opening import open_packet
from cmreview.packets.parameters import PacketParameters, checked
from cmreview.packets.regenerate import run_stored
from cmreview.packets.run import run_notebook, without_grammar
from cmreview.show.packet import END_MIME
from tests.notebooks.lint import faults

without_grammar()


@pytest.fixture(scope="module")
def path(root) -> Path:
    return root / "notebooks/department_packet.ipynb"


@pytest.fixture(scope="module")
def stored(path):
    return nbformat.read(path, as_version=4)


def shown(notebook) -> list[list[dict]]:
    return [[output.get("data") for output in cell.outputs] for cell in notebooks.code_cells(notebook)]


def test_the_parameters_cell_and_the_typed_model_agree(path):
    import papermill

    known = papermill.inspect_notebook(str(path))
    cell = {name: ast_value(parameter["default"]) for name, parameter in known.items()}
    assert cell == PacketParameters().model_dump()


def ast_value(source: str) -> object:
    import ast

    return ast.literal_eval(source)


def test_parameters_are_refused_all_at_once_before_any_kernel_starts():
    with pytest.raises(InputError) as refused:
        checked({"review_file": 7, "lang": "fr", "year": 2025})
    told = refused.value.what()
    assert all(name in told for name in ("review_file", "lang", "year"))


@pytest.mark.parametrize("value", ["relative/review.json", "../review.json"])
def test_a_relative_path_is_refused(value):
    with pytest.raises(InputError):
        checked({"review_file": value})


def test_no_parameter_names_a_person_or_a_department():
    assert set(PacketParameters.model_fields) == {"review_file", "lang"}


def test_the_notebook_holds_calls_and_sentences_only(stored):
    assert faults(stored) == []
    for before, cell in zip(stored.cells, stored.cells[1:], strict=False):
        if cell.cell_type == "code":
            assert before.cell_type == "markdown", cell.id
            assert before.source.startswith("## "), cell.id


@pytest.mark.parametrize(
    "source",
    [
        "%%capture\nx",
        "%%time\nx",
        "!ls",
        "import sys\nsys.exit()",
        "import threading",
        "from IPython.display import HTML\nHTML('<b>')",
        "from IPython.display import Markdown",
        "frame.style",
        'f"<b>{name}</b>"',
        "def rule(x):\n    return x",
        "packet.limit(15)",
        "open_packet('/tmp/review.json')",
        "open_packet('C:/review.json')",
        "\n".join("x" for _ in range(7)),
    ],
)
def test_what_is_banned_is_found(source):
    assert faults(new_notebook(cells=[new_code_cell(source)]))


def test_a_cell_that_may_fail_is_found():
    cell = new_code_cell("x", metadata={"tags": ["raises-exception"]})
    assert faults(new_notebook(cells=[cell])) == [f"{cell.id}: tag raises-exception"]


def test_running_the_stored_notebook_anew_gives_the_same_bytes(path, tmp_path):
    run_stored(path, tmp_path / "again.ipynb")
    assert (tmp_path / "again.ipynb").read_bytes() == path.read_bytes()


def test_the_stored_notebook_names_no_time_and_no_place(path, root):
    text = path.read_text("utf-8")
    assert str(root) not in text
    for word in ("execution_time", "iopub", "papermill", "start_time", "/tmp", "/home", "/root", "version"):
        assert f'"{word}' not in text.replace('"version": "0.', "")


def test_nbclient_alone_shows_what_is_stored_from_another_folder(stored, tmp_path):
    again = nbformat.from_dict(stored)
    NotebookClient(again, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert shown(again) == shown(stored)
    assert not list(tmp_path.iterdir())


def test_the_english_packet_is_another_set_of_parameters(path, tmp_path, stored):
    run_notebook(path, tmp_path / "en.ipynb", {"review_file": "", "lang": "en"})
    english = nbformat.read(tmp_path / "en.ipynb", as_version=4)
    (handed,) = [output[END_MIME] for output in shown(english)[-1]]
    assert handed["lang"] == "en"
    chinese = [output for cell in shown(stored) for output in cell]
    assert len([output for cell in shown(english) for output in cell]) == len(chinese)


def test_the_sample_shows_every_result_and_nobody_real():
    review = open_packet()._voice.review
    results = {case.overall.result if case.overall else None for case in review.applicants}
    assert len(results) >= 3
    assert review.others
    assert review.company.zh == "示例公司"
