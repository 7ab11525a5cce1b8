"""A parameter over the years: each value that was written down, and the one in force in a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cmreview.findings import Finding
from cmreview.policy.faults import fault
from cmreview.policy.files import ParameterEntry, Words
from cmreview.policy.keys import Form, Key
from cmreview.policy.model import Parameter, Place
from cmreview.policy.values import Fault, Reading, read
from cmreview.strict_yaml import Document, NodePath


@dataclass(frozen=True)
class DatedValue:
    """One parameter with all its years; ``at`` gives it for one."""

    key: str
    clause: str
    unit: str
    label: Words
    choose: Words
    document: Document
    path: NodePath  # of the years, in the file
    readings: Mapping[int, Reading]

    def at(self, year: int, found: list[Finding]) -> Parameter | None:
        """The parameter in a year: the value of the latest year not after it.

        Before its first year there is none: a finding, and None.
        """
        since = in_force(self.readings, year)
        if since is None:
            details = {"year": str(year), "first": str(min(self.readings))}
            found.append(fault(self.document, self.path, "policy.no_value_yet", None, details))
            return None
        return Parameter(
            key=self.key,
            clause=self.clause,
            unit=self.unit,
            value=self.readings[since](year),
            since=since,
            label=self.label.label,
            choose=self.choose.label,
            place=Place(self.document.file, self.document.line((*self.path, str(since)))),
        )


def in_force(dated: Mapping[int, object], year: int) -> int | None:
    """The latest year written down that is not after ``year``; None before the first."""
    return max((since for since in dated if since <= year), default=None)


def read_years(
    document: Document,
    path: NodePath,
    values: Mapping[int, object],
    found: list[Finding],
    *,
    form: Form | None,
    unit: str,
    words: tuple[str, ...] = (),
) -> dict[int, Reading]:
    """All years of one value; a value that can't be read is a finding and is left out."""
    readings: dict[int, Reading] = {}
    for year, raw in values.items():
        try:
            readings[year] = read(raw, form, unit, words)
        except Fault as reason:
            found.append(value_fault(document, (*path, str(year)), reason))
    return readings


def read_parameter(document: Document, key: Key, entry: ParameterEntry, found: list[Finding]) -> DatedValue:
    """One parameter of the files of single parameters, held against what its key must look like."""
    if entry.clause != key.clause:
        found.append(
            fault(document, (key.key, "clause"), "policy.wrong_clause", entry.clause, {"clause": key.clause})
        )
    path: NodePath = (key.key, "value")
    readings: dict[int, Reading] = {}
    if entry.unit in key.units:
        readings = read_years(
            document, path, entry.value, found, form=key.form, unit=entry.unit, words=key.words
        )
    else:
        found.append(wrong_unit(document, (key.key, "unit"), entry.unit, key.units))
    return DatedValue(key.key, key.clause, entry.unit, entry.label, entry.choose, document, path, readings)


def wrong_unit(document: Document, path: NodePath, unit: str, units: tuple[str, ...]) -> Finding:
    """The finding for a unit that the value can't have."""
    return fault(document, path, "policy.wrong_unit", unit, {"known": ", ".join(units)})


def value_fault(document: Document, path: NodePath, reason: Fault) -> Finding:
    """The finding for a value that can't be read."""
    return fault(document, (*path, *reason.at), reason.code, reason.value, reason.details)
