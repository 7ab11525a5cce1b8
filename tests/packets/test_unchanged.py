"""Nothing is done twice, and nothing that changed is ever called unchanged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmreview.packets import batch, foundation, record
from cmreview.packets.batch import Watch, default_notebook, make_packets
from cmreview.packets.foundation import RECORDS
from cmreview.packets.foundation import foundation as rests_on
from cmreview.packets.job import State
from cmreview.packets.prepare import Prepared, Request, prepare
from cmreview.packets.recorded import recorded_run
from cmreview.records.intake import READ
from tests.packets import plain_engine
from tests.packets.small import FIRST, SECOND, small_company, write_tables


@dataclass(frozen=True)
class Office:
    """Records, and the outputs of a whole run on them."""

    wanted: Request

    def again(self, outputs: Path) -> Request:
        """The same request on a copy of the outputs."""
        shutil.copytree(self.wanted.outputs, outputs, dirs_exist_ok=True)
        return replace(self.wanted, outputs=outputs)


@pytest.fixture(scope="module")
def office(tmp_path_factory, executor) -> Office:
    """Three departments, of which the third is stopped by an error in its records."""
    folder = tmp_path_factory.mktemp("office")
    tables = small_company((FIRST, SECOND, "市场部"))
    tables["contracts"][-1] = dict(tables["contracts"][-1]) | {"signed_on": "很久以前"}
    records = write_tables(folder / "records", tables)
    wanted = Request(year=2025, records=records, outputs=folder / "out", engine=plain_engine.NAME)
    run = make_packets(wanted, executor=executor)
    assert [entry.state for entry in run.entries] == [State.FAILED, State.OK, State.OK]
    assert run.rests_on
    return Office(wanted)


@pytest.fixture
def sealed(monkeypatch):
    """Whoever reads records now has failed the test."""

    def reads(_: Request) -> None:
        raise ReadsRecords

    monkeypatch.setattr(batch, "prepare", reads)


class ReadsRecords(Exception):
    """A run went on to read the records."""


def told(outputs: Path) -> dict:
    return json.loads((outputs / "2025/run.json").read_text("utf-8"))


def test_where_nothing_changed_no_record_is_read_and_all_is_said_again(office, tmp_path, sealed):
    seen = []
    run = make_packets(office.again(tmp_path), Watch(done=seen.append))
    assert [(entry.department, entry.state) for entry in seen] == [
        ("市场部", State.FAILED),
        (FIRST, State.UNCHANGED),
        (SECOND, State.UNCHANGED),
    ]
    assert run.failed
    assert "1 个错误" in run.entries[0].told("zh")
    before, after = told(office.wanted.outputs), told(tmp_path)
    for each in (before, after):
        for name in ("started", "ended", "seconds", "states", "index"):
            del each[name]
        for entry in each["departments"]:
            for name in ("state", "seconds", "phases"):
                del entry[name]
    assert after == before


def test_page_and_record_are_those_of_a_run_that_read_everything(office, tmp_path, executor, monkeypatch):
    make_packets(office.again(tmp_path / "fast"))
    with monkeypatch.context() as patched:
        patched.setattr(batch, "foundation", lambda *_: None)
        make_packets(office.again(tmp_path / "slow"), executor=executor)
    page = (tmp_path / "slow/2025/index.html").read_bytes()
    assert (tmp_path / "fast/2025/index.html").read_bytes() == page
    fast, slow = told(tmp_path / "fast"), told(tmp_path / "slow")
    differ = {name for name in fast if fast[name] != slow[name]}
    assert differ <= {"started", "ended", "seconds", "rests_on", "inputs"}
    make_packets(office.again(tmp_path / "fast"))
    assert (tmp_path / "fast/2025/index.html").read_bytes() == page


def test_the_page_is_written_again_where_it_is_not_as_it_was(office, tmp_path, sealed):
    wanted = office.again(tmp_path)
    make_packets(wanted)
    page = wanted.target / "index.html"
    whole = page.read_bytes()
    page.write_bytes(whole + b" ")
    make_packets(wanted)
    assert page.read_bytes() == whole


def same_size_and_time(path: Path) -> None:
    """Another content under the size and times that the file had."""
    state, content = path.stat(), path.read_bytes()
    place = len(content) // 2
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (state.st_size, state.st_mtime_ns)


@pytest.mark.parametrize("ending", ["html", "ipynb", "xlsx"])
@pytest.mark.parametrize("spoil", [same_size_and_time, Path.unlink], ids=["altered", "removed"])
def test_a_packet_that_is_not_as_it_was_published_is_never_called_unchanged(
    office, tmp_path, sealed, spoil, ending
):
    wanted = office.again(tmp_path)
    spoil(wanted.target / SECOND / f"{SECOND}.{ending}")
    with pytest.raises(ReadsRecords):
        make_packets(wanted)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"interrupted": True}, id="interrupted"),
        pytest.param({"rests_on": None}, id="not known what it rests on"),
        pytest.param({"rests_on": "0" * 64}, id="rests on something else"),
        pytest.param({"company": None}, id="no company"),
        pytest.param({"format": 1}, id="another version's"),
        pytest.param({"departments": [{"department": "x"}]}, id="damaged"),
    ],
)
def test_only_a_whole_run_on_the_same_is_said_again(office, tmp_path, sealed, change):
    wanted = office.again(tmp_path)
    path = wanted.target / record.NAME
    path.write_text(json.dumps(told(tmp_path) | change), encoding="utf-8")
    with pytest.raises(ReadsRecords):
        make_packets(wanted)


def test_a_department_whose_notebook_failed_is_tried_again(office, tmp_path, sealed):
    wanted = office.again(tmp_path)
    stored = told(tmp_path)
    stored["departments"][1] |= {"state": "failed", "reason": "kernel"}
    stored["departments"][1]["told_by"] = [["cli_packets.failed.worker", {"error": "x"}], None]
    (wanted.target / record.NAME).write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(ReadsRecords):
        make_packets(wanted)


def test_a_name_in_the_record_never_leads_out_of_the_outputs(office, tmp_path):
    stored = told(office.wanted.outputs)
    stored["departments"][1]["folder"] = "../../elsewhere"
    (tmp_path / "run.json").write_text(json.dumps(stored), encoding="utf-8")
    assert recorded_run(tmp_path / "run.json") is None


@pytest.fixture(scope="module")
def reviewed(office) -> Prepared:
    """The office's company as a run reads it."""
    return prepare(office.wanted)


