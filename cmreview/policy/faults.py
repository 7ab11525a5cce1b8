"""What is wrong in the policy folder, told with file, line and key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from cmreview.errors import FileError, PolicyError
from cmreview.findings import FaultyInput, Finding
from cmreview.strict_yaml import Document, NodePath
from cmreview.terms import Severity


class PolicyFindings(FaultyInput, PolicyError):
    """The folder can't be used: ``findings`` are its faults, ``unreadable`` its files that are no YAML."""

    def __init__(
        self,
        code: str = "policy.not_usable",
        /,
        *,
        findings: Iterable[Finding] = (),
        unreadable: Iterable[FileError] = (),
        **values: object,
    ) -> None:
        self.unreadable = tuple(unreadable)
        found = tuple(findings)
        values["count"] = len(found) + len(self.unreadable)
        super().__init__(code, findings=found, unreadable=self.unreadable, **values)

    def _lines(self, lang: str) -> list[str]:
        return [*(error.text(lang) for error in self.unreadable), *super()._lines(lang)]


def key_path(path: NodePath) -> str:
    """The keys that lead to a node, as a person reads them: ``junior › 3.1.P1 › at_least``."""
    return " › ".join(part for part in path if isinstance(part, str))


def fault(
    document: Document,
    path: NodePath,
    code: str,
    value: object = None,
    details: Mapping[str, str] | None = None,
) -> Finding:
    """A finding at one node of a file: line, keys, value, and what fills its words in."""
    return Finding(
        code,
        Severity.ERROR,
        document.file,
        row=document.line(path),
        column=key_path(path) or None,
        value=value[:200] if isinstance(value, str) else None,
        details=tuple(sorted((details or {}).items())),
    )


def unknown(document: Document, path: NodePath, code: str, name: str, known: Iterable[str]) -> Finding:
    """A finding for a name that nothing has: the nearest known name where one is near, else all."""
    known = tuple(known)
    near = get_close_matches(name, known, n=1)
    if near:
        return fault(document, path, f"{code}_like", name, {"name": name, "like": near[0]})
    return fault(document, path, code, name, {"name": name, "known": ", ".join(known)})
