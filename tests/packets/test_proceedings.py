"""Packets with a record of the process: what is made again, what nobody may read, what is refused."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cmreview.cli import main
from cmreview.errors import LedgerError
from cmreview.packets.batch import make_prepared
from cmreview.packets.job import State
from cmreview.packets.prepare import Request, prepare
from cmreview.packets.sample import make_sample
from cmreview.packets.sample_company import YEAR
from cmreview.packets.sample_course import sample_committee, sample_events
from cmreview.policy.load import load_policy
from cmreview.process.calendar_file import load_calendar
from cmreview.process.committee_file import load_committee
from cmreview.process.desk import Desk
from cmreview.process.events import (
    Appealed,
    Applied,
    Decided,
    Draft,
    ItemScore,
    Publicised,
    Recommendation,
    Recused,
    Referred,
    ReviewDecision,
    Reviewed,
    Scored,
    ScoresOpened,
)
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.rules import process_rules
from cmreview.process.setting import Setting
from cmreview.process.stages import Stage
from cmreview.process.steps.steps import check
from cmreview.review.store import save
from tests.packets.making import tree
from tests.packets.small import FIRST, SECOND, small_company, write_tables
from tests.show.reading import read

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = ("M1", "M2", "M3", "M4")
NAMES = {one: f"评委{sign}某" for one, sign in zip((*MEMBERS, "M5"), "甲乙丙丁戊", strict=True)}
OTHERS = {FIRST: "甲2号", SECOND: "甲1号"}  # who applied in the other department
APPELLANT, GROUNDS, RELATION, COMMENT = "举报人己", "合同造假", "大学同学", "答辩一般"

PEOPLE = """\
name: {zh: 评审委员会, en: Review Committee}
time_zone: "+08:00"
papers:
  issuer: {zh: 示例公司, en: Example Company}
  rules: {zh: 办法, en: Rules}
  appointment_number: 聘〔{year}〕{number}号
  certificate_number: C-{year}-{number}
  contact: {zh: 人力资源部, en: Human Resources}
people:
"""


@pytest.fixture(scope="module")
def records(tmp_path_factory) -> Path:
    return write_tables(tmp_path_factory.mktemp("records"), small_company())


class Office:
    """A committee's file, a ledger in SQLite, and the steps of small companies' cases."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ledger, self.people = folder, folder / "ledger.db", folder / "committee.yaml"
        roles = {"M1": "chair, member"}
        lines = [
            f"  - {{id: {one}, name: {name}, department: 公司, roles: [{roles.get(one, 'member')}]}}\n"
            for one, name in NAMES.items()
        ]
        lines.append("  - {id: S1, name: 庚秘书, department: 人力资源部, roles: [secretary]}\n")
        self.people.write_text(PEOPLE + "".join(lines), encoding="utf-8")
        Ledger.open(self.ledger, create=True).close()

    def step(self, case, payload, actor="S1", reason=None, day=date(2026, 1, 20)) -> int:
        committee = load_committee(self.people)
        rules = process_rules(load_policy(ROOT / "params" / "policy", YEAR))
        at = datetime(day.year, day.month, day.day, 12, tzinfo=committee.zone)
        with Ledger.open(self.ledger) as ledger:
            desk = Desk(ledger, Setting(rules, committee, load_calendar(ROOT / "params" / "calendar_cn.csv")))
            return desk.record([Draft(f"{YEAR}/{case}", payload, actor, reason)], at)[0].number

    def referred(self, case, department) -> None:
        self.step(case, Applied("某", department, None, "junior", date(2025, 12, 10), ("业绩表.pdf",)))
        self.step(case, Reviewed(ReviewDecision.PASSED, "同意上报", "辛经理", date(2025, 12, 20)))
        self.step(case, Referred())

    def scored(self, case, member, points) -> None:
        items = ("report", "defence", "overall_assessment")
        marks = tuple(ItemScore(item, Decimal(points)) for item in items)
        self.step(case, Scored(member, marks, COMMENT), member)

    def request(self, records, **options) -> Request:
        known = {"engine": "plain", "ledger": str(self.ledger), "committee": self.people}
        return Request(YEAR, records, self.folder / "out", **(known | options))

    def made(self, records, executor, **options) -> dict[str, State]:
        request = self.request(records, **options)
        run = make_prepared(prepare(request), request, executor=executor)
        return {entry.department: entry.state for entry in run.entries}


@pytest.fixture
def office(tmp_path) -> Office:
    return Office(tmp_path)


