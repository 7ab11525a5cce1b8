"""Verdicts, scores and ranks by columns are those of the plain functions. Policy 3, 1.3.b, 5.4.c."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmreview.errors import InputError
from cmreview.policy.model import Group
from cmreview.review.case import build_review
from cmreview.review.criteria import has_enough_answers, judge, overall
from cmreview.review.explorer.candidates import candidates
from cmreview.review.explorer.verdict_column import OUTCOMES, Why
from cmreview.review.explorer.verdict_table import RESULTS, VerdictTable
from cmreview.review.model import Application, Case, EarlierOutcome, Fact, Person
from cmreview.review.scoring import Contender, performance_score, ranking
from cmreview.review.told import Told
from cmreview.terms import INDICATORS, Outcome, Unit
from tests.builders import HIRED, make_policy
from tests.review.explorer.company import company_records

POLICY = make_policy()
KEYS = sorted({(c.indicator, c.over_level) for c in POLICY.criteria}, key=str)
LEVELS = [level.id for level in POLICY.levels]
# Thresholds of the policy, so that figures lie at the line, and a hair beside it.
AT_LINES = {
    Unit.MONEY: [Fraction(1_000_000), Fraction(3_000_000)],
    Unit.SHARE: [Fraction(8, 10), Fraction(1, 10), Fraction(15, 100), Fraction(5, 100), Fraction(6, 10)],
    Unit.COUNT: [Fraction(1), Fraction(2), Fraction(5)],
    Unit.YEARS: [Fraction(1), Fraction(3)],
    Unit.DEGREE: [Fraction(2), Fraction(3)],
    Unit.FLAG: [Fraction(0), Fraction(1)],
}
HAIR = Fraction(1, 10**14)


@st.composite
def facts_of(draw, key):
    indicator, over_level = key
    unit = INDICATORS[indicator].unit
    lines = st.sampled_from(AT_LINES[unit])
    near = st.builds(lambda line, side: line + side * HAIR * line, lines, st.sampled_from([-1, 1]))
    value = draw(st.one_of(st.none(), lines, near, st.fractions(0, 10, max_denominator=60)))
    unbounded = draw(st.booleans()) and value is None and "growth" in indicator
    return Fact(
        indicator,
        unit,
        value,
        denominator=draw(
            st.sampled_from([None, Fraction(0), Fraction(2), Fraction(3), Fraction(5), Fraction(7, 3)])
        ),
        unbounded=unbounded,
        open_rows=draw(st.integers(0, 3)) if unit is Unit.COUNT else 0,
        over_level=over_level,
        part_year="growth" in indicator and draw(st.booleans()),
    )


@st.composite
def people(draw):
    found = []
    for number in range(draw(st.integers(1, 8))):
        asked = draw(st.lists(st.sampled_from(KEYS), unique=True))
        level = draw(st.sampled_from(LEVELS))
        application = Application(level, HIRED, ("x",), late=draw(st.sampled_from([False, False, True])))
        honours = draw(st.sampled_from([(), (EarlierOutcome(2024, "junior", "met", "优秀"),)]))
        person = Person(
            f"M{number}",
            f"人{number}",
            draw(st.sampled_from("甲乙")),
            draw(st.sampled_from([*LEVELS, None])),
            None,
            HIRED,
            HIRED,
            None,
            (),
            (),
            honours,
        )
        found.append(
            Case(
                person=person,
                application=draw(st.sampled_from([application, application, None])),
                preliminary=None,
                facts=tuple(draw(facts_of(key)) for key in asked),
                verdicts=(),
                overall=None,
                score=None,
                declared=(),
                questions=(),
                trend=(),
                sources=(),
            )
        )
    return found


policies = st.builds(
    lambda leave, part, least, open_one, moved, cap: make_policy(
        thresholds=moved,
        leave_treatment=leave,
        growth_part_year=part,
        min_answers=least,
        score_cap=cap,
        **({open_one: None} if open_one else {}),
    ),
    st.sampled_from(["prorate_threshold", "none"]),
    st.sampled_from(["as_is", "no_evidence"]),
    st.sampled_from([Decimal(3), Decimal(5), None]),
    st.sampled_from([None, "cancellation", "long_term_years", "part_years", "satisfied_from"]),
    st.dictionaries(
        st.sampled_from(["3.1.P1", "3.2.P2", "3.2.P4", "3.3.P3"]),
        st.sampled_from([None, Decimal(0), Decimal("0.05"), Decimal(2)]),
        max_size=2,
    ),
    st.sampled_from([Decimal("1.2"), Decimal(1), None]),
)
actives = st.dictionaries(
    st.sampled_from([f"M{number}" for number in range(8)]),
    st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(364, 365)]),
)


def one_by_one(case, policy, active, currency):
    """What the plain functions say of one case."""
    if case.application is not None:
        level, group = case.application.target_level, None
        is_judged = not case.application.awaits_admission
    else:
        level, group, is_judged = case.person.level, Group.PERFORMANCE, case.person.level is not None
    if not is_judged:
        return case
    verdicts = tuple(
        judge(each, case.facts, policy, active=active, currency=currency)
        for each in policy.criteria_for(level, group)
    )
    score = performance_score(verdicts, policy)
    return replace(case, verdicts=verdicts, overall=overall(verdicts), score=score)


def places(cases, policy):
    """Everybody's place in the company, by the plain ranking."""
    found = {}
    for level in LEVELS:
        entries = []
        for case in cases:
            is_ranked = case.application and case.score and case.score.points is not None
            if is_ranked and case.application.target_level == level:
                values = {
                    fact.indicator: fact.value
                    for fact in case.facts
                    if fact.indicator != "satisfaction" or has_enough_answers(fact, policy)
                }
                values["promotion_priority"] = Fraction(bool(case.person.outcomes))
                entries.append(Contender(case.person.manager_id, case.score.points, values))
        found |= ranking(entries, list(policy.value("tie_breaks")))
    return found


