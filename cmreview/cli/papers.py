"""`cmreview papers`: papers out of the ledger, certificates verified, the level history carried on."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cmreview.cli import options
from cmreview.cli.desk import Place, at_desk, open_ledger, shown, tell
from cmreview.cli.paper_files import Tally
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.cli.desk import AtDesk
    from cmreview.policy.model import Policy
    from cmreview.process.committee import Person
    from cmreview.process.events import Event
    from cmreview.records.model import Records
    from cmreview.review.model import Review
    from cmreview.review.told import Told
    from cmreview.show.papers.choice import Wanted
    from cmreview.show.papers.making import Making
    from cmreview.show.papers.source import Archive

# The papers, as PAPERS has them; held against it by a test, since --help must not import it.
KINDS = (
    *("opinion", "minutes", "notice", "appeal_reply", "appointment", "certificate", "refusal"),
    *("warning", "improvement_plan", "demotion", "commendation", "legal_checklist"),
)
_PLAN = "improvement_plan"
FAILED = 1
_PATH = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


def _help(key: str) -> str:
    return say(f"cli_papers.help.{key}", options.LANG)


@click.group("papers", help=_help("group"))
def papers() -> None:
    """Policy 4.2 to 4.5: what people decided, ready to sign."""


def _with_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        (
            options.year(required=True),
            options.ledger(),
            click.option("--records", type=_PATH, default=None, help=say("cli.option.records", options.LANG)),
            options.mapping(),
            click.option("--case", "cases", multiple=True, help=_help("case")),
            click.option("--department", default=None, help=_help("department")),
            click.option("--on", "on", type=_DAY, default=None, help=_help("on")),
            click.option("--out", type=_PATH, default=None, help=_help("out")),
            click.option("--templates", type=_PATH, default=None, help=_help("templates_folder")),
            click.option("--pdf", is_flag=True, help=_help("pdf")),
            click.option("--replace", is_flag=True, help=_help("replace")),
            options.acting(),
            options.committee(),
            options.policy(),
            options.language(),
        )
    ):
        command = option(command)
    return command


def _make(ctx: click.Context, kinds: Sequence[str], given: dict[str, Any]) -> None:
    """Make the papers of some kinds; exit 1 where one could not be made or a file that differs was kept."""
    from cmreview.errors import ProcessError
    from cmreview.naming import safe_name
    from cmreview.show.papers.making import NEED_RECORDS, make

    lang, records = given["lang"], given["records"]
    asking = [kind for kind in kinds if kind in NEED_RECORDS]
    if records is None and asking:
        raise ProcessError("cli_papers.needs_records", kind=say(f"papers.title.{asking[0]}", lang))
    place = Place(given["year"], given["ledger"], given["committee"], given["policy"], lang)
    with at_desk(place) as here:
        reader = None if given["actor"] is None else here.person(given["actor"])
        archive = _archive(here, records, given["mapping"], lang, has_plans=_PLAN in kinds)
    wanted = _wanted(archive, reader, given)
    folder = given["out"] or Path("outputs", str(given["year"]), "papers")
    tally = Tally(folder, given["templates"], given["pdf"], given["replace"], lang)
    not_made = set(given["cases"])
    makings = {kind: make(kind, archive, wanted) for kind in kinds}
    # a template that won't do is told before the first paper is written
    tally.read_templates(kind for kind, making in makings.items() if making.made)
    for kind, making in makings.items():
        tell("cli_papers.kind_head", lang, title=say(f"papers.title.{kind}", lang))
        taken: list[str] = []
        for one in making.made:
            taken.append(safe_name(one.stem, taken))
            tally.put(kind, taken[-1], one)
            not_made -= {typed for typed in not_made if _full(typed, archive) in one.cases}
        _tell_missing(making, archive)
        tally.pending += sum(one.is_pending for one in making.missing)
    tally.print_pdfs()
    tally.sum_up()
    if tally.kept or not_made:
        ctx.exit(FAILED)


def _command(kind: str) -> None:
    @papers.command(kind.replace("_", "-"), help=_help(kind))
    @_with_options
    @click.pass_context
    def command(ctx: click.Context, /, **given: Any) -> None:
        _make(ctx, KINDS if kind == "all" else (kind,), given)


for _kind in (*KINDS, "all"):
    _command(_kind)


def _archive(
    here: AtDesk, folder: Path | None, mapping: Path | None, lang: str, *, has_plans: bool = False
) -> Archive:
    """The year's record, whole or not at all, with what the records say where they are named.

    With ``has_plans`` also what improvement plans may propose.
    """
    from cmreview.review.case import build_review
    from cmreview.review.committee.recorded import process_record
    from cmreview.show.papers.source import Archive

    events = _whole(here)
    record = process_record(events, here.desk.setting.committee, here.policy)
    common = (here.policy, here.desk.setting.committee, here.desk.setting.calendar, record.histories)
    if folder is None:
        return Archive(*common, lang=lang)
    records = _records(folder, mapping, here.policy)
    review = build_review(records, here.policy, record=record)
    support = _support(review, records, here.policy, lang) if has_plans else {}
    return Archive(*common, review=review, currency=records.currency.label, lang=lang, support=support)


def _support(review: Review, records: Records, policy: Policy, lang: str) -> dict[str, tuple[str, ...]]:
    """What improvement plans may propose: courses of the catalogue, and what talks agreed."""
    from cmreview.policy.courses import load_catalogue
    from cmreview.review.development.development import developments
    from cmreview.show.development_rows import Teller
    from cmreview.show.feedback.coaching import talks
    from cmreview.show.figures import Figures
    from cmreview.show.plan_support import plan_support

    levels = {level.id: level.label for level in policy.levels}
    people = developments(review, records, policy, load_catalogue(None, list(levels)))
    teller = Teller(Figures(lang, records.currency.label), levels, {})
    return plan_support(people, talks(records), teller)


def _whole(here: AtDesk) -> tuple[Event, ...]:
    from cmreview.errors import LedgerError

    ledger = here.desk.ledger
    if ledger.verify():  # no paper is printed from a record that somebody altered
        raise LedgerError("ledger.broken", place=ledger.place)
    return ledger.events(year=here.desk.year)


def _records(folder: Path, mapping: Path | None, policy: Policy) -> Records:
    from cmreview.records.opening import open_records, refuse_unusable
    from cmreview.review.case import expectations

    records = open_records(folder, mapping, expectations=expectations(policy))
    if not records.years:
        refuse_unusable(records)
    return records


def _full(typed: str, archive: Archive) -> str:
    from cmreview.process.steps.step_list import full_id

    return full_id(typed, archive.policy.year)


def _wanted(archive: Archive, reader: Person | None, given: dict[str, Any]) -> Wanted:
    """The cases that are asked for; one that the reader may not see is as one that is not there."""
    from cmreview.errors import ProcessError
    from cmreview.show.papers.choice import Wanted
    from cmreview.show.papers.source import may_read

    on: datetime | None = given["on"]
    seen = {case for case, state in archive.states.items() if may_read(state, reader, archive.rules)}
    chosen = None
    if given["cases"]:
        chosen = {_full(typed, archive) for typed in given["cases"]}
        unknown = sorted(chosen - seen)
        if unknown:
            raise ProcessError("steps.unknown_case", case=shown(unknown[0]))
    if given["department"] is not None:
        departments: dict[str, set[str]] = {}
        for case in seen:
            found = archive.states[case].department
            if found is not None:
                departments.setdefault(found, set()).add(case)
        name = given["department"]
        if name not in departments:
            known = tuple(sorted(departments)) or "—"
            raise ProcessError("cli_papers.unknown_department", department=shown(name), known=known)
        chosen = departments[name] if chosen is None else chosen & departments[name]
    return Wanted(chosen, None if on is None else on.date(), reader)


def _tell_missing(making: Making, archive: Archive) -> None:
    """Every case without the paper, by the reason; those that it does not concern as a number."""
    from cmreview.show.papers.measure_missing import NOT_CONCERNED

    lang = archive.lang
    by_reason: dict[Told, list[str]] = {}
    for one in making.missing:
        told = say("cli_papers.person", lang, case=one.case, name=archive.name_of(one.case) or "")
        by_reason.setdefault(one.why, []).append(told)
    for why, cases in by_reason.items():
        if why.key in NOT_CONCERNED:
            tell("cli_papers.not_needed", lang, why=why.text(lang), count=len(cases))
        else:
            listed = ("、" if lang == "zh" else ", ").join(cases)
            tell("cli_papers.missing", lang, why=why.text(lang), cases=listed)
    if not making.made and not making.missing:
        tell("cli_papers.nothing", lang)


@papers.command("templates", help=_help("templates"))
@click.option("--out", type=_PATH, required=True, help=_help("templates_out"))
@options.language()
def templates(out: Path, lang: str) -> None:
    """A folder that holds a template already is left alone."""
    from cmreview.errors import FileError
    from cmreview.show.papers.templates import write_templates

    if any(out.glob("*/*.docx")):
        raise FileError("cli_papers.templates_exist", folder=shown(out))
    tell("cli_papers.templates", lang, count=len(write_templates(out)), folder=out)


@papers.command("verify", help=_help("verify"))
@click.argument("number")
@click.option("--code", default=None, help=_help("code"))
@options.ledger()
@options.committee()
@options.policy()
@options.language()
@click.pass_context
def verify(
    ctx: click.Context,
    number: str,
    code: str | None,
    ledger: str,
    committee: Path | None,
    policy: Path | None,
    lang: str,
) -> None:
    """A number that stands in the ledger, and the code that only its own entry gives."""
    from cmreview.errors import LedgerError
    from cmreview.process.certificates import Finding, certificate
    from cmreview.process.committee_file import load_committee
    from cmreview.process.events import Appointed
    from cmreview.review.figures import written_date
    from cmreview.show.figures import NOTHING

    with open_ledger(ledger, lang) as opened:
        if opened.verify():
            raise LedgerError("ledger.broken", place=opened.place)
        known = certificate(opened.events(), number, code)
    told: dict[str, str] = {"number": number}
    if known.appointment is not None and isinstance(known.appointment.payload, Appointed):
        given, zone = known.appointment.payload, load_committee(committee).zone
        later = None if known.later is None else known.later.at.astimezone(zone).date()
        told |= {
            "name": NOTHING if known.application is None else known.application.name,
            "department": NOTHING if known.application is None else known.application.department,
            "level": _level(known.appointment, given.level, policy, lang),
            "day": written_date(given.effective_on if later is None else later, lang),
            "document": given.document_number,
        }
    values = {name: shown(value) for name, value in told.items()}
    click.echo(say(f"cli_papers.verify.{known.finding.value}", lang, **values))
    if known.finding is not Finding.STANDS:
        ctx.exit(FAILED)
    if code is None:
        tell("cli_papers.verify.by_number", lang)


def _level(event: Event, level_id: str, folder: Path | None, lang: str) -> str:
    """A level's name by the policy of its year; its id where there is no such policy any more."""
    from cmreview.errors import PolicyError
    from cmreview.policy.load import default_folder, load_policy
    from cmreview.process.events import case_parts

    try:
        policy = load_policy(folder or default_folder(), case_parts(event.case)[0])
    except PolicyError:
        return level_id
    return next((level.label(lang) for level in policy.levels if level.id == level_id), level_id)


