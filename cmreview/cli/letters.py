"""`cmreview letters`: a feedback letter to each manager, as a Word file and a page (Policy 7.3)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.cli.desk import shown, tell
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.packets.letters import Batch, Letter
    from cmreview.review.development.development import Development
    from cmreview.review.model import Case, Review
    from cmreview.show.feedback.writing import Writing
    from cmreview.show.papers.source import Archive

FAILED = 1
_WORTH_PROCESSES = 200  # letters; a process starts in about two seconds, in which one writes thirty
_MOST_JOBS = 4  # more start longer than they save on a company's letters
_PATH = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


def _help(key: str) -> str:
    return say(f"cli_feedback.letters.{key}", options.LANG)


@click.command("letters", help=_help("help"))
@options.year(required=True)
@options.records()
@options.mapping()
@options.policy()
@click.option("--ledger", default=None, metavar="FILE|URL", help=_help("ledger"))
@options.committee()
@click.option("--courses", type=_PATH, default=None, help=_help("courses"))
@click.option("--department", default=None, help=_help("department"))
@click.option("--person", default=None, help=_help("person"))
@click.option("--dated", type=_DAY, default=None, help=_help("dated"))
@click.option("--out", type=_PATH, default=None, help=_help("out"))
@click.option("--templates", type=_PATH, default=None, help=_help("templates"))
@click.option("--pdf", is_flag=True, help=_help("pdf"))
@click.option("--resume/--no-resume", default=True, help=_help("resume"))
@click.option("--replace", is_flag=True, help=_help("replace"))
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help=_help("jobs"))
@options.language()
@click.pass_context
def letters(
    ctx: click.Context,
    year: int,
    records: Path,
    mapping: Path | None,
    policy: Path | None,
    ledger: str | None,
    committee: Path | None,
    courses: Path | None,
    department: str | None,
    person: str | None,
    dated: datetime | None,
    out: Path | None,
    templates: Path | None,
    pdf: bool,
    resume: bool,
    replace: bool,
    jobs: int | None,
    lang: str,
) -> None:
    """Exit 0 where all is well, 1 where an edited letter was kept, 2 for input that can't be used."""
    from cmreview.errors import FileError
    from cmreview.packets.letters import Batch, day_of
    from cmreview.show.feedback.writing import Writing
    from cmreview.show.figures import Figures
    from cmreview.show.papers.documents import template_in

    folder = out or Path("outputs", str(year), "letters")
    if folder.resolve().is_relative_to(records.resolve()):
        raise FileError("cli_feedback.among_records", folder=shown(folder))
    template = None if templates is None else template_in(templates, "feedback", lang)
    asked = None if dated is None else dated.date()
    gathered = _gathered(year, records, mapping, policy, ledger, committee, courses, lang)
    archive = gathered.archive
    today = options.now().astimezone(archive.committee.zone).date()
    writing = Writing(archive, day_of(folder, asked, today))
    chosen = _chosen(gathered.review, department, person)
    made = _letters(chosen, gathered, writing)
    batch = Batch(
        letters=made,
        folder=folder,
        figures=Figures(lang, archive.currency),
        template=template,
        resume=resume,
        replace=replace,
        jobs=_jobs(jobs, len(made)),
        is_day_given=asked is not None,
        is_whole=department is None and person is None,
    )
    if _write(batch, writing.dated, pdf, lang):
        ctx.exit(FAILED)


@dataclass(frozen=True)
class _Gathered:
    """All that letters are made of."""

    review: Review
    archive: Archive
    people: Mapping[str, Development]


def _gathered(
    year: int,
    records: Path,
    mapping: Path | None,
    policy: Path | None,
    ledger: str | None,
    committee: Path | None,
    courses: Path | None,
    lang: str,
) -> _Gathered:
    from cmreview.packets.prepare import kept_record
    from cmreview.policy.courses import load_catalogue
    from cmreview.policy.load import default_folder, load_sound_policy
    from cmreview.process.calendar_file import load_calendar
    from cmreview.process.committee_file import load_committee
    from cmreview.records.opening import open_records, refuse_unusable
    from cmreview.review.case import build_review, expectations
    from cmreview.review.counting.indicators import manager_years
    from cmreview.review.development.development import developments
    from cmreview.show.papers.source import Archive

    rules = load_sound_policy(policy or default_folder(), year)
    catalogue = load_catalogue(courses, [level.id for level in rules.levels])
    read = open_records(records, mapping, expectations=expectations(rules))
    if year not in read.years:
        refuse_unusable(read)
        tell("review.note.year_not_covered", lang, err=True, year=year)
    record = None if ledger is None else kept_record(ledger, committee, rules).record
    frame = manager_years(read, rules)
    review = build_review(read, rules, frame=frame, record=record)
    archive = Archive(
        rules,
        load_committee(committee),
        load_calendar(),
        {} if record is None else record.histories,
        review=review,
        currency=read.currency.label,
        lang=lang,
    )
    return _Gathered(review, archive, developments(review, read, rules, catalogue, frame))


