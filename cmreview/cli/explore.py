"""``cmreview explore``: the committee's explorer in JupyterLab, or its page alone with Voila."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.explore.explorer.preparing import Wanted

_PORT = click.IntRange(1, 65535)
_PLACE = click.Path(path_type=Path)


def _help(key: str) -> str:
    return say(f"explorer.help.{key}", options.LANG)


@click.command("explore", help=_help("command"), context_settings={"ignore_unknown_options": True})
@options.year()
@click.option("--records", type=_PLACE, default=None, help=say("session.help.records", options.LANG))
@options.mapping()
@options.policy()
@options.committee()
@click.option("--ledger", default=None, help=_help("ledger"))
@click.option("--as", "person", default=None, help=_help("person"))
@click.option("--department", default=None, help=_help("department"))
@click.option("--blind", is_flag=True, help=_help("blind"))
@click.option("--prepared", type=_PLACE, default=None, help=_help("prepared"))
@click.option("--prepare", "target", type=_PLACE, default=None, help=_help("prepare"))
@click.option("--voila", is_flag=True, help=say("session.help.voila", options.LANG))
@click.option("--no-browser", is_flag=True, help=say("session.help.no_browser", options.LANG))
@click.option("--port", type=_PORT, default=None, help=say("session.help.port", options.LANG))
@options.language()
@click.argument("more", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def explore(
    ctx: click.Context,
    year: int | None,
    records: Path | None,
    mapping: Path | None,
    policy: Path | None,
    committee: Path | None,
    ledger: str | None,
    person: str | None,
    department: str | None,
    blind: bool,
    prepared: Path | None,
    target: Path | None,
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
    from cmreview.explore.explorer.opening import PREPARED
    from cmreview.explore.explorer.preparing import Wanted

    asked = (year, records, mapping, policy, committee, ledger, department)
    is_asked = any(each is not None for each in asked) or blind or target is not None
    if prepared is None and is_asked and (year is None or records is None):
        raise InputError("explorer.records_missing")
    if prepared is not None and is_asked:
        raise InputError("explorer.prepared_already", file=prepared.name)
    wanted = None
    if year is not None and records is not None:
        wanted = Wanted(year, records, ledger, person, department, blind, mapping, policy, committee)
    if target is not None and wanted is not None:
        _write(wanted, target, lang)
        return
    if prepared is not None:
        _check(prepared)
    notebook = serving.private_copy(notebook=serving.EXPLORER)
    file = prepared
    if wanted is not None:
        file = notebook.parent / f"{year}.explorer"
        _write(wanted, file, lang)
    named = {} if file is None else {PREPARED: str(file.absolute())}
    named |= {} if person is None else {settings.PERSON: person}
    given = {name: value for name, value in os.environ.items() if name not in (PREPARED, settings.PERSON)}
    line = serving.command(notebook, voila=voila, browser=not no_browser, port=port, more=more)
    environment = serving.environment({**given, **named}, None, lang, notebook)
    click.echo(say("explorer.help.starting", lang))
    code = subprocess.run(line, env=environment, check=False).returncode
    ctx.exit(code)


def _write(wanted: Wanted, target: Path, lang: str) -> None:
    from cmreview.explore.explorer.preparing import prepare

    click.echo(say("explorer.help.preparing", lang))
    target.parent.mkdir(parents=True, exist_ok=True)
    prepare(wanted, target)
    size = target.stat().st_size // 1024
    click.echo(say("explorer.help.prepared_at", lang, file=target, size=size))


def _check(prepared: Path) -> None:
    """A file that can't be read is told before anything starts."""
    from cmreview.review.explorer.prepared import open_explorer

    open_explorer(prepared)