def agrees(table, cases, policy, active, currency):
    judged = [one_by_one(c, policy, active.get(c.person.manager_id, Fraction(1)), currency) for c in cases]
    placed = places(judged, policy)
    for row, case in enumerate(judged):
        found = {k: OUTCOMES[codes[row]] for k, codes in table.outcomes.items() if codes[row] >= 0}
        assert found == {verdict.criterion: verdict.outcome for verdict in case.verdicts}
        close = {
            k: bool(c.close[c.rows.tolist().index(row)]) for k, c in table.columns.items() if row in c.rows
        }
        assert close == {verdict.criterion: verdict.close for verdict in case.verdicts}
        result = table.results[row]
        assert (RESULTS[result] if result >= 0 else None) == (case.overall and case.overall.result)
        assert table.exact_points(row) == (case.score and case.score.points)
        if case.score is not None:
            assert float(case.score.coverage) == pytest.approx(table.coverage[row])
            assert (case.score.points is None) == (table.points[row] != table.points[row])
            if case.score.points is not None:
                assert table.points[row] == pytest.approx(float(case.score.points), abs=1e-9)
        place = placed.get(case.person.manager_id)
        assert table.rank_in_company[row] == (place.rank if place else 0)
        assert table.tied[row] == (place.tied if place else False)


def table_of(cases, policy, active, currency=None):
    columns = candidates(cases, policy, active=active, honours_known=True)
    return VerdictTable.of(columns, policy, currency)


@given(people(), policies, actives, st.sampled_from([None, "CNY", "USD"]))
def test_every_verdict_score_and_rank_is_that_of_the_plain_functions(cases, policy, active, currency):
    agrees(table_of(cases, policy, active, currency), cases, policy, active, currency)


@settings(max_examples=60)
@given(people(), policies, policies, actives)
def test_a_table_under_another_policy_is_the_table_made_by_it(cases, first, second, active):
    known = table_of(cases, first, active)
    blank = {key: None for key in known.counted_by if first.value(key) is None}
    for key in blank:
        second = second.with_value(key, None)
    # a definition that was open at first has no facts behind it
    agrees(known.with_policy(second), cases, second, active, None)


