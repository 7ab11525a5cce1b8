"""What commands cost from their start to their end: `cmreview --help`, and a whole company's packets.

Each round runs them in turn with Python itself, which does nothing; the packets are those of the example
company, 6 departments with 120 managers, from its records to the published pages, in outputs that are empty.
Run: ``python -m benchmarks.commands [--rounds 5]``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.row import Goal, Row, in_turn, ratios
from cmreview.records.example.company import write_example

COMMAND = Path(sys.executable).parent / "cmreview"
NOTHING, HELP, MAIN = "python -c pass", "cmreview --help", "cmreview packets"
HELPS = 5  # a round: short ones are measured more often


def run(*command: str | Path) -> None:
    """Run a command that must succeed."""
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def rows(options: argparse.Namespace) -> list[Row]:
    """The lines of the table on commands."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_example(folder / "records")

        def packets() -> None:
            with TemporaryDirectory(dir=folder) as outputs:
                run(COMMAND, "packets", "--year", "2025", "--records", folder / "records", "--out", outputs)

        run(COMMAND, "--help")  # whatever is compiled at a first start
        short = in_turn(
            {NOTHING: lambda: run(sys.executable, "-c", "pass"), HELP: lambda: run(COMMAND, "--help")},
            options.rounds * HELPS,
        )
        whole = in_turn({MAIN: packets}, options.rounds)
    return [
        Row.of(HELP, NOTHING, Goal("at most", 5, "times"), ratios(short[HELP], short[NOTHING])),
        Row.of(
            "whole main job, 120 managers, 6 departments",
            "",
            Goal("at most", 5, "s"),
            whole[MAIN],
            "process start, intake, review, packets and index",
        ),
    ]


def parser() -> argparse.ArgumentParser:
    """How much is measured."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--rounds", type=int, default=5)
    return made


def main() -> None:
    """Print the lines of the table."""
    for row in rows(parser().parse_args()):
        print(row)


if __name__ == "__main__":
    main()
