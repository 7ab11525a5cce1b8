"""A member's score sheet as a workbook: written for the own cases, read back into events (Policy 4.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cmreview.errors import ProcessError
from cmreview.findings import Finding, in_order
from cmreview.policy.model import ScoreItem
from cmreview.process.access import is_recused
from cmreview.process.committee import Person
from cmreview.process.events import Draft, ItemScore, Scored
from cmreview.process.rules import ProcessRules
from cmreview.process.setting import Setting
from cmreview.process.sheet_reading import SheetRead, SheetRow, read_sheet
from cmreview.process.sheet_writing import Form, form_bytes
from cmreview.process.stages import CaseState, Stage
from cmreview.process.steps.fields import field_label
from cmreview.process.steps.step_list import full_id, misplaced, refusal
from cmreview.records.columns import Column, Table
from cmreview.records.columns import Kind as Cells
from cmreview.records.numbers import plain
from cmreview.terms import Label, Severity
from cmreview.words import say

_GIVEN = ("name", "department", "target")


@dataclass(frozen=True, slots=True)
class Sheets:
    """What came of a member's workbook.

    ``drafts`` are the sheets to record, with their rows. ``kept`` are the cases whose row says what is
    recorded already; ``blank`` those whose row holds no score: nothing is recorded of them, and what is
    recorded stays. ``findings`` are all that must be told.
    """

    drafts: tuple[tuple[SheetRow, Draft], ...]
    kept: tuple[str, ...]
    blank: tuple[str, ...]
    read: SheetRead
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing in it is an error."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)


def to_score(states: Mapping[str, CaseState], member: Person, setting: Setting) -> tuple[CaseState, ...]:
    """The cases before the committee that the member may score; of a recused one not even the number."""
    return tuple(
        state
        for _, state in sorted(states.items())
        if state.stage is Stage.IN_COMMITTEE and not is_recused(state, member, setting.rules)
    )


def table(rules: ProcessRules) -> Table:
    """The columns of a score sheet: what a row is about, one for each item, and the comment."""
    case = Column("case", field_label("case"), Cells.ID, required=True)
    manager = Column("manager", _label("manager"), Cells.ID)
    given = [Column(name, field_label(name), Cells.TEXT) for name in _GIVEN]
    items = [
        Column(item_column(item), item.label, Cells.SCORE, note=_item_note(item, rules), also=(item.id,))
        for item in rules.items
    ]
    comment = Column("comment", _label("comment"), Cells.TEXT)
    return Table("score_sheet", _label("sheet"), (case, manager, *given, *items, comment), key=("case",))


def item_column(item: ScoreItem) -> str:
    """The name of an item's column, which no other column can have."""
    return f"item {item.id}"


def sheet_bytes(
    states: Sequence[CaseState], member: Person, setting: Setting, levels: Mapping[str, Label], lang: str
) -> bytes:
    """The workbook for one member, own scores filled in; the same cases give the same bytes.

    Raises ProcessError where the policy leaves items or scale open.
    """
    rules = setting.rules
    if not rules.items or rules.scale is None:
        raise ProcessError("process.no_items", year=rules.year)
    lowest, highest = rules.scale
    form = Form(
        table=table(rules),
        rows=[_row(state, member, levels, lang) for state in states],
        filled=filled(rules),
        title=say("scores.sheet_title", lang, year=rules.year),
        pairs=((say("scores.member", lang), member.id), (say("scores.name", lang), member.name)),
        lines=[
            say(f"scores.how.{number}", lang, lowest=plain(lowest), highest=plain(highest))
            for number in ("one", "two", "three", "four")
        ],
        scale=rules.scale,
        frozen=3,
    )
    return form_bytes(form, lang)


def filled(rules: ProcessRules) -> frozenset[str]:
    """The columns that the member fills in."""
    return frozenset({item_column(item) for item in rules.items} | {"comment"})


