"""`cmreview scores`: members' score sheets, written for them and read from them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cmreview.cli import options
from cmreview.cli.desk import REFUSED, Place, at_desk, read_bytes, shown, tell, tell_findings, tell_recorded
from cmreview.words import say

_FILE = click.Path(path_type=Path)


def _help(key: str) -> str:
    return say(f"cli_process.scores.{key}", options.LANG)


@click.group("scores", help=_help("help"))
def scores() -> None:
    """Policy 4.3: scores are the member's own until the chair opens them (`cmreview step scores_opened`)."""


@scores.command("template", help=_help("template"))
@options.year(required=True)
@click.option("--member", required=True, envvar="CMREVIEW_AS", help=_help("member"))
@click.option("--out", type=_FILE, required=True, help=_help("out"))
@options.ledger()
@options.committee()
@options.policy()
@options.language()
def template(
    year: int,
    member: str,
    out: Path,
    ledger: str,
    committee: Path | None,
    policy: Path | None,
    lang: str,
) -> None:
    """Only cases before the committee, and none from which the member is recused."""
    from cmreview.errors import FileError, ProcessError
    from cmreview.process.committee import Role
    from cmreview.process.score_sheet import sheet_bytes, to_score
    from cmreview.records.writing import write_whole

    if os.path.lexists(out):  # somebody may have filled it in
        raise FileError("cli_process.exists", file=shown(out.name))
    with at_desk(Place(year, ledger, committee, policy, lang)) as here:
        person = here.person(member)
        if Role.MEMBER not in person.roles:
            raise ProcessError("process.not_a_member", member=person.name, id=person.id)
        setting = here.desk.setting
        states = to_score(here.desk.states(), person, setting)
        if not states:
            tell("cli_process.scores.nothing", lang, member=person.name)
            return
        write_whole(out, sheet_bytes(states, person, setting, here.glossary.levels, lang))
    tell("cli_process.scores.written", lang, file=out, count=len(states))


@scores.command("read", help=_help("read"))
@click.argument("file", type=_FILE)
@options.year(required=True)
@options.acting(required=True)
@click.option("--reason", default=None, help=_help("reason"))
@options.dry_run()
@options.ledger()
@options.committee()
@options.policy()
@options.language()
@click.pass_context
def read(
    ctx: click.Context,
    file: Path,
    year: int,
    actor: str,
    reason: str | None,
    dry_run: bool,
    ledger: str,
    committee: Path | None,
    policy: Path | None,
    lang: str,
) -> None:
    """Everything is checked at once; all sheets are recorded, or none. A blank is never zero."""
    from cmreview.errors import CmreviewError
    from cmreview.findings import in_order
    from cmreview.process.score_sheet import read_scores
    from cmreview.process.steps.step_list import refusal
    from cmreview.terms import Severity

    with at_desk(Place(year, ledger, committee, policy, lang)) as here:
        person = here.person(actor)
        desk = here.desk
        found = read_scores(read_bytes(file), shown(file.name), desk.states(), person, desk.setting, reason)
        drafts = [draft for _, draft in found.drafts]
        proposed = desk.propose(drafts, here.at)
        refused = [
            refusal(found.read, row, "case", result)
            for (row, _), (_, result) in zip(found.drafts, proposed, strict=True)
            if isinstance(result, CmreviewError)
        ]
        findings = in_order([*found.findings, *refused])
        tell_findings(findings, lang)
        errors = sum(finding.severity is Severity.ERROR for finding in findings)
        if errors:
            tell("cli_process.scores.faulty", lang, count=errors)
            ctx.exit(REFUSED)
        changed = sum(draft.corrects is not None for draft in drafts)
        tell(
            "cli_process.scores.summary",
            lang,
            new=len(drafts) - changed,
            changed=changed,
            kept=len(found.kept),
            blank=len(found.blank),
        )
        if not drafts:
            tell("cli_process.step.nothing", lang)
            return
        if dry_run:
            tell("cli_process.step.dry", lang, count=len(drafts))
            return
        events = desk.record(drafts, here.at)
        tell_recorded(events, lang)
        if any(not desk.state(draft.case).scores_open for draft in drafts):
            tell("cli_process.scores.private", lang)
