"""What a committee discusses first and what was altered, as one reader may see it (Policy 1.3.a, 4.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cmreview.policy.model import Policy
from cmreview.process.committee import Person
from cmreview.process.events import Event, Payload
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState
from cmreview.process.timeline import Glossary, timeline, told
from cmreview.review.committee.agenda import agenda, open_against_line
from cmreview.review.committee.alterations import Alteration
from cmreview.review.committee.calibration import Calibrated, calibration
from cmreview.review.committee.cases import committee_cases, panel_results
from cmreview.review.model import Review
from cmreview.review.told import Told
from cmreview.terms import Label


@dataclass(frozen=True, slots=True)
class Altered:
    """One alteration in words: what stood before and stands now, None where nothing does.

    With ``is_closed`` the content is not for the reader, and neither it, who nor why is here. ``kind`` is an
    event's; ``at`` the moment in the committee's zone.
    """

    kind: str
    number: int
    at: str
    actor: str
    reason: str | None
    before: Label | None
    after: Label | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Discussed:
    """One case; ``of`` is None where it does not wait for a decision, else as in ``AgendaItem``."""

    manager_id: str
    level: str
    reasons: tuple[Told, ...]
    scored: int
    of: int | None
    alterations: tuple[Altered, ...]


def discussion(
    review: Review,
    states: Mapping[str, CaseState],
    histories: Mapping[str, Sequence[Event]],
    setting: Setting,
    policy: Policy,
    day: date,
    reader: Person | None = None,
    without: frozenset[str] = frozenset(),
) -> tuple[Discussed, ...]:
    """Every case of the committee by level, the highest first, those to be discussed most first.

    ``without`` are the managers whose cases the reader may not see. ``reader`` None is whoever holds the
    ledger, to whom all but scores that are not opened is open; a reviewer who judges nothing is not asked
    for here. Policy 1.3.a, 4.3.
    """
    rules, committee = setting.rules, setting.committee
    everything = committee_cases(review, states, committee, policy, day)
    seen = [each for each in everything if each.state.manager_id not in without]
    opened = {each.state.case: each.state for each in seen if each.state.scores_open}
    results = panel_results(opened, committee, policy, day)
    items = agenda(seen, open_against_line(results), committee, rules, day)
    entries = {
        each.state.case: timeline(each.state, histories.get(each.state.case, ()), rules, reader)
        for each in seen
    }
    glossary = Glossary(
        committee,
        {level.id: level.label for level in policy.levels},
        {item.id: item.label for item in rules.items},
    )
    found = calibration(seen, items, entries, policy)
    return tuple(_discussed(each, level.level, glossary) for level in found.levels for each in level.cases)


def _discussed(each: Calibrated, level: str, glossary: Glossary) -> Discussed:
    return Discussed(
        manager_id=each.case.state.manager_id,
        level=level,
        reasons=() if each.item is None else each.item.reasons,
        scored=0 if each.item is None else each.item.scored,
        of=None if each.item is None else each.item.of,
        alterations=tuple(_altered(one, glossary) for one in each.alterations),
    )


def _altered(one: Alteration, glossary: Glossary) -> Altered:
    at = one.at.astimezone(glossary.committee.zone)
    return Altered(
        kind=one.kind.value,
        number=one.first,
        at=f"{at:%Y-%m-%d %H:%M}",
        actor="" if one.is_closed or not one.actor else glossary.committee.name_of(one.actor),
        reason=None if one.is_closed else one.reason,
        before=_told(one.before, glossary),
        after=_told(one.after, glossary),
        is_closed=one.is_closed,
    )


def _told(payload: Payload | None, glossary: Glossary) -> Label | None:
    return None if payload is None else Label(told(payload, glossary, "zh"), told(payload, glossary, "en"))
