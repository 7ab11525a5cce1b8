"""All departments of a company: what need not be made again is kept, the rest is made, checked, published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cmreview.errors import FileError, PacketError
from cmreview.packets import failure, pool, publish, record
from cmreview.packets.forking.process import default_engine
from cmreview.packets.index import index_page
from cmreview.packets.job import Job, Made, State, Told
from cmreview.packets.prepare import Department, Prepared, Request, prepare
from cmreview.packets.record import Earlier, Entry, Run
from cmreview.packets.run import file_sha256
from cmreview.review.model import DepartmentReview
from cmreview.review.store import save
from cmreview.show.packet import handed_over
from cmreview.terms import Severity
from cmreview.words import say

FAILED_FOLDER = "failed"


@dataclass(frozen=True, slots=True)
class Watch:
    """Whom to tell how a run goes: the departments that are to be made, and each one that is done."""

    begins: Callable[[Sequence[str]], None] = lambda _: None
    done: Callable[[Entry], None] = lambda _: None


def default_notebook() -> Path:
    """The notebook that ships with the project. FileError where the package lies without it."""
    path = Path(__file__).resolve().parents[2] / "notebooks" / "department_packet.ipynb"
    if not path.is_file():
        raise FileError("file.missing", file=str(path))
    return path


def make_packets(request: Request, watch: Watch | None = None, executor: Executor | None = None) -> Run:
    """Make every packet that is asked for, publish each as soon as it is good, and write index and record.

    ``executor`` runs the workers (any ``concurrent.futures.Executor`` whose workers see the same
    files); without it a pool of ``request.jobs`` processes. Input that can't be used raises before
    anything starts (exit 2); a department that fails is an entry of the run (exit 1). On Ctrl-C what
    was published stays, the rest is as before, and KeyboardInterrupt goes on.
    """
    started = datetime.now().astimezone()
    if request.engine is not None:
        from cmreview.packets.engine import require_engine

        require_engine(request.engine)
    if request.pdf:
        from cmreview.packets.pdf import find_chromium

        find_chromium()  # asked for and missing is told before anything starts
    return make_prepared(prepare(request), request, watch, executor, started)


def make_prepared(
    prepared: Prepared,
    request: Request,
    watch: Watch | None = None,
    executor: Executor | None = None,
    started: datetime | None = None,
) -> Run:
    """``make_packets`` for a company that is reviewed already."""
    started = started or datetime.now().astimezone()
    watch = watch or Watch()
    notebook = (request.notebook or default_notebook()).absolute()
    target = request.target
    with publish.workspace(target) as private:
        entries, jobs = _sorted_out(prepared, request, notebook, private)
        is_whole = False
        try:
            watch.begins(list(jobs))
            for name, entry in entries.items():
                if name not in jobs:
                    if entry.state is State.UNCHANGED:  # what failed since is no longer asked for
                        publish.forget_failed(target / FAILED_FOLDER, entry.folder)
                    watch.done(entry)
            with pool.workers(request.jobs, len(jobs), executor) as running:
                for made in pool.made(list(jobs.values()), running):
                    entry = _published(made, jobs[made.department], entries[made.department], target)
                    entries[made.department] = entry
                    watch.done(entry)
            is_whole = True
        finally:
            run = Run(
                year=request.year,
                lang=request.lang,
                entries=tuple(entries.values()),
                started=started,
                ended=datetime.now().astimezone(),
                interrupted=not is_whole,
                about={"engine": request.engine or default_engine(), **prepared.about},
            )
            publish.publish_text(
                index_page(prepared.company, run.entries, request.lang), target / "index.html"
            )
            publish.publish_text(record.as_json(run), target / record.NAME)
    return run


def _sorted_out(
    prepared: Prepared, request: Request, notebook: Path, private: Path
) -> tuple[dict[str, Entry], dict[str, Job]]:
    """Every department's entry as it stands now, and the jobs of those that must be made."""
    before = record.earlier(request.target / record.NAME)
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


def _standing(department: Department, before: Earlier | None, target: Path) -> Entry:
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


def _job(
    department: Department, review: DepartmentReview, request: Request, notebook: Path, workspace: Path
) -> Job:
    review_file = workspace / "review.json"
    with publish.needed(request.target):
        workspace.mkdir()
        save(review, review_file)
    stored = review_file.read_bytes()
    options = {"lang": request.lang, "pdf": request.pdf, "strict": request.strict, "engine": request.engine}
    return Job(
        department=department.name,
        stem=department.stem,
        title=say("packet.page_title", request.lang, department=department.name, year=request.year),
        review_file=review_file,
        key=record.packet_key(stored, notebook.read_bytes(), options),
        workspace=workspace,
        notebook=notebook,
        lang=request.lang,
        expected=handed_over(review, request.lang, sha256(stored).hexdigest()),
        engine=request.engine,
        pdf=request.pdf,
        strict=request.strict,
    )


def _published(made: Made, job: Job, entry: Entry, target: Path) -> Entry:
    """The department's entry after its job: published, or failed with the earlier packet in place (N5)."""
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
