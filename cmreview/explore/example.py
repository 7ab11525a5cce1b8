"""The example company on the morning of its sitting: what the session shows where no records are named."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from cmreview.errors import CmreviewError
from cmreview.policy.model import Policy
from cmreview.process.access import entitled
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
from cmreview.process.setting import Setting
from cmreview.process.stages import Stage
from cmreview.review.model import Case, Review

YEAR = 2025
PERSON = "P01"
PLACE = Path("outputs", "session-example")
MANAGERS = 80
LEDGER = "ledger.db"
_RECORDS, _REVIEWS = "records", "reviews"
_REFERRED_ON, _SAT_ON = date(2026, 2, 2), date(2026, 2, 4)
_STEP = 4  # every fourth case is opened already, every fourth scored by nobody yet


@dataclass(frozen=True, slots=True)
class Example:
    """Where the example lies, its review, and whether it stays when the program ends."""

    folder: Path
    review: Review
    stays: bool

    @property
    def ledger(self) -> Path:
        """The file of its ledger."""
        return self.folder / LEDGER


def open_example(policy: Policy, setting: Setting, project: Path) -> Example:
    """The example below ``project``, made where it is not there yet; in a temporary folder without one.

    It is put together beside its place and moved there whole: two programs that begin at once, or one
    that is stopped, leave no half of it. What was recorded in it stays.
    """
    folder = project / PLACE
    if (folder / LEDGER).is_file():
        return Example(folder, _review(folder, policy), stays=True)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=".session-", dir=folder.parent))
    except OSError:
        making = Path(tempfile.mkdtemp(prefix="cmreview-session-"))
        return Example(making, _make(making, policy, setting), stays=False)
    try:
        review = _make(making, policy, setting)
        making.chmod(0o755)
        making.rename(folder)
    except OSError:
        if not (folder / LEDGER).is_file():
            raise
        review = _review(folder, policy)  # another program was faster
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return Example(folder, review, stays=True)


def _make(folder: Path, policy: Policy, setting: Setting) -> Review:
    from cmreview.records.example.company import write_example

    write_example(folder / _RECORDS, managers=MANAGERS)
    review = _review(folder, policy)
    with Ledger.open(folder / LEDGER, create=True) as ledger:
        play(Desk(ledger, setting), review)
    return review


def _review(folder: Path, policy: Policy) -> Review:
    """The review kept beside the records; computed anew where there is none that can be read."""
    from cmreview.records.opening import open_records
    from cmreview.review import store
    from cmreview.review.case import build_review, expectations

    kept = sorted((folder / _REVIEWS).glob("*.json"))
    try:
        parts = [store.load(path) for path in kept]
    except CmreviewError:
        parts = []  # kept by another version of the program
    if parts:
        cases = sorted(
            (case for part in parts for case in (*part.applicants, *part.others)),
            key=lambda case: case.person.manager_id,
        )
        by_name = tuple((part.department, part) for part in sorted(parts, key=lambda part: part.department))
        return Review(policy.year, tuple(cases), tuple(name for name, _ in by_name), frozenset(), by_name)
    review = build_review(open_records(folder / _RECORDS, expectations=expectations(policy)), policy)
    (folder / _REVIEWS).mkdir(exist_ok=True)
    for number, (_, part) in enumerate(review.by_department):
        store.save(part, folder / _REVIEWS / f"{number:02}.json")
    return review


def play(desk: Desk, review: Review) -> None:
    """What had been recorded by the morning of the sitting: applications, reviews, most score sheets."""
    zone = desk.setting.committee.zone
    referred = datetime.combine(_REFERRED_ON, time(10), zone)
    desk.record([draft for case in review.cases for draft in _up_to_committee(case, desk)], referred)
    sheets: list[Draft] = []
    before = [state.case for state in desk.states().values() if state.stage is Stage.IN_COMMITTEE]
    for place, case in enumerate(before):
        sheets += _sheets(case, place, desk)
    desk.record(sheets, datetime.combine(_SAT_ON, time(9), zone))


def _up_to_committee(case: Case, desk: Desk) -> Iterator[Draft]:
    application, preliminary = case.application, case.preliminary
    if application is None:
        return
    name, person = case_id(desk.year, case.person.manager_id), case.person
    yield Draft(
        name,
        Applied(
            person.name,
            person.department,
            person.level,
            application.target_level,
            application.applied_on,
            application.evidence,
        ),
        "S01",
    )
    if preliminary is None or application.awaits_admission or preliminary.reviewed_on > _REFERRED_ON:
        return
    decision = ReviewDecision(preliminary.decision)
    if application.late or not application.evidence:
        return
    review = Reviewed(decision, preliminary.opinion, preliminary.reviewer, preliminary.reviewed_on)
    yield Draft(name, review, "S01")
    if decision is ReviewDecision.PASSED:
        yield Draft(name, Referred(), "S01")


def _sheets(case: str, place: int, desk: Desk) -> Iterator[Draft]:
    """Sheets of the members who may judge: every fourth case has none yet, in the others one is missing."""
    committee, rules = desk.setting.committee, desk.setting.rules
    if rules.scale is None or place % _STEP == 1:
        return
    members = entitled(desk.state(case), committee, rules, _SAT_ON)
    absent = place % len(members) if place % _STEP else None
    for number, member in enumerate(members):
        if number == absent or (member.id == PERSON and place % _STEP):
            continue
        strictness = (sum(map(ord, member.id)) % 7) - 3
        points = [
            Decimal(66 + (place * 11 + number * 3 + turn * 5) % 27 + strictness)
            for turn, _ in enumerate(rules.items)
        ]
        scores = tuple(ItemScore(item.id, value) for item, value in zip(rules.items, points, strict=True))
        yield Draft(case, Scored(member.id, scores), member.id)
    if place % _STEP == 0:
        leader = next((one.id for one in members if {"chair", "deputy"} & set(one.roles)), None)
        if leader is not None:
            yield Draft(case, ScoresOpened(), leader)


def project_folder() -> Path:
    """The project that this package lies in, else the working folder."""
    project = Path(__file__).resolve().parents[2]
    return project if (project / "params").is_dir() else Path.cwd()


def copied(example: Example, folder: Path) -> Path:
    """A copy of the example's ledger in ``folder``, whole also while somebody writes to it."""
    from cmreview.process.ledger.ledger import restore

    export, copy = folder / "copy.jsonl", folder / LEDGER
    with Ledger.open(example.ledger) as ledger:
        ledger.export(export)
    restore(export, copy)
    return copy
