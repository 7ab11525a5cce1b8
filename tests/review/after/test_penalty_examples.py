"""The signed examples of penalties, each from the records of people to advice as a person wrote it down.

``tests/examples/after/penalties.yaml`` is written for whoever owns the policy; its head tells how.
Policy 5.4.e, 5.4.f, 5.4.g, 5.4.h.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from cmreview import strict_yaml
from cmreview.review import people
from cmreview.review.after.incidents import incidents, loss_advice
from cmreview.review.after.model import Counted, Measure, Standing
from cmreview.review.after.penalties import penalties
from cmreview.review.after.streaks import streak, year_outcome
from cmreview.review.dossier import dossiers
from cmreview.terms import INDICATORS, OUTCOMES
from tests.builders import DEPARTMENT, LEVELS, make_records
from tests.review.after.missed import LABELS, rules, said
from tests.review.development.learning import held
from tests.review.test_examples import number, rows

FILE = strict_yaml.read(Path(__file__).parents[2] / "examples" / "after" / "penalties.yaml").data
EXAMPLES = list(enumerate(FILE["cases"], start=1))
YEAR = int(FILE["year"])
HIRED = "2015-01-01"
HEAD = {"signed_by", "signed_on", "year", "thresholds", "rules", "cases"}
GIVEN = {
    *("等级", "当年", "年度结论", "入职日期", "离职日期"),
    *("离岗", "等级履历", "重大损失", "办法"),
}
MEASURES = {
    "警告": Measure.WARNING,
    "降职": Measure.DEMOTION,
    "辞退": Measure.DISMISSAL,
    "损失": Measure.LOSS,
}
EXPECT = {*MEASURES, "连续", "各年", "降为", "期限", "目标", "步骤", "说明", "不说", "矛盾"}
STANDING = {
    "建议": Standing.DUE,
    "委员会": Standing.COMMITTEE,
    "不适用": Standing.NOT_DUE,
    "未定": Standing.NO_RULE,
    "无": None,
}
COUNTED = {"计入": Counted.EXTENDS, "中断": Counted.BREAKS, "不计": Counted.NEUTRAL}
WORDS = {
    "不计": "neutral",
    "中断": "breaks",
    "计入": "counts",
    "连续计算": "continues",
    "重新计算": "restarts",
}
LEVEL = {level.label.zh: level.id for level in LEVELS} | {"无": None}
NAME = {indicator.label.zh: name for name, indicator in INDICATORS.items()}
OUTCOME = {label.zh: outcome.value for outcome, label in OUTCOMES.items()}


# --- from the words of an example to rules, people and verdicts


def rule(text):
    if text == "X":
        return None
    if text in WORDS:
        return WORDS[text]
    exact = number(text)
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def policy_of(given):
    told = FILE["rules"] | given.get("办法", {})
    return rules(FILE["thresholds"], **{LABELS[label]: rule(text) for label, text in told.items()})


def conclusions(given, person):
    told = given.get("年度结论", {})
    lines = told if isinstance(told, list) else [[year, text] for year, text in told.items()]
    for year, text, *honour in lines:
        level, _, outcome = f"{given.get('等级', '中级')} {text}".rpartition(" ")
        yield {
            "manager_id": person,
            "year": int(year),
            "level": LEVEL[level.split()[-1]],
            "outcome": OUTCOME[outcome],
            "honour": honour[0] if honour else None,
        }


def tables_of(place, given):
    person = name_of(place)
    level = given.get("等级", "中级")
    hired = given.get("入职日期", HIRED)
    history = [{"等级": None if level == "无" else level, "开始日期": hired}]
    told = {
        "花名册": {"入职日期": hired, "离职日期": given.get("离职日期")},
        "等级履历": given.get("等级履历", history),
        "离岗记录": [{"开始日期": first, "结束日期": last} for first, last in given.get("离岗", [])],
        "重大损失": [
            line | {"事件编号": f"{line['事件编号']}@{person}"} for line in given.get("重大损失", [])
        ],
    }
    found = rows(told, person, DEPARTMENT)
    found["outcomes"] = list(conclusions(given, person))
    return found


@cache
def dossiers_of_all():
    """One company of all examples' people."""
    together = {}
    for place, told in EXAMPLES:
        for table, found in tables_of(place, told["given"]).items():
            together.setdefault(table, []).extend(found)
    return dossiers(make_records(**together))


def name_of(place):
    return f"E{place:03}"


def verdicts_of(given, person, policy):
    if person.level is None or not people.was_there(person, YEAR):
        return ()
    told = given.get("当年", {}).items()
    figures = {NAME[label]: None if text == "缺" else Fraction(number(text)) for label, text in told}
    return held(person.level, policy=policy, **figures)


