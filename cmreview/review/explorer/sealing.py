"""What a recused member's file keeps back of other people's cases, so that no total tells a recused one.

The company's sales are the only figure of a case that everybody's rows add up to. Whoever sees them beside
all cases but one has that one by subtraction, and so has whoever sees an exact share, or a score that an
exact share went into. Where cases are left out, therefore:

- no share of the company's sales shows its figure; only what the policy in force makes of it stands;
- scores are taken from the remaining criteria, and their coverage says so;
- ranks and totals are those among the cases that are left, never beside a count of all;
- questions that speak of the share, or compare with "everybody else" in the company, are dropped;
- the records, of which the recused people's rows are part, are not in the file at all.

An outcome that stands tells no more than on which side of its line a share lies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from cmreview.review.explorer.candidates import Candidates, FactColumn, FactKey
from cmreview.review.explorer.exact_column import Codes, ExactColumn
from cmreview.review.explorer.verdict_column import NONE, OUTCOMES
from cmreview.review.model import Case, Declared, Fact, Overall, Score, ScoreLine, Told, Verdict
from cmreview.terms import INDICATORS, Label

SHARED_TOTALS = ("sales_share",)
_WHY = Told("explorer_data.sealed")
_AGAINST_EVERYBODY = ("review.question.december",)
_LABELS = tuple(INDICATORS[name].label for name in SHARED_TOTALS)


def sealed_case(case: Case) -> Case:
    """One case without the figures from which another person's could be taken (Policy 1.3.a)."""
    return replace(
        case,
        facts=tuple(_fact(fact) for fact in case.facts),
        verdicts=tuple(_verdict(verdict) for verdict in case.verdicts),
        overall=_overall(case.overall),
        score=_score(case.score),
        declared=tuple(_declared(line) for line in case.declared),
        questions=tuple(
            told for told in case.questions if told.key not in _AGAINST_EVERYBODY and not _speaks_of(told)
        ),
    )


def sealed_people(people: Candidates, cases: Sequence[Case]) -> Candidates:
    """The same of the columns; ``cases`` are those of ``people``, in their order."""
    return replace(people, facts=_sealed_facts(people.facts), sealed_outcomes=_standing_outcomes(cases))


def sealed_earlier(people: Candidates) -> Candidates:
    """The same of an earlier year, of which no outcome stands."""
    return replace(people, facts=_sealed_facts(people.facts))


def _sealed_facts(facts: Mapping[FactKey, FactColumn]) -> dict[FactKey, FactColumn]:
    return {key: _column(fact) if key[0] in SHARED_TOTALS else fact for key, fact in facts.items()}


def _column(fact: FactColumn) -> FactColumn:
    size = len(fact.sealed)
    nothing = ExactColumn.of([None] * size)
    remarks = np.empty(size, dtype=object)
    remarks[:] = _WHY.key
    return FactColumn(
        values=nothing,
        parts=nothing,
        wholes=nothing,
        unbounded=np.zeros(size, dtype=bool),
        part_year=np.zeros(size, dtype=bool),
        open_rows=np.zeros(size, dtype=np.int64),
        remarks=remarks,
        sealed=np.ones(size, dtype=bool),
    )


def _standing_outcomes(cases: Sequence[Case]) -> dict[str, Codes]:
    found: dict[str, Codes] = {}
    for row, case in enumerate(cases):
        for verdict in case.verdicts:
            if verdict.fact.indicator in SHARED_TOTALS:
                codes = found.setdefault(verdict.criterion, np.full(len(cases), NONE, dtype=np.int8))
                codes[row] = OUTCOMES.index(verdict.outcome)
    return found


def _fact(fact: Fact) -> Fact:
    if fact.indicator not in SHARED_TOTALS:
        return fact
    return Fact(fact.indicator, fact.unit, None, over_level=fact.over_level, rows=fact.rows, remark=_WHY)


def _verdict(verdict: Verdict) -> Verdict:
    if verdict.fact.indicator not in SHARED_TOTALS:
        return verdict
    return replace(verdict, fact=_fact(verdict.fact), margin=None, close=False, reason=_WHY)


def _overall(overall: Overall | None) -> Overall | None:
    if overall is None or not _speaks_of(overall.reason):
        return overall
    return replace(overall, reason=Told("explorer_data.sealed_reason"))


def _score(score: Score | None) -> Score | None:
    if score is None:
        return None
    lines = tuple(_line(line) for line in score.lines)
    reached = [(line.weight, line.attainment) for line in lines if line.attainment is not None]
    weighed = sum((weight for weight, _ in reached), Fraction(0))
    total = sum((line.weight for line in lines), Fraction(0))
    points = sum((weight * part for weight, part in reached), Fraction(0))
    return Score(
        points=points / weighed if weighed else None,
        coverage=weighed / total if total else Fraction(0),
        lines=lines,
        cap=score.cap,
    )


def _line(line: ScoreLine) -> ScoreLine:
    return replace(line, attainment=None, capped=False) if line.indicator in SHARED_TOTALS else line


def _declared(line: Declared) -> Declared:
    if line.indicator not in SHARED_TOTALS:
        return line
    return replace(line, computed=None, difference=None, relative=None, agrees=None)


def _speaks_of(told: Told) -> bool:
    values = [value for _, value in told.values]
    return any(
        value in _LABELS if isinstance(value, Label) else isinstance(value, Told) and _speaks_of(value)
        for value in values
    )
