"""A case's record told entry by entry, corrected ones still readable, closed scores closed (Policy 1.3.a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from cmreview.process import events as record
from cmreview.process.access import JUDGES, is_recused, may_see_scores
from cmreview.process.committee import Committee, Person, Role
from cmreview.process.events import Event, ItemScore, Kind, Payload, Recommendation, ReviewDecision
from cmreview.process.labels import label
from cmreview.process.measures import LawStep, Measure, Standing
from cmreview.process.rules import ProcessRules
from cmreview.process.stages import CaseState
from cmreview.terms import Label
from cmreview.words import say

# What only the committee and its secretaries read of it, beside that it happened.
_INSIDE = (
    record.Recused,
    record.ScoresOpened,
    record.Decided,
    record.Appealed,
    record.AppealHeard,
    record.MeasureDecided,
    record.LegalStep,
)
# Where a closed entry is, its actor is closed as well.
_ANONYMOUS = frozenset({Kind.SCORED, Kind.VOIDED})
_PEOPLE = frozenset({"member", "present"})
_LEVELS = frozenset({"level", "target_level", "to_level"})
_ONLY_YES = frozenset({"typed", "in_lieu"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is shown. ``is_closed``: who gave it and what it holds is not for the reader.

    ``replaced_by`` and ``voided_by`` are numbers of later events; what they replace stays readable.
    ``actor`` is an id, empty where it is closed.
    """

    number: int
    at: datetime
    kind: Kind
    actor: str
    payload: Payload | None
    reason: str | None
    corrects: int | None
    replaced_by: int | None
    voided_by: int | None

    @property
    def is_closed(self) -> bool:
        """Whether its content is not for the reader."""
        return self.payload is None


@dataclass(frozen=True)
class Glossary:
    """What ids are called: people, levels and items of the score sheet."""

    committee: Committee
    levels: Mapping[str, Label]
    items: Mapping[str, Label]


def timeline(
    state: CaseState, history: Sequence[Event], rules: ProcessRules, reader: Person | None = None
) -> tuple[Entry, ...]:
    """Every event of a case in its order, as ``reader`` may see it.

    Without a reader it is for whoever holds the ledger: everything but scores that are not opened. With
    one, ``access.may_see`` must have been asked before; here what the committee discussed is closed to
    reviewers and recused members, and sheets follow ``access.may_see_scores``.
    """
    replaced = {event.corrects: event.number for event in history if event.corrects is not None}
    voided = {
        event.payload.event: event.number for event in history if isinstance(event.payload, record.Voided)
    }
    closed = {event.number for event in history if not _is_open(event, state, rules, reader)}
    # who takes back a closed score is its member, and is no more told than who gave it
    closed |= {taken_back for scored, taken_back in voided.items() if scored in closed}
    return tuple(
        Entry(
            number=event.number,
            at=event.at,
            kind=event.kind,
            actor="" if event.number in closed and event.kind in _ANONYMOUS else event.actor,
            payload=None if event.number in closed else event.payload,
            reason=None if event.number in closed else event.reason,
            corrects=event.corrects,
            replaced_by=replaced.get(event.number),
            voided_by=voided.get(event.number),
        )
        for event in history
    )


def told(payload: Payload, glossary: Glossary, lang: str = "zh") -> str:
    """What an event says, field by field; nothing for an event that says all by its kind."""
    colon, between = ("：", "；") if lang == "zh" else (": ", "; ")
    parts = []
    for one in fields(payload):
        value = getattr(payload, one.name)
        shown = _shown(one.name, value, glossary, lang)
        if shown:
            parts.append(f"{say(f'case_list.field.{one.name}', lang)}{colon}{shown}")
    return between.join(parts)


def _is_open(event: Event, state: CaseState, rules: ProcessRules, reader: Person | None) -> bool:
    payload = event.payload
    if isinstance(payload, record.Scored):
        if reader is None:
            return state.scores_open
        return may_see_scores(state, reader, payload.member, rules)
    if reader is None or not isinstance(payload, _INSIDE):
        return True
    if Role.SECRETARY in reader.roles:
        return True
    if isinstance(payload, record.Recused) and payload.member == reader.id:
        return True
    return bool(JUDGES & set(reader.roles)) and not is_recused(state, reader, rules)


def _shown(name: str, value: object, glossary: Glossary, lang: str) -> str:
    """One field's value as people read it; empty where there is nothing to tell."""
    if value is None or value == () or (value is False and name in _ONLY_YES):
        return ""
    if isinstance(value, bool):
        return say(f"case_list.{name}.{'yes' if value else 'no'}", lang)
    if isinstance(value, ReviewDecision | Recommendation | Measure | Standing | LawStep):
        return label(value)(lang)
    if isinstance(value, date):
        return value.isoformat()
    comma = "、" if lang == "zh" else ", "
    if isinstance(value, tuple):
        return comma.join(_shown(name, one, glossary, lang) for one in value)
    if isinstance(value, ItemScore):
        item = glossary.items.get(value.item)
        points = say("case_list.not_scored", lang) if value.points is None else _plain(value.points)
        return f"{value.item if item is None else item(lang)} {points}"
    if name in _PEOPLE:
        return glossary.committee.name_of(str(value))
    if name in _LEVELS:
        known = glossary.levels.get(str(value))
        return str(value) if known is None else known(lang)
    return _plain(value) if isinstance(value, Decimal) else str(value)


def _plain(points: Decimal) -> str:
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
