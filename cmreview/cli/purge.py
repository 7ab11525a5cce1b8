"""`cmreview purge`: personal data of closed years leave the outputs, the ledger and its copies."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.cli.desk import open_ledger, shown, tell
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.privacy.purge import Files, People
    from cmreview.process.committee import Committee, Person
    from cmreview.process.events import Event
    from cmreview.process.ledger.erasure import Wish
    from cmreview.process.ledger.ledger import Ledger
    from cmreview.process.stages import CaseState

_PATH = click.Path(path_type=Path)
LEFT = 1  # something was left that only people can decide on


def _help(key: str) -> str:
    return say(f"privacy.purge.help.{key}", options.LANG)


@click.command("purge", help=_help("help"))
@click.option("--before", type=click.IntRange(1900, 2999), required=True, help=_help("before"))
@click.option("--out", type=_PATH, default=Path("outputs"), help=_help("out"))
@options.ledger()
@click.option("--copy", "copies", type=_PATH, multiple=True, help=_help("copy"))
@click.option("--keep", multiple=True, help=_help("keep"))
@click.option("--only", multiple=True, help=_help("only"))
@click.option("--as", "actor", default=None, envvar="CMREVIEW_AS", help=_help("actor"))
@click.option("--reason", default=None, help=_help("reason"))
@click.option("--yes", is_flag=True, help=_help("really"))
@options.committee()
@options.policy()
@options.language()
@click.pass_context
def purge(
    ctx: click.Context,
    before: int,
    out: Path,
    ledger: str,
    copies: tuple[Path, ...],
    keep: tuple[str, ...],
    only: tuple[str, ...],
    actor: str | None,
    reason: str | None,
    yes: bool,
    committee: Path | None,
    policy: Path | None,
    lang: str,
) -> None:
    """Without ``--yes`` it only tells what would go. Exit 1 where something is left for people to decide."""
    from cmreview.errors import InputError
    from cmreview.privacy.purge import People
    from cmreview.process.committee_file import load_committee

    people = load_committee(committee)
    at = options.now().astimezone(people.zone)
    if before > at.year:
        raise InputError("privacy.not_over", year=at.year)
    eraser = Eraser(_may(actor, reason, people, at.date()), at, reason or "") if yes else None
    with ExitStack() as stack:
        opened = _ledger(ledger, lang, stack)
        whose = People(frozenset(keep), frozenset(only))
        going = _going(opened, before, out, copies, whose, policy)
        _tell(going, lang)
        if eraser is None:
            tell("privacy.purge.dry", lang)
            return
        _go(going, opened, eraser, out, before)
    tell("privacy.purge.done", lang, files=len(going.files.going), copies=len(going.copies))
    if going.is_something_left:
        ctx.exit(LEFT)


@dataclass(frozen=True)
class Eraser:
    """Who lets the data go, when and why."""

    person: Person
    at: datetime
    reason: str


@dataclass(frozen=True)
class Going:
    """All that would go, and what is left for people: copies that are not of this ledger."""

    files: Files
    wish: Wish | None
    copies: Sequence[Path]
    other_copies: Sequence[Path]

    @property
    def is_something_left(self) -> bool:
        """Whether only people can decide on a part of it."""
        files = self.files
        return bool(files.of_many or files.unknown or files.undated or self.other_copies)


def _ledger(location: str, lang: str, stack: ExitStack) -> Ledger | None:
    """The ledger; None where none was made yet, which is said."""
    from cmreview.errors import LedgerError

    try:
        return stack.enter_context(open_ledger(location, lang))
    except LedgerError as error:
        if error.code != "ledger.missing" or location != str(options.LEDGER):
            raise
    tell("privacy.purge.no_ledger", lang)
    return None


def _may(actor: str | None, reason: str | None, people: Committee, today: date) -> Person:
    """Whoever erases answers for it by name and with a reason."""
    from cmreview.errors import InputError
    from cmreview.privacy.custodian import custodian

    if not actor or not (reason or "").strip():
        raise InputError("privacy.unsigned")
    return custodian(actor, people, today)


def _going(
    opened: Ledger | None,
    before: int,
    out: Path,
    named: Sequence[Path],
    whose: People,
    policy: Path | None,
) -> Going:
    from cmreview.privacy.purge import cases_of, copies_among, copies_below, files_of, refuse_open

    files = files_of(out, before, whose)
    if opened is None:
        return Going(files, None, (), ())
    events = opened.events()
    wish = cases_of(events, before, whose)
    refuse_open(_states(events, wish, policy))
    found = dict.fromkeys([*copies_below(out), *named])
    ours, others = copies_among(list(found), opened, wish)
    return Going(files, wish, ours, others)


def _states(events: Sequence[Event], wish: Wish, policy: Path | None) -> list[CaseState]:
    """Where the cases stand that are to go, each by the rules of its year."""
    from cmreview.policy.load import default_folder, load_policy
    from cmreview.process.events import case_parts
    from cmreview.process.rules import process_rules
    from cmreview.process.stages import case_states

    found: list[CaseState] = []
    for year in sorted({case_parts(case)[0] for case in wish.cases}):
        rules = process_rules(load_policy(policy or default_folder(), year))
        own = [event for event in events if event.case in wish.cases and case_parts(event.case)[0] == year]
        found += case_states(own, rules).values()
    return found


def _tell(going: Going, lang: str) -> None:
    files = going.files
    lists: dict[str, Sequence[object]] = {
        "going": files.going,
        "kept": files.kept,
        "of_many": files.of_many,
        "copies": going.copies,
        "unknown": files.unknown,
        "undated": files.undated,
        "other_copies": going.other_copies,
    }
    for key, paths in lists.items():
        if paths:
            tell(f"privacy.purge.{key}", lang, count=len(paths))
            for path in paths:
                click.echo(f"    {shown(path)}")
    if going.wish is not None:
        tell("privacy.purge.cases", lang, cases=len(going.wish.cases), kept=going.wish.kept)


def _go(going: Going, opened: Ledger | None, eraser: Eraser, out: Path, before: int) -> None:
    """First the ledger, which remembers that it was done; each part may be done again after a break."""
    from cmreview.privacy.keeping_record import note
    from cmreview.privacy.purge import remove, renew

    if opened is not None and going.wish is not None:
        opened.erase(going.wish, eraser.person.id, eraser.at, eraser.reason)
        for copy in going.copies:
            renew(copy, opened)
    remove(out, going.files.going)
    told = {"before": before, "reason": eraser.reason, "files": len(going.files.going)}
    note(out, "purge", eraser.person.id, eraser.at, told)
    if opened is not None:
        opened.scrub()  # last, since it waits for others to leave the ledger alone
