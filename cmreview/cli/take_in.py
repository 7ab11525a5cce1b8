"""`cmreview take-in`: what departments handed in by workbook, brought into the record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.cli.desk import REFUSED, Place, at_desk, shown, tell, tell_step
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.policy.model import Policy
    from cmreview.process.handed_in import HandedIn
    from cmreview.records.model import Records


@click.command("take-in", help=say("cli_process.take_in.help", options.LANG))
@options.year(required=True)
@options.records()
@options.mapping()
@options.acting(required=True)
@options.dry_run()
@options.ledger()
@options.committee()
@options.policy()
@options.language()
@click.pass_context
def take_in(
    ctx: click.Context,
    year: int,
    records: Path,
    mapping: Path | None,
    actor: str,
    dry_run: bool,
    ledger: str,
    committee: Path | None,
    policy: Path | None,
    lang: str,
) -> None:
    """Policy 4.1, 4.2: what may be recorded is; the rest is told, and taken in once it is mended."""
    from cmreview.errors import CmreviewError
    from cmreview.policy.load import default_folder, load_policy
    from cmreview.process.handed_in import take_in as taken
    from cmreview.records.opening import open_records
    from cmreview.review.case import expectations
    from cmreview.terms import Severity

    rules = load_policy(policy or default_folder(), year)
    read = open_records(records, mapping, expectations=expectations(rules))
    place = Place(year, ledger, committee, policy, lang)
    with at_desk(place, create=True, trial=dry_run) as here:
        person = here.person(actor)
        desk = here.desk
        found = taken(papers(read, rules), desk.states(), desk.setting.rules, person.id, lang)
        proposed = desk.propose(found.drafts, here.at)
        allowed = [draft for draft, result in proposed if not isinstance(result, CmreviewError)]
        for draft, result in proposed:
            if dry_run or isinstance(result, CmreviewError):
                tell_step(draft, result, here, lang)
        if allowed and not dry_run:
            desk.record(allowed, here.at)
    for one in found.aside:
        click.echo(shown(one.text(lang)))
    errors = sum(finding.severity is Severity.ERROR for finding in read.findings)
    if errors:
        tell("cli_process.take_in.faults", lang, errors=errors)
    tell(
        "cli_process.take_in.dry" if dry_run else "cli_process.take_in.done",
        lang,
        count=len(allowed),
        known=found.known,
        refused=len(proposed) - len(allowed),
        aside=len(found.aside),
    )
    if len(allowed) < len(proposed):
        ctx.exit(REFUSED)


def papers(records: Records, policy: Policy) -> Iterator[HandedIn]:
    """Everybody's application and preliminary reviews of the policy's year, as they were handed in."""
    from cmreview.process.events import Applied, ReviewDecision, Reviewed
    from cmreview.process.handed_in import HandedIn
    from cmreview.review import people
    from cmreview.review.applications import applied
    from cmreview.review.dossier import dossiers

    for manager, dossier in dossiers(records).items():
        own = applied(dossier.applications, policy)
        rows = [row for row in dossier.preliminary_reviews if row["year"] == policy.year]
        if own is None and not rows:
            continue
        person = people.person(dossier, policy.year, None)
        application = None
        if own is not None:
            one = own.application
            application = Applied(
                person.name, person.department, person.level, one.target_level, one.applied_on, one.evidence
            )
        reviews = tuple(
            Reviewed(ReviewDecision(row["decision"]), row["opinion"], row["reviewer"], row["reviewed_on"])
            for row in rows
        )
        admitted_by = None if own is None else own.application.admitted_by
        yield HandedIn(manager, application, admitted_by, reviews, 0 if own is None else len(own.replaced))
