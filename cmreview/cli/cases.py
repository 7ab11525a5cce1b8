"""`cmreview cases`: where every case stands and what it waits for, or the whole record of one."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cmreview.cli import options
from cmreview.cli.desk import AtDesk, Place, at_desk, shown, tell
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.process.committee import Person
    from cmreview.process.events import Event
    from cmreview.process.overview import CaseLine
    from cmreview.process.timeline import Entry

_WIDTH = 200  # of a table that goes into a file or a pipe


def _help(key: str, **values: object) -> str:
    return say(f"cli_process.cases.{key}", options.LANG, **values)


@click.command("cases", help=_help("help"))
@options.year(required=True)
@options.ledger()
@options.acting()
@click.option("--department", default=None, help=_help("department"))
@options.stage("--stage", "cli_process.cases.stage")
@click.option("--case", "case", default=None, help=_help("case"))
@click.option("--out", type=click.Path(path_type=Path), default=None, help=_help("out"))
@click.option("--json", "is_json", is_flag=True, help=_help("json"))
@options.committee()
@options.policy()
@options.language()
def cases(
    year: int,
    ledger: str,
    actor: str | None,
    department: str | None,
    stage: str | None,
    case: str | None,
    out: Path | None,
    is_json: bool,
    committee: Path | None,
    policy: Path | None,
    lang: str,
) -> None:
    """Policy 4: a reader with ``--as`` is shown what they may see; without it all but closed scores."""
    from cmreview.process.access import may_see
    from cmreview.process.overview import by_case, overview

    with at_desk(Place(year, ledger, committee, policy, lang)) as here:
        setting = here.desk.setting
        reader = None if actor is None else here.person(actor)
        histories = by_case(here.desk.ledger.events(year=year))
        lines = [
            line
            for line in overview(histories, setting, here.today)
            if reader is None or may_see(line.state, reader, setting.rules)
        ]
        if case is not None:
            _show_case(case, lines, histories, here, reader, is_json, lang)
            return
        kept = [
            line
            for line in lines
            if (department is None or _department(line) == department)
            and (stage is None or line.state.stage.value == stage)
        ]
        if is_json:
            click.echo(json.dumps([_as_json(line) for line in kept], ensure_ascii=False, indent=2))
        else:
            _print_list(kept, here, lang)
        if out is not None:
            _write(out, kept, here, lang)


def _department(line: CaseLine) -> str | None:
    return line.state.department


def _show_case(
    typed: str,
    lines: Sequence[CaseLine],
    histories: Mapping[str, Sequence[Event]],
    here: AtDesk,
    reader: Person | None,
    is_json: bool,
    lang: str,
) -> None:
    from cmreview.errors import ProcessError
    from cmreview.process.steps.step_list import full_id
    from cmreview.process.timeline import timeline

    case = full_id(typed, here.desk.year)
    line = next((one for one in lines if one.state.case == case), None)
    if line is None:  # the same for a case that is not there and one that the reader may not see
        raise ProcessError("steps.unknown_case", case=shown(case))
    entries = timeline(line.state, histories[case], here.desk.setting.rules, reader)
    if is_json:
        told = _as_json(line) | {"events": [_entry_json(entry, here) for entry in entries]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    _print_list([line], here, lang)
    _print_entries(entries, line, here, lang)


def _print_list(lines: Sequence[CaseLine], here: AtDesk, lang: str) -> None:
    if not lines:
        tell("cli_process.cases.nothing", lang)
        return
    columns = _columns(here, lang)
    _print_table(list(columns), [[tell_cell(line) for tell_cell in columns.values()] for line in lines])
    for line in lines:
        if line.days_unknown is not None:
            why = line.days_unknown.text(lang)
            tell("cli_process.cases.unknown_days", lang, case=line.state.case, why=why)
    tell("cli_process.cases.count", lang, count=len(lines))


def _columns(here: AtDesk, lang: str) -> dict[str, Callable[[CaseLine], str]]:
    """Head of each column, and how its cell is written."""
    from cmreview.process.labels import label
    from cmreview.show.figures import NOTHING
    from cmreview.terms import Label

    levels = here.glossary.levels

    def level(line: CaseLine) -> str:
        application = line.state.application
        if application is None:
            return NOTHING
        names = [
            NOTHING if one is None else levels.get(one, Label(one, one))(lang)
            for one in (application.level, application.target_level)
        ]
        return " → ".join(names)

    def days(line: CaseLine) -> str:
        if line.days_unknown is not None:
            return "?"
        return "" if line.days_left is None else str(line.days_left)

    def name(line: CaseLine) -> str:
        return line.state.name or NOTHING

    between = "、" if lang == "zh" else ", "
    cells: dict[str, Callable[[CaseLine], str]] = {
        "case": lambda line: line.state.case,
        "name": name,
        "department": lambda line: _department(line) or NOTHING,
        "level": level,
        "stage": lambda line: label(line.state.stage)(lang),
        "since": lambda line: "" if line.since is None else line.since.isoformat(),
        "days_left": days,
        "waiting": lambda line: line.waiting.text(lang),
        "flags": lambda line: between.join(flag.text(lang) for flag in line.flags),
    }
    return {say(f"cli_process.cases.column.{key}", lang): cell for key, cell in cells.items()}


def _print_entries(entries: Sequence[Entry], line: CaseLine, here: AtDesk, lang: str) -> None:
    from cmreview.process.labels import label

    heads = [
        say(f"cli_process.cases.column.{key}", lang) for key in ("number", "at", "kind", "actor", "content")
    ]
    zone = here.desk.setting.committee.zone
    rows = [
        [
            str(entry.number),
            entry.at.astimezone(zone).isoformat(sep=" ", timespec="minutes")[:16],
            label(entry.kind)(lang),
            _actor(entry, here) or say("cli_process.cases.somebody", lang),
            "\n".join(_content(entry, line, here, lang)),
        ]
        for entry in entries
    ]
    _print_table(heads, rows)


def _content(entry: Entry, line: CaseLine, here: AtDesk, lang: str) -> list[str]:
    """What an entry says, what it corrects, and what became of it."""
    from cmreview.process.events import Kind
    from cmreview.process.timeline import told

    lines = []
    if entry.payload is None:
        key = "closed" if entry.kind is not Kind.SCORED or line.state.scores_open else "unopened"
        lines.append(say(f"cli_process.cases.{key}", lang))
    else:
        lines.append(told(entry.payload, here.glossary, lang))
    if entry.reason is not None:
        lines.append(say("cli_process.cases.reason", lang, reason=entry.reason))
    marks = {"corrects": entry.corrects, "replaced": entry.replaced_by, "voided": entry.voided_by}
    for key, number in marks.items():
        if number is not None:
            lines.append(say(f"cli_process.cases.{key}", lang, number=number))
    return [shown(line) for line in lines if line]


def _actor(entry: Entry, here: AtDesk) -> str:
    """Name and id of whoever recorded it; nothing where that is closed."""
    if not entry.actor:
        return ""
    name = here.desk.setting.committee.name_of(entry.actor)
    return name if name == entry.actor else f"{name} {entry.actor}"


def _print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for head in heads:
        table.add_column(Text(head), overflow="fold")
    for row in rows:
        table.add_row(*(Text("\n".join(map(shown, cell.split("\n")))) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    console.print(table)


def _as_json(line: CaseLine) -> dict[str, Any]:
    state = line.state
    application = state.application
    unknown = None if line.days_unknown is None else line.days_unknown.code
    return {
        "case": state.case,
        "manager_id": state.manager_id,
        "name": state.name,
        "department": state.department,
        "level": None if application is None else application.level,
        "target_level": None if application is None else application.target_level,
        "stage": state.stage.value,
        "since": None if line.since is None else line.since.isoformat(),
        "days_left": line.days_left,
        "days_unknown": unknown,
        "waiting": {
            "for": line.waiting.key.removeprefix("waiting."),
            "count": line.waiting.count,
            "names": list(line.waiting.names),
        },
        "flags": [flag.key.removeprefix("flag.") for flag in line.flags],
        "last_event": state.last_event,
    }


def _entry_json(entry: Entry, here: AtDesk) -> dict[str, Any]:
    from cmreview.exact_json import encode

    return {
        "number": entry.number,
        "at": entry.at.astimezone(here.desk.setting.committee.zone).isoformat(timespec="seconds"),
        "kind": entry.kind.value,
        "actor": entry.actor or None,
        "payload": None if entry.payload is None else encode(entry.payload),
        "reason": entry.reason,
        "corrects": entry.corrects,
        "corrected_by": entry.replaced_by,
        "taken_back_by": entry.voided_by,
    }


def _write(out: Path, lines: Sequence[CaseLine], here: AtDesk, lang: str) -> None:
    from cmreview.errors import FileError
    from cmreview.process.steps.step_list import list_bytes
    from cmreview.records.writing import write_whole

    if os.path.lexists(out):  # somebody may have filled it in
        raise FileError("cli_process.exists", file=shown(out.name))
    write_whole(out, list_bytes([line.state for line in lines], here.glossary.levels, lang))
    tell("cli_process.cases.written", lang, err=True, file=out, count=len(lines))
