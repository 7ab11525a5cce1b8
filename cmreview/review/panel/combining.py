"""From marks to one score a candidate: mean or trimmed mean, exact, over the marks that exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cmreview.policy.model import ScoreItem
from cmreview.review.panel import two_way
from cmreview.review.panel.rules import Combining
from cmreview.review.panel.score_sheets import Scores, is_whole, listed, totals, weighted
from cmreview.review.told import Figure, Told
from cmreview.terms import Label, Unit

Sheets = Mapping[str, Mapping[str, Fraction]]
_FEWEST_TRIMMED = Fraction(3)  # one highest and one lowest go, so that at least one remains


@dataclass(frozen=True, slots=True)
class Part:
    """What goes into a score: the mean on one item, or on whole sheets where ``item`` is None.

    ``counted`` is the number of scores before trimming; ``dropped`` are the lowest and the highest,
    empty where nothing was trimmed. In points.
    """

    item: str | None
    weight: Fraction
    points: Fraction
    counted: int
    dropped: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Combined:
    """A candidate's score in points, before any rounding; None has its reason."""

    points: Fraction | None
    counted: int
    parts: tuple[Part, ...] = ()
    reason: Told | None = None
    remarks: tuple[Told, ...] = ()


def combined(scores: Scores, how: Combining) -> dict[str, Combined]:
    """The score of every candidate. Policy 4.3.

    By item, each item's mean is taken over the members who marked it and weighted; on whole sheets,
    over the totals of those who marked every item. A trimmed mean drops one highest and one lowest,
    of equal ones only one, and is the plain mean of the same scores where there are too few. With
    the correction for severity every mark is first taken lower by what its member lies above the
    panel; severity is measured on totals, so then only complete sheets count. A score needs
    ``how.fewest`` scores (by item: on every item).
    """
    sheets: dict[str, Sheets] = {who: scores.sheets(who) for who in scores.candidates}
    if not how.corrected:
        return {who: _candidate(own, own, how, ()) for who, own in sheets.items()}
    fitted = two_way.fit(totals(scores, how.items))
    if isinstance(fitted, two_way.Refused):
        reason = Told("panel.evidence.not_corrected", (("reason", fitted.reason),))
        return {who: Combined(None, 0, reason=reason) for who in sheets}
    remarks = (Told("panel.remark.corrected"),)
    return {
        who: _candidate(_lowered(own, fitted.members, how.items), own, how, remarks)
        for who, own in sheets.items()
    }


def _lowered(sheets: Sheets, above: Mapping[str, Fraction], items: Sequence[ScoreItem]) -> Sheets:
    return {
        member: {item: points - above[member] for item, points in sheet.items()}
        for member, sheet in sheets.items()
        if is_whole(sheet, items)
    }


def _candidate(used: Sheets, given: Sheets, how: Combining, remarks: tuple[Told, ...]) -> Combined:
    """One candidate's score from the sheets ``used``; ``given`` are those that were handed in."""
    remarks += _incomplete(given, how)
    if not given:
        return Combined(None, 0, reason=Told("panel.evidence.no_scores"), remarks=remarks)
    columns = _by_item(used, how.items) if how.by_item else [(None, Fraction(1), _whole(used, how.items))]
    counted = min(len(values) for _, _, values in columns)
    if counted == 0:
        empty = [item.label for item, _, values in columns if item is not None and not values]
        return Combined(None, 0, reason=_nothing_on(empty), remarks=remarks)
    if counted < how.fewest:
        numbers = (("count", str(counted)), ("least", _plain(how.fewest)))
        return Combined(None, counted, reason=Told("panel.evidence.too_few", numbers), remarks=remarks)
    parts = tuple(_part(item, weight, values, how) for item, weight, values in columns)
    not_trimmed = () if how.trim_from is None else tuple(_not_trimmed(parts, how, how.trim_from))
    points = sum((part.weight * part.points for part in parts), Fraction(0))
    return Combined(points, counted, parts, remarks=remarks + not_trimmed)


def _by_item(
    sheets: Sheets, items: Sequence[ScoreItem]
) -> list[tuple[ScoreItem | None, Fraction, list[Fraction]]]:
    return [
        (item, Fraction(item.weight), [sheet[item.id] for sheet in sheets.values() if item.id in sheet])
        for item in items
    ]


def _whole(sheets: Sheets, items: Sequence[ScoreItem]) -> list[Fraction]:
    return [weighted(sheet, items) for sheet in sheets.values() if is_whole(sheet, items)]


def _part(item: ScoreItem | None, weight: Fraction, values: list[Fraction], how: Combining) -> Part:
    kept = sorted(values)
    dropped: tuple[Fraction, ...] = ()
    if how.trim_from is not None and len(kept) >= max(how.trim_from, _FEWEST_TRIMMED):
        dropped, kept = (kept[0], kept[-1]), kept[1:-1]
    mean = sum(kept, Fraction(0)) / len(kept)
    return Part(None if item is None else item.id, weight, mean, len(values), dropped)


def _not_trimmed(parts: Sequence[Part], how: Combining, least: Fraction) -> list[Told]:
    labels = {item.id: item.label for item in how.items}
    needed = _plain(max(least, _FEWEST_TRIMMED))
    told = []
    for part in parts:
        if part.dropped:
            continue
        numbers = (("count", str(part.counted)), ("least", needed))
        if part.item is None:
            told.append(Told("panel.remark.not_trimmed", numbers))
        else:
            told.append(Told("panel.remark.item_not_trimmed", (("item", labels[part.item]), *numbers)))
    return told


def _incomplete(given: Sheets, how: Combining) -> tuple[Told, ...]:
    """The sheets that lack an item: what is there counts by item, and not at all in a total."""
    key = "panel.remark.incomplete_counted"
    if how.corrected or not how.by_item:
        key = "panel.remark.incomplete_left_out"
    told = []
    for member, sheet in given.items():
        lacking = [
            Told("panel.label", (("label", item.label),)) for item in how.items if item.id not in sheet
        ]
        if lacking:
            told.append(Told(key, (("member", member), ("items", listed(lacking)))))
    return tuple(told)


def _nothing_on(items: Sequence[Label]) -> Told:
    if not items:
        return Told("panel.evidence.no_complete_sheet")
    labels = [Told("panel.label", (("label", label),)) for label in items]
    return Told("panel.evidence.item_without_scores", (("items", listed(labels)),))


def _plain(count: Fraction) -> Figure:
    return Figure(count, Unit.COUNT)
