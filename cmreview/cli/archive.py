"""`cmreview archive` and `cmreview replay`: a year kept for good in one file, and computed again from it."""

from __future__ import annotations

from pathlib import Path

import click

from cmreview.cli import options
from cmreview.cli.desk import shown, shown_lines, tell
from cmreview.words import say

_PATH = click.Path(path_type=Path)
DIFFERS, CANNOT = 1, 2


def _help(key: str) -> str:
    return say(f"archive.help.{key}", options.LANG)


@click.command("archive", help=_help("archive"))
@click.argument("year", type=click.IntRange(1900, 2999), required=False)
@click.option("--outputs", type=_PATH, default=Path("outputs"), help=_help("outputs"))
@click.option("--out", type=_PATH, default=None, metavar="FILE.zip", help=_help("out"))
@click.option("--ledger", default=None, metavar="FILE|URL", help=_help("ledger"))
@click.option("--with-failures", is_flag=True, help=_help("with_failures"))
@click.option("--verify", "checked", type=_PATH, default=None, metavar="FILE.zip", help=_help("verify"))
@options.language()
def archive(
    year: int | None,
    outputs: Path,
    out: Path | None,
    ledger: str | None,
    with_failures: bool,
    checked: Path | None,
    lang: str,
) -> None:
    """Either a year is archived, or an archive is checked."""
    from cmreview.errors import InputError
    from cmreview.packets.archive import archiving

    if (year is None) == (checked is None):
        raise InputError("archive.say_what")
    if checked is not None:
        found = archiving.verify(checked)
        key = "whole"
    else:
        run_file = outputs / str(year) / "run.json"
        target = out or outputs / f"archive-{year}.zip"
        found = archiving.archive(run_file, target, ledger=ledger, with_failures=with_failures)
        key = "archived"
    tell(f"archive.{key}", lang, file=found.file, year=found.year, count=found.files)
    tell("archive.digest", lang, sha256=found.sha256)
    if found.failed:
        names = ("、" if lang == "zh" else ", ").join(found.failed)
        tell("archive.with_failures", lang, names=names)
    if checked is None:
        tell("archive.keep_safe", lang)


@click.command("replay", help=_help("replay"))
@click.argument("source", type=_PATH, metavar="RUN.json|FILE.zip")
@click.option("--ledger", default=None, metavar="FILE|URL", help=_help("ledger"))
@click.option("--jobs", type=click.IntRange(1, 256), default=None, help=_help("jobs"))
@click.option("--run-notebook", is_flag=True, help=_help("run_notebook"))
@options.language()
@click.pass_context
def replay(
    ctx: click.Context, source: Path, ledger: str | None, jobs: int | None, run_notebook: bool, lang: str
) -> None:
    """Exit 0 where the year came out as it was, 1 where it did not, 2 where it can't be computed again."""
    from cmreview.errors import CmreviewError
    from cmreview.packets.archive.replaying import replay as replayed
    from cmreview.packets.archive.telling import told

    try:
        found = replayed(source, ledger=ledger, jobs=jobs, run_notebook=run_notebook)
    except CmreviewError as error:  # of whatever kind: it is what keeps the year from being computed
        tell("archive.replay.cannot", lang, err=True)
        click.echo(shown_lines(error.what(lang)), err=True)
        click.echo(shown_lines(error.mend(lang)), err=True)
        ctx.exit(CANNOT)
    for line in told(found, lang):
        click.echo(shown(line))
    if not found.is_equal:
        ctx.exit(DIFFERS)
