"""`cmreview step`: one step, a department's, or a whole list's, held against the rules and recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cmreview.cli import options
from cmreview.cli.desk import (
    REFUSED,
    AtDesk,
    Place,
    at_desk,
    read_bytes,
    shown,
    tell,
    tell_error,
    tell_findings,
    tell_recorded,
    tell_step,
)
from cmreview.cli.step_options import KINDS, Kinds, kinds_told, step_fields
from cmreview.cli.step_options import given as given_options
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.process.committee import Person
    from cmreview.process.desk import Proposed
    from cmreview.process.events import Draft, Kind, Recommendation
    from cmreview.process.stages import CaseState
    from cmreview.process.steps.fields import Circumstances
    from cmreview.process.steps.typed import StepFields
    from cmreview.review.model import Review

# Why a step can't follow in a case at which a whole department or stage was not aimed.
_NOT_ITS_TURN = frozenset(
    {
        "process.scores_are_open",
        "process.scores_not_open",
        "process.not_approved",
        "process.approved",
        "process.publicity_not_over",
    }
)


def _help(key: str) -> str:
    return say(f"cli_process.step.{key}", options.LANG)


@click.command("step", help=_help("help"), epilog=kinds_told())
@click.argument("kind", type=Kinds(KINDS), required=False, metavar="KIND")
@options.year(required=True)
@options.acting(required=True)
@click.option("--case", "cases", multiple=True, help=_help("case"))
@click.option("--department", default=None, help=_help("department"))
@options.stage("--all-at", "cli_process.step.all_at")
@click.option("--list", "list_file", type=click.Path(path_type=Path), default=None, help=_help("list"))
@step_fields
@click.option("--records", type=click.Path(path_type=Path), default=None, help=_help("records"))
@options.dry_run()
@options.ledger()
@options.committee()
@options.policy()
@options.language()
@click.pass_context
def step(
    ctx: click.Context,
    /,
    kind: str | None,
    year: int,
    actor: str,
    cases: tuple[str, ...],
    department: str | None,
    all_at: str | None,
    list_file: Path | None,
    records: Path | None,
    dry_run: bool,
    ledger: str,
    committee: Path | None,
    policy: Path | None,
    lang: str,
    **typed: Any,
) -> None:
    """Policy 4: all steps are recorded, or none of them."""
    from cmreview.errors import ProcessError
    from cmreview.process.events import Kind

    if sum((bool(cases), department is not None or all_at is not None, list_file is not None)) != 1:
        raise ProcessError("cli_process.which_cases")
    given = given_options(typed)
    if list_file is not None and given.given:
        named = (f"--{name.replace('_', '-')}" for name, value in typed.items() if value not in (None, ()))
        raise ProcessError("cli_process.list_alone", options=tuple(named))
    if kind is None and list_file is None:
        raise ProcessError("cli_process.no_kind")
    chosen = None if kind is None else Kind(kind)
    place = Place(year, ledger, committee, policy, lang)
    with at_desk(place, create=chosen is Kind.APPLIED, trial=dry_run) as here:
        person = here.person(actor)
        states = here.desk.states()
        review = _review(here, records)
        recommended = _recommended(here, states, review)
        about = _about(here, person, recommended, review)
        if list_file is not None:
            is_done = _from_list(list_file, chosen, states, about, here, dry_run, lang)
        else:
            if chosen is Kind.DECIDED and records is None:
                tell("cli_process.step.no_recommendation", lang, err=True)
            kind_of_all = chosen or Kind.APPLIED
            if cases:
                wanted = _named(kind_of_all, cases, states, here)
            else:
                meant = _meant(kind_of_all, department, all_at, states, here, person, lang)
                wanted = _ready(kind_of_all, meant, given, about, here, lang)
                about = _about(here, person, recommended, review)  # the trial has used up numbers of papers
            is_done = _of_cases(kind_of_all, wanted, given, about, here, dry_run, lang)
    if not is_done:
        ctx.exit(REFUSED)


def _review(here: AtDesk, records: Path | None) -> Review | None:
    """The year by the departments' records; None where nobody named them."""
    if records is None:
        return None
    from cmreview.records.opening import open_records
    from cmreview.review.case import build_review, expectations

    return build_review(open_records(records, expectations=expectations(here.policy)), here.policy)


def _recommended(
    here: AtDesk, states: Mapping[str, CaseState], review: Review | None
) -> Mapping[str, Recommendation]:
    """The policy's recommendation by case; none without the departments' records."""
    if review is None:
        return {}
    from cmreview.review.committee.cases import recommendations

    return recommendations(review, states, here.desk.setting.committee, here.policy, here.today)


def _about(
    here: AtDesk, person: Person, recommended: Mapping[str, Recommendation], review: Review | None
) -> Circumstances:
    from cmreview.process.numbering import free_numbers
    from cmreview.process.steps.fields import Circumstances
    from cmreview.review.after.measures_recorded import from_records
    from cmreview.review.case import expectations

    setting = here.desk.setting
    return Circumstances(
        actor=person.id,
        today=here.today,
        setting=setting,
        numbers=free_numbers(
            setting.committee.papers,
            here.today.year,
            here.desk.ledger.events(),
            [number for one in here.desk.ledger.erasures() for number in one.erasing.papers],
        ),
        levels=expectations(here.policy).levels,
        recommended=recommended,
        records=None if review is None else from_records(review),
    )


