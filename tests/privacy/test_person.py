"""One person gets everything that is held on them, can read it, and gets nobody else's data."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from cmreview.cli import main, options
from cmreview.errors import InputError
from cmreview.policy.load import load_policy
from cmreview.privacy.person import Held, Place, as_json, held_on
from cmreview.privacy.reading import text_of
from cmreview.process.committee_file import load_committee
from cmreview.process.events import Event, ItemScore, Scored
from tests.cli import feedback_company
from tests.privacy.making import company
from tests.privacy.test_outputs import managers
from tests.process.drafts import CHINA
from tests.process.example import ROOT

COMMITTEE = ROOT / "params" / "committee.yaml"


@cache
def events() -> tuple[Event, ...]:
    """The example's plan as an empty ledger would number it."""
    drafts = [(entry.at, one) for entry in company().plan.entries for one in entry.drafts]
    return tuple(
        Event(number, one.case, one.payload, one.actor, at, one.reason, one.corrects, "", "ab" * 32)
        for number, (at, one) in enumerate(drafts, start=1)
    )


def place(outputs: Path, happened: tuple[Event, ...] | None = None, lang: str = "zh") -> Place:
    policy = load_policy(ROOT / "params" / "policy", 2025)
    return Place(
        records=company().records,
        events=events() if happened is None else happened,
        outputs=outputs,
        policies={2025: policy},
        levels={level.id: level.label for level in policy.levels},
        committee=load_committee(COMMITTEE),
        lang=lang,
    )


def appointed() -> str:
    return next(event.case for event in events() if event.kind == "appointed").split("/")[1]


@pytest.fixture(scope="module")
def held(outputs) -> Held:
    return held_on(appointed(), place(outputs / "outputs"))


def test_every_row_every_event_and_every_own_file_is_there(held, outputs):
    tables = company().records.tables
    for name, frame in tables.items():
        if "manager_id" in frame.columns:
            own = int((frame["manager_id"] == held.manager_id).sum())
            assert own == sum(len(one.rows) for one in held.rows if one.table.name == name), name
    case = f"2025/{held.manager_id}"
    assert [one.number for one in held.events] == [one.number for one in events() if one.case == case]
    on_disk = {path.name for path in (outputs / "outputs").rglob(f"{held.manager_id}-*")}
    assert {path.name for path in held.files} == on_disk
    assert on_disk
    assert any(path.name == "2025年度奖惩建议和奖金.xlsx" for path in held.named_in)


def test_nobody_else_is_in_it(held):
    """Of other managers there is nothing; of the committee only those who decided or signed are named."""
    text = json.dumps(as_json(held, {}), ensure_ascii=False)
    without_files = re.sub(r'"named_in".*', "", text, flags=re.DOTALL)
    assert managers().named_besides(without_files, [held.manager_id]) == frozenset()
    committee = load_committee(COMMITTEE)
    for one in held.events:
        named = [person.name for person in committee.people.values() if person.name in one.who + one.what]
        signed = one.kind in ("reviewed", "decided", "publicised", "appointed", "not_appointed")
        if one.kind in ("scored", "recused", "referred", "scores_opened", "applied"):
            assert named == [], one
        if one.kind == "decided":
            assert named, one
        assert signed or not named or one.kind.startswith("appeal"), one


def test_others_written_of_in_free_text_are_roles(held, tmp_path):
    people = company().records.tables["managers"]
    other = people[people["manager_id"] != held.manager_id].iloc[0]
    committee = load_committee(COMMITTEE)
    member = committee.person("P05")
    own = next(event for event in events() if event.case == f"2025/{held.manager_id}")
    scored = Scored(
        "P05", (ItemScore("report", Decimal(80)),), f"不如{other['name']}（{other['manager_id']}）"
    )
    happened = (
        *events(),
        replace(own, number=9001, payload=scored, actor="P05", reason=f"{member.name}补录"),
    )
    (last,) = [
        one for one in held_on(held.manager_id, place(tmp_path, happened)).events if one.number == 9001
    ]
    assert other["name"] not in last.what
    assert "其他客户经理" in last.what
    assert (member.name in last.what + last.who + last.reason, last.who) == (False, "评委")
    assert last.reason == "评委补录"


