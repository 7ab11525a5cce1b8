"""The first notebook: for somebody new, in calls and sentences, and every figure in it from the review."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from cmreview.packets.run import without_grammar
from tests.everything import notebook_kinds
from tests.notebooks.lint import faults

NAME = "notebooks/start_here.ipynb"
without_grammar()


@pytest.fixture(scope="module")
def stored(root) -> nbformat.NotebookNode:
    return nbformat.read(root / NAME, as_version=4)


@pytest.fixture(scope="module")
def executed(stored, tmp_path_factory) -> dict[str, str]:
    """What each code cell shows, by the cell's id, run from another folder than the notebook's."""
    notebook = nbformat.from_dict(stored)
    place = {"metadata": {"path": str(tmp_path_factory.mktemp("elsewhere"))}}
    NotebookClient(notebook, timeout=240, kernel_name="python3", resources=place).execute()
    shown = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            (output,) = cell.outputs
            assert output.output_type == "execute_result", output
            html = re.sub(r"<style>.*?</style>", "", output.data["text/html"], flags=re.DOTALL)
            shown[cell.id] = unescape(re.sub(r"<[^>]+>", " ", html))
    return shown


def test_it_is_listed_as_a_widget_notebook(root):
    assert NAME in notebook_kinds(root / "pyproject.toml")[1]


def test_the_notebook_holds_calls_and_sentences_only(stored):
    assert faults(stored) == []
    for before, cell in zip(stored.cells, stored.cells[1:], strict=False):
        if cell.cell_type == "code":
            assert before.cell_type == "markdown", cell.id


def test_every_text_is_in_both_languages(stored):
    for cell in stored.cells:
        if cell.cell_type == "markdown":
            assert re.search(r"[一-鿿]{4}", cell.source), cell.id
            assert re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", cell.source), cell.id


@pytest.mark.parametrize(
    "name", ["start_here", "explorer", "committee_session", "department_packet"], ids=lambda name: name
)
def test_each_notebook_opens_with_who_it_is_for_and_what_it_answers(root, name):
    first = nbformat.read(root / f"notebooks/{name}.ipynb", as_version=4).cells[0].source
    for word in ("给谁看", "回答什么", "**For**", "**Answers**"):
        assert word in first, word


def test_what_it_points_to_is_there(root, stored):
    text = "\n".join(cell.source for cell in stored.cells if cell.cell_type == "markdown")
    pages = re.findall(r"`(docs/[\w.-]+)`", text) + [
        f"notebooks/{link}" for link in re.findall(r"\]\(([\w-]+\.ipynb)\)", text)
    ]
    assert len(pages) >= 6
    assert [page for page in pages if not (root / page).is_file()] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"], ids=["en", "zh"])
def test_the_readme_lists_every_notebook_once_and_this_one_first(root, readme):
    listed = re.findall(r"^\| \[`(\w+\.ipynb)`\]\(notebooks/\1\)", (root / readme).read_text("utf-8"), re.M)
    assert listed[0] == "start_here.ipynb"
    assert sorted(listed) == sorted(path.name for path in Path(root, "notebooks").glob("*.ipynb"))


def test_it_runs_from_another_folder_and_every_cell_shows_something(stored, executed):
    assert list(executed) == [cell.id for cell in stored.cells if cell.cell_type == "code"]
    assert all(text.strip() for text in executed.values())


def test_the_case_the_verdict_and_its_rows_speak_of_the_same_figure(executed):
    case, verdict = executed["one-case"], executed["one-verdict"]
    (name,) = re.findall(r"^\s*(\S+（\d+）)：", verdict)
    assert name in case
    margin = re.search(r"3\.2\.P2 .*?(还差 [\d.]+ 万元)", verdict, re.DOTALL)
    assert margin is not None
    assert margin[1] in case
    assert verdict.count("计入") > 1


def test_a_stricter_threshold_turns_intermediate_results_and_no_others(executed):
    lines = {line.split()[0]: line for line in re.split(r"(?=高级|中级|初级)", executed["higher"])[1:]}
    assert "→" in lines["中级"]
    assert "→" not in lines["高级"]
    assert "→" not in lines["初级"]
