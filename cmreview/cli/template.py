"""`cmreview template` and `cmreview example`: workbooks to fill in, and a company that has filled them in."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import click

from cmreview.cli import options
from cmreview.errors import FileError, InputError
from cmreview.words import say

_EXAMPLE_FOLDER = Path("outputs", "example")
_SCALE_FOLDER = Path("outputs", "scale")
_LEDGER = "ledger.db"


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
@click.option("--out", type=click.Path(path_type=Path), default=None, help=say("scale.out", options.LANG))
@click.option("--scale", is_flag=True, help=say("scale.scale", options.LANG))
@click.option("--customers", type=int, default=None, help=say("scale.customers", options.LANG))
@click.option("--contracts", type=int, default=None, help=say("scale.contracts", options.LANG))
@click.option("--seed", type=int, default=None, help=_help("example.seed"))
@click.option("--departments", type=int, default=None, help=_help("example.departments"))
@click.option("--managers", type=int, default=None, help=_help("example.managers"))
@click.option("--with-process", is_flag=True, help=_help("example.with_process"))
@options.language()
def example(
    out: Path | None,
    scale: bool,
    customers: int | None,
    contracts: int | None,
    seed: int | None,
    departments: int | None,
    managers: int | None,
    with_process: bool,
    lang: str,
) -> None:
    """Every table filled, every criterion met, missed and unevidenced by somebody; or very many rows."""
    if scale:
        _refuse({"--departments": departments, "--with-process": with_process or None})
        _write_scaled(out or _SCALE_FOLDER, seed, managers, customers, contracts, lang)
        return
    _refuse({"--customers": customers, "--contracts": contracts})
    out = out or _EXAMPLE_FOLDER
    from cmreview.records.example.company import DEPARTMENTS, MANAGERS, SEED, awkward, write_example

    if with_process and os.path.lexists(out / _LEDGER):  # somebody may have recorded more in it
        raise FileError("cli_template.ledger_exists", file=out / _LEDGER)
    seed = SEED if seed is None else seed
    departments = DEPARTMENTS if departments is None else departments
    managers = MANAGERS if managers is None else managers
    written = write_example(out, seed, departments=departments, managers=managers, lang=lang)
    click.echo(
        say("cli_template.example.done", lang, folder=out, files=len(written.files), rows=written.rows)
    )
    if with_process:
        _record(out, awkward(seed, departments=departments, managers=managers), seed, lang)


def _refuse(options: Mapping[str, object]) -> None:
    for option, value in options.items():
        if value is not None:
            raise InputError("scale.other_option", option=option)


def _write_scaled(
    out: Path, seed: int | None, managers: int | None, customers: int | None, contracts: int | None, lang: str
) -> None:
    from cmreview.records.example import scale

    written = scale.write_scaled(
        out,
        managers=scale.MANAGERS if managers is None else managers,
        customers=scale.CUSTOMERS if customers is None else customers,
        contracts=scale.CONTRACTS if contracts is None else contracts,
        seed=1 if seed is None else seed,
    )
    place = shlex.quote(str(out / scale.SOURCE))
    size = round(written.size / 1_000_000)
    click.echo(say("scale.done", lang, folder=out, rows=sum(written.rows.values()), size=size, place=place))


def _record(out: Path, who: Mapping[str, str], seed: int, lang: str) -> None:
    """The ledger of the example's process beside its records: whole, or not there at all."""
    from cmreview.policy.load import default_folder, load_policy
    from cmreview.process.calendar_file import load_calendar
    from cmreview.process.committee_file import load_committee
    from cmreview.process.ledger.ledger import Ledger
    from cmreview.records.example.cases import REVIEW_YEAR
    from cmreview.records.opening import open_records
    from cmreview.review.case import build_review, expectations
    from cmreview.review.example_process.making import drawn, example_process, plan_process

    policy = load_policy(default_folder(), REVIEW_YEAR)
    records = open_records(out, expectations=expectations(policy))
    review = build_review(records, policy)
    plan = plan_process(records, review, policy, load_committee(), load_calendar(), who, seed)
    ledger = out / _LEDGER
    with tempfile.TemporaryDirectory(prefix=".", dir=out) as scratch:
        made = Path(scratch, _LEDGER)
        with Ledger.open(made, create=True, draw=drawn(seed)) as opened:
            desk = example_process(plan, opened)
            head, cases = opened.head(), len(desk.states())
        made.replace(ledger)
    place = shlex.quote(str(ledger))
    click.echo(
        say(
            "cli_template.example.recorded",
            lang,
            ledger=ledger,
            cases=cases,
            events=head.number,
            hash=head.hash,
            year=REVIEW_YEAR,
            place=place,
        )
    )


def _scale(value: object) -> tuple[Decimal, Decimal] | None:
    """The survey's scale; None where the policy leaves it open (X)."""
    if isinstance(value, tuple) and len(value) == 2:
        low, high = value
        if isinstance(low, Decimal) and isinstance(high, Decimal):
            return low, high
    return None
