"""`cmreview check`: what is wrong with the records, fault by fault."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.records.model import Records

FAULTY = 2  # errors were found: the records must be mended first
_WIDTH = 160  # of a report that goes into a file or a pipe


def _help(key: str) -> str:
    return say(f"cli_records.{key}", options.LANG)


@click.command("check", help=_help("help"))
@options.records()
@options.mapping()
@options.policy()
@options.year()
@click.option("--out", type=click.Path(path_type=Path), default=None, help=_help("out"))
@options.language()
def check(
    records: Path, mapping: Path | None, policy: Path | None, year: int | None, out: Path | None, lang: str
) -> None:
    """Policy 4.2, 5.3: the records are checked before anything is computed from them."""
    from rich.console import Console

    from cmreview.policy.load import default_folder, load_policy, years
    from cmreview.records.marked import refuse_among_records
    from cmreview.records.opening import open_records
    from cmreview.records.report import print_report
    from cmreview.review.case import expectations
    from cmreview.terms import Severity

    if out is not None:
        refuse_among_records(out, records)
    folder = policy or default_folder()
    rules = load_policy(folder, year or years(folder)[-1])
    read = open_records(records, mapping, expectations=expectations(rules))
    print_report(read, lang, Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False))
    if out is not None:
        _write(read, records, out, lang, with_copies=mapping is None)
    if any(finding.severity == Severity.ERROR for finding in read.findings):
        raise click.exceptions.Exit(FAULTY)


def _write(read: Records, folder: Path, out: Path, lang: str, *, with_copies: bool) -> None:
    from cmreview.records.marked import note_on_copies, write_marked
    from cmreview.records.report import findings_page, findings_workbook
    from cmreview.records.writing import write_whole

    written = [out / "findings.xlsx", out / "findings.html"]
    write_whole(written[0], findings_workbook(read, lang))
    write_whole(written[1], findings_page(read, lang))
    without: list[str] = []
    if with_copies:
        copies, without = write_marked(folder, read.findings, out / "marked", lang)
        written += copies
    between = "、" if lang == "zh" else ", "
    click.echo(say("cli_records.written", lang, files=between.join(str(path) for path in written)))
    if len(written) > 2:
        click.echo(note_on_copies(lang))
    if without:
        click.echo(say("cli_records.without_copy", lang, files=between.join(without)))
