"""Cases taken through their steps at a desk without a database, for tests of what follows from the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from cmreview.policy.load import load_policy
from cmreview.policy.model import Policy, Value
from cmreview.process.calendar_file import load_calendar
from cmreview.process.committee import Committee, PaperSettings, Person, Role
from cmreview.process.desk import Desk
from cmreview.process.events import (
    Applied,
    Appointed,
    Decided,
    Draft,
    Event,
    ItemScore,
    Payload,
    Publicised,
    Recommendation,
    Referred,
    ReviewDecision,
    Reviewed,
    Scored,
    ScoresOpened,
    case_id,
)
from cmreview.process.ledger.chain import Head
from cmreview.process.rules import process_rules
from cmreview.process.setting import Setting
from cmreview.process.workdays import Calendar
from cmreview.review.committee.recorded import ProcessRecord, process_record
from cmreview.terms import Label
from tests.builders import DEPARTMENT

ROOT = Path(__file__).resolve().parents[3]
YEAR = 2025
MEMBERS = ("P1", "P2", "P3", "P4", "P5")
SECRETARY, REVIEWER = "S1", "R1"
HEAD = "甲处长"  # reviews the department's cases


@cache
def _shipped() -> Policy:
    return load_policy(ROOT / "params" / "policy", YEAR)


def policy(**values: Value) -> Policy:
    """The shipped policy with the parameters in ``values`` replaced."""
    found = _shipped()
    for key, value in values.items():
        found = found.with_value(key, value)
    return found


@cache
def _calendar() -> Calendar:
    return load_calendar(ROOT / "params" / "calendar_cn.csv")


def committee(*more: Person) -> Committee:
    """Five members of other departments, the first of them chair and the second deputy, and a secretary."""
    roles = {"P1": (Role.CHAIR, Role.MEMBER), "P2": (Role.DEPUTY, Role.MEMBER)}
    people = [Person(one, f"评委{one}", f"部门{one}", roles.get(one, (Role.MEMBER,))) for one in MEMBERS]
    people.append(Person(SECRETARY, "秘书", "人力资源部", (Role.SECRETARY,)))
    people.append(Person(REVIEWER, HEAD, DEPARTMENT, (Role.REVIEWER,)))
    label = Label("示例", "Example")
    papers = PaperSettings(label, label, "聘〔{year}〕{number}号", "C-{year}-{number}", label)
    return Committee(label, timedelta(hours=8), papers, {one.id: one for one in (*people, *more)})


class Memory:
    """A ledger that keeps its events in memory."""

    def __init__(self) -> None:
        self.kept: list[Event] = []

    def events(self, case: str | None = None, year: int | None = None) -> tuple[Event, ...]:
        """The events of a case, of a year, or all."""
        return tuple(
            event
            for event in self.kept
            if case in (None, event.case) and (year is None or event.case.startswith(f"{year}/"))
        )

    def head(self) -> Head:
        """Where it ends."""
        return Head("", len(self.kept), "")

    def append(
        self,
        drafts: Iterable[Draft],
        at: datetime,
        *,
        expect: Mapping[str, int] | None = None,
        last: int | None = None,
    ) -> tuple[Event, ...]:
        """Number and keep the drafts."""
        added = []
        for draft in drafts:
            number = len(self.kept) + 1
            added.append(
                Event(
                    number,
                    draft.case,
                    draft.payload,
                    draft.actor,
                    at,
                    draft.reason,
                    draft.corrects,
                    previous="",
                    hash=f"{number:064d}",
                )
            )
            self.kept.append(added[-1])
        return tuple(added)


class Course:
    """The steps of one year's cases, each held against the rules before it is taken."""

    def __init__(self, under: Policy | None = None, people: Committee | None = None) -> None:
        self.policy = under or policy()
        self.committee = people or committee()
        self.ledger = Memory()
        setting = Setting(process_rules(self.policy), self.committee, _calendar())
        self.desk = Desk(self.ledger, setting)  # type: ignore[arg-type]

    def step(
        self,
        manager: str,
        payload: Payload,
        actor: str = SECRETARY,
        on: date = date(2026, 1, 20),
        reason: str | None = None,
        corrects: int | None = None,
    ) -> Event:
        """Take one step at noon of ``on``."""
        at = datetime(on.year, on.month, on.day, 12, tzinfo=self.committee.zone)
        draft = Draft(case_id(YEAR, manager), payload, actor, reason, corrects)
        return self.desk.record([draft], at)[0]

    def applied(
        self,
        manager: str,
        target: str = "junior",
        on: date = date(2025, 12, 10),
        department: str = DEPARTMENT,
        evidence: tuple[str, ...] = ("业绩表.pdf",),
    ) -> None:
        """An application, in time and with evidence unless said otherwise."""
        self.step(manager, Applied(manager, department, None, target, on, evidence))

    def referred(self, manager: str, **application: object) -> None:
        """A case before the committee."""
        self.applied(manager, **application)  # type: ignore[arg-type]
        passed = Reviewed(ReviewDecision.PASSED, "材料齐全", HEAD, date(2025, 12, 20))
        self.step(manager, passed)
        self.step(manager, Referred())

    def scored(self, manager: str, *points: str | None, items: Mapping[str, str] | None = None) -> None:
        """A sheet of each member in turn, with the same points on every item; None hands in none."""
        for member, given in zip(MEMBERS, points, strict=False):
            if given is not None:
                each = {item.id: given for item in self.desk.setting.rules.items} | dict(items or {})
                sheet = tuple(ItemScore(item, Decimal(value)) for item, value in each.items())
                self.step(manager, Scored(member, sheet), member)

    def opened(self, manager: str, *points: str | None, **application: object) -> None:
        """A case whose scores the chair has opened."""
        self.referred(manager, **application)
        self.scored(manager, *(points or ("80", "82", "84", "86", "88")))
        self.step(manager, ScoresOpened(), "P1")

    def decided(self, manager: str, approved: bool = True, **application: object) -> None:
        """A case that is decided as the policy recommends, by all five."""
        self.opened(manager, **application)  # type: ignore[arg-type]
        recommended = Recommendation.APPROVE if approved else Recommendation.DECLINE
        votes = (5, 0, 0) if approved else (0, 5, 0)
        self.step(manager, Decided(approved, date(2026, 1, 20), MEMBERS, recommended, *votes), "P1")

    def publicised(self, manager: str, approved: bool = True, **application: object) -> None:
        """A case that is publicised from 21 to 27 January 2026."""
        self.decided(manager, approved, **application)
        self.step(manager, Publicised(date(2026, 1, 20), date(2026, 1, 21), date(2026, 1, 27)))

    def appointed(self, manager: str, target: str = "junior", **application: object) -> None:
        """A case that ends with an appointment."""
        self.publicised(manager, target=target, **application)
        paper = Appointed(target, date(2026, 2, 1), "聘〔2026〕1号", f"C-2026-{manager}")
        self.step(manager, paper, on=date(2026, 1, 28))

    def record(self) -> ProcessRecord:
        """What follows from all that was recorded."""
        return process_record(self.ledger.events(year=YEAR), self.committee, self.policy)