@pytest.fixture
def copy(office, tmp_path) -> Request:
    """The office with records of its own, which may be changed."""
    shutil.copytree(office.wanted.records, tmp_path / "records")
    return replace(office.again(tmp_path / "out"), records=tmp_path / "records")


def test_records_that_change_while_they_are_read_are_read_again(copy, reviewed, executor, monkeypatch):
    def changing(_: Request) -> Prepared:
        with (copy.records / "合同.csv").open("ab") as file:
            file.write(b"\r\n")
        return reviewed

    monkeypatch.setattr(batch, "prepare", changing)
    assert make_packets(copy, executor=executor).rests_on is None
    monkeypatch.setattr(batch, "prepare", lambda _: replace(reviewed, contents=frozenset()))
    seen = []
    again = make_packets(copy, Watch(reads=lambda: seen.append("read")), executor)
    assert (seen, again.states[State.UNCHANGED]) == (["read"], 2)
    assert again.rests_on


def test_what_was_read_and_is_not_what_was_hashed_counts_as_a_change(copy, reviewed, executor, monkeypatch):
    """A file that is changed and changed back in the meantime is the same before and after."""
    for contents, is_known in ((reviewed.contents, True), (frozenset({"another"}), False)):
        monkeypatch.setattr(batch, "prepare", lambda _, c=contents: replace(reviewed, contents=c))
        shutil.rmtree(copy.outputs)
        assert (make_packets(copy, executor=executor).rests_on is not None) is is_known


