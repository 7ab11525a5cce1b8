"""A whole company: states, what is kept, what is made again; no department holds up another."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import replace

import pytest

from cmreview.errors import PacketError
from cmreview.naming import safe_name
from cmreview.packets import batch, publish, record
from cmreview.packets.batch import Watch, make_prepared
from cmreview.packets.job import State
from cmreview.packets.record import Left
from tests.packets.conftest import start
from tests.packets.making import company, notebook, only, request, tree
from tests.show.reading import read, rows


class Counting(Executor):
    """An executor that counts what it was given, and does it in other hands."""

    def __init__(self, other):
        self.other, self.jobs = other, []

    def submit(self, call, /, *arguments, **options):
        self.jobs.append(arguments[0].department)
        return self.other.submit(call, *arguments, **options)


def states(run):
    return {entry.department: entry.state for entry in run.entries}


def breaking(tmp_path, name):
    """The packet notebook, failing for one department."""
    code = f"assert {name!r} not in repr(packet), '坏了'"
    return notebook(tmp_path / "breaking.ipynb", ("试验 · Trial", code))


def test_two_runs_on_the_same_input_give_the_same_bytes(tmp_path, executor):
    prepared = company("销售一部", "销售二部")
    for name in ("a", "b"):
        run = make_prepared(prepared, request(tmp_path / name), executor=executor)
        assert set(states(run).values()) == {State.OK}
    first = tree(tmp_path / "a")
    assert first == tree(tmp_path / "b")
    assert sorted(first) == [
        "2025/index.html",
        *(
            f"2025/{name}/{name}.{ending}"
            for name in ("销售一部", "销售二部")
            for ending in ("html", "ipynb", "xlsx")
        ),
    ]


def test_an_unchanged_department_is_not_run_again_and_a_changed_one_is(tmp_path, executor):
    wanted = request(tmp_path)
    make_prepared(company("一部", "二部"), wanted, executor=executor)
    before = tree(tmp_path)
    counting = Counting(executor)
    again = make_prepared(company("一部", "二部"), wanted, executor=counting)
    assert (counting.jobs, set(states(again).values())) == ([], {State.UNCHANGED})
    changed = make_prepared(company("一部", "二部", changed={"二部": "改"}), wanted, executor=counting)
    assert counting.jobs == ["二部"]
    assert states(changed) == {"一部": State.UNCHANGED, "二部": State.OK}
    after = tree(tmp_path)
    assert after["2025/一部/一部.html"] == before["2025/一部/一部.html"]
    assert "甲二部改" in after["2025/二部/二部.html"].decode()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda folder: (folder / "一部/一部.xlsx").unlink(), id="a file is gone"),
        pytest.param(lambda folder: (folder / "一部/一部.html").write_text("x"), id="a file was changed"),
        pytest.param(lambda folder: (folder / "run.json").write_text("{"), id="the record is damaged"),
    ],
)
def test_a_packet_that_is_not_as_it_was_published_is_made_again(tmp_path, executor, spoil):
    wanted = request(tmp_path)
    make_prepared(company("一部"), wanted, executor=executor)
    before = tree(tmp_path)
    spoil(tmp_path / "2025")
    run = make_prepared(company("一部"), wanted, executor=executor)
    assert states(run) == {"一部": State.OK}
    assert tree(tmp_path) == before


def test_a_failed_department_keeps_its_earlier_packet_and_the_others_go_on(tmp_path, executor):
    make_prepared(company("一部", "二部"), request(tmp_path), executor=executor)
    before = tree(tmp_path)
    wanted = request(tmp_path, notebook=breaking(tmp_path, "一部"))
    run = make_prepared(company("一部", "二部", changed={"一部": "改"}), wanted, executor=executor)
    assert states(run) == {"一部": State.FAILED, "二部": State.OK}
    assert run.failed
    folder = tmp_path / "2025"
    for ending in ("html", "ipynb", "xlsx"):
        assert (folder / f"一部/一部.{ending}").read_bytes() == before[f"2025/一部/一部.{ending}"]
    told = (folder / "failed/一部.txt").read_text("utf-8")
    assert told.splitlines()[:2] == ["一部", "笔记本“试验 · Trial”一节出错：AssertionError: 坏了。"]
    assert (folder / "failed/一部.ipynb").is_file()
    index = read((folder / "index.html").read_text("utf-8"))
    line = next(line for line in rows(index.all("table")[0]) if line[0] == "一部")
    assert line[1] == "✗ 失败"
    assert "保留的是以前制作的材料" in line[-1]
    assert "甲一部" not in index.text  # the page over all departments names nobody
    mended = make_prepared(company("一部", "二部"), request(tmp_path), executor=executor)
    assert states(mended) == {"一部": State.UNCHANGED, "二部": State.OK}
    assert not (folder / "failed").exists()


def test_a_department_with_errors_in_its_records_is_stopped_and_told_as_such(tmp_path, executor):
    run = make_prepared(company("一部", "二部", stopped=["二部"]), request(tmp_path), executor=executor)
    assert states(run) == {"一部": State.OK, "二部": State.FAILED}
    assert run.entries[1].is_stopped
    assert not (tmp_path / "2025/二部").exists()
    index = read((tmp_path / "2025/index.html").read_text("utf-8"))
    line = next(line for line in rows(index.all("table")[0]) if line[0] == "二部")
    assert line[1] == "✗ 记录有错误，已停止"
    assert "还没有材料" in line[-1]


def test_a_company_of_which_every_department_is_stopped_still_gets_its_index(tmp_path):
    run = make_prepared(company("一部", stopped=["一部"]), request(tmp_path))
    assert run.failed
    assert (tmp_path / "2025/index.html").is_file()


def test_only_what_is_asked_for_is_made_and_the_rest_stays_listed(tmp_path, executor):
    make_prepared(company("一部", "二部"), request(tmp_path), executor=executor)
    before = tree(tmp_path)
    changed = company("一部", "二部", changed={"一部": "改", "二部": "改"})
    run = make_prepared(only(changed, "一部"), request(tmp_path), executor=executor)
    assert states(run) == {"一部": State.OK, "二部": State.SKIPPED}
    after = tree(tmp_path)
    assert after["2025/二部/二部.html"] == before["2025/二部/二部.html"]
    index = read((tmp_path / "2025/index.html").read_text("utf-8"))
    links = [link.attributes["href"] for link in index.by_id("content").all("a")]
    assert len(links) == 6
    later = make_prepared(
        company("一部", "二部", changed={"一部": "改"}), request(tmp_path), executor=executor
    )
    assert set(states(later).values()) == {State.UNCHANGED}


def test_warnings_in_the_records_fail_a_strict_run_before_any_notebook(tmp_path, executor):
    counting = Counting(executor)
    run = make_prepared(company("一部", findings=2), request(tmp_path, strict=True), executor=counting)
    assert (counting.jobs, states(run)) == ([], {"一部": State.FAILED})
    assert "2 条提醒" in run.entries[0].told("zh")


ODD = (
    "销售/一部",
    "..",
    "CON",
    "部" * 200,
    "Sales",
    "SALES",
    "index.html",
    "failed",
    "run.json",
    " ",
    "a\u202eb",
)


def test_odd_department_names_stay_inside_their_folder_and_apart(tmp_path, executor):
    run = make_prepared(company(*ODD), request(tmp_path), executor=executor)
    assert set(states(run).values()) == {State.OK}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2025"]
    folders = [entry.folder for entry in run.entries]
    assert len({folder.casefold() for folder in folders}) == len(ODD)
    for entry in run.entries:
        folder = tmp_path / "2025" / entry.folder
        assert sorted(path.name for path in folder.iterdir()) == sorted(name for name, _ in entry.files)
    index = read((tmp_path / "2025/index.html").read_text("utf-8"))
    assert len(rows(index.all("table")[0])) == len(ODD) + 1
    (listed,) = [line for line in rows(index.all("table")[0]) if line[0] == "a⟨U+202E⟩b"]
    assert listed[1] == "✓ 已生成"


def test_the_index_leads_to_every_file_by_a_relative_address(tmp_path, executor):
    from urllib.parse import unquote

    make_prepared(company("销售/一部", "50%#部?"), request(tmp_path), executor=executor)
    folder = tmp_path / "2025"
    index = read((folder / "index.html").read_text("utf-8"))
    links = [link.attributes["href"] for link in index.by_id("content").all("a")]
    assert len(links) == 6
    assert all((folder / unquote(link)).is_file() for link in links)


class Fails(Executor):
    """An executor whose first worker dies, as a killed process does."""

    def __init__(self, other):
        self.other, self.died = other, False

    def submit(self, call, /, *arguments, **options):
        if not self.died:
            self.died = True
            from concurrent.futures.process import BrokenProcessPool

            lost: Future = Future()
            lost.set_exception(BrokenProcessPool("killed"))
            return lost
        return self.other.submit(call, *arguments, **options)


def test_a_worker_that_dies_costs_no_packet(tmp_path, executor):
    wanted = request(tmp_path, engine=None)  # the worker that is started anew knows no engine of ours
    run = make_prepared(company("一部", "二部"), wanted, executor=Fails(executor))
    assert set(states(run).values()) == {State.OK}


class Interrupts(Executor):
    """An executor of which the second job is never done: Ctrl-C comes first."""

    def __init__(self, other):
        self.other, self.given = other, 0

    def submit(self, call, /, *arguments, **options):
        self.given += 1
        return self.other.submit(call, *arguments, **options) if self.given == 1 else Future()


def test_on_ctrl_c_what_is_finished_stays_and_the_rest_is_as_before(tmp_path, executor):
    make_prepared(company("一部", "二部"), request(tmp_path), executor=executor)
    before = tree(tmp_path)

    def interrupt(entry):
        if entry.state is State.OK:
            raise KeyboardInterrupt

    changed = company("一部", "二部", changed={"一部": "改", "二部": "改"})
    with pytest.raises(KeyboardInterrupt):
        make_prepared(changed, request(tmp_path), Watch(done=interrupt), Interrupts(executor))
    after = tree(tmp_path)
    assert "甲一部改" in after["2025/一部/一部.html"].decode()
    assert after["2025/二部/二部.html"] == before["2025/二部/二部.html"]
    told = json.loads((tmp_path / "2025/run.json").read_text("utf-8"))
    assert told["interrupted"]
    assert not list((tmp_path / "2025").glob(".making-*"))
    later = make_prepared(changed, request(tmp_path), executor=executor)
    assert states(later) == {"一部": State.UNCHANGED, "二部": State.OK}


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_packet_that_can_not_be_published_leaves_the_earlier_one_whole(
    tmp_path, executor, monkeypatch, in_one_step
):
    make_prepared(company("一部"), request(tmp_path), executor=executor)
    before = tree(tmp_path / "2025/一部")
    really = type(tmp_path).replace

    def refuses(path, target):
        if path.name == "made":
            raise PermissionError(13, "Permission denied")
        return really(path, target)

    monkeypatch.setattr(publish, "_exchanged", refuses if in_one_step else lambda *_: False)
    monkeypatch.setattr(type(tmp_path), "replace", refuses)
    run = make_prepared(company("一部", changed={"一部": "改"}), request(tmp_path), executor=executor)
    assert states(run) == {"一部": State.FAILED}
    assert "请关闭打开的材料" in run.entries[0].told("zh")
    assert tree(tmp_path / "2025/一部") == before


def test_an_outputs_folder_that_can_not_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(PacketError) as refused:
        make_prepared(company("一部"), request(tmp_path / "file"))
    assert refused.value.code == "cli_packets.error.no_outputs"


def small_disk() -> None:
    """A worker that can't write a file of any size worth speaking of."""
    import resource

    start()
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def test_a_full_disk_is_told_and_publishes_nothing(tmp_path, executor):
    make_prepared(company("一部"), request(tmp_path), executor=executor)
    before = tree(tmp_path / "2025/一部")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=small_disk) as full:
        run = make_prepared(company("一部", changed={"一部": "改"}), request(tmp_path), executor=full)
    assert run.entries[0].reason == "disk"
    assert "磁盘空间不足" in run.entries[0].told("zh")
    assert tree(tmp_path / "2025/一部") == before