def test_a_score_that_is_not_opened_stays_closed(held, tmp_path):
    case = f"2025/{held.manager_id}"
    unopened = tuple(one for one in events() if one.case != case or one.kind in ("applied", "scored"))
    found = held_on(held.manager_id, place(tmp_path, unopened))
    assert any(one.kind == "scored" for one in found.events)
    assert all(one.is_closed and not one.what for one in found.events if one.kind == "scored")


def test_of_somebody_unknown_there_is_nothing_to_export(tmp_path):
    with pytest.raises(InputError) as refused:
        held_on("999999", place(tmp_path))
    assert refused.value.code == "privacy.unknown_person"


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def records(tmp_path_factory) -> Path:
    return feedback_company.write_records(tmp_path_factory.mktemp("person") / "records")


@pytest.fixture
def export(records, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(options, "now", lambda: datetime(2026, 6, 1, 12, tzinfo=CHINA))

    def call(person: str, target: Path, *more: object) -> tuple[int, str]:
        line = ("person", person, "--records", records, "--out", tmp_path / "outputs", "--export", target)
        known = ("--committee", COMMITTEE, "--policy", ROOT / "params" / "policy")
        code = 0
        try:
            main([str(part) for part in (*line, *known, *more)])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return call


@pytest.mark.parametrize(("lang", "said"), [("zh", "您有权查阅"), ("en", "You may read and copy it")])
def test_it_comes_as_a_page_a_workbook_and_json_in_the_person_s_language(export, tmp_path, lang, said):
    code, told = export("00123", tmp_path / "王伟.zip", "--as", "S01", "--lang", lang)
    assert code == 0, told
    with zipfile.ZipFile(tmp_path / "王伟.zip") as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert set(files) == {"index.html", "held.xlsx", "held.json"}
    page = files["index.html"].decode()
    assert said in page
    assert not re.search(r"<script|<link|src=|https?://(?!www\.w3\.org/)", page)
    book = openpyxl.load_workbook(io.BytesIO(files["held.xlsx"]))
    assert any("500000" in str(cell.value) for sheet in book for row in sheet for cell in row)
    data = json.loads(files["held.json"])
    assert [row["contract_id"] for row in data["records"]["contracts"]] == ["HT1", "HT2"]
    assert (data["taken_out_by"], data["name"]) == ("S01", "王伟")
    for name, raw in files.items():
        assert not re.search("李娜|赵敏|钱多|00124|00125|00126", text_of(name, raw)), name


def test_who_took_it_out_and_when_is_kept(export, tmp_path):
    export("00123", tmp_path / "one", "--as", "S01")
    noted = json.loads((tmp_path / "outputs" / "privacy-log.jsonl").read_text("utf-8"))
    assert (noted["what"], noted["by"], noted["manager"]) == ("person", "S01", "00123")
    assert noted["at"] == "2026-06-01T12:00:00+08:00"
    assert {"host", "user"} <= set(noted)
    assert (tmp_path / "outputs" / "privacy-log.jsonl").stat().st_mode & 0o077 == 0


def test_who_may_not_gets_nothing_and_a_place_that_is_taken_stays(export, tmp_path):
    code, told = export("00123", tmp_path / "one", "--as", "P05")
    assert (code, "不能" in told, (tmp_path / "one").exists()) == (2, True, False)
    (tmp_path / "two.zip").write_bytes(b"mine")
    code, _ = export("00123", tmp_path / "two.zip", "--as", "S01")
    assert (code, (tmp_path / "two.zip").read_bytes()) == (2, b"mine")
    assert not (tmp_path / "outputs").exists()
