"""The command line as a person meets it."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import click
import pytest

from cmreview import cli
from cmreview.cli import COMMANDS, chosen_language, main
from cmreview.errors import FileError

HEAVY = ("pandas", "ibis", "duckdb", "openpyxl", "papermill", "nbconvert", "rich", "pydantic", "pyarrow")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cmreview", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PATH": "/usr/bin:/bin", **environment},
        timeout=60,
        check=False,
    )


def test_help_lists_every_command_in_chinese_by_default_and_in_english_by_choice():
    chinese = run("--help").stdout
    english = run("--help", CMREVIEW_LANG="en").stdout
    for command in COMMANDS:
        assert command in chinese
        assert command in english
    assert "为每个部门生成评审材料包" in chinese
    assert "make each department's review packet" in english


def test_help_loads_none_of_the_heavy_libraries():
    code = (
        "import sys; sys.argv = ['cmreview', '--help']\n"
        "from cmreview.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert told.stdout.rstrip().endswith("loaded: []")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_both_languages(command):
    for lang in ("zh", "en"):
        told = run(command, "--help", CMREVIEW_LANG=lang)
        assert told.returncode == 0, told.stderr
        assert "--" in told.stdout


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        pytest.param(
            ("nosuch",), "命令“cmreview nosuch”有误", '"cmreview nosuch" can\'t be run', id="command"
        ),
        pytest.param(("packets",), "缺少必填的选项 --year", "--year is missing", id="missing option"),
        pytest.param(("packets", "--yaer", "1"), "没有选项 --yaer", "no option --yaer", id="unknown option"),
        pytest.param(("packets", "--year", "x"), "--year 的值", "value of --year", id="value"),
        pytest.param(("policy", "2025"), "命令“cmreview policy 2025”有误", "can't be run", id="argument"),
    ],
)
def test_a_mistyped_line_is_told_in_the_readers_language(typed, zh, en, monkeypatch, capsys):
    for lang, said in (("zh", zh), ("en", en)):
        monkeypatch.setenv("CMREVIEW_LANG", lang)
        with pytest.raises(SystemExit) as stopped:
            main(list(typed))
        told = capsys.readouterr().err
        assert stopped.value.code == 2
        assert said in told
        assert f"{'cmreview' if typed == ('nosuch',) else f'cmreview {typed[0]}'} --help" in told
        assert len(told.splitlines()) == 2
        assert ("Usage" in told, "Error" in told) == (False, False)


def test_an_unknown_command_ends_with_exit_code_2():
    told = run("packet")
    assert told.returncode == 2
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        pytest.param([], None, "zh", id="default"),
        pytest.param(["check", "--lang", "en"], None, "en", id="option"),
        pytest.param(["check", "--lang=en"], "zh", "en", id="option before environment"),
        pytest.param([], "en", "en", id="environment"),
        pytest.param([], "fr", "zh", id="unknown language"),
    ],
)
def test_the_language_is_the_readers_choice(arguments, environment, lang, monkeypatch):
    monkeypatch.delenv("CMREVIEW_LANG", raising=False)
    if environment:
        monkeypatch.setenv("CMREVIEW_LANG", environment)
    assert chosen_language(arguments) == lang


def test_a_persons_mistake_ends_in_two_sentences_without_a_traceback(monkeypatch, capsys):
    def fail(**_: object) -> None:
        raise FileError("file.missing", file="没有.xlsx")

    monkeypatch.setattr(cli.group, "main", fail)
    with pytest.raises(SystemExit) as stop:
        main(["check"])
    assert stop.value.code == 2
    assert capsys.readouterr().err == "找不到文件 没有.xlsx。\n请检查路径和文件名后重试。\n"


def test_the_exit_code_that_a_command_chose_is_the_programs(monkeypatch):
    def refuse() -> None:
        click.get_current_context().exit(7)

    monkeypatch.setitem(sys.modules, "refusing", SimpleNamespace(refuse=click.command("refuse")(refuse)))
    monkeypatch.setitem(COMMANDS, "refuse", ("refusing", "refuse", "cli.check"))
    with pytest.raises(SystemExit) as stop:
        main(["refuse"])
    assert stop.value.code == 7


def test_an_interrupt_says_what_remains(monkeypatch, capsys):
    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.group, "main", interrupt)
    with pytest.raises(SystemExit) as stop:
        main(["packets", "--lang", "en"])
    assert stop.value.code == 130
    assert "What was finished stays" in capsys.readouterr().err