def _chosen(review: Review, department: str | None, person: str | None) -> list[Case]:
    """The people asked for, by id."""
    from cmreview.errors import RecordsError

    cases = sorted(review.cases, key=lambda case: case.person.manager_id)
    if department is not None:
        known = tuple(shown(name) for name in sorted({case.person.department for case in cases}))
        cases = [case for case in cases if case.person.department == department]
        if not cases:
            raise RecordsError(
                "cli_feedback.unknown_department", department=shown(department), known=known or "—"
            )
    if person is not None:
        cases = [case for case in cases if case.person.manager_id == person]
        if not cases:
            raise RecordsError("cli_feedback.unknown_person", person=shown(person))
    return cases


def _letters(cases: Sequence[Case], gathered: _Gathered, writing: Writing) -> list[Letter]:
    """A letter each; who gets none is told with the reason."""
    from cmreview.naming import safe_name
    from cmreview.packets.letters import Letter
    from cmreview.show.feedback.letter import feedback, is_written_to

    lang, title = writing.lang, say("papers.title.feedback", writing.lang)
    found: list[Letter] = []
    without: dict[str, list[str]] = {}
    for case in cases:
        person = case.person
        why = is_written_to(case, gathered.review.year, gathered.review.stopped)
        if why is not None:
            without.setdefault(why, []).append(
                say("packet.person", lang, name=person.name, id=person.manager_id)
            )
            continue
        stem = safe_name(f"{person.manager_id}-{person.name}-{title}", [one.stem for one in found])
        paper = feedback(case, gathered.people.get(person.manager_id), writing)
        found.append(Letter(stem, paper, case.trend))
    between = say("packet.comma", lang)
    for why, people in without.items():
        told = say(f"feedback.none.{why}", lang)
        tell("cli_feedback.letters.without", lang, why=told, count=len(people), people=between.join(people))
    return found


def _jobs(asked: int | None, letters: int) -> int:
    """How many processes to use: one for few letters, for which others would hardly have started."""
    if asked is not None:
        return asked
    return 1 if letters < _WORTH_PROCESSES else min(os.cpu_count() or 1, _MOST_JOBS)


def _write(batch: Batch, dated: date, pdf: bool, lang: str) -> bool:
    """Write the letters with a line of progress, then what came of it; True where an edited one was kept."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from cmreview.packets.letters import Written, left_behind, write_letters

    counts = dict.fromkeys(Written, 0)
    kept: list[str] = []
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True, stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(say("cli_feedback.letters.writing", lang), total=len(batch.letters))

        def watch(letter: Letter, written: Written) -> None:
            counts[written] += 1
            if written is Written.KEPT:
                kept.append(letter.stem)
            progress.advance(task)

        state = write_letters(batch, dated, watch)
    for stem in kept:
        tell("cli_feedback.letters.kept", lang, file=batch.folder / stem)
    if pdf:
        _print_pdfs(batch, lang)
    old = left_behind(state, batch.letters) if batch.is_whole else ()
    if old:
        tell("cli_feedback.letters.old", lang, count=len(old), files=say("packet.comma", lang).join(old))
    tell(
        "cli_feedback.letters.summary",
        lang,
        folder=batch.folder,
        made=counts[Written.MADE],
        same=counts[Written.SAME],
        kept=counts[Written.KEPT],
    )
    return bool(kept)


def _print_pdfs(batch: Batch, lang: str) -> None:
    """A PDF beside each Word file that has none, or an older one."""
    from cmreview.show.papers.office import to_pdfs

    due = []
    for letter in batch.letters:
        paper = batch.folder / f"{letter.stem}.docx"
        printed = paper.with_suffix(".pdf")
        if paper.is_file() and (
            not printed.is_file() or printed.stat().st_mtime_ns < paper.stat().st_mtime_ns
        ):
            due.append(paper)
    if due:
        to_pdfs(due, batch.folder)
    tell("cli_feedback.letters.pdfs", lang, count=len(due))
