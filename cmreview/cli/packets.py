"""``cmreview packets`` and ``cmreview notebooks``: packets made, and the stored notebooks made anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.show.html import visible
from cmreview.words import say

if TYPE_CHECKING:
    from rich.progress import Progress

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
@click.option("--executor", default=None, metavar="dask://HOST:PORT", help=say("cluster.help", options.LANG))
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
    executor: str | None,
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
        executor=executor,
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
    """The run, told as it goes: a line for each department, and a bar while packets are made."""
    from cmreview.packets.batch import Watch, make_packets

    with ExitStack() as stack:
        screen = _Screen(request, stack)
        run = make_packets(request, Watch(screen.reads, screen.begins, screen.done))
    lang = request.lang
    counts = {state.value: count for state, count in run.states.items()}
    click.echo(say("cli_packets.summary", lang, **counts))
    if run.left:
        names = "、".join(one.department for one in run.left)
        click.echo(visible(say("outputs.left.line", lang, count=len(run.left), names=names)))
    click.echo(say("cli_packets.where", lang, path=request.outputs / str(request.year) / "index.html"))
    return run


class _Screen:
    """What a run shows. The bar comes with something to wait for: it costs more than an answer does."""

    def __init__(self, request: Request, stack: ExitStack) -> None:
        self._request, self._stack = request, stack
        self._progress: Progress | None = None

    def reads(self) -> None:
        """Records are read now."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

        from cmreview.packets.forking.process import is_possible

        request = self._request
        console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        if request.engine is None and not is_possible():
            console.print(say("cli_packets.ordinary_kernels", request.lang))
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        progress = Progress(*columns, console=console, transient=True)
        self._progress = self._stack.enter_context(progress)
        self._task = progress.add_task(say("cli_packets.reviewing", request.lang), total=None)

    def begins(self, departments: Sequence[str]) -> None:
        """These departments' packets are made now."""
        if self._progress is not None:
            making = say("cli_packets.making", self._request.lang)
            self._progress.update(self._task, description=making, total=len(departments), completed=0)

    def done(self, entry: Entry) -> None:
        """A department is done."""
        tell = click.echo if self._progress is None else self._progress.console.print
        for line in _lines(entry, self._request):
            tell(line)
        if self._progress is not None and entry.seconds:
            self._progress.advance(self._task)


def _lines(entry: Entry, request: Request) -> Iterator[str]:
    """What is said of a department."""
    lang = request.lang
    key = "stopped" if entry.is_stopped else entry.state.value
    values = {"state": say(f"packet.state.{key}", lang), "department": visible(entry.department)}
    if entry.seconds:
        yield say("cli_packets.line_seconds", lang, seconds=f"{entry.seconds:.1f}", **values)
    else:
        yield say("cli_packets.line", lang, **values)
    told = entry.told(lang)
    if told:
        yield f"    {visible(told)}"
    if entry.kept:
        kept = request.outputs / str(request.year) / f"{entry.kept}.txt"
        yield "    " + say("cli_packets.kept", lang, path=kept)
    if entry.state.value == "failed" and entry.files:
        yield "    " + say("cli_packets.earlier", lang)
    if entry.warnings:
        yield "    " + say("cli_packets.warned", lang, count=len(entry.warnings))
