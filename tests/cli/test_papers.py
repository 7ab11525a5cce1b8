"""`cmreview papers` writes what the ledger bears, keeps what people edited, and tells what it can't make."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, date, datetime

import pytest

from cmreview.cli.papers import KINDS
from cmreview.process.certificates import code_of
from cmreview.process.events import Draft, MeasureDecided, Voided
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.measures import Measure, Standing
from cmreview.show.papers import making as paper_making
from cmreview.show.papers.shapes import PAPERS
from tests.cli import feedback_company
from tests.review.committee.course import DEPARTMENT, SECRETARY, Course
from tests.show.papers.word_files import lines, template

YEAR = ("--year", "2025")
PEOPLE = """\
name: {{zh: 评审委员会, en: Committee}}
time_zone: "+08:00"
papers:
  issuer: {{zh: 示例公司, en: Example Company}}
  rules: {{zh: 评审办法, en: Rules}}
  appointment_number: 聘〔{{year}}〕{{number}}号
  certificate_number: C-{{year}}-{{number}}
  contact: {{zh: "人力资源部，电话 8001", en: "Personnel, phone 8001"}}
people:
{people}
"""


@pytest.fixture(scope="module")
def filed(tmp_path_factory):
    """The options of a small year: one appointed, one approved and shown, one declined, one only applied."""
    folder = tmp_path_factory.mktemp("year")
    course = Course()
    people = [
        f"  - {{id: {one.id}, name: {one.name}, department: {one.department},"
        f" roles: [{', '.join(one.roles)}]}}"
        for one in course.committee.people.values()
    ]
    committee = folder / "committee.yaml"
    committee.write_text(PEOPLE.format(people="\n".join(people)), encoding="utf-8")
    place = folder / "ledger.db"
    course.appointed("甲")
    course.publicised("乙")
    course.publicised("丙", approved=False)
    course.applied("丁")
    with Ledger.open(place, create=True) as ledger:
        for event in course.ledger.kept:
            draft = Draft(event.case, event.payload, event.actor, event.reason, event.corrects)
            ledger.append([draft], event.at)
    return ("--ledger", place, "--committee", committee)


@pytest.fixture
def made(filed, tmp_path, run):
    """Make papers of a kind below ``tmp_path``."""
    return lambda kind, *more: run("papers", kind, *YEAR, *filed, "--out", tmp_path, *more)


def names(folder):
    return sorted(path.name for path in folder.rglob("*.docx"))


def test_the_kinds_on_the_command_line_are_the_papers():
    assert KINDS == paper_making.KINDS
    assert set(KINDS) <= set(PAPERS)


def test_a_certificate_a_person_and_who_has_none_is_told_by_name_with_the_reason(made, tmp_path):
    code, out, _ = made("certificate")
    assert code == 0
    assert names(tmp_path) == ["甲-甲-等级证书.docx"]
    assert "目前为“公示”，还不能出具：2025/乙 乙" in out
    assert "未获通过，没有此项文件（另有结果告知书）：2025/丙 丙" in out
    assert "目前为“待部门初审”，还不能出具：2025/丁 丁" in out


def test_made_twice_nothing_changes_and_both_times_the_bytes_are_the_same(made, tmp_path):
    made("notice")
    (path,) = tmp_path.rglob("*.docx")
    before = path.read_bytes()
    code, out, _ = made("notice")
    assert (code, path.read_bytes()) == (0, before)
    assert "未变化 1 份" in out


def test_a_paper_that_somebody_edited_stays_unless_it_is_to_be_replaced(made, tmp_path):
    made("appointment")
    (path,) = tmp_path.rglob("*.docx")
    fresh = path.read_bytes()
    path.write_bytes(b"edited")
    code, out, _ = made("appointment")
    assert (code, path.read_bytes()) == (1, b"edited")
    assert "--replace" in out
    code, _, _ = made("appointment", "--replace")
    assert (code, path.read_bytes()) == (0, fresh)


def test_a_case_that_is_asked_for_by_name_and_has_no_paper_fails(made, tmp_path):
    code, _, _ = made("certificate", "--case", "甲", "--case", "乙")
    assert code == 1
    assert names(tmp_path) == ["甲-甲-等级证书.docx"]
    assert made("certificate", "--case", "甲")[0] == 0


def test_a_case_that_is_not_there_is_a_mistake_and_nothing_is_written(made, tmp_path):
    code, _, err = made("certificate", "--case", "甲", "--case", "戊")
    assert code == 2
    assert "戊" in err
    assert names(tmp_path) == []


def test_a_department_is_asked_for_by_its_name(made):
    assert made("certificate", "--department", DEPARTMENT)[0] == 0
    code, _, err = made("certificate", "--department", "后勤部")
    assert code == 2
    assert DEPARTMENT in err


@pytest.mark.parametrize("kind", ["opinion", "minutes", "refusal", "all"])
def test_papers_with_figures_ask_for_the_records(made, kind):
    code, _, err = made(kind)
    assert code == 2
    assert "--records" in err


def test_a_notice_of_another_day_is_not_made(made, tmp_path):
    made("notice", "--on", "2026-01-19")
    assert names(tmp_path) == []
    made("notice", "--on", "2026-01-20")
    assert len(names(tmp_path)) == 1


def test_papers_are_made_by_the_templates_that_people_edited(made, run, tmp_path):
    folder = tmp_path / "templates"
    assert run("papers", "templates", "--out", folder)[0] == 0
    assert run("papers", "templates", "--out", folder)[0] == 2  # somebody may have edited them
    (folder / "zh" / "notice.docx").unlink()
    code, _, err = made("notice", "--templates", folder)
    assert code == 2
    assert "notice.docx" in err
    assert made("certificate", "--templates", folder)[0] == 0


def test_a_ledger_that_was_altered_gives_no_paper(filed, run, tmp_path):
    broken = tmp_path / "broken.db"
    broken.write_bytes(filed[1].read_bytes())
    with sqlite3.connect(broken) as connection:
        (table,) = [
            name
            for (name,) in connection.execute("select name from sqlite_master where type = 'table'")
            if "event" in name
        ]
        triggers = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"drop trigger {name}")
        connection.execute(f"update {table} set actor = 'P9' where number = 3")
    connection.close()
    out = tmp_path / "papers"
    code, _, _ = run("papers", "certificate", *YEAR, "--ledger", broken, *filed[2:], "--out", out)
    assert code == 1
    assert not out.exists()


def test_a_certificate_is_verified_by_number_and_code(filed, run):
    with Ledger.open(filed[1]) as ledger:
        appointed = ledger.events(case="2025/甲")[-1]
    number, code = appointed.payload.certificate_number, code_of(appointed)
    told = run("papers", "verify", number, "--code", code, *filed)
    assert told[0] == 0
    assert "甲，销售一部，初级，自2026年2月1日起" in told[1]
    assert run("papers", "verify", number, *filed)[0] == 0
    assert "--code" in run("papers", "verify", number, *filed)[1]
    assert run("papers", "verify", number, "--code", "0000", *filed)[0] == 1
    assert run("papers", "verify", "C-1", *filed)[0] == 1


def test_a_certificate_whose_appointment_was_taken_back_is_not_confirmed(filed, run, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_bytes(filed[1].read_bytes())
    with Ledger.open(copy) as ledger:
        last = ledger.events(case="2025/甲")[-1]
        ledger.append([Draft("2025/甲", Voided(last.number), SECRETARY, "误录")], last.at)
    told = run("papers", "verify", last.payload.certificate_number, "--ledger", copy, *filed[2:])
    assert told[0] == 1
    assert "撤销" in told[1]


# --- papers of what was decided after the review (Policy 5.4) -----------------------------------------


@pytest.fixture
def decided(run, root, tmp_path):
    """The options of a small company with a ledger in which somebody was warned."""
    records = feedback_company.write_records(tmp_path / "records")
    policy = feedback_company.write_policy(root, tmp_path / "policy")
    payload = MeasureDecided(
        *(Measure.WARNING, True, date(2026, 1, 20), Standing.DUE, "李娜", "销售一部", "intermediate"),
        effective_on=date(2026, 2, 1),
    )
    place = tmp_path / "ledger.db"
    feedback_company.record(place, "00124", payload, datetime(2026, 1, 20, 4, tzinfo=UTC))
    committee = root / "params" / "committee.yaml"

    def call(kind, *more):
        given = ("--ledger", place, "--records", records, "--policy", policy, "--committee", committee)
        return run("papers", kind, *YEAR, *given, "--out", tmp_path / "papers", *more)

    return call


def test_a_warning_and_its_plan_come_out_of_ledger_and_records(decided, tmp_path):
    code, out, _ = decided("warning")
    assert (code, "新出具 1 份" in out) == (0, True)
    said = "\n".join(lines((tmp_path / "papers/warning/00124-李娜-警告通知书.docx").read_bytes()))
    assert "业务销售额" in said
    assert "40.00 万元" in said
    code, out, _ = decided("improvement-plan")
    assert code == 0
    said = "\n".join(lines((tmp_path / "papers/improvement_plan/00124-李娜-业绩改进计划.docx").read_bytes()))
    assert re.search("（1）参加培训：.*（2026年[0-9]+月[0-9]+日至2026年", said)
    assert "2026年8月1日（期满评估）" in said


def test_a_template_that_wont_do_is_told_before_the_first_paper_is_written(decided, run, tmp_path):
    folder = tmp_path / "templates"
    run("papers", "templates", "--out", folder)
    template(folder / "zh" / "improvement_plan.docx", "{{ salary }}")
    code, _, said = decided("all", "--templates", folder)  # the warning comes before its plan
    assert (code, "salary" in said) == (2, True)
    assert not (tmp_path / "papers").exists()


def test_what_nobody_decided_has_no_paper_and_is_told(decided, tmp_path):
    code, out, _ = decided("demotion")
    assert (code, "没有此项建议，也没有决定，不需要此项文件：1 人" in out) == (0, True)
    assert not (tmp_path / "papers" / "demotion").exists()
    code, _, said = decided("warning", "--case", "00123")
    assert (code, "00123" in said) == (2, True)


def test_a_warning_needs_the_records(filed, run, tmp_path):
    code, _, said = run("papers", "warning", *YEAR, *filed, "--out", tmp_path)
    assert (code, "--records" in said) == (2, True)
