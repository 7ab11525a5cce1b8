"""`cmreview training`: a person's gaps, path and plan, or the departments' plans."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.errors import FileError, RecordsError
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.packets.training import Training
    from cmreview.show.development_rows import Rows

_WIDTH = 200  # of a table that goes into a file or a pipe
_FOLDER = click.Path(path_type=Path)


def _help(key: str) -> str:
    return say(f"cli_training.{key}", options.LANG)


@click.command("training", help=_help("help"))
@options.year(required=True)
@options.records()
@options.mapping()
@options.policy()
@click.option("--courses", type=_FOLDER, default=None, help=_help("courses"))
@click.option("--department", default=None, help=_help("department"))
@click.option("--person", default=None, help=_help("person"))
@click.option("--out", type=_FOLDER, default=None, help=_help("out"))
@options.language()
def training(
    year: int,
    records: Path,
    mapping: Path | None,
    policy: Path | None,
    courses: Path | None,
    department: str | None,
    person: str | None,
    out: Path | None,
    lang: str,
) -> None:
    """Policy 6.1 to 6.3: what follows from a year's review for everybody's training in the next."""
    if out is not None and out.resolve().is_relative_to(records.resolve()):
        raise FileError("cli_training.among_records", folder=out.name)
    made = _made(year, records, mapping, policy, courses, lang)
    chosen = _departments(made, department)
    if person is not None and (
        person not in made.people or made.people[person].person.department not in chosen
    ):
        raise RecordsError("cli_training.unknown_person", person=_plain(person))
    if out is None:
        _print(made, chosen, person)
        return
    from cmreview.packets.training import write_departments, write_person

    files = write_departments(made, chosen, out) if person is None else [write_person(made, person, out)]
    for file in files:
        click.echo(say("cli_training.written", lang, file=file))


def _made(
    year: int, records: Path, mapping: Path | None, policy: Path | None, courses: Path | None, lang: str
) -> Training:
    from cmreview.packets.training import Training
    from cmreview.policy.courses import load_catalogue
    from cmreview.policy.load import default_folder, load_sound_policy
    from cmreview.records.opening import open_records, refuse_unusable
    from cmreview.review.case import build_review, expectations
    from cmreview.review.counting.indicators import manager_years
    from cmreview.review.development.development import department_plans, developments
    from cmreview.show.development_rows import Teller
    from cmreview.show.figures import Figures

    reading = load_sound_policy(policy or default_folder(), year)
    catalogue = load_catalogue(courses, [level.id for level in reading.levels])
    read = open_records(records, mapping, expectations=expectations(reading))
    frame = manager_years(read, reading)
    review = build_review(read, reading, frame=frame)
    if not review.cases:
        refuse_unusable(read)
    if year not in read.years:
        click.echo(say("review.note.year_not_covered", lang, year=year), err=True)
    if review.stopped:
        names = ("、" if lang == "zh" else ", ").join(_plain(name) for name in sorted(review.stopped))
        click.echo(say("cli_training.stopped", lang, departments=names), err=True)
    people = developments(review, read, reading, catalogue, frame)
    return Training(
        policy=reading,
        catalogue=catalogue,
        people=people,
        plans=department_plans(people, catalogue),
        teller=Teller(
            Figures(lang, read.currency.label),
            {level.id: level.label for level in reading.levels},
            {case.person.manager_id: case.person.name for case in review.cases},
        ),
    )


def _departments(made: Training, department: str | None) -> list[str]:
    if department is None:
        return list(made.plans)
    if department not in made.plans:
        known = tuple(_plain(name) for name in made.plans)
        raise RecordsError("cli_training.unknown_department", department=_plain(department), known=known)
    return [department]


def _print(made: Training, departments: list[str], person: str | None) -> None:
    from cmreview.show import development_rows as rows

    teller = made.teller
    if person is not None:
        _print_person(made, person)
        return
    for department in departments:
        plan = made.plans[department]
        _say(teller.phrase("page.title", department=department, year=made.year))
        for shown in (
            rows.need_rows(plan, teller),
            rows.seat_rows(plan, teller),
            rows.placement_rows(plan, teller),
            rows.without_rows(plan, teller),
        ):
            _table(shown, made)


def _print_person(made: Training, person: str) -> None:
    from cmreview.show import development as told
    from cmreview.show import development_rows as rows

    teller, found = made.teller, made.people[person]
    _say(teller.phrase("page.one_title", name=teller.person(person), year=made.year))
    _table(rows.gap_rows(found, teller), made)
    for line in told.tell_without_rule(found, teller):
        _say(line)
    _say(told.tell_outlook(found, teller))
    if found.outlook is not None:
        _table(rows.step_rows(found.outlook, person, teller), made)
        _say(teller.phrase("path.caveat", year=found.year))
    if found.path is not None:
        _table(rows.skill_rows(found.path, made.catalogue, teller), made)
    _say(told.tell_budget(found.plan, teller))
    _table(rows.plan_rows(found.plan, teller), made)
    seats = told.tell_seats(made.plans[found.person.department], person, teller)
    for line in (*told.tell_unserved(found.plan, teller), *seats):
        _say(line)


def _table(shown: Rows, made: Training) -> None:
    """Rows as a table for people; nothing where there are none."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from cmreview.show.development import written

    if not shown.rows:
        return
    table = Table(box=box.SIMPLE_HEAD, title=Text(_plain(shown.caption)), title_justify="left")
    for place, head in enumerate(shown.heads):
        table.add_column(Text(head), justify="right" if place in shown.figures else "left", overflow="fold")
    for row in shown.rows:
        table.add_row(*(Text(_plain(written(cell, made.teller.figures) or "")) for cell in row))
    Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False).print(table)


def _say(text: str) -> None:
    click.echo(_plain(text))


def _plain(text: str) -> str:
    from cmreview.show.html import visible

    return visible(text)  # it goes to a terminal
