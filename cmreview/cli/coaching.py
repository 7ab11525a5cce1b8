"""`cmreview coaching`: sheets for one-on-one talks, written for a department and read back (Policy 7.2)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.cli.desk import REFUSED, read_bytes, shown, tell, tell_findings
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.policy.model import Policy
    from cmreview.records.model import Records
    from cmreview.review.model import Review

_PATH = click.Path(path_type=Path)


def _help(key: str) -> str:
    return say(f"cli_feedback.coaching.{key}", options.LANG)


@click.group("coaching", help=_help("help"))
def coaching() -> None:
    """Policy 7.2: progress, difficulties and support agreed, kept with day and name."""


@coaching.command("sheet", help=_help("sheet"))
@options.year(required=True)
@options.records()
@options.mapping()
@options.policy()
@click.option("--department", required=True, help=_help("department"))
@click.option("--out", type=_PATH, required=True, help=_help("sheet_out"))
@options.language()
def sheet(
    year: int,
    records: Path,
    mapping: Path | None,
    policy: Path | None,
    department: str,
    out: Path,
    lang: str,
) -> None:
    """A file that is there is left alone: somebody may have filled it in."""
    from cmreview.errors import FileError
    from cmreview.records.writing import write_whole
    from cmreview.show.feedback.coaching import Coaching, coached, latest, sheet_bytes, talks
    from cmreview.show.figures import Figures

    if os.path.lexists(out):
        raise FileError("cli_process.exists", file=shown(out.name))
    rules, read, review = _opened(year, records, mapping, policy)
    _refuse_unknown(review, department)
    cases = coached(review.cases, department, year)
    form = Coaching(
        department=department,
        year=year,
        cases=cases,
        last=latest(talks(read)),
        levels={level.id: level.label for level in rules.levels},
        figures=Figures(lang, read.currency.label),
    )
    write_whole(out, sheet_bytes(form))
    tell("cli_feedback.coaching.written", lang, file=out, count=len(cases))


@coaching.command("read", help=_help("read"))
@click.argument("file", type=_PATH)
@options.year(required=True)
@options.records()
@options.mapping()
@options.policy()
@click.option("--department", required=True, help=_help("department"))
@click.option("--out", type=_PATH, required=True, help=_help("read_out"))
@options.committee()
@options.language()
@click.pass_context
def read(
    ctx: click.Context,
    file: Path,
    year: int,
    records: Path,
    mapping: Path | None,
    policy: Path | None,
    department: str,
    out: Path,
    committee: Path | None,
    lang: str,
) -> None:
    """Everything is checked at once; the talks are all written, or none."""
    from cmreview.errors import FileError
    from cmreview.process.committee_file import load_committee
    from cmreview.records.headers import table_of_file
    from cmreview.records.writing import write_whole
    from cmreview.show.feedback.coaching import (
        TABLE,
        coached,
        read_coaching,
        talks,
        talks_csv,
        talks_workbook,
    )
    from cmreview.terms import Severity

    if os.path.lexists(out):
        raise FileError("cli_process.exists", file=shown(out.name))
    named = table_of_file(out.stem)
    if out.suffix.lower() not in (".csv", ".xlsx") or named is None or named.name != TABLE:
        raise FileError("cli_feedback.not_a_records_file", file=shown(out.name))
    rules, known, review = _opened(year, records, mapping, policy)
    _refuse_unknown(review, department)
    roster = {case.person.manager_id for case in coached(review.cases, department, year)}
    today = options.now().astimezone(load_committee(committee).zone).date()
    found = read_coaching(read_bytes(file), shown(file.name), roster, talks(known), today)
    tell_findings(found.findings, lang)
    errors = sum(finding.severity is Severity.ERROR for finding in found.findings)
    if errors:
        tell("cli_feedback.coaching.faulty", lang, count=errors)
        ctx.exit(REFUSED)
    if not found.talks:
        tell("cli_feedback.coaching.nothing", lang, unfilled=found.unfilled)
        return
    levels = {level.id: level.label for level in rules.levels}
    is_csv = out.suffix.lower() == ".csv"
    data = talks_csv(found.talks, lang) if is_csv else talks_workbook(found.talks, department, levels, lang)
    write_whole(out, data)
    tell("cli_feedback.coaching.kept", lang, file=out, count=len(found.talks), unfilled=found.unfilled)


def _opened(
    year: int, records: Path, mapping: Path | None, policy: Path | None
) -> tuple[Policy, Records, Review]:
    from cmreview.policy.load import default_folder, load_sound_policy
    from cmreview.records.opening import open_records, refuse_unusable
    from cmreview.review.case import build_review, expectations

    rules = load_sound_policy(policy or default_folder(), year)
    read = open_records(records, mapping, expectations=expectations(rules))
    if not read.years:
        refuse_unusable(read)
    return rules, read, build_review(read, rules)


def _refuse_unknown(review: Review, department: str) -> None:
    from cmreview.errors import RecordsError

    if department not in review.departments:
        known = tuple(shown(name) for name in review.departments) or "—"
        raise RecordsError("cli_feedback.unknown_department", department=shown(department), known=known)
