"""``cmreview packets`` and ``cmreview notebooks``: packets made, and the stored notebooks made anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.words import say

if TYPE_CHECKING:
    from rich.console import Console

    from cmreview.packets.prepare import Request
    from cmreview.packets.record import Entry, Run

FAILED = 1
_OUTPUTS = Path("outputs")
_FOLDER = click.Path(path_type=Path)


def _help(key: str) -> str:
    return say(f"cli_packets.help.{key}", options.LANG)


@click.command(help=_help("packets"))
@options.year(required=True)
@options.records()
@options.mapping()
@options.policy()
@click.option("--out", type=_FOLDER, default=_OUTPUTS, help=_help("out"))
@click.option("--department", "departments", multiple=True, help=_help("department"))
@click.option("--jobs", type=click.IntRange(1, 256), default=None, help=_help("jobs"))
@click.option("--strict", is_flag=True, help=_help("strict"))
@click.option("--pdf", is_flag=True, help=_help("pdf"))
@click.option("--engine", default=None, help=_help("engine"))
@click.option("--ledger", default=None, metavar="FILE|URL", help=_help("ledger"))
@click.option("--committee", type=_FOLDER, default=None, help=_help("committee"))
@options.language()
@click.pass_context
def packets(
    ctx: click.Context,
    year: int,
    records: Path,
    mapping: Path | None,
    policy: Path | None,
    out: Path,
    departments: tuple[str, ...],
    jobs: int | None,
    strict: bool,
    pdf: bool,
    engine: str | None,
    ledger: str | None,
    committee: Path | None,
    lang: str,
) -> None:
    """Exit 0 where all is well, 1 where a department failed, 2 for input that can't be used."""
    from cmreview.packets.prepare import Request

    request = Request(
        year=year,
        records=records,
        outputs=out,
        mapping=mapping,
        policy=policy,
        departments=departments,
        lang=lang,
        jobs=jobs,
        strict=strict,
        pdf=pdf,
        engine=engine,
        ledger=ledger,
        committee=committee,
    )
    run = _watched(request)
    if run.failed:
        ctx.exit(FAILED)


@click.command(help=_help("notebooks"))
@options.language()
def notebooks(lang: str) -> None:
    """The report notebooks are stored executed, and compared strictly by their tests."""
    from cmreview.packets.regenerate import regenerate

    for path in regenerate():
        click.echo(say("cli_packets.stored", lang, path=path))


def _watched(request: Request) -> Run:
    """The run, with a progress bar and a line for each department."""
    from collections.abc import Sequence

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    from cmreview.packets.batch import Watch, make_packets
    from cmreview.packets.forking.process import is_possible

    lang = request.lang
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    if request.engine is None and not is_possible():
        console.print(say("cli_packets.ordinary_kernels", lang))
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(say("cli_packets.reviewing", lang), total=None)

        def begins(departments: Sequence[str]) -> None:
            making = say("cli_packets.making", lang)
            progress.update(task, description=making, total=len(departments), completed=0)

        def done(entry: Entry) -> None:
            _tell(entry, console, request)
            if entry.seconds:
                progress.advance(task)

        run = make_packets(request, Watch(begins, done))
    counts = {state: sum(entry.state == state for entry in run.entries) for state in _states()}
    console.print(say("cli_packets.summary", lang, **counts))
    console.print(say("cli_packets.where", lang, path=request.outputs / str(request.year) / "index.html"))
    return run


def _tell(entry: Entry, console: Console, request: Request) -> None:
    from cmreview.show.html import visible

    lang = request.lang
    key = "stopped" if entry.is_stopped else entry.state.value
    values = {"state": say(f"packet.state.{key}", lang), "department": visible(entry.department)}
    if entry.seconds:
        console.print(say("cli_packets.line_seconds", lang, seconds=f"{entry.seconds:.1f}", **values))
    else:
        console.print(say("cli_packets.line", lang, **values))
    told = entry.told(lang)
    if told:
        console.print(f"    {visible(told)}")
    if entry.kept:
        kept = request.outputs / str(request.year) / f"{entry.kept}.txt"
        console.print("    " + say("cli_packets.kept", lang, path=kept))
    if entry.state.value == "failed" and entry.files:
        console.print("    " + say("cli_packets.earlier", lang))
    if entry.warnings:
        console.print("    " + say("cli_packets.warned", lang, count=len(entry.warnings)))


def _states() -> tuple[str, ...]:
    return ("ok", "unchanged", "failed", "skipped")
