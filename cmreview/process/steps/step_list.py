"""The Excel list of steps: every case a row, filled in by a person, read back into steps (Policy 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cmreview.errors import CmreviewError, ProcessError
from cmreview.findings import Finding, in_order
from cmreview.process.events import Draft, Kind, case_id
from cmreview.process.labels import label
from cmreview.process.measures import LawStep, Measure, Standing
from cmreview.process.sheet_reading import SheetRead, SheetRow, read_sheet
from cmreview.process.sheet_writing import Form, form_bytes
from cmreview.process.stages import CaseState
from cmreview.process.steps.fields import (
    CONCERN_EVERYBODY,
    TAKES,
    Circumstances,
    conclusion_label,
    draft_of,
    field_label,
)
from cmreview.process.steps.typed import Conclusion, StepFields
from cmreview.records.columns import Column, Table
from cmreview.records.columns import Kind as Cells
from cmreview.records.schema import YES_NO
from cmreview.records.text import fold
from cmreview.terms import Label
from cmreview.words import exists, say

_BETWEEN = re.compile(r"[,，、;；\n]")
_BETWEEN_DOCUMENTS = re.compile(r"[;；\n]")
STEP_LABELS = {kind.value: label(kind) for kind in TAKES if kind is not Kind.APPLIED}
_CONCLUSIONS = {one.value: conclusion_label(one) for one in Conclusion}
_CHOICES: Mapping[str, Mapping[str, Label]] = {
    "step": STEP_LABELS,
    "conclusion": _CONCLUSIONS,
    "measure": {one.value: label(one) for one in Measure},
    "advised": {one.value: label(one) for one in Standing},
    "legal_step": {one.value: label(one) for one in LawStep},
}

_GIVEN = ("name", "department", "target", "stage")
_CELLS = {
    "step": Cells.CHOICE,
    "on": Cells.DATE,
    "conclusion": Cells.CHOICE,
    "opinion": Cells.TEXT,
    "reviewer": Cells.TEXT,
    "reason": Cells.TEXT,
    "present": Cells.TEXT,
    "in_favour": Cells.COUNT,
    "against": Cells.COUNT,
    "abstained": Cells.COUNT,
    "last": Cells.DATE,
    "member": Cells.TEXT,
    "evidence": Cells.TEXT,
    "appellant": Cells.TEXT,
    "grounds": Cells.TEXT,
    "measure": Cells.CHOICE,
    "advised": Cells.CHOICE,
    "effective_on": Cells.DATE,
    "level": Cells.TEXT,
    "to_level": Cells.TEXT,
    "amount": Cells.MONEY,
    "legal_step": Cells.CHOICE,
    "document": Cells.TEXT,
    "in_lieu": Cells.YES_NO,
    "event": Cells.COUNT,
    "corrects": Cells.COUNT,
}
FILLED = frozenset(_CELLS)
_WORDS = {"conclusion": Conclusion, "measure": Measure, "advised": Standing, "legal_step": LawStep}
# What parts two rows of one case and step.
_TELL_APART = ("event", "member", "measure", "legal_step")


def table(has_steps: bool = True) -> Table:
    """The columns of a list. Without steps of its own every row is of the kind that the command names."""
    case = Column("case", field_label("case"), Cells.ID, required=True, also=("案号", "个案编号"))
    given = [Column(name, field_label(name), Cells.TEXT) for name in _GIVEN]
    filled = [
        Column(
            name,
            field_label(name),
            kind,
            required=name == "step",
            note=_note(name),
            choices=dict(_CHOICES.get(name, {})),
        )
        for name, kind in _CELLS.items()
        if has_steps or name != "step"
    ]
    name = Label(say("steps.list.sheet", "zh"), say("steps.list.sheet", "en"))
    return Table("step_list", name, (case, *given, *filled), key=("case",))


def list_bytes(states: Sequence[CaseState], levels: Mapping[str, Label], lang: str) -> bytes:
    """A workbook with a row for each case, to be filled in; the same cases give the same bytes."""
    rows = [
        {
            "case": state.case,
            "name": state.name,
            "department": state.department,
            "target": _target(state, levels, lang),
            "stage": label(state.stage)(lang),
        }
        for state in states
    ]
    form = Form(
        table=table(),
        rows=rows,
        filled=FILLED,
        title=say("steps.list.title", lang),
        lines=[
            say(f"steps.list.how.{number}", lang) for number in ("one", "two", "three", "four", "five", "six")
        ],
        lists={name: [one(lang) for one in choices.values()] for name, choices in _CHOICES.items()}
        | {"in_lieu": [one(lang) for one in YES_NO.values()]},
    )
    return form_bytes(form, lang)


@dataclass(frozen=True, slots=True)
class Listed:
    """The steps of a list: each draft with the row it comes from, and all that must be told.

    ``unfilled`` counts the rows in which no step was filled in.
    """

    drafts: tuple[tuple[SheetRow, Draft], ...]
    read: SheetRead
    findings: tuple[Finding, ...]

    def refused(self, row: SheetRow, error: CmreviewError) -> Finding:
        """A refused step as a fault of its row."""
        return refusal(self.read, row, "step", error)


def read_list(
    data: bytes, file: str, states: Mapping[str, CaseState], about: Circumstances, kind: Kind | None = None
) -> Listed:
    """The steps of a list, in its order, and everything that is wrong with it.

    ``kind`` is the step of every row, for a list that has no column of steps. A row with a fault gives
    no draft, and later rows of its case give none either: they may have rested on it.
    """
    read = read_sheet(data, file, table(has_steps=kind is None), FILLED if kind is None else {"case"})
    findings = list(read.findings)
    year = about.setting.rules.year
    faulty = {full_id(row.values["case"], year) for row in read.faulty if row.values["case"] is not None}
    drafts: list[tuple[SheetRow, Draft]] = []
    seen: dict[object, int] = {}
    for row in read.rows:
        case = full_id(row.values["case"], year)
        step = kind or Kind(row.values["step"])
        same = (case, step, *(row.values[name] for name in _TELL_APART))
        state = states.get(case)
        if state is None and step in CONCERN_EVERYBODY:
            state = CaseState(case)
        fault = _fault_of(row, state, read)
        if fault is None and same in seen:
            fault = read.fault("sheets.repeated", row, "case", first=str(seen[same]))
        seen.setdefault(same, row.number)
        if fault is None and state is not None and case not in faulty:
            try:
                drafts.append((row, draft_of(step, state, _fields(row, state, step), about)))
            except CmreviewError as error:
                fault = refusal(read, row, "step", error)
        if fault is not None:
            findings.append(fault)
            faulty.add(case)
    return Listed(tuple(drafts), read, in_order(findings))


def refusal(read: SheetRead, row: SheetRow, column: str, error: CmreviewError) -> Finding:
    """An error of a step as a fault in a cell of its row, told in both languages."""
    return read.fault(
        "sheets.refused",
        row,
        column,
        why=error.what("zh"),
        why_en=error.what("en"),
        mend=error.mend("zh"),
        mend_en=error.mend("en"),
    )


def full_id(typed: str, year: int) -> str:
    """A case as it is typed: its id, or the manager id alone.

    >>> full_id("001009", 2025), full_id("2025/001009", 2025)
    ('2025/001009', '2025/001009')
    """
    return typed if "/" in typed else case_id(year, typed)


def misplaced(row: SheetRow, state: CaseState, read: SheetRead) -> Finding | None:
    """The fault of a row that names another person than the case's; None where it names nobody else."""
    name = state.name
    said = row.values.get("name")
    if said is None or name is None or fold(said) == fold(name):
        return None
    return read.fault("sheets.not_the_person", row, "name", case=state.case, name=name)


