"""The company's analysis made and published: whole or not at all, the same bytes, nothing that runs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from cmreview.errors import FileError, InputError, PacketError
from cmreview.packets import publish
from cmreview.packets.analysis import AnalysisRequest, analysis_notebook, make_analysis, make_prepared
from cmreview.packets.analysis_sample import ANALYSIS_SAMPLE, make_analysis_sample
from cmreview.packets.opening import open_analysis
from cmreview.review.analysis.store import load, save
from tests.packets.plain_engine import NAME as PLAIN
from tests.packets.small import FIRST, SECOND, small_company, write_tables
from tests.show.reading import read

FILES = ("analysis.html", "analysis.ipynb", "analysis.xlsx")


@pytest.fixture(scope="module")
def sample():
    return load(ANALYSIS_SAMPLE)


def request(outputs: Path, **options: object) -> AnalysisRequest:
    """What is asked for, run without a kernel."""
    return AnalysisRequest(
        **({"year": 2025, "records": outputs, "outputs": outputs, "engine": PLAIN} | options)
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def failing(path: Path) -> Path:
    """The notebook with a cell that fails before its end."""
    found = nbformat.read(analysis_notebook(), as_version=4)
    cells = [
        new_markdown_cell("## 多出的一步", id="more-heading"),
        new_code_cell("analysis.nothing()", id="more"),
    ]
    found.cells[-1:-1] = cells
    nbformat.write(found, path)
    return path


def test_a_small_companys_records_become_page_notebook_and_workbook(tmp_path):
    records = write_tables(tmp_path / "records", small_company())
    made = make_analysis(request(tmp_path / "out", records=records))
    assert [path.name for path in made.files] == list(FILES)
    assert sorted(tree(tmp_path / "out/2025")) == list(FILES)
    page = read((tmp_path / "out/2025/analysis.html").read_text("utf-8"))
    assert FIRST in page.by_id("trends").text
    assert SECOND in page.by_id("trends").text
    assert "甲1号" not in page.text
    assert made.findings == len(page.by_id("findings").all("li"))


def test_the_same_input_gives_the_same_bytes(sample, tmp_path):
    for name in ("one", "two"):
        make_prepared(sample, request(tmp_path / name))
    assert tree(tmp_path / "one/2025") == tree(tmp_path / "two/2025")


def test_the_page_runs_nothing_and_asks_for_nothing(sample, tmp_path):
    make_prepared(sample, request(tmp_path, lang="en"))
    text = (tmp_path / "2025/analysis.html").read_text("utf-8")
    assert '<html lang="en">' in text
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert 'id="end-of-packet"' in text


def test_a_failed_notebook_leaves_the_earlier_analysis_and_is_kept_with_its_reason(sample, tmp_path):
    make_prepared(sample, request(tmp_path))
    before = tree(tmp_path / "2025")
    with pytest.raises(PacketError) as refused:
        make_prepared(sample, request(tmp_path, notebook=failing(tmp_path / "failing.ipynb")))
    assert "多出的一步" in refused.value.what("zh")
    assert "analysis.txt" in refused.value.mend("en")
    assert tree(tmp_path / "2025") == before
    kept = tmp_path / "2025/failed"
    assert sorted(path.name for path in kept.iterdir()) == ["analysis.ipynb", "analysis.txt"]
    make_prepared(sample, request(tmp_path))
    assert not kept.exists()


def test_what_lies_beside_the_analysis_stays(sample, tmp_path):
    (tmp_path / "2025").mkdir()
    (tmp_path / "2025/index.html").write_text("packets", "utf-8")
    make_prepared(sample, request(tmp_path))
    assert (tmp_path / "2025/index.html").read_text("utf-8") == "packets"
    assert sorted(tree(tmp_path / "2025")) == sorted((*FILES, "index.html"))


def test_files_are_published_all_or_none(tmp_path, monkeypatch):
    made, target = tmp_path / "made", tmp_path / "target"
    for folder, text in ((made, "new"), (target, "old")):
        folder.mkdir()
        for name in ("a", "b"):
            (folder / name).write_text(text, "utf-8")
    move = Path.replace

    def refuse(path: Path, to: Path) -> Path:
        if path == made / "b":
            raise PermissionError(13, "open elsewhere")
        return move(path, to)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PacketError, match="open elsewhere"):
        publish.publish_files(made, target)
    assert tree(target) == {"a": b"old", "b": b"old"}


def test_a_year_without_contracts_is_told_before_anything_is_made(tmp_path):
    records = write_tables(tmp_path / "records", small_company())
    with pytest.raises(InputError) as refused:
        make_analysis(request(tmp_path / "out", records=records, year=2023))
    assert "2024–2025" in refused.value.text("zh")
    assert not (tmp_path / "out").exists()


def test_the_shipped_sample_is_what_program_and_policy_give(sample, tmp_path):
    save(make_analysis_sample(), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == ANALYSIS_SAMPLE.read_bytes()
    assert sample.company.zh == "示例公司"


def test_what_is_no_analysis_is_not_opened(tmp_path):
    with pytest.raises(FileError):
        open_analysis(str(tmp_path / "nowhere.json"))
