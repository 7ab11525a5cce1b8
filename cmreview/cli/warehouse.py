"""`cmreview indicators --source`: the same figures, and how everybody stands, from a company's warehouse."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.errors import FileError, InputError
from cmreview.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmreview.findings import Finding
    from cmreview.policy.model import Policy
    from cmreview.review.standing import Standing

_MEMORY = re.compile(r"[1-9][0-9]*(MB|GB)")
_SHOWN = 20  # people whose standing is printed where no file is asked for
_WIDTH = 160


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked for."""

    source: Path
    folder: Path | None
    policy: Path | None
    year: int | None
    out: Path | None
    memory: str | None


def refuse_mixed(
    records: Path | None,
    mapping: Path | None,
    source: Path | None,
    csv_file: Path | None,
    out: Path | None,
    memory: str | None,
) -> None:
    """Options of the two ways do not mix: a mapping reads records here, a source asks a warehouse."""
    if source is None:
        wrong = {"--out": out, "--memory": memory}
        if records is None:
            raise InputError("cli_warehouse.from_where")
    else:
        wrong = {"--mapping": mapping, "--csv": csv_file}
    for option, value in wrong.items():
        if value is not None:
            raise InputError("cli_warehouse.mixed", option=option)
    if memory is not None and not _MEMORY.fullmatch(memory):
        raise InputError("cli_warehouse.not_memory", given=memory)


def compute(asked: Asked, lang: str) -> None:
    """Policy 3, 5.1, 5.2: figures, verdicts and points of everybody, from rows that stay where they are."""
    from cmreview.policy.load import default_folder, load_policy, years
    from cmreview.records.writing import write_whole
    from cmreview.review.case import expectations
    from cmreview.review.counting.frame_files import SUFFIXES, as_file, with_standings
    from cmreview.review.counting.indicators import manager_years, open_key_customers
    from cmreview.review.standing import standings
    from cmreview.review.warehouse.company import opened

    if asked.out is not None and asked.out.suffix.lower() not in SUFFIXES:
        raise FileError("cli_warehouse.other_suffix", file=asked.out.name, known=", ".join(SUFFIXES))
    folder = asked.policy or default_folder()
    policy = load_policy(folder, years(folder)[-1] if asked.year is None else asked.year)
    where = asked.source.parent if asked.folder is None else asked.folder
    with opened(asked.source, where, expectations(policy), os.environ, memory=asked.memory) as company:
        _tell(company.findings, lang)
        if policy.year not in company.records.years:
            raise InputError(
                "cli_warehouse.no_such_year",
                year=policy.year,
                covered=tuple(str(year) for year in company.records.years) or ("–",),
            )
        frame = manager_years(company.records, policy, company.fetch)
        open_marks = open_key_customers(company.fetch, policy, company.records.years)
    found = standings(company.records, frame, policy, open_marks)
    _note("counted_by", lang, year=policy.year, edition=policy.edition)
    if asked.out is None:
        _print(found, policy, lang)
        return
    whole = with_standings(frame, found, policy.year)
    write_whole(asked.out, as_file(whole, asked.out.suffix.lower()))
    click.echo(
        say("cli_warehouse.written", lang, file=asked.out, rows=len(whole), people=len(found)), err=True
    )


def _note(key: str, lang: str, **values: object) -> None:
    click.echo(say(f"cli_review.indicators.{key}", lang, **values), err=True)


def _tell(findings: Sequence[Finding], lang: str) -> None:
    # on stderr, so that a table sent into a file holds the table only
    for finding in findings:
        click.echo(finding.line(lang), err=True)


def _print(found: Sequence[Standing], policy: Policy, lang: str) -> None:
    """How many stand how, and the first of them."""
    import sys

    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from cmreview.show.figures import NOTHING, Figures
    from cmreview.show.html import visible

    figures = Figures(lang)
    levels = {level.id: level.label(lang) for level in policy.levels}
    table = Table(box=box.SIMPLE_HEAD)
    for key in ("manager", "level", "result", "points"):
        table.add_column(Text(say(f"cli_warehouse.column.{key}", lang)))
    for each in found[:_SHOWN]:
        points = each.score.points if each.score else None
        table.add_row(
            Text(visible(each.manager_id)),
            levels.get(each.level or "", NOTHING),
            NOTHING
            if each.overall is None
            else say(f"cli_warehouse.result.{each.overall.result.value}", lang),
            NOTHING if points is None else figures.percent(points),
        )
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    console.print(table)
    results = [each.overall.result.value if each.overall else "not_judged" for each in found]
    counts = {key: results.count(key) for key in ("eligible", "not_eligible", "undecided", "not_judged")}
    console.print(Text(say("cli_warehouse.counts", lang, people=len(found), **counts)))
    if len(found) > _SHOWN:
        console.print(Text(say("cli_warehouse.more", lang, shown=_SHOWN)))
