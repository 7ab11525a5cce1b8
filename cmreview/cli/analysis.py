"""``cmreview analysis``: the company's analysis of a year, for its management (Policy 5.3)."""

from __future__ import annotations

from pathlib import Path

import click

from cmreview.cli import options
from cmreview.words import say

_OUTPUTS = Path("outputs")
_FOLDER = click.Path(path_type=Path)


def _help(key: str) -> str:
    return say(f"cli_analysis.help.{key}", options.LANG)


@click.command(help=_help("analysis"))
@options.year(required=True)
@options.records()
@options.mapping()
@options.policy()
@click.option("--out", type=_FOLDER, default=_OUTPUTS, help=_help("out"))
@click.option("--pdf", is_flag=True, help=_help("pdf"))
@options.language()
def analysis(
    year: int, records: Path, mapping: Path | None, policy: Path | None, out: Path, pdf: bool, lang: str
) -> None:
    """Exit 0 where all is well, 1 where the notebook failed, 2 for input that can't be used."""
    from cmreview.packets.analysis import AnalysisRequest, make_analysis

    request = AnalysisRequest(
        year=year, records=records, outputs=out, mapping=mapping, policy=policy, lang=lang, pdf=pdf
    )
    click.echo(say("cli_analysis.working", lang), err=True)
    made = make_analysis(request)
    click.echo(say("cli_analysis.done", lang, findings=made.findings))
    for path in made.files:
        click.echo(f"  {path}")
    if made.warnings:
        click.echo(say("cli_analysis.warned", lang, count=len(made.warnings)), err=True)
