"""One department on the way through a run: what stands of it, its job, and what is published of it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from cmreview.errors import PacketError
from cmreview.packets import failure, publish, record
from cmreview.packets.job import Job, Made, State, Told
from cmreview.packets.prepare import Department, Prepared, Request
from cmreview.packets.record import Entry, Run
from cmreview.packets.run import file_sha256
from cmreview.review.model import DepartmentReview
from cmreview.review.store import save
from cmreview.show.packet import handed_over
from cmreview.terms import Severity
from cmreview.words import say

FAILED_FOLDER = "failed"


def sorted_out(
    prepared: Prepared, last: Run | None, request: Request, notebook: Path, private: Path
) -> tuple[dict[str, Entry], dict[str, Job]]:
    """Every department's entry as it stands after the ``last`` run, and the jobs of those to be made."""
    before = {} if last is None else {entry.department: entry for entry in last.entries}
    entries: dict[str, Entry] = {}
    jobs: dict[str, Job] = {}
    for place, department in enumerate(prepared.departments):
        name = department.name
        standing = _standing(department, before.get(name), request.target)
        if not department.is_asked_for:
            entries[name] = standing
            continue
        if department.review is None:
            errors = department.findings.get(Severity.ERROR.value, 0)
            entries[name] = _refused(standing, "records", errors)
            continue
        warned = sum(finding.severity is Severity.WARNING for finding in department.review.findings)
        if request.strict and warned:
            entries[name] = _refused(standing, "strict", warned)
            continue
        job = _job(department, department.review, request, notebook, private / str(place))
        if standing.key == job.key:
            entries[name] = replace(standing, state=State.UNCHANGED)
        else:
            entries[name] = standing
            jobs[name] = job
    return entries, jobs


def _standing(department: Department, before: Entry | None, target: Path) -> Entry:
    """The department's entry before anything is done: skipped, with what is published of it."""
    review = department.review
    entry = Entry(
        department.name,
        department.stem,
        State.SKIPPED,
        findings=department.findings,
        managers=department.managers,
        applicants=department.applicants,
        rows={} if review is None else _rows(review),
    )
    folder = target / department.stem
    if before is None or before.folder != department.stem or not folder.is_dir():
        return entry
    there = [(name, digest) for name, digest in before.files if (folder / name).is_file()]
    is_intact = len(there) == len(before.files) and all(
        file_sha256(folder / name) == digest for name, digest in there
    )
    return replace(entry, files=tuple(there), key=before.key if is_intact else "", warnings=before.warnings)


def _rows(review: DepartmentReview) -> dict[str, int]:
    return {
        part: sum(getattr(count, part) for count in review.row_counts)
        for part in ("rows_in", "used", "set_aside")
    }


def _refused(standing: Entry, reason: str, count: int) -> Entry:
    """The entry of a department that fails before its notebook is run."""
    what = Told(f"cli_packets.failed.{reason}", (("count", str(count)),))
    mend = Told(f"cli_packets.mend.{reason}")
    return replace(standing, state=State.FAILED, reason=reason, what=what, mend=mend)


def packet_options(request: Request) -> dict[str, Any]:
    """What was asked for that a packet depends on."""
    return {"lang": request.lang, "pdf": request.pdf, "strict": request.strict, "engine": request.engine}


def _job(
    department: Department, review: DepartmentReview, request: Request, notebook: Path, workspace: Path
) -> Job:
    review_file = workspace / "review.json"
    with publish.needed(request.target):
        workspace.mkdir()
        save(review, review_file)
    stored = review_file.read_bytes()
    return Job(
        department=department.name,
        stem=department.stem,
        title=say("packet.page_title", request.lang, department=department.name, year=request.year),
        review_file=review_file,
        key=record.packet_key(stored, notebook.read_bytes(), packet_options(request)),
        workspace=workspace,
        notebook=notebook,
        lang=request.lang,
        expected=handed_over(review, request.lang, sha256(stored).hexdigest()),
        engine=request.engine,
        pdf=request.pdf,
        strict=request.strict,
    )


def published(made: Made, job: Job, entry: Entry, target: Path) -> Entry:
    """The department's entry after its job: published, or failed with the earlier packet in place (N5)."""
    job = job.as_attempted(made.attempt)
    entry = replace(entry, seconds=made.seconds, phases=made.phases, retried=made.retried)
    failed = target / FAILED_FOLDER
    if made.failure is None:
        try:
            publish.publish_folder(job.made, target / job.stem)
        except PacketError as error:
            made = replace(made, failure=failure.told(job, error))
        else:
            publish.forget_failed(failed, job.stem)
            return replace(entry, state=State.OK, key=job.key, files=made.files, warnings=made.warnings)
    why = made.failure
    if why is None:
        raise ValueError("a failed department without a failure")
    explained = failure.explanation(why, job.department, job.lang)
    is_kept = publish.keep_failed(job.executed, explained, failed, job.stem)
    return replace(
        entry,
        state=State.FAILED,
        reason=why.reason,
        what=why.what,
        mend=why.mend,
        kept=f"{FAILED_FOLDER}/{job.stem}" if is_kept else None,
        warnings=made.warnings,
    )