@pytest.fixture
def small(tmp_path) -> Request:
    """A request on everything that one may name, each small."""
    for name, text in (
        ("records/a.csv", "1"),
        ("records/sub/b.xlsx", "2"),
        ("records/sub/c.parquet", "3"),
        ("policy/levels.yaml", "4"),
        ("policy/more/x.yaml", "5"),
        ("n.ipynb", "{}"),
        ("committee.yaml", "people: []"),
        ("ledger.db", "7"),
        ("ledger.db-wal", "8"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return Request(
        year=2025,
        records=tmp_path / "records",
        outputs=tmp_path / "out",
        policy=tmp_path / "policy",
        ledger=str(tmp_path / "ledger.db"),
        committee=tmp_path / "committee.yaml",
    )


def rests(request: Request) -> str:
    found = rests_on(request, request.policy.parent / "n.ipynb")
    assert found is not None
    return found.sha256


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_byte_of_any_file_counts(small, data):
    files = sorted(path for path in small.policy.parent.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(files))
    before, content = rests(small), path.read_bytes()
    changed = data.draw(
        st.binary(min_size=len(content), max_size=len(content)).filter(lambda x: x != content)
    )
    state = path.stat()
    path.write_bytes(changed)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert rests(small) != before
    path.write_bytes(content)
    assert rests(small) == before


@pytest.mark.parametrize(
    "name",
    ["records/new.csv", "records/数据.ods", "policy/new.yaml", "ledger.db-journal", "records/x/y.xlsx"],
)
def test_a_file_that_comes_or_goes_counts(small, name):
    before = rests(small)
    path = small.policy.parent / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert rests(small) != before
    path.unlink()
    assert rests(small) == before


def test_a_workbook_that_is_open_in_excel_changes_nothing(small):
    before = rests(small)
    (small.records / "~$a.xlsx").write_text("who has it open")
    (small.records / ".hidden").mkdir()
    (small.records / ".hidden/a.csv").touch()
    assert rests(small) == before


@pytest.mark.parametrize(
    "options",
    [
        {"year": 2026},
        {"departments": ("一部",)},
        {"lang": "en"},
        {"strict": True},
        {"engine": "other"},
        {"ledger": None},
    ],
    ids=lambda options: next(iter(options)),
)
def test_what_is_asked_for_counts(small, options):
    assert rests(replace(small, **options)) != rests(small)


def test_a_folder_is_the_same_however_its_path_is_typed(small, monkeypatch):
    monkeypatch.chdir(small.records.parent)
    for path in (Path("records"), Path("policy/../records")):
        assert rests(replace(small, records=path)) == rests(small)


def test_where_the_outputs_lie_and_how_many_work_does_not_count(small, tmp_path):
    assert rests(replace(small, outputs=tmp_path / "elsewhere", jobs=7)) == rests(small)


def test_program_and_libraries_count(small, monkeypatch, tmp_path):
    known = rests(small)
    with monkeypatch.context() as patched:
        patched.setattr(record, "package_sha256", lambda: "another program")
        assert rests(small) != known
    (tmp_path / "site/more-1.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "site")])
    with_more = rests(small)
    (tmp_path / "site/more-1.0.dist-info").rename(tmp_path / "site/more-1.1.dist-info")
    assert len({known, with_more, rests(small)}) == 3


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        pytest.param("url: sqlite:///crm.db # as of https://example.org\n", True, id="a file"),
        pytest.param("url: duckdb:///../crm.db\n", True, id="a file outside"),
        pytest.param("files: {a: a.csv}\n", True, id="files"),
        pytest.param("url: postgresql://crm/db\n", False, id="a server"),
        pytest.param("- [{deep: 'spark://host:7077'}]\n", False, id="another server"),
    ],
)
def test_what_lies_on_a_server_is_always_read(small, tmp_path, text, is_known):
    mapping = tmp_path / "m.yaml"
    mapping.write_text(text)
    wanted = replace(small, mapping=mapping)
    assert (rests_on(wanted, default_notebook()) is not None) is is_known
    if "db" in text and is_known:
        path = small.records / text.split("///")[1].split()[0]
        before = rests(wanted)
        path.write_text("x")
        assert rests(wanted) != before


def test_intake_reads_the_kinds_of_file_that_are_hashed():
    assert RECORDS == READ


READS = """
import json, sys
from pathlib import Path
opened = set()
sys.addaudithook(lambda event, told: opened.add(str(told[0])) if event == "open" else None)
from cmreview.packets.batch import default_notebook
from cmreview.packets.foundation import foundation
from cmreview.packets.prepare import Request, prepare
wanted = Request(year=2025, records=Path(sys.argv[1]), outputs=Path("out"), ledger=sys.argv[2])
opened.clear()
foundation(wanted, default_notebook())
hashed = set(opened)
opened.clear()
prepare(wanted)
print(json.dumps([sorted(hashed), sorted(opened)]))
"""


def test_every_file_that_a_review_reads_is_among_what_it_rests_on(tmp_path, root):
    from cmreview.process.ledger.ledger import Ledger

    records = write_tables(tmp_path / "records", small_company())
    Ledger.open(tmp_path / "ledger.db", create=True).close()
    ended = subprocess.run(
        [sys.executable, "-c", READS, str(records), str(tmp_path / "ledger.db")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=root,
        check=True,
    )
    hashed, opened = (
        {Path(root, name).resolve() for name in names if not name.isdigit()}
        for names in json.loads(ended.stdout.splitlines()[-1])
    )
    outside = [
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path("/proc"),
        Path("/sys"),
        Path("/dev"),
        Path("/etc"),
        Path("/usr/share/zoneinfo"),
    ]
    ours = {
        path
        for path in opened - hashed
        if path.parent.name != "__pycache__"
        and not any(path.is_relative_to(place.resolve()) for place in outside)
    }
    assert ours == set()
    assert any(path.name == "合同.csv" for path in opened & hashed)


ASKS = """
import sys
from cmreview.cli import main
try:
    main(["packets", *sys.argv[1:]])
except SystemExit as stopped:
    print("exit", stopped.code)
heavy = {"pandas", "numpy", "ibis", "duckdb", "papermill", "nbformat", "pydantic", "sqlalchemy", "rich"}
print("heavy", sorted(heavy & set(sys.modules)))
"""


def test_an_answer_without_a_change_needs_no_heavy_library(office, tmp_path, root):
    wanted = office.again(tmp_path)
    arguments = ["--year", "2025", "--records", wanted.records, "--out", wanted.outputs]
    ended = subprocess.run(
        [sys.executable, "-c", ASKS, *map(str, arguments), "--engine", plain_engine.NAME],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=root,
        check=True,
    )
    assert ended.stderr == ""
    lines = ended.stdout.splitlines()
    assert lines[0] == "✗ 记录有错误，已停止  市场部"
    assert f"= 未变化，沿用  {FIRST}" in lines
    assert "已生成 0，未变化 2，失败 1，未要求 0。" in lines
    assert lines[-2:] == ["exit 1", "heavy []"]


def test_a_file_that_can_not_be_read_is_told_apart_from_one_that_is_not_there(tmp_path):
    (tmp_path / "folder").mkdir()
    found = foundation.file_hashes([tmp_path / "folder", tmp_path / "nothing"])
    assert len(set(found)) == 2
