"""Companies, notebooks and jobs by hand, for tests of how packets are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from cmreview.findings import Finding
from cmreview.naming import safe_name
from cmreview.packets.batch import default_notebook
from cmreview.packets.job import Job
from cmreview.packets.prepare import RESERVED, Company, Department, Prepared, Request
from cmreview.review.model import DepartmentReview
from cmreview.review.store import save
from cmreview.show.packet import handed_over
from cmreview.terms import Severity
from tests.show.sample import sample_review


def department(name: str, mark: str = "") -> DepartmentReview:
    """A review whose people carry the department's name, so that a leak shows; ``mark`` changes it."""
    review = sample_review(name)
    applicant, other = review.applicants[0], review.others[0]
    return replace(
        review,
        applicants=(
            replace(
                applicant, person=replace(applicant.person, name=f"甲{name}{mark}", manager_id=f"M-{name}")
            ),
        ),
        others=(replace(other, person=replace(other.person, name=f"乙{name}", manager_id=f"N-{name}")),),
        findings=(),
    )


def company(
    *names: str, stopped: Sequence[str] = (), changed: Mapping[str, str] | None = None, findings: int = 0
) -> Prepared:
    """A reviewed company of these departments."""
    taken = list(RESERVED)
    departments = []
    for name in names:
        review = None if name in stopped else department(name, (changed or {}).get(name, ""))
        if review is not None and findings:
            warning = Finding("records.missing", Severity.WARNING, f"{name}.xlsx", department=name)
            review = replace(review, findings=(warning,) * findings)
        taken.append(safe_name(name, taken))
        departments.append(
            Department(
                name=name,
                stem=taken[-1],
                review=review,
                managers=2,
                applicants=1,
                findings={"error": int(review is None), "warning": findings},
                is_asked_for=True,
            )
        )
    sample = sample_review()
    about = Company(
        sample.company, sample.year, sample.edition, sample.currency_label, sample.totals.company_sales
    )
    return Prepared(about, tuple(departments), {"records": "here"})


def only(prepared: Prepared, *names: str) -> Prepared:
    """The company where only these departments are asked for."""
    chosen = tuple(replace(one, is_asked_for=one.name in names) for one in prepared.departments)
    return replace(prepared, departments=chosen)


def request(outputs: Path, **options: object) -> Request:
    """What is asked for, with the outputs in ``outputs``; notebooks run without a kernel."""
    return Request(year=2025, records=outputs, outputs=outputs, **({"engine": "plain"} | options))


def notebook(path: Path, *cells: tuple[str, str], before_end: bool = True) -> Path:
    """The packet notebook with more cells (heading, code), before its last one or after it."""
    found = nbformat.read(default_notebook(), as_version=4)
    added = [
        cell
        for number, (heading, code) in enumerate(cells)
        for cell in (
            new_markdown_cell(f"## {heading}", id=f"heading-{number}"),
            new_code_cell(code, id=f"code-{number}"),
        )
    ]
    at = len(found.cells) - 1 if before_end else len(found.cells)
    found.cells[at:at] = added
    nbformat.write(found, path)
    return path


def job(folder: Path, review: DepartmentReview | None = None, **options: object) -> Job:
    """A job in ``folder``, of the sample unless another review is given."""
    review = review or department("销售一部")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "review.json"
    save(review, path)
    known = {
        "department": review.department,
        "stem": "dept",
        "title": review.department,
        "review_file": path,
        "key": "k",
        "workspace": folder,
        "notebook": default_notebook(),
        "lang": "zh",
        "expected": handed_over(
            review, str(options.get("lang", "zh")), sha256(path.read_bytes()).hexdigest()
        ),
    }
    return Job(**(known | options))


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` with its bytes, run.json aside."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }
