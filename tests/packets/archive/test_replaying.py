"""A year computed again comes out as it was, or every line that did not is told with who says which."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import replace

import pytest

import cmreview
from cmreview.cli import archive as commands
from cmreview.cli import main
from cmreview.errors import FileError, InputError
from cmreview.packets import record
from cmreview.packets.archive import libraries, replaying
from cmreview.packets.archive.layout import Program
from cmreview.packets.archive.libraries import Library, libraries_since, unlocked
from cmreview.packets.archive.replaying import Replayed, replay
from cmreview.packets.archive.telling import conclusion, told
from cmreview.review import criteria
from cmreview.terms import Outcome
from tests.packets.archive.conftest import rewritten
from tests.packets.making import notebook, tree
from tests.packets.small import FIRST, SECOND


@pytest.fixture
def another_program(monkeypatch):
    """From now on another version of the package runs."""
    monkeypatch.setattr(cmreview, "__version__", "9.9.9")
    monkeypatch.setattr(record, "package_sha256", lambda: "e" * 64)


@pytest.fixture
def stricter(monkeypatch, another_program):
    """That version takes new customers that were enough for too few."""
    plain = criteria._compare

    def compare(criterion, fact, threshold) -> Outcome:
        found = plain(criterion, fact, threshold)
        is_it = criterion.indicator == "new_customers" and found is Outcome.MET
        return Outcome.MISSED if is_it else found

    monkeypatch.setattr(criteria, "_compare", compare)


def test_a_year_comes_out_of_its_archive_byte_for_byte(archived, office, executor, another_program):
    before = tree(office.folder)
    found = replay(archived, executor=executor)
    assert (found.is_equal, found.files, found.lines, found.libraries) == (True, (), (), ())
    assert (found.year, found.departments) == (2025, 2)
    assert tree(office.folder) == before
    assert conclusion(found) == "equal_elsewhere"  # another version with the same results
    assert "9.9.9·eeeeeeee" in next(told(found, "en"))
    assert conclusion(replace(found, now=found.then)) == "equal"


def test_another_version_with_another_result_is_told_line_by_line(archived, executor, stricter):
    found = replay(archived, executor=executor)
    assert not found.is_equal
    verdict = [line for line in found.lines if line.what[-1] == "outcome" and line.what[0] == "verdicts"]
    assert {(line.department, line.person) for line in verdict} == {(FIRST, "1a"), (SECOND, "2a")}
    assert {(line.then, line.now) for line in verdict} == {("met", "missed")}
    assert {line.person for line in found.lines if line.what[0] == "held"} <= {"1a", "1b", "2a", "2b"}
    assert f"packets/{FIRST}/{FIRST}.html" in found.files
    lines = list(told(found, "zh"))
    said = next(line for line in lines if line.startswith(f"{FIRST} · 1a · 达标结论"))
    assert f"当时 达标（{cmreview.__version__}".replace("9.9.9", found.then.version) in said
    assert "现在 未达标（9.9.9·eeeeeeee）" in said
    assert lines[-1].startswith(f"不一致：2025 年度有 {len(found.lines)} 处不同")


def test_outputs_without_stored_reviews_are_compared_by_their_appendices(office, executor, stricter):
    found = replay(office.run_file, executor=executor)
    assert ("met", "missed") not in {(line.then, line.now) for line in found.lines}
    cells = {(line.person, line.what[0], line.what[-1], line.then, line.now) for line in found.lines}
    assert ("1a", "逐条结论", "结论", "达标", "未达标") in cells
    assert ("2a", "逐条结论", "结论", "达标", "未达标") in cells


HERE = Program("1.0", "a" * 64)
FOUND = Replayed(2025, 2, HERE, HERE, (), (), (), (), prints=0)


def test_other_bytes_without_another_program_are_never_called_equal():
    found = replace(FOUND, files=("packets/index.html",))
    assert (found.is_equal, conclusion(found)) == (False, "other_bytes")


@pytest.mark.parametrize(
    "other", [{"now": Program("1.0", "b" * 64)}, {"libraries": (Library("pandas", "1", "2"),)}], ids=str
)
def test_other_looks_of_another_version_are_told_beside_equal_results(other):
    found = replace(FOUND, files=tuple(f"packets/{number}.html" for number in range(14)), **other)
    assert (found.is_equal, conclusion(found)) == (True, "equal_results")
    assert any("packets/11.html and 2 more" in line for line in told(found, "en"))


def test_libraries_that_are_not_those_of_that_time_are_told(tmp_path, monkeypatch):
    now = ("click==8", "Zope.new==2", "cmreview==9", "six==1", "pip==9")
    monkeypatch.setattr(libraries, "distributions", lambda: now)
    monkeypatch.setattr(libraries.platform, "python_version", lambda: "3.13.0")
    then, lock, none = ("click==7", "pandas==2", "cmreview==1", "six==1"), tmp_path / "lock", tmp_path / "x"
    lock.write_text("click==7 ; x \\\n    --hash=a\nzope_new==1\nzope-new==2\nsix==1\npandas==2\n")
    since = libraries_since(then, "3.12.1", lock)
    assert since == (
        Library("click", "7", "8"),
        Library("pandas", "2", None),
        Library("python", "3.12.1", "3.13.0"),
        Library("zope-new", None, "2"),
    )
    assert set(libraries_since(then, "3.12.1", none)) == {*since, Library("pip", None, "9")}
    assert unlocked(lock) == (Library("click", "7", "8"),)
    assert unlocked(none) == ()
    found = replace(FOUND, libraries=since, unlocked=unlocked(lock))
    assert sum("click 7 → 8" in line for line in told(found, "zh")) == 2


def test_a_department_that_failed_then_and_does_not_now_is_a_line(office, tmp_path, executor, monkeypatch):
    def fail(stored):
        stored["departments"][0] |= {"state": "failed", "reason": "kernel", "key": "", "files": {}}

    monkeypatch.setattr(replaying, "index_page", lambda *_: "another page")
    found = replay(rewritten(office, tmp_path, fail), executor=executor)
    assert found.files == ("packets/index.html",)
    states = [line for line in found.lines if line.what == ("state",)]
    assert [(line.department, line.then, line.now) for line in states] == [(FIRST, "failed: kernel", "made")]
    assert any("failed (kernel)" in line for line in told(found, "en"))


def test_code_that_somebody_put_into_the_notebook_is_not_run_unasked(office, tmp_path):
    other = notebook(tmp_path / "other.ipynb", ("more", "raise SystemExit('mine now')"))
    digest = hashlib.sha256(other.read_bytes()).hexdigest()

    def smuggle(stored):
        files = [{"name": other.name, "sha256": digest}]
        stored["inputs"]["notebook"] = {"place": str(tmp_path), "files": files}

    with pytest.raises(InputError) as refused:
        replay(rewritten(office, tmp_path, smuggle))
    assert refused.value.code == "archive.other_notebook"


def test_a_policy_that_was_edited_since_is_named(office):
    with office.without("policy/criteria.yaml") as path:
        path.write_text(path.read_text("utf-8") + "# later\n", encoding="utf-8")
        with pytest.raises(InputError, match=r"inputs/policy/criteria\.yaml（内容已改动）"):
            replay(office.run_file)


def test_a_lost_input_is_named(office):
    with office.without("records/花名册.csv") as path:
        path.unlink()
        with pytest.raises(InputError, match=r"inputs/records/花名册\.csv（找不到或无法读取）"):
            replay(office.run_file)


def test_what_can_not_be_replayed_ends_with_two_and_says_how_to_mend_it(tmp_path, capsys):
    with pytest.raises(FileError):
        replay(tmp_path / "none.zip")
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(tmp_path / "none.zip"), "--lang", "en"])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith("This year can't be computed again:\n")
    assert "Check the path" in said


@pytest.mark.parametrize(
    ("line", "code"), [((), 0), ((replaying.Line(FIRST, "1a", ("x",), None, "1/2"),), 1)]
)
def test_the_exit_code_says_whether_a_year_came_out_as_it_was(monkeypatch, capsys, line, code):
    found = replace(FOUND, lines=line, prints=3)
    monkeypatch.setattr(replaying, "replay", lambda *_, **__: found)
    with pytest.raises(SystemExit) if code else nullcontext() as ended:
        main(["replay", "run.json", "--lang", "en"])
    if code:
        assert ended.value.code == commands.DIFFERS
    said = capsys.readouterr().out
    assert "3 PDF(s) are prints" in said
    assert (f"{FIRST} · 1a · x: then nothing ({HERE}), now 0.5 ({HERE})" in said) == bool(code)
