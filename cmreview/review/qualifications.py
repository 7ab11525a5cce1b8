"""Qualifications (任职资格) of one person, from the tables of people."""

from __future__ import annotations

from fractions import Fraction

from cmreview.review.counting import tenure
from cmreview.review.evidence import Evidence, lacking, standing, unknown
from cmreview.review.model import Fact, Told
from cmreview.review.rules import degree_rank
from cmreview.terms import Unit


def degree(evidence: Evidence) -> Fact:
    """Education (学历), as a rank. Policy 3.1.Q1, 3.2.Q1, 3.3.Q1."""
    rank = degree_rank(evidence.dossier.manager["degree"])
    if rank is None:
        return unknown("degree", lacking("degree_blank"))
    return Fact("degree", Unit.DEGREE, rank)


def service(evidence: Evidence) -> Fact:
    """Years as account manager (从业年限). Policy 3.1.Q2, 3.2.Q2, 3.3.Q2."""
    manager = evidence.dossier.manager
    served = tenure.service(manager["account_manager_since"], evidence.last_day, manager["left_on"])
    return _tenure("service_years", served, lacking("since_blank"))


def level_years(evidence: Evidence, level: str) -> Fact:
    """Years held at the level below (任职年限). Policy 3.2.Q3, 3.3.Q3."""
    spells = evidence.dossier.spells
    held = tenure.years_at_level(spells, level, evidence.last_day)
    if held is None and spells:
        held = tenure.Tenure(0, 0)  # the history knows the person, and not at that level
    return _tenure("level_years", held, lacking("no_level_history"))


def _tenure(indicator: str, held: tenure.Tenure | None, remark: Told) -> Fact:
    if held is None:
        return unknown(indicator, remark)
    return Fact(indicator, Unit.YEARS, held.fraction, years=held.years, days=held.days)


def exam(evidence: Evidence, level: str) -> Fact:
    """A dated pass up to the year's end, or only failures (考试). Policy 3.1.Q3, 3.2.Q4, 3.3.Q4."""
    taken = [
        row
        for row in evidence.dossier.exams
        if row["level"] == level and row["taken_on"] is not None and row["taken_on"] <= evidence.last_day
    ]
    if not taken:
        remark = lacking("no_exam" if "exams" in evidence.tables else "exams_not_handed_in")
        return unknown("exam", remark)
    passed = any(row["passed"] for row in taken)
    return Fact("exam", Unit.FLAG, Fraction(passed), rows=len(taken))


def industry_influence(evidence: Evidence) -> Fact:
    """Dated articles and awards with evidence, up to the year's end (行业影响力). Policy 3.3.Q5."""
    if "achievements" not in evidence.tables:
        return unknown("industry_influence", lacking("achievements_not_handed_in"))
    dated = [
        row
        for row in evidence.dossier.achievements
        if row["dated_on"] is not None and row["dated_on"] <= evidence.last_day
    ]
    proven = sum(bool((row["evidence"] or "").strip()) for row in dated)
    without = len(dated) - proven
    remark = standing("without_evidence", count=str(without)) if without else None
    value = Fraction(proven)
    return Fact("industry_influence", Unit.COUNT, value, rows=len(dated), open_rows=without, remark=remark)
