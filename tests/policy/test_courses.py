"""The catalogue of courses is read strictly, all faults at once. Policy 6.2, 6.3."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cmreview import strict_yaml
from cmreview.errors import FileError
from cmreview.policy.catalogue import Method, Topic
from cmreview.policy.courses import CatalogueFindings, catalogue_of, load_catalogue
from cmreview.terms import INDICATORS

LEVELS = ("junior", "senior")
TEXT = """\
courses:
  clause: "6.2"
  offered:
    - id: K1
      title: {zh: 谈判, en: Negotiating}
      topic: sales_skills
      method: internal
      levels: [junior]
      serves: [sales]
      skills: [talking]
      days: 1.5
      seats: 12
      dates:
        - {first: 2026-09-08, last: 2026-09-09}
        - {first: 2026-03-10, last: 2026-03-11}
    - id: K2
      title: {zh: 备考, en: The exam}
      topic: professional_knowledge
      method: online
      levels: [junior, senior]
      serves: [exam, degree]
      days: 2
      seats: X
      dates: [{first: 2026-03-01, last: 2026-12-31}]
paths:
  clause: "6.3"
  levels:
    junior:
      direction: {zh: 独立服务, en: on their own}
      skills: [{id: talking, zh: 沟通, en: talking}]
    senior:
      direction: {zh: 带队, en: leads}
      skills: [{id: leading, zh: 带队, en: leading}]
outlook: {clause: "6.3", trend_years: 5, fewest_years: 2, years_ahead: X}
"""


def read(text=TEXT, levels=LEVELS):
    return catalogue_of(strict_yaml.parse(text, "courses.yaml"), levels)


def faults(*changes, levels=LEVELS):
    text = TEXT
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    with pytest.raises(CatalogueFindings) as refusal:
        read(text, levels)
    findings = refusal.value.findings
    assert all(finding.line(lang) for finding in findings for lang in ("zh", "en"))
    assert len(refusal.value.what("en").splitlines()) == len(findings) + 1
    return [(finding.code.removeprefix("development."), finding.row) for finding in findings]


def test_a_course_is_read_as_it_stands_its_runs_by_date():
    course = read().courses["K1"]
    assert (course.topic, course.method, course.days) == (Topic.SALES_SKILLS, Method.INTERNAL, Fraction(3, 2))
    assert (course.seats, course.levels, course.serves) == (12, ("junior",), ("sales",))
    assert [run.first.month for run in course.runs] == [3, 9]
    assert [run.first.month for run in course.runs_in(2026)] == [3, 9]
    assert course.runs_in(2025) == ()


def test_no_limit_is_read_as_none_and_never_as_zero():
    found = read()
    assert (found.courses["K2"].seats, found.outlook.years_ahead) == (None, None)
    without_key = read(TEXT.replace("      seats: X\n", ""))
    assert without_key.courses["K2"].seats is None


def test_a_skill_knows_the_courses_that_teach_it():
    found = read()
    assert [course.id for course in found.teaching("talking")] == ["K1"]
    assert found.teaching("leading") == ()
    assert found.paths["junior"].skills[0].label("en") == "talking"


@pytest.mark.parametrize(
    ("old", "new", "code", "row"),
    [
        ("topic: sales_skills", "topic: sales", "not_a_topic", 6),
        ("method: internal", "method: visit", "not_a_method", 7),
        ("levels: [junior]", "levels: [juniors]", "unknown_level_like", 8),
        ("levels: [junior]", "levels: [x]", "unknown_level", 8),
        ("levels: [junior]", "levels: []", "not_a_list", 8),
        ("serves: [sales]", "serves: [turnover]", "unknown_indicator", 9),
        ("serves: [sales]", "serves: [sales, sales]", "repeated_word", 9),
        ("skills: [talking]", "skills: [xyz]", "unknown_skill", 10),
        ("days: 1.5", "days: 0", "not_days", 11),
        ("days: 1.5", "days: -1", "not_days", 11),
        ("days: 1.5", "days: two", "not_days", 11),
        ("days: 1.5", "days: 2.5", "too_many_days", 14),
        ("seats: 12", "seats: 0", "not_a_count", 12),
        ("seats: 12", "seats: 1.5", "not_a_count", 12),
        ("seats: 12", "seats: X", "no_seats", 4),
        ("last: 2026-09-09", "last: 2026-09-07", "ends_first", 14),
        ("last: 2026-09-09", "last: 2026-02-30", "not_a_day", 14),
        (
            "{first: 2026-03-10, last: 2026-03-11}",
            "{first: 2026-09-08, last: 2026-09-09}",
            "repeated_dates",
            15,
        ),
        ("id: K2", "id: K1", "repeated_id", 16),
        ("id: K2", "id: ' '", "not_a_text", 16),
        ("      topic: professional_knowledge\n", "", "missing_key", 16),
        ("      days: 2\n", "      days: 2\n      price: 9\n", "unknown_key", 23),
        ("id: leading", "id: leading, no: 1", "unknown_key", 33),
        ("    senior:\n", "    seniors:\n", "unknown_level_like", 31),
        ("fewest_years: 2", "fewest_years: 1", "no_trend", 34),
        ("fewest_years: 2", "fewest_years: 6", "no_trend", 34),
    ],
)
def test_a_fault_is_told_with_its_line(old, new, code, row):
    assert (code, row) in faults((old, new))


def test_all_faults_are_told_at_once():
    told = faults(("id: K2", "id: K1"), ("seats: 12", "seats: X"), ("serves: [exam", "serves: [exams"))
    assert [code for code, _ in told] == ["no_seats", "repeated_id", "unknown_indicator_like"]


def test_every_level_of_the_policy_needs_a_path():
    assert [code for code, _ in faults(levels=(*LEVELS, "expert"))] == ["no_path"]


def test_just_as_many_days_as_the_dates_have_are_fine():
    assert read(TEXT.replace("days: 1.5", "days: 2")).courses["K1"].days == 2


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileError):
        load_catalogue(tmp_path / "courses.yaml", LEVELS)


def test_the_shipped_catalogue_has_every_topic_and_method_and_serves_every_trainable_indicator(root):
    levels = ("junior", "intermediate", "senior")
    found = load_catalogue(root / "params" / "courses.yaml", levels)
    courses = found.courses.values()
    assert {course.topic for course in courses} == set(Topic)
    assert {course.method for course in courses} == set(Method)
    assert {level for course in courses for level in course.levels} == set(levels)
    # time alone brings years; everything else can be trained for
    served = {name for course in courses for name in course.serves}
    assert served == set(INDICATORS) - {"service_years", "level_years"}
