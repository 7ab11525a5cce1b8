"""Training and career as people read them: pages, workbook. Policy 6.1 to 6.3."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from cmreview.review.development.development import Development
from cmreview.review.development.gaps import gaps
from cmreview.review.development.path import career_outlook
from cmreview.review.development.seats import department_plan
from cmreview.review.development.training import training_plan
from cmreview.review.model import Person
from cmreview.show.development import department_part, personal, tell_budget, tell_seats
from cmreview.show.development_rows import Teller
from cmreview.show.figures import Figures
from cmreview.show.training_workbook import write_training
from cmreview.terms import Label
from tests.builders import LEVELS, make_policy
from tests.review.development.learning import YEAR, catalogue, course, held, judged, run
from tests.show.sample import HOSTILE

OFFERED = catalogue(
    course("A", ["sales"], levels=["junior"], seats=1, runs=[run("03-10"), run("06-01", "06-02")]),
    course("B", ["exam"], runs=[run("04-10")]),
)
OPEN = make_policy(thresholds={"3.1.P3": None})


def person(manager, name, level="junior"):
    return Person(manager, name, "销售一部", level, None, None, date(2020, 1, 1), None, (), (), ())


def developed(manager, name, budget=10, level="junior"):
    own = held(level, policy=OPEN, sales=600_000) if level == "junior" else held(level)
    above = judged("intermediate", exam=0, complaint_rate=1) if level == "junior" else ()
    lacking = gaps(own, above)
    return Development(
        person=person(manager, name, level),
        year=2025,
        gaps=lacking,
        outlook=career_outlook(above, level, 2025, {}, OFFERED.outlook),
        path=OFFERED.paths["intermediate"] if above else None,
        plan=training_plan(manager, lacking, OFFERED, budget, YEAR),
    )


PEOPLE = [developed("M1", "王伟"), developed("M2", HOSTILE), developed("M3", "李娜")]
PLAN = department_plan([each.plan for each in PEOPLE], OFFERED)


def teller(lang="zh"):
    names = {each.person.manager_id: each.person.name for each in PEOPLE}
    return Teller(Figures(lang, Label("元", "yuan")), {level.id: level.label for level in LEVELS}, names)


def test_a_person_reads_gap_year_and_course_with_the_gap_behind_it():
    page = personal(PEOPLE[0], OFFERED, teller(), PLAN)
    assert "业务销售额还差 40 万元" in page
    assert "初级 3.1.P2 业务销售额还差 40 万元" in page  # behind the course
    assert "无法推算最早年度：客户投诉率缺依据或标准未定。" in page
    assert "通过考试即达标" in page
    assert "不是承诺" in page
    assert "客户满意度（3.1.P3）标准未定，不作为差距" in page
    assert "课程目录中没有对应的课程" in page


def test_both_languages_say_the_same_things():
    zh, en = (personal(PEOPLE[0], OFFERED, teller(lang), PLAN) for lang in ("zh", "en"))
    for mark in ("<tr", "<h4", "<li", "3.1.P2", "2026-03-10"):
        assert zh.count(mark) == en.count(mark) > 0
    assert "sales: 400,000 yuan short" in en
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in en.replace("王伟", ""))


def test_what_people_typed_is_escaped_once():
    page = department_part(PLAN, teller())
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_the_department_reads_who_is_moved_and_who_is_left_out():
    page = department_part(PLAN, teller())
    assert "原为 A 2026-03-10，因名额或时间调整" in page
    assert "名额已满；与已安排者优先次序相同，按工号先后" in page
    assert "李娜（M3）" in page
    assert [len(tell_seats(PLAN, name, teller())) for name in ("M1", "M2", "M3")] == [0, 1, 1]


def test_the_highest_level_has_no_way_above_and_says_so():
    top = developed("M9", "张三", level="senior")
    assert "已是最高等级" in personal(top, OFFERED, teller())


def test_a_budget_that_the_policy_leaves_open_is_marked():
    assert "未定每人培训天数上限" in tell_budget(developed("M1", "王伟", budget=None).plan, teller())
    assert "上限 10 天" in tell_budget(PEOPLE[0].plan, teller())


def test_a_department_without_needs_says_so():
    nobody = department_plan([], OFFERED)
    page = department_part(nobody, teller())
    assert "没有培训需求" in page
    assert "<table" not in page


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("training") / "a.xlsx"
    write_training(PLAN, PEOPLE, path, teller())
    return path


def test_the_workbook_holds_needs_seats_placements_and_everybody(book):
    found = openpyxl.load_workbook(book)
    assert found.sheetnames == ["培训需求", "各期名额", "培训安排", "未能安排", "差距", "职业发展"]
    head, first = list(found["培训安排"].iter_rows(values_only=True))[:2]
    line = dict(zip(head, first, strict=True))
    assert (line["姓名（工号）"], line["天数"], line["对应的差距"]) == (
        "王伟（M1）",
        1,
        "初级 3.1.P2 业务销售额还差 40 万元",
    )
    assert len(list(found["职业发展"].iter_rows())) == 4


def test_a_name_that_looks_like_a_formula_stays_text(tmp_path):
    path = tmp_path / "a.xlsx"
    named = replace(teller(), names={"M1": "=1+1", "M2": "王", "M3": "李"})
    write_training(PLAN, PEOPLE, path, named)
    kinds = {cell.data_type for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row}
    assert kinds <= {"s", "n"}


def test_the_same_plan_gives_the_same_bytes(book, tmp_path):
    write_training(PLAN, PEOPLE, tmp_path / "b.xlsx", teller())
    assert (tmp_path / "b.xlsx").read_bytes() == book.read_bytes()
