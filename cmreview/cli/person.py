"""`cmreview person`: everything that is held on one person, as pages that the person can read."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.cli.desk import open_ledger, shown, tell
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.policy.model import Policy
    from cmreview.privacy.person import Held
    from cmreview.process.events import Event

_PATH = click.Path(path_type=Path)
_ZIP = ".zip"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of a ZIP file: the same person gives the same bytes


def _help(key: str) -> str:
    return say(f"privacy.person.help.{key}", options.LANG)


@click.command("person", help=_help("help"))
@click.argument("person_id", metavar="ID")
@options.records()
@options.mapping()
@click.option("--ledger", default=None, metavar="FILE|URL", envvar="CMREVIEW_LEDGER", help=_help("ledger"))
@click.option("--out", type=_PATH, default=Path("outputs"), help=_help("out"))
@click.option("--export", "target", type=_PATH, required=True, help=_help("export"))
@options.acting(required=True)
@options.committee()
@options.policy()
@options.language()
def person(
    person_id: str,
    records: Path,
    mapping: Path | None,
    ledger: str | None,
    out: Path,
    target: Path,
    actor: str,
    committee: Path | None,
    policy: Path | None,
    lang: str,
) -> None:
    """Who took it out and when is noted beside the outputs, before anything is written."""
    from cmreview.errors import FileError
    from cmreview.policy.load import default_folder, load_policy, years
    from cmreview.privacy.custodian import custodian
    from cmreview.privacy.keeping_record import note
    from cmreview.privacy.person import Place, held_on
    from cmreview.process.committee_file import load_committee
    from cmreview.records.opening import open_records
    from cmreview.review.case import expectations

    if os.path.lexists(target):
        raise FileError("cli_process.exists", file=shown(target.name))
    people = load_committee(committee)
    at = options.now().astimezone(people.zone)
    by = custodian(actor, people, at.date())
    folder = policy or default_folder()
    newest = load_policy(folder, max(years(folder)))
    read = open_records(records, mapping, expectations=expectations(newest))
    events = _events(ledger, lang)
    place = Place(
        records=read,
        events=events,
        outputs=out,
        policies=_policies(events, person_id, folder),
        levels={level.id: level.label for level in newest.levels},
        committee=people,
        lang=lang,
    )
    held = held_on(person_id, place)
    note(out, "person", by.id, at, {"manager": person_id})
    files = _files(held, out, by.id, at, lang)
    _write(target, files)
    tell(
        "privacy.person.written",
        lang,
        place=target,
        rows=sum(len(one.rows) for one in held.rows),
        events=len(held.events),
        files=len(held.files),
        named=len(held.named_in),
    )


def _events(ledger: str | None, lang: str) -> tuple[Event, ...]:
    if ledger is None:
        tell("privacy.person.no_ledger", lang, err=True)
        return ()
    with open_ledger(ledger, lang) as opened:
        return opened.events()


def _policies(events: tuple[Event, ...], person_id: str, folder: Path) -> Mapping[int, Policy]:
    """The policies of the years in which the person has a case, as far as they can be loaded."""
    from cmreview.errors import PolicyError
    from cmreview.policy.load import load_policy
    from cmreview.process.events import case_parts

    found: dict[int, Policy] = {}
    for year, whose in {case_parts(event.case) for event in events}:
        if whose == person_id:
            try:
                found[year] = load_policy(folder, year)
            except PolicyError:  # the page says that what was in these steps can't be shown
                continue
    return found


def _files(held: Held, out: Path, by: str, at: datetime, lang: str) -> dict[str, bytes]:
    """What is handed over, by name."""
    from cmreview.packets.render import written_page
    from cmreview.privacy.person import as_json
    from cmreview.privacy.person_pages import body, sheets, title
    from cmreview.show.workbook import book_bytes

    name = title(held, lang)
    asked = {"taken_out_by": by, "taken_out_at": at.isoformat(timespec="seconds")}
    found = {
        "index.html": written_page(name, body(held, lang), lang).encode("utf-8", "backslashreplace"),
        "held.xlsx": book_bytes(sheets(held, lang), title=name, year=at.year),
        "held.json": (json.dumps(as_json(held, asked), ensure_ascii=False, indent=1) + "\n").encode(),
    }
    return found | {f"files/{path}": (out / path).read_bytes() for path in held.files}


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    """A ZIP file where the name says so, else a folder."""
    import zipfile

    from cmreview.records.writing import write_whole

    if target.suffix.lower() != _ZIP:
        for name, data in files.items():
            write_whole(target / name, data)
        return
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name, _FIRST_DAY), data, zipfile.ZIP_DEFLATED)
    write_whole(target, stream.getvalue())
