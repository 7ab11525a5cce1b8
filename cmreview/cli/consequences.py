"""`cmreview consequences`: what follows from the year for everybody, for payroll and for next year."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.policy.model import Policy
    from cmreview.process.stages import CaseState
    from cmreview.review.after.model import BonusPool
    from cmreview.review.after.year_conclusions import Conclusions
    from cmreview.review.model import Review
    from cmreview.show.figures import Figures


def _help(key: str) -> str:
    return say(f"cli_consequences.help.{key}", options.LANG)


def _tell(key: str, lang: str, **values: object) -> None:
    click.echo(say(f"cli_consequences.{key}", lang, **values))


@click.command("consequences", help=_help("help"))
@options.year(required=True)
@options.records()
@options.mapping()
@options.policy()
@click.option("--ledger", default=None, help=_help("ledger"))
@options.committee()
@click.option("--conclusions", "with_conclusions", is_flag=True, help=_help("conclusions"))
@click.option("--out", type=click.Path(path_type=Path), default=None, help=_help("out"))
@options.language()
def consequences(
    year: int,
    records: Path,
    mapping: Path | None,
    policy: Path | None,
    ledger: str | None,
    committee: Path | None,
    with_conclusions: bool,
    out: Path | None,
    lang: str,
) -> None:
    """Policy 5.4: rewards and penalties as advice, with the bonuses' arithmetic; nothing is decided here.

    Nobody types the year's conclusions again for next year; what people must complete is told.
    """
    from cmreview.packets.prepare import check_year, kept_record
    from cmreview.policy.load import default_folder, earlier_policy, load_sound_policy
    from cmreview.records.opening import open_records, refuse_unusable
    from cmreview.records.writing import write_whole
    from cmreview.review.case import build_review, expectations
    from cmreview.review.department import policy_sentences
    from cmreview.show.figures import Figures
    from cmreview.show.payroll import Payroll, payroll_sheets
    from cmreview.show.workbook import book_bytes

    place = out or Path("outputs", str(year))
    conclusions_file = _conclusions_file(place, year, lang) if with_conclusions else None
    folder = policy or default_folder()
    rules = load_sound_policy(folder, year)
    read = open_records(records, mapping, expectations=expectations(rules))
    if not read.years:
        refuse_unusable(read)
    check_year(read, year)
    record = None if ledger is None else kept_record(ledger, committee, rules).record
    earlier = earlier_policy(folder, year)
    review = build_review(read, rules, record=record, earlier=earlier)
    if review.bonuses is None:
        raise TypeError("a review always works out the bonuses")
    figures = Figures(lang, read.currency.label)
    payroll = Payroll(
        cases=review.cases,
        pool=review.bonuses,
        rules=policy_sentences(rules),
        year=year,
        figures=figures,
        level=lambda level: "—" if level is None else rules.level(level).label(lang),
        stopped=frozenset(read.stopped),
        earlier=None if earlier is None else earlier.year,
    )
    title = payroll.entry("title", year=year)
    target = place / f"{title}.xlsx"
    write_whole(target, book_bytes(payroll_sheets(payroll), title=title, year=year))
    _print(review, lang)
    _pool(review.bonuses, figures, lang)
    _over(review, figures, lang)
    if read.stopped:
        names = say("packet.comma", lang).join(sorted(read.stopped))
        _tell("stopped", lang, departments=names)
    _tell("written", lang, file=target)
    if conclusions_file is not None:
        states = None if record is None else record.states
        _write_conclusions(conclusions_file, review, states, rules, lang)


def _over(review: Review, figures: Figures, lang: str) -> None:
    """Where people decided on more than the year's budget: nothing is lowered by itself, and it is told."""
    from cmreview.review.after.measures_recorded import agreed_bonuses

    budget = None if review.bonuses is None else review.bonuses.budget
    agreed = agreed_bonuses(review.cases, budget)
    if budget is not None and agreed.over:
        amounts = {"decided": agreed.total, "budget": budget, "over": agreed.over}
        _tell("over", lang, **{name: figures.money(amount) for name, amount in amounts.items()})


def _conclusions_file(folder: Path, year: int, lang: str) -> Path:
    """Where the year's conclusions go; FileError where somebody may have completed them by hand."""
    from cmreview.errors import FileError
    from cmreview.records.schema import TABLES
    from cmreview.review.after.year_conclusions import TABLE

    file = folder / f"{TABLES[TABLE].label(lang)}-{year}.csv"
    if os.path.lexists(file):
        raise FileError("cli_consequences.conclusions_exist", file=file)
    return file


def _write_conclusions(
    file: Path, review: Review, states: Mapping[str, CaseState] | None, rules: Policy, lang: str
) -> None:
    """The year's conclusions as the table that next year's intake reads; no honour without a record."""
    from cmreview.records.table_csv import table_csv
    from cmreview.records.writing import write_whole
    from cmreview.review.after.year_conclusions import TABLE, conclusions

    found = conclusions(review.cases, states or {}, rules.year, lang)
    levels = {level.id: level.label for level in rules.levels}
    write_whole(file, table_csv(TABLE, (row.values() for row in found.rows), levels, lang))
    _tell_remarks(found, review, rules.year, lang)
    honours = sum(row.honour is not None for row in found.rows)
    _tell("conclusions", lang, file=file, rows=len(found.rows), honours=honours)
    if states is None:
        _tell("without_ledger", lang)


def _tell_remarks(found: Conclusions, review: Review, year: int, lang: str) -> None:
    """Whose conclusion people must look at, by name and id, once for each reason."""
    from cmreview.process.events import case_id

    people = {case_id(year, case.person.manager_id): case.person for case in review.cases}
    concerned: dict[str, list[str]] = {}
    for remark in found.remarks:
        person = people[remark.case]
        named = say("cli_consequences.person", lang, name=person.name, id=person.manager_id)
        concerned.setdefault(remark.told.text(lang), []).append(named)
    for told, names in concerned.items():
        _tell("remark", lang, told=told, people=len(names), names=say("packet.comma", lang).join(names))


def _print(review: Review, lang: str) -> None:
    """How many people each measure is advised for, and for how many people must look first."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from cmreview.review.after.model import CLAUSES, Measure, Standing

    found = [case.consequences for case in review.cases if case.consequences is not None]
    counts = Counter((advice.measure, advice.standing) for one in found for advice in one.advice)
    counts.update((Measure.BONUS, one.bonus.standing) for one in found if one.bonus is not None)
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column(Text(say("payroll.head.clause", lang)))
    table.add_column(Text(say("payroll.head.measure", lang)))
    for standing in Standing:
        table.add_column(Text(say(f"consequences.standing.{standing.value}", lang)), justify="right")
    for measure in Measure:
        numbers = [counts[measure, standing] for standing in Standing]
        if any(numbers):
            name = say(f"measures.measure.{measure.value}", lang)
            table.add_row(CLAUSES[measure], Text(name), *(str(number) for number in numbers))
    Console(highlight=False).print(table)


def _pool(pool: BonusPool, figures: Figures, lang: str) -> None:
    key = "no_budget" if pool.budget is None else "capped" if pool.is_capped else "within"
    amounts = {name: figures.money(getattr(pool, name)) for name in ("budget", "computed", "paid", "left")}
    _tell(f"pool.{key}", lang, people=pool.people, unsettled=pool.unsettled, **amounts)
