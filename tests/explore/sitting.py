"""A committee's sitting by hand: five cases before it, the shipped policy and people, a ledger of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from cmreview.explore.session import Session
from cmreview.policy.load import load_policy
from cmreview.process.calendar_file import load_calendar
from cmreview.process.committee_file import load_committee
from cmreview.process.desk import Desk
from cmreview.process.events import (
    Applied,
    Draft,
    ItemScore,
    Referred,
    ReviewDecision,
    Reviewed,
    Scored,
    ScoresOpened,
    case_id,
)
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.rules import process_rules
from cmreview.process.setting import Setting
from cmreview.review.model import Review
from tests.show.sample import sample_review

ROOT = Path(__file__).resolve().parents[2]
POLICY = load_policy(ROOT / "params" / "policy", 2025)
SETTING = Setting(
    process_rules(POLICY),
    load_committee(ROOT / "params" / "committee.yaml"),
    load_calendar(ROOT / "params" / "calendar_cn.csv"),
)
NOW = datetime(2026, 2, 4, 2, tzinfo=UTC)  # ten o'clock in the committee's zone
SENIOR, MIDDLE, JUNIOR, HOSTILE = (case_id(2025, who) for who in ("00123", "A01", "A02", "X-9"))
KEY = case_id(2025, "K-1")  # of the department that P04 reviews and belongs to
MEMBERS = ("P01", "P02", "P03", "P04", "P05", "P06", "P07")
ITEMS = tuple(item.id for item in SETTING.rules.items)


def review() -> Review:
    """The hand-made department, and one of its juniors once more in the department of P04."""
    sales = sample_review()
    junior = next(case for case in sales.applicants if case.person.manager_id == "A02")
    own = replace(junior, person=replace(junior.person, manager_id="K-1", name="赵倩", department="大客户部"))
    key = replace(sales, department="大客户部", applicants=(own,), others=())
    return Review(
        2025,
        (*sales.applicants, own),
        ("大客户部", "销售一部"),
        frozenset(),
        (("大客户部", key), ("销售一部", sales)),
    )


def desk(folder: Path) -> Desk:
    """A desk on a new ledger in ``folder``, with every application referred to the committee."""
    at = Desk(Ledger.open(folder / "ledger.db", create=True), SETTING)
    for case in review().cases:
        person, application = case.person, case.application
        name = case_id(2025, person.manager_id)
        applied = Applied(
            person.name,
            person.department,
            person.level,
            application.target_level,
            date(2025, 12, 12),
            ("a.pdf",),
        )
        passed = Reviewed(ReviewDecision.PASSED, "同意", "部门负责人", date(2025, 12, 19))
        at.record([Draft(name, payload, "S01") for payload in (applied, passed, Referred())], NOW)
    return at


def sheet(member: str, points: int | str = 80, comment: str | None = None) -> Scored:
    """A sheet with the same points on every item."""
    return Scored(member, tuple(ItemScore(item, Decimal(points)) for item in ITEMS), comment)


def score(at: Desk, case: str, points: Mapping[str, int]) -> None:
    """Record sheets: points by member."""
    at.record([Draft(case, sheet(member, each), member) for member, each in points.items()], NOW)


def opened(at: Desk, case: str, points: Mapping[str, int]) -> None:
    """Record sheets and open them."""
    score(at, case, points)
    at.record([Draft(case, ScoresOpened(), "P01")], NOW)


def session(at: Desk, person: str = "P01", lang: str = "zh") -> Session:
    """The session of one person."""
    return Session(at, review(), POLICY, SETTING.committee.person(person), lambda: NOW, lang)
