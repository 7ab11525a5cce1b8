"""The year's conclusions are handed in next year as they came out and as they were decided. Policy 5.4."""

from __future__ import annotations

from datetime import date

import pytest

from cmreview.process.events import MeasureDecided
from cmreview.process.measures import Measure, Standing
from cmreview.process.stages import CaseState, DecidedMeasure
from cmreview.records.schema import TABLES
from cmreview.review.after.model import Consequences, Streak
from cmreview.review.after.year_conclusions import TABLE, ConclusionRow, conclusions
from cmreview.review.model import Case, Person
from cmreview.terms import Outcome
from tests.builders import DEPARTMENT

YEAR = 2025


def case(outcome=Outcome.MET, manager="1", level="junior"):
    """Somebody with the year's outcome; None where nothing was worked out."""
    who = Person(manager, "王伟", DEPARTMENT, level, None, None, None, None, (), (), ())
    found = None if outcome is None else Consequences(outcome, Streak(0, ()), (), None, ())
    return Case(who, None, None, (), (), None, None, (), (), (), (), consequences=found)


def honoured(agreed=True, measure=Measure.HONOUR, manager="1"):
    decided = MeasureDecided(measure, agreed, date(2026, 2, 1), Standing.DUE, "王伟", DEPARTMENT, "junior")
    state = CaseState(f"{YEAR}/{manager}", measures=(DecidedMeasure(1, decided, "P01", None),))
    return {state.case: state}


def keys(found):
    assert all(one.told.text(lang) for one in found.remarks for lang in ("zh", "en"))
    return [one.told.key.removeprefix("measures.no_conclusion.") for one in found.remarks]


@pytest.mark.parametrize("outcome", [Outcome.MET, Outcome.MISSED, Outcome.NO_EVIDENCE])
def test_an_outcome_is_handed_in_as_it_came_out(outcome):
    found = conclusions([case(outcome)], {}, YEAR)
    assert found.rows == (ConclusionRow("1", YEAR, "junior", outcome),)
    assert found.remarks == ()


def test_a_year_without_a_rule_gives_no_row_and_is_told():
    found = conclusions([case(Outcome.NO_RULE)], {}, YEAR)
    assert (found.rows, keys(found)) == ((), ["no_rule"])


@pytest.mark.parametrize(
    ("odd", "key"), [(case(level=None), "no_level"), (case(outcome=None), "not_worked_out")]
)
def test_whoever_has_no_conclusion_is_told(odd, key):
    found = conclusions([odd], {}, YEAR)
    assert (found.rows, keys(found)) == ((), [key])
    assert found.remarks[0].case == "2025/1"


def test_an_honour_is_handed_in_only_where_it_was_decided():
    def of(states, lang="zh"):
        return conclusions([case()], states, YEAR, lang).rows[0].honour

    assert of({}) is None
    assert of(honoured(agreed=False)) is None
    assert of(honoured(measure=Measure.PRIORITY)) is None
    assert of(honoured(manager="2")) is None
    assert of(honoured()) == "优秀客户经理"
    assert of(honoured(), "en") == "outstanding account manager"


def test_an_honour_that_finds_no_row_is_told():
    assert keys(conclusions([case(Outcome.NO_RULE)], honoured(), YEAR)) == ["no_rule", "honour"]


def test_rows_stand_by_manager_id_and_fit_the_table():
    found = conclusions([case(manager="2"), case(manager="10")], {}, YEAR)
    assert [row.manager_id for row in found.rows] == ["10", "2"]
    table = TABLES[TABLE]
    assert list(found.rows[0].values()) == [column.name for column in table.columns]
    assert {one.value for one in Outcome} - {"no_rule"} == set(table.column("outcome").choices)