@cache
def found_for(place):
    """The run and all advice of one example, by measure."""
    given = EXAMPLES[place - 1][1]["given"]
    policy = policy_of(given)
    dossier = dossiers_of_all()[name_of(place)]
    person = people.person(dossier, YEAR, None)
    verdicts = verdicts_of(given, person, policy)
    run = streak(person, year_outcome(verdicts), policy)
    loss = loss_advice(incidents(dossier.incidents, policy))
    advice = (*penalties(verdicts, person, run, policy), *([loss] if loss else []))
    return run, {one.measure: one for one in advice}


def reasons(advice, place):
    return said([told for one in advice.values() for told in one.because]).replace(f"@{name_of(place)}", "")


def expecting(*keys):
    return [
        pytest.param(place, told["expect"], id=f"{place}-{told['clause']}")
        for place, told in EXAMPLES
        if set(keys) & set(told["expect"])
    ]


# --- the examples


@pytest.mark.parametrize(("place", "expect"), expecting("连续", "各年"))
def test_the_run_is_as_long_as_the_example_says_and_counts_its_years_so(place, expect):
    run, _ = found_for(place)
    assert run.length == int(expect["连续"])
    if "各年" in expect:
        years = {str(mark.year): mark.counted for mark in run.years}
        assert years == {year: COUNTED[word] for year, word in expect["各年"].items()}


@pytest.mark.parametrize(("place", "expect"), expecting(*MEASURES))
def test_each_measure_stands_as_the_example_says(place, expect):
    _, advice = found_for(place)
    for word, measure in MEASURES.items():
        if word in expect:
            standing = advice[measure].standing if measure in advice else None
            assert standing is STANDING[expect[word]], word


@pytest.mark.parametrize(("place", "expect"), expecting("降为"))
def test_a_demotion_leads_to_the_level_of_the_example(place, expect):
    assert found_for(place)[1][Measure.DEMOTION].to_level == LEVEL[expect["降为"]]


@pytest.mark.parametrize(("place", "expect"), expecting("期限", "目标"))
def test_an_improvement_plan_has_the_time_and_goals_of_the_example(place, expect):
    warning = found_for(place)[1][Measure.WARNING]
    if "期限" in expect:
        assert warning.months == (None if expect["期限"] == "无" else int(expect["期限"]))
    if "目标" in expect:
        assert [goal.told.text("zh") for goal in warning.goals] == expect["目标"]


@pytest.mark.parametrize(("place", "expect"), expecting("步骤"))
def test_a_dismissal_lists_as_many_steps_of_the_law_as_the_example_says(place, expect):
    assert len(found_for(place)[1][Measure.DISMISSAL].steps) == int(expect["步骤"])


@pytest.mark.parametrize(("place", "expect"), expecting("说明", "不说"))
def test_the_reasons_say_what_the_example_says_and_not_what_it_forbids(place, expect):
    _, advice = found_for(place)
    text = reasons(advice, place)
    assert [sentence for sentence in expect.get("说明", []) if sentence not in text] == []
    assert [words for words in expect.get("不说", []) if words in text] == []


@pytest.mark.parametrize(("place", "expect"), expecting("矛盾"))
def test_the_contradictions_are_those_of_the_example(place, expect):
    run, _ = found_for(place)
    told = [] if expect["矛盾"] == "无" else expect["矛盾"]
    assert [one.text("zh") for one in run.contradictions] == told


# --- the file


def test_the_file_says_who_signed_it_and_holds_nothing_that_no_test_reads():
    assert set(FILE) == HEAD
    assert FILE["signed_by"]
    for _, told in EXAMPLES:
        assert set(told) == {"clause", "title", "given", "expect"}
        assert set(told["given"]) <= GIVEN
        assert set(told["expect"]) <= EXPECT
        asked = {"损失"} if told["clause"] == "5.4.h" else {"连续", "警告", "降职", "辞退"}
        assert asked <= set(told["expect"])
        assert any("\u4e00" <= letter <= "\u9fff" for letter in told["title"])
    titles = [(told["clause"], told["title"]) for _, told in EXAMPLES]
    assert len(titles) == len(set(titles))


def test_every_clause_and_every_reading_of_every_rule_has_examples():
    assert {told["clause"] for _, told in EXAMPLES} == {"5.4.e", "5.4.f", "5.4.g", "5.4.h"}
    assert list(FILE["rules"]) == list(LABELS)
    shown = {(label, text) for _, told in EXAMPLES for label, text in told["given"].get("办法", {}).items()}
    assert {label for label, text in shown if text == "X"} == set(LABELS)
    readings = {"缺证据的年度": "中断", "不满一年的年度": "计入"}
    readings |= dict.fromkeys(("等级变动后的连续年数", "调动后的连续年数"), "重新计算")
    assert set(readings.items()) <= shown


def test_the_file_gives_a_threshold_to_every_performance_requirement():
    asked = [each.id for each in rules().criteria if ".P" in each.id]
    assert list(FILE["thresholds"]) == asked
