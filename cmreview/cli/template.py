"""`cmreview template` and `cmreview example`: workbooks to fill in, and a company that has filled them in."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import click

from cmreview.cli import options
from cmreview.errors import FileError
from cmreview.words import say

_EXAMPLE_FOLDER = Path("outputs", "example")


def _help(key: str) -> str:
    return say(f"cli_template.{key}", options.LANG)


@click.command("template", help=_help("template.help"))
@click.option("--department", required=True, help=_help("template.department"))
@click.option("--out", type=click.Path(path_type=Path), default=None, help=_help("template.out"))
@options.year()
@options.policy()
@options.language()
def template(department: str, out: Path | None, year: int | None, policy: Path | None, lang: str) -> None:
    """Policy 5.3: the workbook by which a department collects its records."""
    from cmreview.naming import safe_name
    from cmreview.policy.load import default_folder, load_policy, years
    from cmreview.records.template import Template, write_template

    path = out or Path(f"{safe_name(department)}.xlsx")
    if os.path.lexists(path):  # somebody may have filled it in
        raise FileError("template.exists", file=path.name)
    folder = policy or default_folder()
    rules = load_policy(folder, year or years(folder)[-1])
    levels = {level.id: level.label for level in rules.levels}
    write_template(path, Template(department, levels, lang, year, _scale(rules.value("satisfaction_scale"))))
    click.echo(say("cli_template.template.done", lang, file=path))


@click.command("example", help=_help("example.help"))
@click.option("--out", type=click.Path(path_type=Path), default=_EXAMPLE_FOLDER, help=_help("example.out"))
@click.option("--seed", type=int, default=None, help=_help("example.seed"))
@click.option("--departments", type=int, default=None, help=_help("example.departments"))
@click.option("--managers", type=int, default=None, help=_help("example.managers"))
@options.language()
def example(out: Path, seed: int | None, departments: int | None, managers: int | None, lang: str) -> None:
    """Every table filled, every criterion met, missed and unevidenced by somebody."""
    from cmreview.records.example.company import DEPARTMENTS, MANAGERS, SEED, write_example

    written = write_example(
        out,
        SEED if seed is None else seed,
        departments=DEPARTMENTS if departments is None else departments,
        managers=MANAGERS if managers is None else managers,
        lang=lang,
    )
    click.echo(
        say("cli_template.example.done", lang, folder=out, files=len(written.files), rows=written.rows)
    )


def _scale(value: object) -> tuple[Decimal, Decimal] | None:
    """The survey's scale; None where the policy leaves it open (X)."""
    if isinstance(value, tuple) and len(value) == 2:
        low, high = value
        if isinstance(low, Decimal) and isinstance(high, Decimal):
            return low, high
    return None