def test_a_disk_that_is_full_before_anything_is_made_is_told(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("cmreview.packets.department.save", full)
    with pytest.raises(PacketError, match="无法写入输出文件夹") as told:
        make_prepared(company("销售一部"), request(tmp_path))
    assert "--out" in told.value.mend("zh")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_record_that_can_not_be_written_is_told_and_the_packets_stay(tmp_path, executor):
    (tmp_path / "2025/run.json").mkdir(parents=True)
    with pytest.raises(PacketError) as refused:
        make_prepared(company("一部"), request(tmp_path), executor=executor)
    assert refused.value.code == "cli_packets.error.not_written"
    assert (tmp_path / "2025/一部/一部.html").is_file()
    assert not list((tmp_path / "2025").glob(".*"))


def test_times_hosts_and_users_stand_in_the_record_only(tmp_path, executor):
    make_prepared(company("一部"), request(tmp_path), executor=executor)
    told = json.loads((tmp_path / "2025/run.json").read_text("utf-8"))
    assert {"started", "ended", "seconds", "host", "user", "versions", "states", "records"} <= set(told)
    (entry,) = told["departments"]
    assert set(entry["files"]) == {"一部.html", "一部.ipynb", "一部.xlsx"}
    assert entry["seconds"] > 0
    for name, content in tree(tmp_path).items():
        if name.endswith(".xlsx"):
            continue
        assert told["host"].encode() not in content or len(told["host"]) < 3, name
        assert str(tmp_path).encode() not in content, name


def test_a_private_file_is_readable_by_nobody_else_and_gone_afterwards(tmp_path, executor):
    seen = []

    def look(entry):
        for folder in (tmp_path / "2025").glob(".making-*"):
            seen.append(folder.stat().st_mode & 0o077)

    make_prepared(company("一部"), request(tmp_path), Watch(done=look), executor)
    assert seen == [0]
    assert not list((tmp_path / "2025").glob(".making-*"))


def test_no_department_sees_another_one(tmp_path, executor):
    names = ("甲部门", "乙部门")
    make_prepared(company(*names), request(tmp_path), executor=executor)
    import zipfile

    for own, other in (names, names[::-1]):
        folder = tmp_path / "2025" / own
        texts = [path.read_text("utf-8") for path in folder.iterdir() if path.suffix in (".html", ".ipynb")]
        with zipfile.ZipFile(folder / f"{own}.xlsx") as book:
            texts += [book.read(name).decode() for name in book.namelist()]
        for text in texts:
            assert other not in text
            assert json.dumps(other).strip('"') not in text
        assert any(f"M-{own}" in text for text in texts)


def test_the_key_follows_everything_that_a_packet_depends_on(monkeypatch):
    options = {"lang": "zh"}
    known = record.packet_key(b"review", b"notebook", options)
    assert record.packet_key(b"review", b"notebook", options) == known
    changed = {
        record.packet_key(b"other", b"notebook", options),
        record.packet_key(b"review", b"other", options),
        record.packet_key(b"review", b"notebook", {"lang": "en"}),
    }
    monkeypatch.setattr(record, "package_sha256", lambda: "another program")
    changed.add(record.packet_key(b"review", b"notebook", options))
    assert len(changed | {known}) == 5


def test_the_shipped_notebook_is_found_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert batch.default_notebook().is_file()
    assert replace(request(tmp_path), outputs=tmp_path / "x").target == tmp_path / "x/2025"


def test_a_department_that_is_no_more_is_told_and_its_packet_is_left_alone(tmp_path, executor):
    wanted = request(tmp_path)
    make_prepared(company("一部", "销售<二部>"), wanted, executor=executor)
    (wanted.target / "papers").mkdir()  # what lies there besides packets is nobody's business
    folder = safe_name("销售<二部>")
    before = tree(wanted.target / folder)
    for _ in range(2):  # and again by every later run, as long as it lies there
        run = make_prepared(company("一部"), wanted, executor=executor)
        assert run.left == (Left("销售<二部>", folder),)
        told = json.loads((wanted.target / "run.json").read_text("utf-8"))
        assert told["left"] == [{"department": "销售<二部>", "folder": folder}]
        index = read((wanted.target / "index.html").read_text("utf-8"))
        assert rows(index.all("table")[1])[1:] == [["销售<二部>", folder]]
        assert "材料没有删除" in index.by_id("content").text
        assert tree(wanted.target / folder) == before
    (wanted.target / folder).rename(tmp_path / "moved away")
    run = make_prepared(company("一部"), wanted, executor=executor)
    assert run.left == ()
    assert "材料没有删除" not in (wanted.target / "index.html").read_text("utf-8")


def test_a_packet_of_which_no_record_tells_is_called_by_its_folder(tmp_path, executor):
    make_prepared(company("一部", "二部"), request(tmp_path), executor=executor)
    (tmp_path / "2025/run.json").unlink()
    run = make_prepared(company("一部"), request(tmp_path), executor=executor)
    assert run.left == (Left("二部", "二部"),)
