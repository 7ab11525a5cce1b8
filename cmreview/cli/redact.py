"""`cmreview redact`: a case file with the names taken out, and what people must look at before it goes on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.cli.desk import open_ledger, read_bytes, shown, tell
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.process.events import Event

_PATH = click.Path(path_type=Path)
NOT_CLEAN = 1


def _help(key: str) -> str:
    return say(f"privacy.redact.help.{key}", options.LANG)


@click.command("redact", help=_help("help"))
@click.argument("what", metavar="FILE|ID")
@options.year()
@options.records()
@options.mapping()
@click.option("--ledger", default=None, metavar="FILE|URL", envvar="CMREVIEW_LEDGER", help=_help("ledger"))
@click.option("--out", type=_PATH, required=True, help=_help("out"))
@options.committee()
@options.policy()
@options.language()
@click.pass_context
def redact(
    ctx: click.Context,
    what: str,
    year: int | None,
    records: Path,
    mapping: Path | None,
    ledger: str | None,
    out: Path,
    committee: Path | None,
    policy: Path | None,
    lang: str,
) -> None:
    """Exit 0 where no known name is left, 1 where one is or where people must look."""
    from cmreview.errors import FileError, InputError
    from cmreview.policy.load import default_folder, load_policy, years
    from cmreview.privacy.redact import ENDINGS, Known, redacted
    from cmreview.process.committee_file import load_committee
    from cmreview.records.opening import open_records
    from cmreview.records.writing import write_whole
    from cmreview.review.case import expectations

    is_file = Path(what).suffix.lower() in ENDINGS
    if os.path.lexists(out):
        raise FileError("cli_process.exists", file=shown(out.name))
    if year is None and not is_file:
        raise InputError("privacy.no_year")
    folder = policy or default_folder()
    rules = load_policy(folder, max(years(folder)) if year is None else year)
    people = load_committee(committee)
    read = open_records(records, mapping, expectations=expectations(rules))
    if is_file:
        name, data = what, read_bytes(Path(what))
    else:
        from cmreview.cli.case_page import case_page

        events: tuple[Event, ...] = ()
        if ledger is not None:
            with open_ledger(ledger, lang) as opened:
                events = opened.events(year=rules.year)
        name, data = "case.html", case_page(what, read, rules, people, events, lang)
    made = redacted(name, data, Known.of(read, people), lang)
    if Path(name).suffix.lower() != out.suffix.lower():
        raise FileError("privacy.other_ending", file=shown(out.name), ending=Path(name).suffix)
    write_whole(out, made.data)
    tell("privacy.redact.written", lang, file=out, count=made.replaced)
    for key, found in (("left", made.left), ("untold", made.untold), ("look_at", made.look_at)):
        if found:
            tell(f"privacy.redact.{key}", lang, list=("、" if lang == "zh" else ", ").join(found))
    tell("privacy.redact.remains", lang)
    if made.left or made.look_at:
        ctx.exit(NOT_CLEAN)
