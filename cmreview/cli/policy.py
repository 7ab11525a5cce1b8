"""``cmreview policy`` and ``cmreview trace``: the rules in sentences, checked, compared and traced."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.errors import InputError
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.policy.clauses import ClauseTrace
    from cmreview.policy.model import Policy

FAULTY = 2  # lint found an error: the policy must be mended first
UNSERVED = 1

_LANG = options.LANG


def _help(key: str) -> str:
    return say(f"cli_policy.{key}", _LANG)


@click.command(help=say("cli.policy", _LANG), epilog=_help("policy_more"))
@options.policy()
@options.year()
@click.option("--lint", "is_lint", is_flag=True, help=_help("lint"))
@click.option("--diff", "two_years", nargs=2, type=int, default=None, help=_help("diff"))
@options.language()
def policy(
    policy: Path | None, year: int | None, is_lint: bool, two_years: tuple[int, int] | None, lang: str
) -> None:
    """Print a year's policy in sentences, lint it, or compare two years."""
    from cmreview.policy.load import default_folder, load_policy, years

    if two_years and (is_lint or year is not None):
        raise InputError("cli_policy.diff_alone")
    folder = policy or default_folder()
    if two_years:
        _print_diff(load_policy(folder, two_years[0]), load_policy(folder, two_years[1]), lang)
        return
    rules = load_policy(folder, years(folder)[-1] if year is None else year)
    if is_lint:
        _print_lint(rules, lang)
    else:
        _print_sentences(rules, lang)


def _print_sentences(rules: Policy, lang: str) -> None:
    from cmreview.policy.clauses import chapters
    from cmreview.policy.sentences import heading, sentences, status_sentence

    click.echo(heading(rules, lang))
    click.echo(status_sentence(rules, lang))
    told = sentences(rules, lang)
    for chapter in chapters():
        of_chapter = [one for one in told if one.clause.split(".")[0] == chapter.id]
        if of_chapter:
            click.echo()
            click.echo(say("policy.chapter", lang, number=chapter.id, title=chapter.title(lang)))
        for one in of_chapter:
            click.echo(f"  {one.clause:<7} {one.text}")


def _print_lint(rules: Policy, lang: str) -> None:
    from cmreview.policy.lint import lint
    from cmreview.terms import Severity

    findings = lint(rules)
    for finding in findings:
        click.echo(finding.line(lang))
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    click.echo(
        say("cli_policy.linted", lang, year=rules.year, errors=errors, warnings=len(findings) - errors)
    )
    if errors:
        sys.exit(FAULTY)


def _print_diff(old: Policy, new: Policy, lang: str) -> None:
    from cmreview.policy.compare import diff

    changes = diff(old, new, lang)
    if not changes:
        click.echo(say("policy.diff.nothing", lang, old=old.year, new=new.year))
        return
    click.echo(say("policy.diff.heading", lang, old=old.year, new=new.year, count=len(changes)))
    for one in changes:
        click.echo(f"  {one.clause:<7} {one.text}")


@click.command(help=say("cli.trace", _LANG))
@click.option("--json", "is_json", is_flag=True, help=_help("json"))
@click.option("--root", type=click.Path(path_type=Path), default=None, help=_help("root"))
@options.language()
def trace(is_json: bool, root: Path | None, lang: str) -> None:
    """List each clause with what serves it; exit 1 when one is left out or an id is invented."""
    from cmreview.policy.clauses import invented
    from cmreview.policy.clauses import trace as trace_clauses

    root = root or Path(__file__).resolve().parents[2]
    traces = trace_clauses(root)
    odd = invented(root)
    if is_json:
        click.echo(json.dumps([_as_json(one) for one in traces], ensure_ascii=False, indent=2))
    else:
        _print_table(traces, lang)
    left_out = [one.clause.id for one in traces if not one.is_settled]
    if left_out:
        click.echo(say("cli_policy.unserved", lang, clauses=", ".join(left_out)), err=True)
    for clause, name in odd:
        click.echo(say("cli_policy.invented", lang, clause=clause, place=name), err=True)
    if left_out or odd:
        sys.exit(UNSERVED)


def _as_json(one: ClauseTrace) -> dict[str, object]:
    later = one.clause.later
    return {
        "clause": one.clause.id,
        "zh": one.clause.title.zh,
        "en": one.clause.title.en,
        "parameters": one.parameters,
        "code": one.code,
        "tests": one.tests,
        "served": one.is_served,
        "later": None if later is None else {"zh": later.zh, "en": later.en},
    }


def _print_table(traces: list[ClauseTrace], lang: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_lines=False)
    for column in ("clause", "parameters", "code", "tests", "state"):
        table.add_column(say(f"cli_policy.column.{column}", lang), overflow="fold")
    for one in traces:
        title = f"{one.clause.id} {one.clause.title(lang)}"
        table.add_row(
            title, *("\n".join(names) for names in (one.parameters, one.code, one.tests)), _state(one, lang)
        )
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:  # a file or a pipe has no width to fold to
        console = Console(highlight=False, markup=False, width=260)
    console.print(table)


def _state(one: ClauseTrace, lang: str) -> str:
    if one.is_served:
        return say("cli_policy.state.served", lang)
    if one.clause.later is not None:
        return say("cli_policy.state.later", lang, work=one.clause.later(lang))
    return say("cli_policy.state.unserved", lang)
