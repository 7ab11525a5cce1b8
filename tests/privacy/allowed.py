"""Whose data may stand in a file: the package's own table, and files whose name a person types."""

from __future__ import annotations

from pathlib import PurePosixPath

from cmreview.naming import safe_name
from cmreview.privacy.holdings import Kind, Whose, kind_of
from tests.privacy.making import DEPARTMENT, TYPED
from tests.process.example import Example

# Of files that are typed nobody can tell from the name whose they are.
TYPED_FILES = {
    "coaching.xlsx": Whose.DEPARTMENT,
    "indicators.csv": Whose.COMPANY,
    "steps.xlsx": Whose.COMPANY,
    "scores.xlsx": Whose.COMPANY,  # of the committee's cases
    "template.xlsx": Whose.NOBODY,
    "copy.jsonl": Whose.COMPANY,
}
HISTORY = "等级履历"


def kind(path: PurePosixPath) -> Kind | None:
    """The kind of a file below the outputs, typed ones included."""
    if path.parts[0] == TYPED:
        whose = TYPED_FILES.get(path.name)
        return None if whose is None else Kind(path.stem, whose, owner=DEPARTMENT)
    return kind_of(path)


def owners(found: Kind, company: Example) -> frozenset[str]:
    """The ids of the managers who may be named in a file of this kind; everybody's for the company's."""
    people = company.records.tables["managers"]
    everybody = frozenset(people["manager_id"])
    if found.whose is Whose.COMPANY:
        return everybody
    if found.whose is Whose.PERSON:
        return everybody & {found.owner}
    if found.whose is Whose.NOBODY:
        return frozenset()
    stems: dict[str, str] = {}
    for name in company.records.departments:
        stems[safe_name(name)] = name
        stems[safe_name(f"{HISTORY}-{name}").removeprefix(f"{HISTORY}-")] = name
    own = everybody_of(stems[found.owner or ""], company)
    assert own
    return own


def everybody_of(department: str, company: Example) -> frozenset[str]:
    """Who belongs to a department now, or did at any time that the records know."""
    people, history = (company.records.tables[name] for name in ("managers", "level_history"))
    return frozenset(people["manager_id"][people["department"] == department]) | frozenset(
        history["manager_id"][history["department"] == department]
    )