@papers.command("history", help=_help("history"))
@options.year(required=True)
@options.ledger()
@options.records()
@options.mapping()
@click.option("--out", type=_PATH, required=True, help=_help("history_out"))
@click.option("--csv", "as_csv", is_flag=True, help=_help("history_csv"))
@options.committee()
@options.policy()
@options.language()
def history(
    year: int,
    ledger: str,
    records: Path,
    mapping: Path | None,
    out: Path,
    as_csv: bool,
    committee: Path | None,
    policy: Path | None,
    lang: str,
) -> None:
    """Policy 4.5: nobody types a new level; what only people can put right is told."""
    from cmreview.errors import FileError
    from cmreview.process.stages import case_states
    from cmreview.records.writing import write_whole
    from cmreview.review.after.level_history import history_rows, level_history
    from cmreview.show.level_history import history_files

    with at_desk(Place(year, ledger, committee, policy, lang)) as here:
        states = case_states(_whole(here), here.desk.setting.rules)
        found = level_history(history_rows(_records(records, mapping, here.policy)), states)
        levels = here.glossary.levels
    files = history_files(found.rows, levels, out, lang, as_csv=as_csv)
    for path in files:
        if os.path.lexists(path):
            raise FileError("cli_papers.history_exists", file=shown(path))
    for path, data in files.items():
        write_whole(path, data)
    for remark in found.remarks:
        name = states[remark.case].name or ""
        tell("cli_papers.history_remark", lang, case=remark.case, name=name, told=remark.told.text(lang))
    tell("cli_papers.history", lang, rows=len(found.rows), appointed=len(found.appointed), place=out)
    if found.demoted:
        tell("measures.history", lang, demoted=len(found.demoted))
