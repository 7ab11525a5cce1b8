"""`cmreview indicators`: the manager-year frame as a table or a CSV file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cmreview.cli import options
from cmreview.errors import FileError, InputError
from cmreview.words import say

if TYPE_CHECKING:
    import pandas as pd

    from cmreview.policy.model import Policy
    from cmreview.records.model import Records

_WIDTH = 200  # of a table that goes into a file or a pipe


def _help(key: str) -> str:
    return say(f"cli_review.indicators.{key}", options.LANG)


@click.command("indicators", help=_help("help"))
@click.option(
    "--records", type=click.Path(path_type=Path), default=None, help=say("cli.option.records", options.LANG)
)
@options.mapping()
@click.option(
    "--source", type=click.Path(path_type=Path), default=None, help=say("cli_warehouse.source", options.LANG)
)
@options.policy()
@click.option("--year", type=click.IntRange(1900, 2999), default=None, help=_help("year"))
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), default=None, help=_help("csv"))
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help=say("cli_warehouse.out", options.LANG)
)
@click.option("--memory", default=None, help=say("cli_warehouse.memory", options.LANG))
@options.language()
def indicators(
    records: Path | None,
    mapping: Path | None,
    source: Path | None,
    policy: Path | None,
    year: int | None,
    csv_file: Path | None,
    out: Path | None,
    memory: str | None,
    lang: str,
) -> None:
    """Policy 5.1, 5.2: what the records tell of each manager and calendar year."""
    from cmreview.cli.warehouse import Asked, compute, refuse_mixed

    refuse_mixed(records, mapping, source, csv_file, out, memory)
    if source is not None:
        compute(Asked(source, records, policy, year, out, memory), lang)
        return
    if records is None:
        raise InputError("cli_warehouse.from_where")
    from cmreview.policy.load import default_folder, load_policy, years
    from cmreview.records.opening import open_records, refuse_unusable
    from cmreview.records.writing import write_whole
    from cmreview.review.case import expectations
    from cmreview.review.counting.frame_csv import as_csv
    from cmreview.review.counting.indicators import manager_years

    if csv_file is not None and csv_file.resolve().is_relative_to(records.resolve()):
        raise FileError("cli_review.among_records", file=csv_file.name)
    folder = policy or default_folder()
    known = years(folder)
    reading = load_policy(folder, known[-1] if year is None else year)
    read = open_records(records, mapping, expectations=expectations(reading))
    if year is None and read.years:
        reading = load_policy(folder, min(max(read.years[-1], known[0]), known[-1]))
    frame = manager_years(read, reading)
    if frame.empty:
        refuse_unusable(read)
    _tell(read, reading, known, lang)
    if csv_file is None:
        _print(frame, read, reading, lang)
    else:
        write_whole(csv_file, as_csv(frame))
        _note("written", lang, file=csv_file, rows=len(frame))


def _note(key: str, lang: str, **values: object) -> None:
    # on stderr, so that a table sent into a file holds the table only
    click.echo(say(f"cli_review.indicators.{key}", lang, **values), err=True)


def _tell(read: Records, reading: Policy, known: tuple[int, ...], lang: str) -> None:
    """What the reader must know beside the figures: readings, faults, departments that errors stop."""
    from cmreview.show.html import visible
    from cmreview.terms import Severity

    if not read.years:
        _note("nothing", lang)
    elif read.years[-1] in known:
        _note("counted_by", lang, year=reading.year, edition=reading.edition)
    else:
        _note(
            "not_covered",
            lang,
            first=known[0],
            last=known[-1],
            latest=read.years[-1],
            year=reading.year,
        )
    if read.findings:
        errors = sum(finding.severity is Severity.ERROR for finding in read.findings)
        aside = sum(count.set_aside for count in read.counts)
        _note("faults", lang, errors=errors, warnings=len(read.findings) - errors, aside=aside)
    if read.stopped:
        names = "、" if lang == "zh" else ", "
        _note("stopped", lang, departments=names.join(visible(name) for name in sorted(read.stopped)))


def _print(frame: pd.DataFrame, read: Records, reading: Policy, lang: str) -> None:
    """The figures as a table for people, rounded, with what the marks in it mean."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from cmreview.show.figures import Figures
    from cmreview.show.html import visible

    figures = Figures(lang, read.currency.label)
    levels = {level.id: level.label(lang) for level in reading.levels}
    columns = _columns(figures, levels, lang)
    table = Table(box=box.SIMPLE_HEAD)
    for number, name in enumerate(columns):
        table.add_column(Text(name), justify="left" if number in _WORDS else "right", overflow="fold")
    rows: list[dict[str, Any]] = [
        {str(name): value for name, value in row.items()}
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records")
    ]
    for row in rows:
        table.add_row(*(Text(visible(str(tell(row)))) for tell in columns.values()))
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    console.print(table)
    for key, is_used in {
        "part_year": any(row["previous_is_part_year"] for row in rows),
        "first_year": any(row["first_covered_year"] for row in rows),
        "dash": True,
    }.items():
        if is_used:
            console.print(Text(say(f"cli_review.indicators.{key}", lang)))


_WORDS = (0, 2, 3)  # columns of the table that hold words


def _columns(
    figures: Any, levels: Mapping[str, str], lang: str
) -> dict[str, Callable[[Mapping[str, Any]], str]]:
    """Head of each column, and how its cell is written."""
    from cmreview.show.figures import NOTHING, indicator_label

    def head(key: str) -> str:
        return say(f"cli_review.indicators.column.{key}", lang, unit=figures.money_unit)

    def growth(row: Mapping[str, Any]) -> str:
        is_part = row["previous_is_part_year"] and row["sales_growth"] is not None
        return figures.percent(row["sales_growth"], sign=True) + ("*" if is_part else "")

    def won(row: Mapping[str, Any]) -> str:
        is_first = row["first_covered_year"] and row["new_customers"] is not None
        return figures.count(row["new_customers"]) + ("†" if is_first else "")

    return {
        head("manager"): lambda row: row["manager_id"],
        head("year"): lambda row: str(row["year"]),
        head("department"): lambda row: row["department"] or NOTHING,
        head("level"): lambda row: levels.get(row["level"], NOTHING),
        head("sales"): lambda row: figures.money(row["sales"], unit=False),
        indicator_label("sales_growth", lang): growth,
        indicator_label("sales_share", lang): lambda row: figures.percent(row["sales_share"], 2),
        indicator_label("new_customers", lang): won,
        head("customers_served"): lambda row: figures.count(row["customers_served"]),
        indicator_label("satisfaction", lang): lambda row: figures.percent(row["satisfaction"]),
        indicator_label("complaint_rate", lang): lambda row: figures.percent(row["complaint_rate"]),
        indicator_label("key_customers", lang): lambda row: figures.count(row["key_customers"]),
        indicator_label("long_term_share", lang): lambda row: figures.percent(row["long_term_share"]),
        indicator_label("major_projects", lang): lambda row: figures.count(row["projects"]),
    }
