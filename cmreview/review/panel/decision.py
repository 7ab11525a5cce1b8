"""What the policy recommends to the committee, with its arithmetic; it decides nothing (Policy 4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from cmreview.policy.model import Policy
from cmreview.process.events import Recommendation
from cmreview.review import rules
from cmreview.review.model import Overall, Score
from cmreview.review.panel.score_sheets import listed
from cmreview.review.told import Figure, Told
from cmreview.terms import Outcome, Result, Unit

if TYPE_CHECKING:
    from cmreview.review.panel.panel import PanelScore

ELIGIBILITY, PANEL, COMBINED = "eligibility", "panel", "combined"


@dataclass(frozen=True, slots=True)
class DecisionRules:
    """The parameters that a recommendation needs; None is a blank still X.

    ``performance_weight`` and ``decision_line`` are fractions of one, ``panel_line`` is in points,
    ``full_marks`` is the highest mark of the scale.
    """

    performance_weight: Fraction | None
    decision_line: Fraction | None
    panel_line: Fraction | None
    full_marks: Fraction | None


@dataclass(frozen=True, slots=True)
class Part:
    """One of the three things that an approval asks for: ``eligibility``, ``panel``, ``combined``.

    ``value`` and ``line`` are in points for the panel score and fractions of one for the combined
    score, exact; eligibility has neither. ``reason`` says why there is no evidence or no rule.
    """

    name: str
    outcome: Outcome
    value: Fraction | None = None
    line: Fraction | None = None
    reason: Told | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """What the policy recommends (建议), and why: it decides nothing, the committee does (Policy 4.3).

    ``arithmetic`` shows how the combined score came about; None where there is none.
    """

    recommendation: Recommendation
    parts: tuple[Part, ...]
    reason: Told
    arithmetic: Told | None = None

    def part(self, name: str) -> Part:
        """The part called ``name``; KeyError where there is none."""
        return {part.name: part for part in self.parts}[name]


def decision_rules(policy: Policy) -> DecisionRules:
    """The rules of the year (Policy 4.3). PolicyError where the policy lacks a parameter altogether."""
    scale = policy.value("score_scale")
    highest = Fraction(scale[1]) if isinstance(scale, tuple) else None  # type: ignore[arg-type]
    return DecisionRules(
        performance_weight=rules.number(policy, "performance_weight"),
        decision_line=rules.number(policy, "decision_line"),
        panel_line=rules.number(policy, "panel_line"),
        full_marks=highest,
    )


def recommend(
    overall: Overall | None, score: Score | None, panel: PanelScore | None, given: DecisionRules
) -> Advice:
    """Approval where the criteria of clause 3, the panel score and the combined score are all met.

    Combined is performance weight × performance score + the rest × panel score in full marks; all is
    compared before rounding, and nothing makes up for a part that is missed. One part missed and the
    recommendation is to decline, whatever is open beside it; with none missed and something open there
    is no recommendation. ``overall`` and ``score`` must be those of the level applied for; None is no
    evidence, as is a ``panel`` of None: scores that are not opened yet. Policy 4.3.
    """
    eligible, marks = _eligibility(overall), _panel(panel, given)
    combined, arithmetic = _combined(score, panel, given)
    parts = (eligible, marks, combined)
    missed = [part for part in parts if part.outcome is Outcome.MISSED]
    pending = [part for part in parts if part.outcome in (Outcome.NO_EVIDENCE, Outcome.NO_RULE)]
    if missed:
        recommendation, reason = Recommendation.DECLINE, _named("missed", missed)
    elif pending:
        recommendation, reason = Recommendation.UNDECIDED, _named("pending", pending)
    else:
        recommendation, reason = Recommendation.APPROVE, Told("decision.all_met")
    return Advice(recommendation, parts, reason, arithmetic)


def withheld(reason: Told) -> Advice:
    """No recommendation at all, such as for a case that the records know otherwise than its record."""
    parts = tuple(Part(name, Outcome.NO_EVIDENCE, reason=reason) for name in (ELIGIBILITY, PANEL, COMBINED))
    return Advice(Recommendation.UNDECIDED, parts, reason)


def _eligibility(overall: Overall | None) -> Part:
    if overall is None:
        return Part(ELIGIBILITY, Outcome.NO_EVIDENCE, reason=Told("decision.not_reviewed"))
    if overall.result is Result.ELIGIBLE:
        return Part(ELIGIBILITY, Outcome.MET)
    if overall.result is Result.NOT_ELIGIBLE:
        return Part(ELIGIBILITY, Outcome.MISSED, reason=overall.reason)
    outcome = Outcome.NO_EVIDENCE if overall.no_evidence else Outcome.NO_RULE
    return Part(ELIGIBILITY, outcome, reason=overall.reason)


def _panel(panel: PanelScore | None, given: DecisionRules) -> Part:
    if panel is None:
        return Part(PANEL, Outcome.NO_EVIDENCE, line=given.panel_line, reason=Told("decision.no_scores"))
    return Part(PANEL, panel.outcome, panel.score, given.panel_line, panel.reason)


def _combined(
    score: Score | None, panel: PanelScore | None, given: DecisionRules
) -> tuple[Part, Told | None]:
    weight, line, highest = given.performance_weight, given.decision_line, given.full_marks
    for key, value in (("performance_weight", weight), ("score_scale", highest)):
        if value is None:
            return _open(key, None, line), None
    performance = None if score is None else score.points
    marks = None if panel is None else panel.score
    if weight is None or not highest or performance is None or marks is None:
        key = "no_performance" if performance is None else "no_panel_score"
        return Part(COMBINED, Outcome.NO_EVIDENCE, line=line, reason=Told(f"decision.{key}")), None
    value = weight * performance + (1 - weight) * marks / highest
    arithmetic = Told(
        "decision.arithmetic",
        (
            ("combined", Figure(value, Unit.SHARE, apart_from=line)),
            ("performance", Figure(performance, Unit.SHARE)),
            ("weight", Figure(weight, Unit.SHARE)),
            ("panel", Figure(marks, Unit.COUNT, apart_from=given.panel_line)),
            ("highest", Figure(highest, Unit.COUNT)),
            ("rest", Figure(1 - weight, Unit.SHARE)),
        ),
    )
    if line is None:
        return _open("decision_line", value, None), arithmetic
    if score is not None and score.coverage < 1:
        # a mean over some of the criteria is no evidence of what all of them would give
        reason = Told("decision.partly_covered", (("coverage", Figure(score.coverage, Unit.SHARE)),))
        return Part(COMBINED, Outcome.NO_EVIDENCE, value, line, reason), arithmetic
    return Part(COMBINED, Outcome.MET if value >= line else Outcome.MISSED, value, line), arithmetic


def _open(key: str, value: Fraction | None, line: Fraction | None) -> Part:
    reason = Told("decision.open", (("parameter", Told(f"decision.parameter.{key}")),))
    return Part(COMBINED, Outcome.NO_RULE, value, line, reason)


def _named(key: str, parts: Sequence[Part]) -> Told:
    names = [Told(f"decision.part.{part.name}") for part in parts]
    return Told(f"decision.{key}", (("parts", listed(names)),))
