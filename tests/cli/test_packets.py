"""The command `packets` as a person types it: from files to packets, exit codes, Ctrl-C, clear refusals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from cmreview.cli import main
from cmreview.cli.packets import packets
from tests.packets.making import notebook, tree
from tests.packets.small import FIRST, SECOND, small_company, write_tables
from tests.show.reading import read


@pytest.fixture(scope="module")
def records(tmp_path_factory) -> Path:
    return write_tables(tmp_path_factory.mktemp("records"), small_company())


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cmreview", "packets", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | environment,
        timeout=120,
        check=False,
    )


def refused(capsys, *arguments: object) -> str:
    """Run in this process what must be refused before anything starts; what was said."""
    with pytest.raises(SystemExit) as stopped:
        main(["packets", *map(str, arguments)])
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told
    return told


def test_one_command_makes_a_packet_for_each_department_and_a_second_one_makes_nothing(records, tmp_path):
    asked = ("--year", 2025, "--records", records, "--out", tmp_path, "--jobs", 2)
    first = command(*asked)
    assert first.returncode == 0, first.stderr
    assert first.stderr == ""
    assert f"✓ 已生成  {FIRST}" in first.stdout
    assert f"✓ 已生成  {SECOND}" in first.stdout
    assert str(tmp_path / "2025" / "index.html") in first.stdout
    page = read((tmp_path / f"2025/{FIRST}/{FIRST}.html").read_text("utf-8"))
    assert "甲1号（1a）" in page.by_id("applicant-1").text
    assert "乙1号（1b）" in page.by_id("others").text
    assert "2号" not in page.text
    before = tree(tmp_path)
    told = json.loads((tmp_path / "2025/run.json").read_text("utf-8"))
    assert told["states"] == {"ok": 2, "unchanged": 0, "failed": 0, "skipped": 0}
    second = command(*asked)
    assert second.returncode == 0
    assert f"= 未变化，沿用  {FIRST}" in second.stdout
    after = tree(tmp_path)
    assert {n: b for n, b in after.items() if n != "2025/index.html"} == {
        n: b for n, b in before.items() if n != "2025/index.html"
    }
    told = json.loads((tmp_path / "2025/run.json").read_text("utf-8"))
    assert told["states"] == {"ok": 0, "unchanged": 2, "failed": 0, "skipped": 0}


def test_a_failed_department_gives_exit_code_1_and_says_where_to_look(records, tmp_path, monkeypatch):
    broken = notebook(tmp_path / "n.ipynb", ("试验 · Trial", f"assert {FIRST!r} not in repr(packet), '坏了'"))
    monkeypatch.setattr("cmreview.packets.batch.default_notebook", lambda: broken)
    ended = CliRunner().invoke(
        packets, ["--year", "2025", "--records", str(records), "--out", str(tmp_path / "out")]
    )
    assert ended.exit_code == 1, ended.output
    assert f"✗ 失败  {FIRST}" in ended.output
    assert "笔记本“试验 · Trial”一节出错：AssertionError: 坏了。" in ended.output
    assert f"{FIRST}.txt" in ended.output
    assert f"✓ 已生成  {SECOND}" in ended.output
    assert (tmp_path / f"out/2025/failed/{FIRST}.txt").is_file()
    assert (tmp_path / f"out/2025/{SECOND}/{SECOND}.html").is_file()


def test_where_fork_is_not_to_be_had_ordinary_kernels_are_named_once(records, tmp_path, monkeypatch):
    monkeypatch.setattr("cmreview.packets.forking.process.is_possible", lambda: False)
    ended = CliRunner().invoke(
        packets, ["--year", "2025", "--records", str(records), "--out", str(tmp_path / "out")]
    )
    assert ended.exit_code == 0, ended.output
    assert ended.output.count("改用普通内核") == 1
    assert json.loads((tmp_path / "out/2025/run.json").read_text("utf-8"))["engine"] == "cmreview-kernel"


def test_a_department_with_errors_is_stopped_and_the_others_are_made(tmp_path):
    tables = small_company()
    tables["contracts"][0] = dict(tables["contracts"][0]) | {"signed_on": "很久以前"}
    records = write_tables(tmp_path / "records", tables)
    ended = command("--year", 2025, "--records", records, "--out", tmp_path / "out", "--lang", "en")
    assert ended.returncode == 1, ended.stderr
    assert f"✗ stopped by errors in its records  {FIRST}" in ended.stdout
    assert f"✓ made  {SECOND}" in ended.stdout
    index = (tmp_path / "out/2025/index.html").read_text("utf-8")
    assert "stopped by errors in its records" in index


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--year", 2025, "--department", "市场部"), "可用的部门：", id="unknown department"),
        pytest.param(
            ("--year", 2022), "没有 2022 年签订的合同；有合同的年度：2024–2025", id="no contracts in the year"
        ),
        pytest.param(("--year", 1996), "1996", id="year without a policy"),
        pytest.param(("--year", 2025, "--engine", "nosuch"), "--engine 的拼写", id="unknown engine"),
        pytest.param(("--year", 2025, "--policy", "nowhere"), "nowhere", id="no policy folder"),
        pytest.param(("--year", 2025, "--mapping", "nowhere.yaml"), "nowhere.yaml", id="no mapping"),
    ],
)
def test_input_that_can_not_be_used_is_refused_before_anything_starts(
    records, tmp_path, capsys, arguments, said
):
    told = refused(capsys, *arguments, "--records", records, "--out", tmp_path / "out")
    assert said in told
    assert not (tmp_path / "out").exists()


def test_records_that_are_not_there_are_told(tmp_path, capsys):
    told = refused(capsys, "--year", 2025, "--records", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert "nowhere" in told


def test_records_of_which_nothing_can_be_read_are_told_as_such_and_not_as_a_missing_year(tmp_path, capsys):
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "销售一部.xlsx").write_text("不是工作簿", encoding="utf-8")
    told = refused(capsys, "--year", 2025, "--records", folder, "--out", tmp_path / "out")
    assert told == (
        "提交的记录有 1 处错误，没有可以使用的合同。\n请用 cmreview check 查看每一处错误，改正后重新运行。\n"
    )
    assert not (tmp_path / "out").exists()


def test_names_are_listed_as_the_readers_language_lists_them(records, tmp_path, capsys):
    asked = ("--year", 2025, "--records", records, "--out", tmp_path / "out", "--department", "x")
    assert f"可用的部门：{FIRST}、{SECOND}。" in refused(capsys, *asked)
    assert f"Known departments: {FIRST}, {SECOND}." in refused(capsys, *asked, "--lang", "en")


def test_a_pdf_without_a_browser_is_refused_with_what_to_install(records, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("cmreview.packets.pdf._PLACES", {})
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CMREVIEW_CHROMIUM", raising=False)
    told = refused(capsys, "--year", 2025, "--records", records, "--out", tmp_path / "out", "--pdf")
    assert "apt-get install chromium" in told
    assert not (tmp_path / "out").exists()
    monkeypatch.setenv("CMREVIEW_CHROMIUM", str(tmp_path / "browser"))
    told = refused(capsys, "--year", 2025, "--records", records, "--out", tmp_path / "out", "--pdf")
    assert "CMREVIEW_CHROMIUM" in told


def running(mark: str) -> list[int]:
    """Processes whose environment carries ``mark``: workers and kernels of one run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark.encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked up in /proc")