def told(folder: Path) -> str:
    """Every text of every file below ``folder``, workbooks unpacked."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                found += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
        elif path.is_file():
            found.append(path.read_text("utf-8"))
    return "\n".join(found)


def test_a_step_of_one_departments_case_makes_that_packet_again_and_no_other(office, records, executor):
    office.referred("1a", FIRST)
    office.referred("2a", SECOND)
    assert set(office.made(records, executor).values()) == {State.OK}
    before = tree(office.folder / "out")
    assert set(office.made(records, executor).values()) == {State.UNCHANGED}
    for member in MEMBERS:
        office.scored("2a", member, 80)
    # closed scores are nobody's to read, so they change no packet
    assert set(office.made(records, executor).values()) == {State.UNCHANGED}
    office.step("2a", ScoresOpened(), "M1")
    assert office.made(records, executor) == {FIRST: State.UNCHANGED, SECOND: State.OK}
    after = tree(office.folder / "out")
    assert {name for name in after if after[name] != before.get(name)} >= {f"{YEAR}/{SECOND}/{SECOND}.html"}
    assert not any(after[name] != before[name] for name in after if f"/{FIRST}/" in name)
    page = read((office.folder / f"out/{YEAR}/{SECOND}/{SECOND}.html").read_text("utf-8"))
    assert "80 分（4 份评分，达标线 70，达标）" in page.by_id("applicant-1").text


def test_without_a_ledger_packets_say_nothing_of_the_process(office, records, executor):
    office.referred("1a", FIRST)
    assert set(office.made(records, executor, ledger=None).values()) == {State.OK}
    everything = told(office.folder / "out")
    assert "评审进程" not in everything
    assert "ledger" not in json.loads((office.folder / f"out/{YEAR}/run.json").read_text("utf-8"))


def test_the_run_names_where_the_ledger_ended(office, records, executor):
    office.referred("1a", FIRST)
    office.step("nobody", Applied("某", "不存在的部门", None, "junior", date(2025, 12, 10), ("a",)))
    office.made(records, executor)
    kept = json.loads((office.folder / f"out/{YEAR}/run.json").read_text("utf-8"))["ledger"]
    with Ledger.open(office.ledger) as ledger:
        head = ledger.head()
    assert (kept["number"], kept["hash"], kept["cases"]) == (head.number, head.hash, 2)
    # a case that belongs in no packet is named where the run is told, and nowhere else
    assert kept["of_no_department"] == ["进程台账中有工号 nobody 的个案，花名册中没有此人，请核实。"]


def test_what_stays_with_the_committee_is_in_no_file_of_a_packet(office, records, executor):
    office.referred("1a", FIRST)
    office.referred("2a", SECOND)
    for member, points in zip(MEMBERS, ("61.37", "72.41", "83.59", "97.83"), strict=True):
        office.scored("1a", member, points)
    office.scored("2a", "M1", "47.53")  # stays closed
    office.step("1a", Recused("M5"), "M5", RELATION)
    office.step("1a", ScoresOpened(), "M1")
    decided = Decided(False, date(2026, 1, 20), MEMBERS, Recommendation.DECLINE, 1, 3, 0)
    office.step("1a", decided, "M1", "资料不足")
    office.step("1a", Publicised(date(2026, 1, 20), date(2026, 1, 21), date(2026, 1, 27)))
    office.step("1a", Appealed(APPELLANT, date(2026, 1, 21), GROUNDS), day=date(2026, 1, 21))
    request = office.request(records)
    prepared = prepare(request)
    assert office.made(records, executor) == {FIRST: State.OK, SECOND: State.OK}
    for department in prepared.departments:
        folder = office.folder / f"out/{YEAR}/{department.stem}"
        save(department.review, folder / "review.json")
        everything = told(folder)
        secrets = (
            *NAMES.values(),
            APPELLANT,
            GROUNDS,
            RELATION,
            COMMENT,
            "61.37",
            "97.83",
            "47.53",
            "庚秘书",
        )
        assert [secret for secret in secrets if secret in everything] == [], department.name
        assert "评审进程" in everything
        assert OTHERS[department.name] not in everything
    assert "资料不足" in told(office.folder / f"out/{YEAR}/{FIRST}")
    assert "资料不足" not in told(office.folder / f"out/{YEAR}/{SECOND}")


def test_a_ledger_that_was_tampered_with_is_shown_in_no_packet(office, records):
    office.referred("1a", FIRST)
    with sqlite3.connect(office.ledger) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        ]
        for name in names:
            connection.execute(f'DROP TRIGGER "{name}"')
        (table,) = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
            if "event" in name
        ]
        connection.execute(f"UPDATE {table} SET actor = 'M1' WHERE number = 2")
    connection.close()
    with pytest.raises(LedgerError):
        prepare(office.request(records))


@pytest.mark.parametrize("what", ["missing", "other file"])
def test_a_ledger_that_is_none_is_refused_before_anything_is_made(office, records, capsys, what):
    place = office.folder / "none.db"
    if what == "other file":
        place.write_text("not a ledger", encoding="utf-8")
    asked = ("--year", YEAR, "--records", records, "--out", office.folder / "out", "--ledger", place)
    with pytest.raises(SystemExit) as stopped:
        main(["packets", *map(str, asked)])
    assert stopped.value.code in (1, 2)
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "none.db" in said
    assert not (office.folder / "out").exists()
    assert what == "other file" or not place.exists()


def test_every_step_of_the_stored_sample_could_have_been_taken():
    """What people see first is a course of things that the rules allow."""
    policy = load_policy(ROOT / "params" / "policy", YEAR)
    cases = make_sample().applicants
    committee = sample_committee(cases[0].person.manager_id)
    setting = Setting(process_rules(policy), committee, load_calendar(ROOT / "params" / "calendar_cn.csv"))
    histories = {}
    for event in sample_events(cases, policy, committee):
        history = histories.setdefault(event.case, [])
        draft = Draft(event.case, event.payload, event.actor, event.reason)
        check(draft, history, setting, event.at)
        history.append(event)
    stages = {case.proceedings.stage for case in cases}
    assert stages >= {Stage.AWAITING_ADMISSION, Stage.IN_COMMITTEE, Stage.PUBLICISED, Stage.APPOINTED}
