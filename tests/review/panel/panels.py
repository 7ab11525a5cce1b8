"""Score sheets, totals and rules by hand, so that a test says only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from cmreview.policy.model import ScoreItem
from cmreview.review.panel.rules import PanelRules
from cmreview.review.panel.score_sheets import score_sheets, tabled
from cmreview.terms import Label

REPORT = ScoreItem("report", Label("业绩汇报", "performance report"), Decimal("0.4"))
DEFENCE = ScoreItem("defence", Label("答辩", "defence"), Decimal("0.3"))
OVERALL = ScoreItem("overall", Label("综合评估", "overall assessment"), Decimal("0.3"))
ITEMS = (REPORT, DEFENCE, OVERALL)
ONE_ITEM = (ScoreItem("total", Label("总评", "total"), Decimal(1)),)

RULES = PanelRules(
    score_items=ITEMS,
    score_scale=(Fraction(0), Fraction(100)),
    score_method="mean",
    trim_on="total",
    trim_min_scores=Fraction(5),
    fewest_scores=Fraction(3),
    panel_line=Fraction(70),
    interval_level=Fraction(19, 20),
    severity_correction="off",
)
PLAIN = replace(RULES, score_items=ONE_ITEM)
TRIMMED = replace(PLAIN, score_method="trimmed_mean")


def exact(value):
    return value if isinstance(value, Fraction) else Fraction(str(value))


def cells(rows):
    """(member, candidate) -> points, from one row a candidate; None is no total."""
    return {
        (f"m{column}", f"c{row}"): exact(value)
        for row, values in enumerate(rows, start=1)
        for column, value in enumerate(values, start=1)
        if value is not None
    }


def totals_of(rows):
    return tabled(cells(rows))


def sheets_of(rows, recused=()):
    """Sheets with the one item ``total``, from one row a candidate; None is missing."""
    members = [f"m{column}" for column in range(1, len(rows[0]) + 1)]
    candidates = [f"c{row}" for row in range(1, len(rows) + 1)]
    marks = {(member, candidate, "total"): value for (member, candidate), value in cells(rows).items()}
    return score_sheets(members, candidates, marks, recused)


def full_sheets(by_candidate):
    """Sheets with all three items: {candidate: {member: (report, defence, overall)}}, None is missing."""
    marks = {
        (member, candidate, item.id): exact(points)
        for candidate, sheets in by_candidate.items()
        for member, given in sheets.items()
        for item, points in zip(ITEMS, given, strict=True)
        if points is not None
    }
    members = {member for sheets in by_candidate.values() for member in sheets}
    return score_sheets(members, by_candidate, marks)