def one(value, **fact):
    own = Fact("sales", Unit.MONEY, value, **fact)
    person = Person("M1", "甲", "一部", "junior", None, HIRED, HIRED, None, (), (), ())
    applied = Application("junior", HIRED, ("x",), late=False)
    return Case(person, applied, None, (own,), (), None, None, (), (), (), ())


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (Fraction(1_000_000) - Fraction(1, 10**9), Outcome.MISSED),
        (Fraction(1_000_000), Outcome.MET),
        (Fraction(1_000_000) + Fraction(1, 10**9), Outcome.MET),
    ],
    ids=["below", "at", "above"],
)
def test_a_figure_that_no_float_tells_from_its_line_is_judged_exactly(value, outcome):
    assert float(value) == pytest.approx(1_000_000, abs=1e-8)
    table = table_of([one(value)], POLICY, {})
    assert OUTCOMES[table.outcomes["3.1.P2"][0]] is outcome


def test_a_missing_figure_is_neither_zero_nor_missed():
    table = table_of([one(None, remark=Told("review.evidence.not_in_records"))], POLICY, {})
    assert OUTCOMES[table.outcomes["3.1.P2"][0]] is Outcome.NO_EVIDENCE
    assert table.columns["3.1.P2"].whys[0] == Why.NOT_IN_RECORDS
    assert table.points[0] != table.points[0]  # no points, which is not zero points


def test_a_threshold_that_moved_leaves_every_other_column_as_it_was():
    before = table_of([one(Fraction(5))], POLICY, {})
    after = before.with_threshold("3.1.P2", 5)
    assert after.columns["3.1.P2"] is not before.columns["3.1.P2"]
    others = [key for key in before.columns if key != "3.1.P2"]
    assert all(after.columns[key] is before.columns[key] for key in others)
    assert after.scores["senior"] is before.scores["senior"]
    assert OUTCOMES[after.outcomes["3.1.P2"][0]] is Outcome.MET


def test_weights_that_moved_leave_every_verdict_as_it_was():
    before = table_of([one(Fraction(5))], POLICY, {})
    criteria = tuple(
        replace(each, weight=replace(each.weight, value=Decimal("0.5"))) if each.id == "3.1.P2" else each
        for each in POLICY.criteria
    )
    after = before.with_policy(replace(POLICY, criteria=criteria))
    assert all(after.columns[key] is column for key, column in before.columns.items())
    assert after.scores["junior"] is not before.scores["junior"]
    assert after.scores["senior"] is before.scores["senior"]


def test_another_definition_of_the_figures_is_refused_and_not_guessed():
    table = table_of([one(Fraction(5))], POLICY, {})
    with pytest.raises(InputError) as refused:
        table.with_policy(POLICY.with_value("long_term_years", 7))
    assert "long_term_years" in str(refused.value)


def test_a_definition_left_open_gives_no_rule_at_once():
    table = table_of([one(Fraction(5))], POLICY, {}).with_policy(POLICY.with_value("cancellation", None))
    assert OUTCOMES[table.outcomes["3.1.P2"][0]] is Outcome.NO_RULE


@pytest.mark.parametrize("moved", [None, "3.1.P2", "3.2.P5"])
def test_a_whole_review_agrees_case_by_case(moved):
    records = company_records()
    review = build_review(records, POLICY)
    table = table_of(review.cases, POLICY, {})
    policy = POLICY
    if moved:
        policy = POLICY.with_threshold(moved, 1)
        review, table = build_review(records, policy), table.with_policy(policy)
    assert len(review.cases) > 5
    for row, case in enumerate(review.cases):
        found = {k: OUTCOMES[codes[row]] for k, codes in table.outcomes.items() if codes[row] >= 0}
        assert found == {verdict.criterion: verdict.outcome for verdict in case.verdicts}
        if case.score is not None:
            assert table.rank_in_company[row] == (case.score.rank_in_company or 0)
            assert table.rank_in_department[row] == (case.score.rank_in_department or 0)
            assert table.tied[row] == case.score.tied
