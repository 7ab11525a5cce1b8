"""``cmreview session``: the committee's session in JupyterLab, or its page alone with Voila."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.explore.settings import Settings

_FOLDER = click.Path(path_type=Path)


def _help(key: str) -> str:
    return say(f"session.help.{key}", options.LANG)


@click.command("session", help=_help("command"), context_settings={"ignore_unknown_options": True})
@click.option("--year", type=click.IntRange(1900, 2999), default=None, help=_help("year"))
@click.option("--records", type=_FOLDER, default=None, help=_help("records"))
@options.mapping()
@options.policy()
@click.option("--committee", type=_FOLDER, default=None, help=_help("committee"))
@click.option("--ledger", default=None, help=_help("ledger"))
@click.option("--as", "person", default=None, help=_help("person"))
@click.option("--voila", is_flag=True, help=_help("voila"))
@click.option("--no-browser", is_flag=True, help=_help("no_browser"))
@click.option("--port", type=click.IntRange(1, 65535), default=None, help=_help("port"))
@options.language()
@click.argument("more", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def session(
    ctx: click.Context,
    year: int | None,
    records: Path | None,
    mapping: Path | None,
    policy: Path | None,
    committee: Path | None,
    ledger: str | None,
    person: str | None,
    voila: bool,
    no_browser: bool,
    port: int | None,
    lang: str,
    more: tuple[str, ...],
) -> None:
    """Whatever stands after the options is handed on to the server."""
    import os
    import subprocess

    from cmreview.errors import InputError
    from cmreview.explore import serving, settings

    typed = {
        settings.YEAR: year,
        settings.RECORDS: records,
        settings.MAPPING: mapping,
        settings.POLICY: policy,
        settings.COMMITTEE: committee,
        settings.LEDGER: ledger,
        settings.PERSON: person,
        settings.LANG: lang,
    }
    named = {name: str(value) for name, value in typed.items() if value is not None}
    wanted = {**os.environ, **named}
    given = settings.read(wanted)
    if given is None and set(named) - {settings.PERSON, settings.LANG}:
        raise InputError("session.settings_missing", names=(settings.RECORDS,))
    _check(given, wanted.get(settings.PERSON))
    notebook = serving.private_copy()
    line = serving.command(notebook, voila=voila, browser=not no_browser, port=port, more=more)
    environment = serving.environment(wanted, given, lang, notebook)
    click.echo(say("session.help.starting", lang))
    code = subprocess.run(line, env=environment, check=False).returncode
    ctx.exit(code)


def _check(given: Settings | None, person: str | None) -> None:
    """What can be told before anything starts: who sits here, and whether there is a ledger."""
    from cmreview.process.committee_file import load_committee
    from cmreview.process.ledger.ledger import Ledger

    committee = load_committee(None if given is None else given.committee)
    if person:
        committee.person(person)
    if given is not None:
        Ledger.open(given.ledger).close()
