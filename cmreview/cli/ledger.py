"""`cmreview ledger`: the record of decisions made, verified, backed up and restored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.cli.desk import open_ledger, shown, tell, tell_error
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.process.ledger.ledger import Ledger

FAULTY = 1


def _help(key: str) -> str:
    return say(f"cli_process.ledger.{key}", options.LANG)


@click.group("ledger", help=_help("help"))
def ledger() -> None:
    """Policy 1.3.a: nobody can alter unseen what was decided."""


@ledger.command("create", help=_help("create"))
@options.ledger()
@options.language()
def create(ledger: str, lang: str) -> None:
    """An empty ledger; one that is there stays as it is."""
    with open_ledger(ledger, lang, create=True) as opened:
        head = opened.head()
        tell("cli_process.ledger.head_line", lang, place=opened.place, number=head.number, hash=head.hash)


@ledger.command("head", help=_help("head"))
@options.ledger()
@options.language()
def head(ledger: str, lang: str) -> None:
    """Where the ledger ends: what papers carry."""
    with open_ledger(ledger, lang) as opened:
        end = opened.head()
        tell("cli_process.ledger.head_line", lang, place=opened.place, number=end.number, hash=end.hash)


@ledger.command("verify", help=_help("verify"))
@options.ledger()
@click.option("--expect", default=None, help=_help("expect"))
@options.committee()
@options.policy()
@options.language()
@click.pass_context
def verify(
    ctx: click.Context,
    ledger: str,
    expect: str | None,
    committee: Path | None,
    policy: Path | None,
    lang: str,
) -> None:
    """Exit 0 where all is whole, 1 where anything is wrong."""
    with open_ledger(ledger, lang) as opened:
        faults = opened.verify(expect)
        for fault in faults:
            click.echo(shown(fault.text(lang)))
        if faults:
            tell("cli_process.ledger.faulty", lang, place=opened.place, count=len(faults))
            ctx.exit(FAULTY)
        end = opened.head()
        tell("cli_process.ledger.whole", lang, place=opened.place, number=end.number, hash=end.hash)
        for one in opened.erasures():
            years = ("、" if lang == "zh" else ", ").join(map(str, one.erasing.years))
            tell(
                "privacy.erased",
                lang,
                count=len(one.erasing.numbers),
                cases=one.erasing.cases,
                kept=one.erasing.kept,
                years=years,
                day=one.at.date(),
                actor=one.actor,
                reason=one.reason,
            )
        _tell_clocks(opened, lang)
        if _illegal_steps(opened, committee, policy, lang):
            ctx.exit(FAULTY)


@ledger.command("export", help=_help("export"))
@click.argument("file", type=click.Path(path_type=Path))
@options.ledger()
@options.language()
def export(file: Path, ledger: str, lang: str) -> None:
    """A backup as JSON lines; an existing file is never overwritten."""
    with open_ledger(ledger, lang) as opened:
        end = opened.export(file)
    tell("cli_process.ledger.exported", lang, file=file, number=end.number, hash=end.hash)


@ledger.command("restore", help=_help("restore"))
@click.argument("file", type=click.Path(path_type=Path))
@options.ledger()
@options.language()
def restore(file: Path, ledger: str, lang: str) -> None:
    """A backup put into a new or empty place, verified before it counts."""
    from cmreview.process.ledger.ledger import restore as put_back

    if ledger == str(options.LEDGER):
        options.LEDGER.parent.mkdir(parents=True, exist_ok=True)
    end = put_back(file, ledger)
    tell("cli_process.ledger.restored", lang, file=file, number=end.number, hash=end.hash)


def _tell_clocks(opened: Ledger, lang: str) -> None:
    """Say where a clock was behind; that alone is no fault of the ledger."""
    from cmreview.process.ledger.clock import set_back

    found = list(set_back(opened.events()))
    if found:
        first, before = found[0]
        at, earlier = (one.at.isoformat(sep=" ", timespec="seconds") for one in (first, before))
        tell(
            "clock.set_back",
            lang,
            count=len(found),
            number=first.number,
            at=at,
            before=before.number,
            earlier=earlier,
        )


def _illegal_steps(opened: Ledger, committee: Path | None, policy: Path | None, lang: str) -> int:
    """Steps that could not have been recorded where they stand, told year by year; how many there are."""
    from cmreview.errors import CmreviewError
    from cmreview.policy.load import default_folder, load_policy
    from cmreview.process.calendar_file import load_calendar
    from cmreview.process.committee_file import load_committee
    from cmreview.process.events import case_parts
    from cmreview.process.overview import by_case
    from cmreview.process.rules import process_rules
    from cmreview.process.setting import Setting
    from cmreview.process.steps.steps import faults_of

    histories = by_case(opened.events())
    found = 0
    for year in sorted({case_parts(case)[0] for case in histories}):
        try:
            rules = process_rules(load_policy(policy or default_folder(), year))
            setting = Setting(rules, load_committee(committee), load_calendar())
        except CmreviewError as error:
            tell("cli_process.ledger.no_rules", lang, year=year)
            tell_error(error, lang)
            continue
        own = {case: events for case, events in histories.items() if case_parts(case)[0] == year}
        wrong = [fault for case, events in own.items() for fault in faults_of(case, events, setting)]
        for event, why in wrong:
            tell("cli_process.ledger.illegal", lang, number=event.number, case=event.case)
            tell_error(why, lang)
        if not wrong:
            tell("cli_process.ledger.legal", lang, year=year, cases=len(own))
        found += len(wrong)
    return found