def read_scores(
    data: bytes,
    file: str,
    states: Mapping[str, CaseState],
    member: Person,
    setting: Setting,
    reason: str | None = None,
) -> Sheets:
    """A member's workbook as the events that it asks for, and everything that is wrong with it.

    A blank is not scored, never zero. A sheet that differs from the recorded one corrects it, for
    ``reason``; once the scores are opened a first sheet needs one too. Raises ProcessError where the
    policy leaves items or scale open.
    """
    rules = setting.rules
    if not rules.items or rules.scale is None:
        raise ProcessError("process.no_items", year=rules.year)
    read = read_sheet(data, file, table(rules), {"case"})
    findings = [*read.findings, *_of_another(read, member)]
    drafts: list[tuple[SheetRow, Draft]] = []
    kept: list[str] = []
    blank: list[str] = []
    seen: dict[str, int] = {}
    for row in read.rows:
        case = full_id(row.values["case"], rules.year)
        faults = _faults(row, case, states, read, seen, rules)
        seen.setdefault(case, row.number)
        if faults:
            findings += faults
            continue
        sheet = _scored(row, member, rules)
        recorded = states[case].sheet_of(member.id)
        if all(score.points is None for score in sheet.scores):
            if sheet.comment is not None and recorded is None:
                findings.append(read.fault("scores.only_comment", row, "comment"))
            blank.append(case)
        elif recorded is not None and _same(recorded[1], sheet):
            kept.append(case)
        else:
            number = None if recorded is None else recorded[0]
            # nobody gives a reason for a first score while all are closed
            why = reason if recorded is not None or states[case].scores_open else None
            drafts.append((row, Draft(case, sheet, member.id, why, number)))
    return Sheets(tuple(drafts), tuple(kept), tuple(blank), read, in_order(findings))


def _of_another(read: SheetRead, member: Person) -> list[Finding]:
    """A workbook that was written for somebody else is nobody's to hand in."""
    names = {say("scores.member", lang) for lang in ("zh", "en")}
    said = [note[1] for note in read.notes if len(note) > 1 and note[0] in names]
    if not said or said[0] == member.id:
        return []
    details = (("member", member.name), ("other", said[0]))
    return [Finding("scores.of_another", Severity.ERROR, read.file, details=details)]


def _faults(
    row: SheetRow,
    case: str,
    states: Mapping[str, CaseState],
    read: SheetRead,
    seen: Mapping[str, int],
    rules: ProcessRules,
) -> list[Finding]:
    if case not in states:
        return [refusal(read, row, "case", ProcessError("steps.unknown_case", case=case))]
    if case in seen:
        return [read.fault("sheets.repeated", row, "case", first=str(seen[case]))]
    found = []
    state = states[case]
    manager = row.values["manager"]
    if manager is not None and manager != state.manager_id:
        name = "" if state.application is None else state.application.name
        found.append(read.fault("sheets.not_the_person", row, "manager", case=case, name=name))
    apart = misplaced(row, state, read)
    if apart is not None:
        found.append(apart)
    if rules.scale is not None:
        lowest, highest = rules.scale
        limits = {"lowest": plain(lowest), "highest": plain(highest)}
        for name in map(item_column, rules.items):
            points = row.values[name]
            if points is not None and not lowest <= points <= highest:
                found.append(read.fault("scores.off_the_scale", row, name, **limits))
    return found


def _scored(row: SheetRow, member: Person, rules: ProcessRules) -> Scored:
    scores = tuple(ItemScore(item.id, _points(row.values[item_column(item)])) for item in rules.items)
    return Scored(member.id, scores, row.values["comment"])


def _points(value: Decimal | None) -> Decimal | None:
    # 80.0000 as a column holds it is 80: the same score gives the same event
    return None if value is None else Decimal(plain(value))


def _same(recorded: Scored, sheet: Scored) -> bool:
    def marks(one: Scored) -> dict[str, Decimal]:
        return {score.item: score.points for score in one.scores if score.points is not None}

    return marks(recorded) == marks(sheet) and (recorded.comment or None) == (sheet.comment or None)


def _row(
    state: CaseState, member: Person, levels: Mapping[str, Label], lang: str
) -> dict[str, str | Decimal | None]:
    row: dict[str, str | Decimal | None] = {"case": state.case, "manager": state.manager_id}
    if state.application is not None:
        target = state.application.target_level
        row |= {
            "name": state.application.name,
            "department": state.application.department,
            "target": levels[target](lang) if target in levels else target,
        }
    recorded = state.sheet_of(member.id)
    if recorded is not None:
        row |= {f"item {score.item}": score.points for score in recorded[1].scores}
        row["comment"] = recorded[1].comment
    return row


def _item_note(item: ScoreItem, rules: ProcessRules) -> Label:
    lowest, highest = rules.scale or (Decimal(0), Decimal(0))
    told = {"weight": plain(item.weight * 100), "lowest": plain(lowest), "highest": plain(highest)}
    return Label(say("scores.item", "zh", **told), say("scores.item", "en", **told))


def _label(key: str) -> Label:
    return Label(say(f"scores.{key}", "zh"), say(f"scores.{key}", "en"))