def _fault_of(row: SheetRow, state: CaseState | None, read: SheetRead) -> Finding | None:
    if state is None:
        return refusal(read, row, "case", ProcessError("steps.unknown_case", case=row.values["case"]))
    return misplaced(row, state, read)


def _fields(row: SheetRow, state: CaseState, step: Kind) -> StepFields:
    values: dict[str, Any] = {name: row.values.get(name) for name in _CELLS if name != "step"}
    if step in CONCERN_EVERYBODY and state.name is None:  # nobody else says yet who it is
        values |= {name: row.values.get(name) for name in ("name", "department")}
    return StepFields(
        **values
        | {name: None if values[name] is None else kind(values[name]) for name, kind in _WORDS.items()}
        | {
            "present": listed(values["present"]),
            "evidence": documents(values["evidence"]),
        }
    )


def listed(typed: str | None) -> tuple[str, ...]:
    """Several names or ids in one text.

    >>> listed("P01, 方慧敏、P03")
    ('P01', '方慧敏', 'P03')
    """
    return tuple(one.strip() for one in _BETWEEN.split(typed or "") if one.strip())


def documents(typed: str | None) -> tuple[str, ...]:
    """Several documents in one text, separated by semicolons as in the departments' workbooks."""
    return tuple(one.strip() for one in _BETWEEN_DOCUMENTS.split(typed or "") if one.strip())


def _target(state: CaseState, levels: Mapping[str, Label], lang: str) -> str | None:
    if state.application is None:
        return None
    target = state.application.target_level
    return levels[target](lang) if target in levels else target


def _note(name: str) -> Label | None:
    key = f"steps.list.note.{name}"
    return Label(say(key, "zh"), say(key, "en")) if exists(key) else None