def _named(
    kind: Kind, cases: tuple[str, ...], states: Mapping[str, CaseState], here: AtDesk
) -> tuple[CaseState, ...]:
    """The cases that were named one by one."""
    from cmreview.errors import ProcessError
    from cmreview.process.events import Kind, case_parts
    from cmreview.process.stages import CaseState
    from cmreview.process.steps.fields import CONCERN_EVERYBODY
    from cmreview.process.steps.step_list import full_id

    ids = dict.fromkeys(full_id(case, here.desk.year) for case in cases)
    for case in ids:
        case_parts(case)
        if case not in states and kind not in {Kind.APPLIED, *CONCERN_EVERYBODY}:
            raise ProcessError("steps.unknown_case", case=shown(case))
    return tuple(states.get(case, CaseState(case)) for case in ids)


def _meant(
    kind: Kind,
    department: str | None,
    all_at: str | None,
    states: Mapping[str, CaseState],
    here: AtDesk,
    person: Person,
    lang: str,
) -> tuple[CaseState, ...]:
    """The cases of a department or stage that the person may see and whose stage the step may follow."""
    from cmreview.errors import ProcessError
    from cmreview.process.access import may_see
    from cmreview.process.labels import label
    from cmreview.process.steps.steps import STEPS

    meant = [
        state
        for state in states.values()
        if may_see(state, person, here.desk.setting.rules)
        and (department is None or state.department == department)
        and (all_at is None or state.stage.value == all_at)
    ]
    possible = tuple(state for state in meant if state.stage in STEPS[kind].stages)
    if not possible:
        raise ProcessError("cli_process.nobody_there", kind=label(kind))
    if len(possible) < len(meant):
        tell("cli_process.step.not_possible", lang, count=len(meant) - len(possible), kind=label(kind)(lang))
    return possible


def _ready(
    kind: Kind,
    meant: Sequence[CaseState],
    given: StepFields,
    about: Circumstances,
    here: AtDesk,
    lang: str,
) -> tuple[CaseState, ...]:
    """Those of a department or stage whose turn it is: the others are left out, each with the reason."""
    from cmreview.errors import CmreviewError, ProcessError
    from cmreview.process.labels import label
    from cmreview.process.steps.fields import draft_of

    drafts: list[Draft] = []
    for state in meant:
        with suppress(CmreviewError):  # told where the steps themselves are put together
            drafts.append(draft_of(kind, state, given, about))
    left: set[str] = set()
    for draft, result in here.desk.propose(drafts, here.at):
        if isinstance(result, CmreviewError) and result.code in _NOT_ITS_TURN:
            left.add(draft.case)
            tell("cli_process.step.left_out", lang, case=draft.case, why=result.what(lang))
    ready = tuple(state for state in meant if state.case not in left)
    if not ready:
        raise ProcessError("cli_process.nobody_there", kind=label(kind))
    return ready


def _of_cases(
    kind: Kind,
    wanted: Sequence[CaseState],
    given: StepFields,
    about: Circumstances,
    here: AtDesk,
    dry_run: bool,
    lang: str,
) -> bool:
    from cmreview.errors import CmreviewError
    from cmreview.process.labels import label
    from cmreview.process.steps.fields import draft_of

    drafts: list[Draft] = []
    odd: list[tuple[str, CmreviewError]] = []
    for state in wanted:
        try:
            drafts.append(draft_of(kind, state, given, about))
        except CmreviewError as error:
            odd.append((state.case, error))
    if odd and len(wanted) == 1:
        raise odd[0][1]
    for case, why in odd:
        tell("cli_process.step.refused", lang, case=case, kind=label(kind)(lang))
        tell_error(why, lang)
    proposed = here.desk.propose(drafts, here.at)
    for draft, result in proposed:
        tell_step(draft, result, here, lang)
    return _finish(proposed, len(odd), here, dry_run, lang)


def _from_list(
    file: Path,
    kind: Kind | None,
    states: Mapping[str, CaseState],
    about: Circumstances,
    here: AtDesk,
    dry_run: bool,
    lang: str,
) -> bool:
    from cmreview.errors import CmreviewError
    from cmreview.findings import in_order
    from cmreview.process.steps.step_list import read_list
    from cmreview.terms import Severity

    found = read_list(read_bytes(file), file.name, states, about, kind)
    proposed = here.desk.propose([draft for _, draft in found.drafts], here.at)
    refused = [
        found.refused(row, result)
        for (row, _), (_, result) in zip(found.drafts, proposed, strict=True)
        if isinstance(result, CmreviewError)
    ]
    for draft, result in proposed:
        if not isinstance(result, CmreviewError):
            tell_step(draft, result, here, lang)
    findings = in_order([*found.findings, *refused])
    tell_findings(findings, lang)
    if found.read.unfilled:
        tell("cli_process.step.unfilled", lang, count=found.read.unfilled)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    return _finish(proposed, errors - len(refused), here, dry_run, lang)


def _finish(proposed: Proposed, odd: int, here: AtDesk, dry_run: bool, lang: str) -> bool:
    """Record all, or say why nothing was; False where anything is refused."""
    from cmreview.errors import CmreviewError

    refused = sum(isinstance(result, CmreviewError) for _, result in proposed)
    if odd + refused:
        tell("cli_process.step.none_recorded", lang, count=odd + refused, of=odd + len(proposed))
        return False
    if not proposed:
        tell("cli_process.step.nothing", lang)
        return True
    if dry_run:
        tell("cli_process.step.dry", lang, count=len(proposed))
        return True
    events = here.desk.record([draft for draft, _ in proposed], here.at)
    tell_recorded(events, lang)
    return True
