"""Seconds of `cmreview packets` where nothing has changed, the whole command with its start.

The company has as many departments as asked for: the example's six, whose packets are really made once, with
their workbooks and packets again and again under other names, and the record that a whole run of all of them
would have left. Each round runs the command as people do, and `python -c pass` beside it. The first run after
packets were made also writes the page over all departments, which then stand as unchanged; it is told apart.

Run: ``python -m benchmarks.unchanged [--departments 500] [--rounds 5]``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.row import Goal, Row, in_turn, ratios
from cmreview.packets import record
from cmreview.packets.batch import default_notebook, make_packets
from cmreview.packets.foundation import foundation
from cmreview.packets.job import State
from cmreview.packets.prepare import Request
from cmreview.packets.record import Entry
from cmreview.records.example.company import write_example

YEAR = 2025
FIRST, OURS, NOTHING = "the first run after packets were made", "nothing changed", "python -c pass"


def company(folder: Path, departments: int) -> Request:
    """Records and outputs of so many departments, as a whole run left them."""
    write_example(folder / "example")
    made = Request(YEAR, folder / "example", folder / "made")
    run = make_packets(made)
    if {entry.state for entry in run.entries} != {State.OK}:
        raise SystemExit("a department failed: nothing was measured")
    wanted = Request(YEAR, folder / "records", folder / "outputs")
    wanted.records.mkdir()
    workbooks = {path.stem: path for path in sorted(made.records.iterdir())}
    for stem, path in workbooks.items():
        if stem not in {entry.folder for entry in run.entries}:
            shutil.copy(path, wanted.records)
    entries = []
    for place, entry in enumerate(islice(cycle(run.entries), departments)):
        folder_name = f"{entry.folder}{place + 1}"
        shutil.copy(workbooks[entry.folder], wanted.records / f"{folder_name}.xlsx")
        entries.append(again(entry, made.target, wanted.target, folder_name))
    rests_on = foundation(wanted, default_notebook())
    if rests_on is None:
        raise SystemExit("what the run rests on is not known: nothing was measured")
    whole = replace(run, entries=tuple(entries), rests_on=rests_on.sha256, index="")
    (wanted.target / record.NAME).write_text(record.as_json(whole), encoding="utf-8", newline="\n")
    return wanted


def again(entry: Entry, source: Path, target: Path, name: str) -> Entry:
    """A department's packet once more, under another name."""
    (target / name).mkdir(parents=True)
    files = []
    for file, digest in entry.files:
        other = file.replace(entry.folder, name, 1)
        shutil.copy(source / entry.folder / file, target / name / other)
        files.append((other, digest))
    return replace(entry, department=f"{entry.department}{name[-4:]}", folder=name, files=tuple(files))


def command(wanted: Request) -> None:
    """The command, which must have made nothing."""
    line = ("packets", "--year", YEAR, "--records", wanted.records, "--out", wanted.outputs, "--lang", "zh")
    said = subprocess.run(
        [sys.executable, "-m", "cmreview", *map(str, line)],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout
    told = f"已生成 0，未变化 {len(list(wanted.records.glob('*[0-9].xlsx')))}，失败 0"
    if told not in said:
        raise SystemExit("a packet was made: nothing was measured")


def measured(folder: Path, options: argparse.Namespace) -> tuple[dict[str, list[float]], float]:
    """Seconds of the first run, of later ones and of Python alone, and what a processor was busy with one."""
    wanted = company(folder, options.departments)
    seconds = in_turn({FIRST: lambda: command(wanted)}, 1)
    ways = {OURS: lambda: command(wanted), NOTHING: nothing}
    before = os.times()
    seconds |= in_turn(ways, options.rounds)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    for way, taken in seconds.items():
        print(f"{statistics.median(taken):7.3f} s ({min(taken):.3f} to {max(taken):.3f}): {way}")
    return seconds, used / options.rounds


def nothing() -> None:
    """Python's own start and end."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def rows(options: argparse.Namespace) -> list[Row]:
    """The line of the table on runs without a change."""
    with TemporaryDirectory() as name:
        seconds, used = measured(Path(name), options)
    times = statistics.median(ratios(seconds[OURS], seconds[NOTHING]))
    note = f"processors {used:.2f} s; the first run after a change {seconds[FIRST][0]:.2f} s"
    what = f"nothing changed, {options.departments} departments"
    return [Row.of(what, "", Goal("at most", 1, "s"), seconds[OURS], f"{times:.0f} times {NOTHING}; {note}")]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--departments", type=int, default=500)
    arguments.add_argument("--rounds", type=int, default=5)
    return arguments


if __name__ == "__main__":
    for row in rows(parser().parse_args()):
        print(row)
