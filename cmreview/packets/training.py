"""A department's or a person's training as files to hand out: a page and a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cmreview.naming import safe_name
from cmreview.packets.render import written_page
from cmreview.policy.catalogue import Catalogue
from cmreview.policy.model import Policy
from cmreview.records.writing import write_whole
from cmreview.review.development.development import Development
from cmreview.review.development.seats import DepartmentPlan
from cmreview.show import development as show
from cmreview.show.development_rows import Teller
from cmreview.show.html import Html, element, join


@dataclass(frozen=True)
class Training:
    """A year's training of the company, and how it is told (Policy 6.1 to 6.3)."""

    policy: Policy
    catalogue: Catalogue
    people: Mapping[str, Development]
    plans: Mapping[str, DepartmentPlan]
    teller: Teller

    def of(self, department: str) -> tuple[Development, ...]:
        """The people of one department, by id."""
        return tuple(each for each in self.people.values() if each.person.department == department)

    @property
    def year(self) -> int:
        """The year of the plans, which is the one after the review's."""
        return self.policy.year + 1


def write_departments(training: Training, departments: Sequence[str], folder: Path) -> list[Path]:
    """Write each department's page and workbook into ``folder``; the files, in their order.

    Each file is written whole or not at all. Raises FileError where a place is not writable.
    """
    from cmreview.show.training_workbook import write_training

    written: list[Path] = []
    for department in departments:
        stem = folder / safe_name(department, [path.stem for path in written[::2]])
        page = stem.with_name(f"{stem.name}.html")
        write_whole(page, department_page(training, department).encode("utf-8"))
        book = stem.with_name(f"{stem.name}.xlsx")
        with tempfile.TemporaryDirectory() as scratch:
            made = Path(scratch, "training.xlsx")
            write_training(training.plans[department], training.of(department), made, training.teller)
            write_whole(book, made.read_bytes())
        written += [page, book]
    return written


def write_person(training: Training, manager: str, folder: Path) -> Path:
    """Write one person's page into ``folder``. Raises as ``write_departments``."""
    page = folder / f"{safe_name(manager)}.html"
    write_whole(page, person_page(training, manager).encode("utf-8"))
    return page


def department_page(training: Training, department: str) -> str:
    """The page of one department: its plan, then its people one by one."""
    teller = training.teller
    title = teller.phrase("page.title", department=department, year=training.year)
    sections = [_person(each, training) for each in training.of(department)]
    people = element("h2", teller.phrase("page.people")) if sections else None
    content = (show.department_part(training.plans[department], teller, "h2"), people, *sections)
    return _page(title, join(content), training)


def person_page(training: Training, manager: str) -> str:
    """The page of one person."""
    teller = training.teller
    title = teller.phrase("page.one_title", name=teller.person(manager), year=training.year)
    return _page(title, _personal(training.people[manager], training, "h2"), training)


def _person(found: Development, training: Training) -> Html:
    teller = training.teller
    name = teller.person(found.person.manager_id)
    heading = element("h3", f"{name} · {teller.level(found.person.level)}")
    return element("section", heading, _personal(found, training, "h4"), class_="case")


def _personal(found: Development, training: Training, heading: str) -> Html:
    seats = training.plans[found.person.department]
    return show.personal(found, training.catalogue, training.teller, seats, heading)


def _page(title: str, content: Html, training: Training) -> str:
    teller, policy = training.teller, training.policy
    body = element(
        "div",
        element("p", policy.company(teller.lang), class_="company"),
        element("h1", title),
        element("p", teller.phrase("page.confidential"), class_="confidential"),
        element("p", teller.phrase("page.based_on", review=policy.year, edition=policy.edition)),
        content,
        class_="index",
    )
    return written_page(title, body, teller.lang)
