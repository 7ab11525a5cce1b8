"""How the committee's scores are combined, as the policy of the year says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import cast

from cmreview.errors import InputError
from cmreview.policy.model import Policy, ScoreItem
from cmreview.review import rules
from cmreview.review.figures import written
from cmreview.review.panel.score_sheets import Scores
from cmreview.review.told import Told
from cmreview.terms import Unit

MEAN, TRIMMED_MEAN = "mean", "trimmed_mean"
TOTAL, EACH_ITEM = "total", "each_item"
ON = "on"


@dataclass(frozen=True, slots=True)
class PanelRules:
    """The parameters of clause 4.3 by their keys in the policy; None is a blank still X.

    ``score_items`` have weights that add up to one; ``score_scale`` is the lowest and the highest
    mark; ``score_method`` is mean or trimmed_mean, ``trim_on`` total or each_item; ``panel_line`` is
    in points; ``interval_level`` is a fraction such as 19/20; ``severity_correction`` is off or on.
    """

    score_items: tuple[ScoreItem, ...] | None
    score_scale: tuple[Fraction, Fraction] | None
    score_method: str | None
    trim_on: str | None
    trim_min_scores: Fraction | None
    fewest_scores: Fraction | None
    panel_line: Fraction | None
    interval_level: Fraction | None
    severity_correction: str | None


@dataclass(frozen=True, slots=True)
class Combining:
    """What a score needs, all of it decided: see ``combining``."""

    items: tuple[ScoreItem, ...]
    trim_from: Fraction | None  # the fewest scores that are trimmed; None where nothing is
    by_item: bool
    fewest: Fraction
    corrected: bool


def panel_rules(policy: Policy) -> PanelRules:
    """The rules of the year (Policy 4.3). PolicyError where the policy lacks a parameter altogether."""
    items, scale = policy.value("score_items"), policy.value("score_scale")
    return PanelRules(
        score_items=None if items is None else cast("tuple[ScoreItem, ...]", items),
        score_scale=None if scale is None else _scale(cast("tuple[Decimal, Decimal]", scale)),
        score_method=rules.word(policy, "score_method"),
        trim_on=rules.word(policy, "trim_on"),
        trim_min_scores=rules.number(policy, "trim_min_scores"),
        fewest_scores=rules.number(policy, "fewest_scores"),
        panel_line=rules.number(policy, "panel_line"),
        interval_level=rules.number(policy, "interval_level"),
        severity_correction=rules.word(policy, "severity_correction"),
    )


def combining(given: PanelRules) -> Combining | Told:
    """The rules by which scores are combined, or what of them is still open: then there is no score.

    How to trim must be decided only where the method trims. The line is not asked for: a score
    without a line is still a score.
    """
    needed = ["score_items", "score_scale", "score_method", "fewest_scores", "severity_correction"]
    if given.score_method == TRIMMED_MEAN:
        needed += ["trim_on", "trim_min_scores"]
    for key in needed:
        if getattr(given, key) is None:
            return still_open(key)
    return Combining(
        items=given.score_items or (),
        trim_from=given.trim_min_scores if given.score_method == TRIMMED_MEAN else None,
        by_item=given.score_method == MEAN or given.trim_on == EACH_ITEM,
        fewest=given.fewest_scores or Fraction(0),
        corrected=given.severity_correction == ON,
    )


def still_open(key: str) -> Told:
    """That the policy leaves a parameter open."""
    return Told("panel.rule.open", (("parameter", Told(f"panel.parameter.{key}")),))


def check_marks(scores: Scores, given: PanelRules) -> None:
    """InputError where a mark is on no item of the policy or lies outside its scale: all of them at once."""
    if given.score_items is not None:
        known = {item.id for item in given.score_items}
        unknown = sorted({mark.item for mark in scores.marks} - known)
        if unknown:
            raise InputError("panel.unknown_item", items=tuple(unknown))
    if given.score_scale is not None:
        lowest, highest = given.score_scale
        outside = [mark for mark in scores.marks if not lowest <= mark.points <= highest]
        if outside:
            places = tuple(f"{mark.member} · {mark.candidate} · {mark.item}" for mark in outside)
            ends = {"lowest": written(lowest, Unit.COUNT), "highest": written(highest, Unit.COUNT)}
            raise InputError("panel.outside_scale", places=places, **ends)


def _scale(bounds: Sequence[Decimal]) -> tuple[Fraction, Fraction]:
    lowest, highest = bounds
    return Fraction(lowest), Fraction(highest)
