"""The signed examples of training and career, each from a person's figures to gaps, plan and way ahead.

``tests/examples/after/development.yaml`` is written for whoever owns the policy; its head tells how.
Policy 6.1, 6.2, 6.3.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from cmreview import strict_yaml
from cmreview.policy.catalogue import Catalogue, Method, Outlook, Topic
from cmreview.policy.courses import CatalogueFindings, catalogue_of
from cmreview.review.development.gaps import gaps
from cmreview.review.development.path import career_outlook
from cmreview.review.development.seats import department_plan
from cmreview.review.development.training import training_plan
from cmreview.show.development_rows import Teller
from cmreview.show.figures import Figures
from cmreview.strict_yaml import Document
from cmreview.terms import DEGREES, INDICATORS
from cmreview.words import say
from tests.builders import LEVELS, make_policy
from tests.review.development.learning import held, judged

FILE = strict_yaml.read(Path(__file__).parents[2] / "examples" / "after" / "development.yaml").data
EXAMPLES = list(enumerate(FILE["cases"], start=1))
HEAD = {"signed_by", "signed_on", "year", "thresholds", "outlook", "courses", "cases"}
GIVEN = {"等级", "现等级", "上一级", "往年", "天数", "课程", "多人", "改动"}
EXPECT = {
    *("差距", "折算", "培训", "未安排", "最早年度", "决定因素", "如何"),
    *("安排", "未能安排", "不能使用"),
}
YEAR = int(FILE["year"])
LEVEL = {level.label.zh: level.id for level in LEVELS} | {"无": None}
NAME = {indicator.label.zh: name for name, indicator in INDICATORS.items()}
TOPIC = {say(f"development.topic.{topic.value}"): topic for topic in Topic}
METHOD = {say(f"development.method.{method.value}"): method for method in Method}
DEGREE = {label.zh: name for name, label in DEGREES.items()}
POLICY = make_policy(YEAR, {key: DEGREE.get(text, text) for key, text in FILE["thresholds"].items()})
TELLER = Teller(Figures("zh"), {level.id: level.label for level in LEVELS}, {})
DAYS = 10


def number(text):
    scale = 10_000 if text.endswith("万") else Fraction(1, 100) if text.endswith("%") else 1
    return Fraction(text.rstrip("万%")) * scale


def values(told):
    """The figures of one level, as ``judged`` takes them."""
    found, parts = {}, {}
    for label, text in (told or {}).items():
        name = NAME[label]
        over, _, under = text.partition("/")
        if text == "缺":
            found[name] = None
        elif text == "未通过":
            found[name] = Fraction(0)
        elif under and name != "level_years":
            parts[name] = (int(number(over)), int(number(under)))
        else:
            found[name] = number(text)
    return {"parts": parts, **found}


def as_file(courses):
    """The courses of the file as courses.yaml has them."""
    offered = [
        {
            "id": one["编号"],
            "title": {"zh": one["编号"], "en": one["编号"]},
            "topic": TOPIC[one["内容"]].value,
            "method": METHOD.get(one["方式"], one["方式"]),
            "levels": [LEVEL[level] for level in one["等级"]],
            "serves": [NAME.get(label, label) for label in one["指标"]],
            "days": one["天数"],
            "seats": one["名额"],
            "dates": [{"first": first, "last": last} for first, last in one["日期"]],
        }
        for one in courses
    ]
    path = {"direction": {"zh": "方向", "en": "direction"}, "skills": [{"id": "s", "zh": "能力", "en": "s"}]}
    return {
        "courses": {"clause": "6.2", "offered": offered},
        "paths": {"clause": "6.3", "levels": {level.id: path for level in LEVELS}},
        "outlook": {"clause": "6.3", **FILE["outlook"]},
    }


def catalogue(courses):
    return catalogue_of(Document("courses.yaml", as_file(courses), {}), [level.id for level in LEVELS])


WHOLE = catalogue(FILE["courses"])
LOOK = Outlook(*(int(FILE["outlook"][key]) for key in ("trend_years", "fewest_years", "years_ahead")))


def offered(given):
    chosen = given.get("课程", list(WHOLE.courses))
    return Catalogue({key: WHOLE.courses[key] for key in chosen}, WHOLE.paths, LOOK)


def ahead(given):
    above = POLICY.next_level(LEVEL[given["等级"]])
    return () if above is None else judged(above.id, policy=POLICY, **values(given.get("上一级")))


def gaps_of(given):
    level = LEVEL[given["等级"]]
    own = () if level is None else held(level, policy=POLICY, **values(given.get("现等级")))
    return gaps(own, ahead(given))


def plan(given, manager="E1", courses=None):
    days = given.get("天数", str(DAYS))
    budget = None if days == "X" else Fraction(days)
    return training_plan(manager, gaps_of(given), courses or offered(given), budget, YEAR + 1)


def outlook(given):
    history = {
        NAME[label]: {int(year): number(text) for year, text in figures.items()}
        for label, figures in given.get("往年", {}).items()
    }
    return career_outlook(ahead(given), LEVEL[given["等级"]], YEAR, history, LOOK)


def expecting(key):
    return [
        pytest.param(told, id=f"{place}-{told['clause']}")
        for place, told in EXAMPLES
        if key in told["expect"]
    ]


@pytest.mark.parametrize("told", expecting("差距"))
def test_the_gaps_are_told_as_the_example_has_them(told):
    found = gaps_of(told["given"]).by_priority
    assert [gap.told.text("zh") for gap in found] == told["expect"]["差距"]


@pytest.mark.parametrize("told", expecting("折算"))
def test_a_gap_comes_to_what_the_example_says(told):
    found = gaps_of(told["given"]).by_priority
    assert [gap.natural.text("zh") for gap in found] == told["expect"]["折算"]


@pytest.mark.parametrize("told", expecting("培训"))
def test_the_plan_holds_the_courses_of_the_example_each_with_its_gaps(told):
    found = plan(told["given"])
    lines = {line.course.id: sorted(gap.criterion for gap in line.gaps) for line in found.lines}
    assert lines == told["expect"]["培训"]
    unserved = {each.gap.criterion: TELLER.why(each.why) for each in found.unserved}
    assert unserved == told["expect"].get("未安排", {})


@pytest.mark.parametrize("told", expecting("最早年度"))
def test_the_earliest_year_and_what_decides_it_are_those_of_the_example(told):
    found, expect = outlook(told["given"]), told["expect"]
    if expect["最早年度"] == "已是最高":
        assert found is None
        return
    assert found.year == (None if expect["最早年度"] == "无" else int(expect["最早年度"]))
    assert [step.criterion for step in found.binding] == expect["决定因素"]
    how = {step.criterion: step.told.text("zh") for step in found.steps}
    assert {key: how[key] for key in expect.get("如何", {})} == expect.get("如何", {})


@pytest.mark.parametrize("told", expecting("安排"))
def test_the_seats_go_to_those_of_the_example(told):
    given, expect = told["given"], told["expect"]
    courses = offered(given)
    found = department_plan([plan(one, name, courses) for name, one in given["多人"].items()], courses)
    placed = [f"{each.manager_id} {each.line.course.id} {each.line.run.first}" for each in found.placements]
    assert len(placed) == len(expect["安排"])
    assert all(one.startswith(asked) for one, asked in zip(placed, expect["安排"], strict=True))
    without = {
        each.manager_id: TELLER.why(each.why)
        + (say("development.show.after_equals") if each.after_equals else "")
        for each in found.without
    }
    assert without == expect.get("未能安排", {})


@pytest.mark.parametrize("told", expecting("不能使用"))
def test_a_catalogue_with_the_fault_of_the_example_is_refused(told):
    change = dict(told["given"]["改动"])
    course = change.pop("课程")
    courses = [one | change if one["编号"] == course else one for one in FILE["courses"]]
    with pytest.raises(CatalogueFindings) as refusal:
        catalogue(courses)
    (finding,) = refusal.value.findings
    assert told["expect"]["不能使用"] in finding.line("zh")


def test_the_file_says_who_signed_it_and_holds_nothing_that_no_test_reads():
    assert set(FILE) == HEAD
    assert FILE["signed_by"]
    for _, told in EXAMPLES:
        assert set(told) == {"clause", "title", "given", "expect"}
        assert set(told["given"]) <= GIVEN
        assert set(told["expect"]) <= EXPECT
        assert told["expect"].keys() & {"培训", "最早年度", "安排", "不能使用"}
        assert any("\u4e00" <= letter <= "\u9fff" for letter in told["title"])
    assert {told["clause"] for _, told in EXAMPLES} == {"6.1", "6.2", "6.3"}
    titles = [told["title"] for _, told in EXAMPLES]
    assert len(titles) == len(set(titles))


def test_the_file_gives_a_threshold_to_every_criterion_of_the_performance_requirements():
    asked = [each.id for each in POLICY.criteria if ".P" in each.id]
    assert [key for key in FILE["thresholds"] if ".P" in key] == asked
