"""How a case went, out of its events, told so far as its department may know (Policy 1.3.a, 4.1 to 4.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timezone
from fractions import Fraction
from typing import TYPE_CHECKING

from cmreview.process import events as record
from cmreview.process.committee import Committee
from cmreview.process.events import Event
from cmreview.process.labels import label
from cmreview.process.rules import ProcessRules
from cmreview.process.stages import Appeal, CaseState, Stage, after, effective
from cmreview.review.committee.proceedings import (
    Appointment,
    DecisionMade,
    Entry,
    ItemMean,
    Objection,
    Opinion,
    PanelShown,
    Proceedings,
    Shown,
)
from cmreview.review.told import Told
from cmreview.terms import Label

if TYPE_CHECKING:
    from cmreview.review.panel.panel import PanelScore

# Of a panel's reasons for having no score, those that name nobody.
PLAIN_REASONS = ("panel.evidence.no_scores", "panel.evidence.too_few", "panel.evidence.no_complete_sheet")


@dataclass(frozen=True)
class Manner:
    """How cases are told: the policy's word on ``scores``, and what levels, people and days are read by.

    ``scores`` is none, total or items; None, where the policy leaves it open, shows none.
    """

    scores: str | None
    rules: ProcessRules
    levels: Mapping[str, Label]
    committee: Committee


def proceedings(
    state: CaseState,
    history: Sequence[Event],
    score: PanelScore | None,
    recused: int,
    manner: Manner,
) -> Proceedings:
    """What a department may know of the case (Policy 4).

    ``history`` are the case's events and ``state`` where they leave it; ``score`` is its panel score, and
    ``recused`` the number of members who keep away from it.
    """
    shown, rules = manner.scores, manner.rules
    scores = "closed"
    if state.scores_open:
        scores = "open" if shown in ("total", "items") and score is not None else "hidden"
    return Proceedings(
        stage=state.stage,
        since=_since(state.case, history, rules, manner.committee.zone),
        entries=_entries(history, manner),
        opinion=_opinion(state, manner.committee),
        recused=recused,
        scores=scores,
        panel=_panel(state, score, rules, with_items=shown == "items") if scores == "open" else None,
        decision=_decision(state),
        publicity=None
        if state.publicity is None
        else Shown(state.publicity.posted_on, state.publicity.first, state.publicity.last),
        appeals=tuple(_objection(appeal) for appeal in state.appeals),
        appointment=None
        if state.appointment is None
        else Appointment(
            state.appointment.level,
            state.appointment.effective_on,
            state.appointment.document_number,
            state.appointment.certificate_number,
        ),
        closing_reason=state.closing_reason if state.stage is Stage.NOT_APPOINTED else None,
    )


def _since(case: str, history: Sequence[Event], rules: ProcessRules, zone: timezone) -> date | None:
    state, since = CaseState(case), None
    for event in effective(history):
        then = after(state, event, rules)
        if then.stage is not state.stage:
            since = _day_of(event, zone)
        state = then
    return since


def _entries(history: Sequence[Event], manner: Manner) -> tuple[Entry, ...]:
    told = [(event, _told(event, manner.levels)) for event in effective(history)]
    return tuple(
        Entry(_day_of(event, manner.committee.zone), event.number, line, event.corrects is not None)
        for event, line in told
        if line is not None
    )


def _told(event: Event, levels: Mapping[str, Label]) -> Told | None:
    """A step as the department reads it; None for what stays with the committee."""
    match event.payload:
        case record.Scored() | record.Recused() | record.Voided():
            return None
        case record.MeasureDecided() | record.LegalStep():  # told with what follows from the year
            return None
        case record.Applied(target_level=level):
            return _line("applied", level=_level(level, levels))
        case record.Reviewed(decision=decision):
            return _line("reviewed", decision=label(decision))
        case record.Completed(evidence=evidence):
            return _line("completed", count=str(len(evidence)))
        case record.Decided(approved=approved):
            return _line("approved" if approved else "declined")
        case record.Publicised(first=first, last=last):
            return _line("publicised", first=first, last=last)
        case record.AppealSettled(upheld=upheld):
            return _line("upheld" if upheld else "appeal_refused")
        case record.Appointed(level=level, effective_on=day):
            return _line("appointed", level=_level(level, levels), day=day)
    return _line("step", step=label(event.kind))


def _line(key: str, **values: str | Label | date) -> Told:
    return Told(f"proceedings.line.{key}", tuple(values.items()))


def _level(level: str, levels: Mapping[str, Label]) -> Label:
    return levels.get(level, Label(level, level))


def _day_of(event: Event, zone: timezone) -> date:
    """The day on which it happened; for a step without a day of its own, on which it was recorded."""
    match event.payload:
        case record.Applied(applied_on=day) | record.Reviewed(reviewed_on=day):
            return day
        case record.Completed(completed_on=day) | record.Decided(decided_on=day):
            return day
        case record.Publicised(posted_on=day) | record.Appealed(received_on=day):
            return day
        case record.AppealHeard(heard_on=day) | record.AppealSettled(settled_on=day):
            return day
        case record.NotAppointed(closed_on=day) | record.Withdrawn(withdrawn_on=day):
            return day
    return event.at.astimezone(zone).date()


def _opinion(state: CaseState, committee: Committee) -> Opinion | None:
    review = state.review
    if review is None:
        return None
    reviewer = committee.name_of(review.reviewer)
    return Opinion(review.decision, review.opinion, reviewer, review.reviewed_on)


def _panel(
    state: CaseState, score: PanelScore | None, rules: ProcessRules, *, with_items: bool
) -> PanelShown | None:
    if score is None:
        return None
    reason = score.reason if score.reason is not None and score.reason.key in PLAIN_REASONS else None
    # too few scores for a total are too few for means as well: they would tell what one member gave
    items = _item_means(state, score, rules) if with_items and score.score is not None else ()
    return PanelShown(score.score, score.line, score.outcome, score.counted, items, reason)


def _item_means(state: CaseState, score: PanelScore, rules: ProcessRules) -> tuple[ItemMean, ...]:
    sheets = [sheet for _, sheet in state.sheets if sheet.member not in score.recused]
    found = []
    for item in rules.items:
        points = [
            Fraction(one.points)
            for sheet in sheets
            for one in sheet.scores
            if one.item == item.id and one.points is not None
        ]
        if len(points) > 1:
            found.append(ItemMean(item.label, sum(points, Fraction(0)) / len(points), len(points)))
    return tuple(found)


def _decision(state: CaseState) -> DecisionMade | None:
    made = state.decision
    if made is None:
        return None
    return DecisionMade(
        made.approved,
        made.decided_on,
        made.recommendation,
        state.decision_reason,
        len(state.earlier_decisions),
    )


def _objection(appeal: Appeal) -> Objection:
    if appeal.settled is not None:
        state = "upheld" if appeal.settled.upheld else "refused"
        return Objection(appeal.received.received_on, state, appeal.settled.settled_on)
    return Objection(appeal.received.received_on, "open" if appeal.heard is None else "heard", None)