def test_ctrl_c_ends_at_once_keeps_what_is_finished_and_leaves_no_process(tmp_path):
    names = [f"部门{place}" for place in range(1, 9)]
    records = write_tables(tmp_path / "records", small_company(names))
    mark = f"CMREVIEW_TEST_RUN={tmp_path.name}-{os.getpid()}"
    key, value = mark.split("=")
    with subprocess.Popen(
        [
            *(sys.executable, "-u", "-m", "cmreview", "packets", "--year", "2025", "--jobs", "2"),
            *("--records", str(records), "--out", str(tmp_path / "out")),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {key: value},
        start_new_session=True,
    ) as started:
        try:
            first = started.stdout.readline()
            assert "已生成" in first, started.stderr.read()
            os.killpg(started.pid, signal.SIGINT)  # as a terminal does: to all of them
            _, told = started.communicate(timeout=60)
        finally:
            started.kill()
    assert started.returncode == 130
    assert told.strip() == "已中断。已完成的材料保留，其余不变。"
    deadline = time.monotonic() + 15
    while running(mark) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running(mark) == []
    folder = tmp_path / "out/2025"
    assert not list(folder.glob(".making-*"))
    record = json.loads((folder / "run.json").read_text("utf-8"))
    made = [entry["department"] for entry in record["departments"] if entry["state"] == "ok"]
    assert record["interrupted"]
    assert 1 <= len(made) < len(names)
    for name in names:
        there = sorted(path.suffix for path in (folder / name).glob("*"))
        assert there == ([".html", ".ipynb", ".xlsx"] if name in made else [])
