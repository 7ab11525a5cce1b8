"""`cmreview meeting`: the brief for the account managers' meeting, as a Word file (Policy 7.1)."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from cmreview.cli import options
from cmreview.cli.desk import shown, tell
from cmreview.words import say

_PATH = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


def _help(key: str) -> str:
    return say(f"cli_feedback.meeting.{key}", options.LANG)


@click.command("meeting", help=_help("help"))
@options.year(required=True)
@click.option("--period", "written", default=None, help=_help("period"))
@options.records()
@options.mapping()
@options.policy()
@click.option("--since", type=click.IntRange(1900, 2999), default=None, help=_help("since"))
@click.option("--dated", type=_DAY, default=None, help=_help("dated"))
@options.committee()
@click.option("--out", type=_PATH, default=None, help=_help("out"))
@click.option("--templates", type=_PATH, default=None, help=_help("templates"))
@click.option("--pdf", is_flag=True, help=_help("pdf"))
@click.option("--replace", is_flag=True, help=_help("replace"))
@options.language()
def meeting(
    year: int,
    written: str | None,
    records: Path,
    mapping: Path | None,
    policy: Path | None,
    since: int | None,
    dated: datetime | None,
    committee: Path | None,
    out: Path | None,
    templates: Path | None,
    pdf: bool,
    replace: bool,
    lang: str,
) -> None:
    """A brief that is there and differs is left alone unless ``--replace`` says otherwise."""
    from cmreview.errors import FileError, InputError
    from cmreview.naming import safe_name
    from cmreview.policy.load import default_folder, load_policy, load_sound_policy, years
    from cmreview.process.calendar_file import load_calendar
    from cmreview.process.committee_file import load_committee
    from cmreview.records.opening import open_records, refuse_unusable
    from cmreview.records.writing import write_whole
    from cmreview.review.analysis.material import material
    from cmreview.review.analysis.meeting import meeting as counted
    from cmreview.review.analysis.periods import period
    from cmreview.review.case import build_review, expectations
    from cmreview.review.counting.indicators import manager_years
    from cmreview.show.feedback.meeting import meeting_brief, opinions_of, period_name
    from cmreview.show.feedback.writing import Writing
    from cmreview.show.papers.documents import render, template_in
    from cmreview.show.papers.office import to_pdf
    from cmreview.show.papers.source import Archive

    span = period(written or str(year))
    if span.year != year:
        raise InputError("feedback.other_year", period=shown(written), year=year)
    folder = policy or default_folder()
    rules = load_sound_policy(folder, year)
    last = span.preceding.year if since is None else since
    before = load_policy(folder, last) if since is not None or last in years(folder) else None
    read = open_records(records, mapping, expectations=expectations(rules))
    if not read.years:
        refuse_unusable(read)
    frame = manager_years(read, rules)
    review = build_review(read, rules, frame=frame)
    people = load_committee(committee)
    archive = Archive(
        rules, people, load_calendar(), {}, review=review, currency=read.currency.label, lang=lang
    )
    today = options.now().astimezone(people.zone).date()
    writing = Writing(archive, today if dated is None else dated.date())
    found = counted(material(read, rules, frame), review.cases, span)
    brief = meeting_brief(found, opinions_of(read.arrow("opinions").to_pylist()), before, writing)
    template = None if templates is None else template_in(templates, "meeting_brief", lang)
    data = render(brief, template, lang)
    title = say("papers.title.meeting_brief", lang)
    stem = safe_name(f"{period_name(span, lang)}-{title}")
    path = (out or Path("outputs", str(year), "meetings")) / f"{stem}.docx"
    if os.path.lexists(path) and not replace and path.read_bytes() != data:
        raise FileError("cli_feedback.brief_exists", file=shown(path))
    write_whole(path, data)
    tell("cli_feedback.meeting.written", lang, file=path)
    if pdf:
        tell("cli_feedback.meeting.written", lang, file=to_pdf(path, path.with_suffix(".pdf")))
    tell(
        "cli_feedback.meeting.summary",
        lang,
        opinions=len(brief.opinions),
        late=len(brief.late),
        open=brief.open_opinions,
        changes=len(brief.changes),
    )
