"""The clauses of the policy, and what serves each: parameters, code, tests, or a named later work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cmreview import strict_yaml
from cmreview.errors import PolicyError
from cmreview.policy.citations import Citation, in_examples, in_notebooks, in_parameters, in_python
from cmreview.terms import INDICATORS, Label

TABLE = Path(__file__).with_name("clauses.yaml")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its id, its title, and the later work that serves it (None: it is served now)."""

    id: str
    title: Label
    later: Label | None = None


@dataclass(frozen=True, slots=True)
class ClauseTrace:
    """What serves one clause.

    ``parameters`` are ``file:line key``, ``code`` is ``module:function``, ``tests`` are
    ``file::test`` or an example's file. ``is_coded`` says that a docstring or comment of the code
    cites the clause; a mere literal in a table does not count.
    """

    clause: Clause
    parameters: tuple[str, ...]
    code: tuple[str, ...]
    tests: tuple[str, ...]
    is_coded: bool

    @property
    def is_served(self) -> bool:
        """Code and tests both cite it."""
        return self.is_coded and bool(self.tests)

    @property
    def is_settled(self) -> bool:
        """Served, or listed under the name of the work that will serve it."""
        return self.is_served or self.clause.later is not None


@cache
def clauses() -> tuple[Clause, ...]:
    """Every clause of the policy, in its order."""
    return tuple(_clause(entry) for entry in _table()["clauses"])


@cache
def chapters() -> tuple[Clause, ...]:
    """The seven chapters."""
    return tuple(_clause(entry) for entry in _table()["chapters"])


@cache
def clause_order() -> dict[str, int]:
    """Clause id -> its place in the policy."""
    return {clause.id: place for place, clause in enumerate(clauses())}


def trace(root: Path) -> list[ClauseTrace]:
    """Every clause with what serves it in the project at ``root``, in the policy's order.

    A criterion of clause 3 is also served by the code of its indicator. Raises PolicyError where
    ``root`` is not the project's folder.
    """
    found = _citations(root)
    indicators = {one.clause: INDICATORS.get(one.indicator or "") for one in found["parameters"]}
    traces = []
    for clause in clauses():
        indicator = indicators.get(clause.id)
        sought = {clause.id} if indicator is None else {clause.id, indicator.clause}
        code = [one for one in found["code"] if one.clause in sought]
        traces.append(
            ClauseTrace(
                clause,
                _names(one for one in found["parameters"] if one.clause == clause.id),
                _names(code),
                _names(one for one in found["tests"] if one.clause == clause.id),
                is_coded=any(one.is_prose for one in code),
            )
        )
    return traces


def unserved(root: Path) -> list[str]:
    """Ids of clauses that are neither served nor listed for later work."""
    return [one.clause.id for one in trace(root) if not one.is_settled]


def invented(root: Path) -> list[tuple[str, str]]:
    """Cited ids that no clause has, each with the place that cites it; a whole section may be cited."""
    known = [clause.id for clause in clauses()]
    cited = [one for citations in _citations(root).values() for one in citations]
    odd = {
        (one.clause, one.name)
        for one in cited
        if not any(clause == one.clause or clause.startswith(f"{one.clause}.") for clause in known)
    }
    return sorted(odd)


def _citations(root: Path) -> dict[str, list[Citation]]:
    if not (root / "cmreview").is_dir():
        raise PolicyError("policy.no_project", folder=root.as_posix())
    order = tuple(clause_order())
    code, tests = [], []
    for path in sorted((root / "cmreview").rglob("*.py")):
        code += in_python(path, root, order, literals=True)
    code += in_notebooks(root / "notebooks", root, order)
    for path in sorted((root / "tests").rglob("test_*.py")):
        tests += in_python(path, root, order, literals=False)
    tests += in_examples(root / "tests" / "examples", root)
    beside = root / "params"  # files that are no part of the dated policy, such as the courses
    parameters = in_parameters(beside / "policy") + in_parameters(beside)
    return {"parameters": parameters, "code": code, "tests": tests}


def _names(citations: Iterable[Citation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.name for one in citations))


def _table() -> Any:
    return strict_yaml.read(TABLE).data


def _clause(entry: dict[str, Any]) -> Clause:
    later = entry.get("later")
    return Clause(
        entry["id"],
        Label(entry["zh"], entry["en"]),
        None if later is None else Label(later["zh"], later["en"]),
    )
