"""A finding: one fault in what was handed in, with its place, its reason and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cmreview.errors import InputError
from cmreview.terms import SEVERITIES, Severity
from cmreview.words import say


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, told so that the person who filled in the cell can mend it.

    ``code`` names the words: ``records.not_a_number`` is told by ``not_a_number`` in
    ``words/records.yaml`` with ``reason`` and ``remedy``. ``file`` is a name without folders (the
    same input gives the same bytes wherever it lies); ``row`` counts as the spreadsheet does, from
    1; ``column`` is the header as the person sees it; ``value`` is the cell as it was read, cut at
    200 characters. ``department`` is whom the finding concerns, None for the whole company.
    ``set_aside`` says that the row was not used. ``details`` fill the placeholders of the words.
    """

    code: str
    severity: Severity
    file: str
    table: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    department: str | None = None
    set_aside: bool = False
    details: tuple[tuple[str, str], ...] = ()

    def reason(self, lang: str = "zh") -> str:
        """What is wrong, in one sentence."""
        return say(f"{self.code}.reason", lang, **self._values())

    def remedy(self, lang: str = "zh") -> str:
        """What to do about it, in one sentence."""
        return say(f"{self.code}.remedy", lang, **self._values())

    def place(self, lang: str = "zh") -> str:
        """File, sheet, row and column, as far as they are known."""
        row = None if self.row is None else (f"row {self.row}" if lang == "en" else f"第{self.row}行")
        parts = (self.file, self.sheet, row, self.column)
        return " · ".join(part for part in parts if part)

    def line(self, lang: str = "zh") -> str:
        """The whole finding as one line of text."""
        colon, gap = (": ", " ") if lang == "en" else ("：", "")
        value = "" if self.value is None else f'"{self.value}" '
        told = f"{self.reason(lang)}{gap}{self.remedy(lang)}"
        return f"[{SEVERITIES[self.severity](lang)}] {self.place(lang)}{colon}{value}{told}"

    def _values(self) -> dict[str, str]:
        shown = {"value": self.value or "", "column": self.column or "", "file": self.file}
        return shown | dict(self.details)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in an order that does not depend on the order of reading: errors first, then by place."""

    def key(finding: Finding) -> tuple[object, ...]:
        place = (finding.department, finding.file, finding.sheet, finding.row, finding.column)
        rest = (finding.code, finding.value, finding.details, finding.table, finding.set_aside)
        # what is missing sorts first; None itself can't be compared
        return (
            finding.severity != Severity.ERROR,
            *(() if part is None else (part,) for part in place + rest),
        )

    return tuple(sorted(findings, key=key))


class FaultyInput(InputError):
    """Something handed in can't be used; ``findings`` are all its faults, told a line each.

    A text of its ``code`` may use ``{count}``, the number of errors among them.
    """

    def __init__(self, code: str, /, *, findings: Iterable[Finding] = (), **values: object) -> None:
        self.findings = in_order(findings)
        errors = sum(finding.severity is Severity.ERROR for finding in self.findings)
        super().__init__(code, **{"findings": self.findings, "count": errors} | values)

    def what(self, lang: str = "zh") -> str:
        """What can't be used, then one line for each finding."""
        return "\n".join([super().what(lang), *self._lines(lang)])

    def _lines(self, lang: str) -> list[str]:
        return [finding.line(lang) for finding in self.findings]
