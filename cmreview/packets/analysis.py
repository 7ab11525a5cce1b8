"""The company's analysis made: counted once, its notebook run, checked, and published whole (Policy 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from cmreview.errors import FileError, InputError, PacketError
from cmreview.packets import failure, publish
from cmreview.packets.job import Job
from cmreview.terms import Label
from cmreview.words import LANGUAGES, say

if TYPE_CHECKING:
    from cmreview.review.analysis.analysis import CompanyAnalysis

STEM = "analysis"
FAILED_FOLDER = "failed"


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """What is asked for: a year of a company, from where, to where. ``engine`` None is papermill's ours."""

    year: int
    records: Path
    outputs: Path
    mapping: Path | None = None
    policy: Path | None = None
    lang: str = "zh"
    pdf: bool = False
    engine: str | None = None
    notebook: Path | None = None

    @property
    def target(self) -> Path:
        """The folder of the year."""
        return (self.outputs / str(self.year)).absolute()


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the page first, and what the notebook's cells warned of."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...]
    findings: int


def analysis_notebook() -> Path:
    """The notebook that ships with the project. FileError where the package lies without it."""
    path = Path(__file__).resolve().parents[2] / "notebooks" / "company_analysis.ipynb"
    if not path.is_file():
        raise FileError("file.missing", file=str(path))
    return path


def make_analysis(request: AnalysisRequest) -> Published:
    """Analyse the company and publish page, notebook and workbook, all of them or none.

    InputError before anything is made: records or policy that can't be read, a year without contracts.
    PacketError where the notebook fails or nothing can be written; an earlier analysis stays in its place
    and the failed notebook is kept.
    """
    if request.pdf:
        from cmreview.packets.pdf import find_chromium

        find_chromium()  # asked for and missing is told before anything starts
    return make_prepared(prepare(request), request)


def prepare(request: AnalysisRequest) -> CompanyAnalysis:
    """Read, check and analyse the company. Raises an InputError."""
    from cmreview.policy.load import default_folder, load_sound_policy
    from cmreview.records.opening import open_records, refuse_unusable
    from cmreview.review.analysis.analysis import build_analysis
    from cmreview.review.case import expectations

    policy = load_sound_policy(request.policy or default_folder(), request.year)
    records = open_records(request.records, request.mapping, expectations=expectations(policy))
    if not records.years:
        refuse_unusable(records)
    known = sorted(records.last_signed)
    if request.year not in known:
        covered = f"{known[0]}–{known[-1]}" if known else "—"
        raise InputError("cli_packets.error.no_contracts_in_year", year=request.year, covered=covered)
    return build_analysis(records, policy)


def make_prepared(analysis: CompanyAnalysis, request: AnalysisRequest) -> Published:
    """``make_analysis`` for a company that is analysed already."""
    from cmreview.review.analysis.store import save
    from cmreview.show.analysis.report import handed_over

    target = request.target
    with publish.workspace(target) as private:
        with publish.needed(target):
            save(analysis, private / "analysis.json")
        stored = (private / "analysis.json").read_bytes()
        company = {"company": analysis.company(request.lang), "year": analysis.year}
        job = Job(
            department=STEM,
            stem=STEM,
            title=say("analysis_show.page_title", request.lang, **company),
            review_file=private / "analysis.json",
            key="",
            workspace=private,
            notebook=(request.notebook or analysis_notebook()).absolute(),
            lang=request.lang,
            expected=handed_over(analysis, request.lang, sha256(stored).hexdigest()),
            engine=request.engine,
            pdf=request.pdf,
        )
        footer = say("analysis_show.footer", request.lang, **company)
        try:
            warnings = _made(job, analysis, footer)
            names = sorted(path.name for path in job.made.iterdir())
            publish.publish_files(job.made, target)
        except Exception as error:  # told like any failed packet: people's words first (N7)
            raise _refused(job, error, target) from error
        publish.forget_failed(target / FAILED_FOLDER, STEM)
    names.sort(key=lambda name: not name.endswith(".html"))
    return Published(tuple(target / name for name in names), warnings, len(analysis.findings))


def _made(job: Job, analysis: CompanyAnalysis, footer: str) -> tuple[str, ...]:
    """Run the notebook, check it, and write what is published; the warnings that its cells gave."""
    from cmreview.packets import check, notebook, pdf, render
    from cmreview.packets.parameters import checked_analysis
    from cmreview.packets.run import run_notebook
    from cmreview.show.analysis.report import write_tables

    job.made.mkdir()
    given = checked_analysis({"analysis_file": str(job.review_file), "lang": job.lang})
    run_notebook(job.notebook, job.executed, given.model_dump(), job.engine)
    executed, source = notebook.read(job.executed), notebook.read(job.notebook)
    check.check_executed(executed, source, job.expected)
    page = render.page(executed, lang=job.lang, title=job.title, footer=footer)
    check.check_page(page, 0)
    html = job.made / f"{STEM}.html"
    html.write_text(page, encoding="utf-8", newline="\n")
    stored_name = f"{STEM}-{job.expected['source_sha256'][:12]}.json"
    kept = notebook.recorded(executed, {"analysis_file": stored_name, "lang": job.lang})
    notebook.write(kept, job.made / f"{STEM}.ipynb")
    write_tables(analysis, job.made / f"{STEM}.xlsx", job.lang)
    if job.pdf:
        pdf.print_pdf(html, job.made / f"{STEM}.pdf", pdf.find_chromium())
    return notebook.warnings(executed)


def _refused(job: Job, error: Exception, target: Path) -> PacketError:
    """The failure as an error to be read, after the notebook was kept with its explanation."""
    why = failure.told(job, error)
    explained = failure.explanation(why, job.title, job.lang)
    is_kept = publish.keep_failed(job.executed, explained, target / FAILED_FOLDER, STEM)
    place = str(target / FAILED_FOLDER / f"{STEM}.txt") if is_kept else "—"
    what, mend = (
        Label(*(say(part.key, lang, **dict(part.values)) for lang in LANGUAGES))
        for part in (why.what, why.mend)
    )
    return PacketError("cli_analysis.failed", problem=what, advice=mend, place=place)
