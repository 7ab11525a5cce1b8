"""The example company's year, made once for all tests of its process."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cmreview.policy.load import load_policy
from cmreview.policy.model import Policy
from cmreview.process.calendar_file import load_calendar
from cmreview.process.committee_file import load_committee
from cmreview.process.events import case_id
from cmreview.records.example.cases import REVIEW_YEAR
from cmreview.records.example.company import DEPARTMENTS, MANAGERS, SEED, awkward, write_example
from cmreview.records.model import Records
from cmreview.records.opening import open_records
from cmreview.review.case import build_review, expectations
from cmreview.review.example_process.making import Plan, plan_process
from cmreview.review.model import Review
from tests import made

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Example:
    """Records, review and policy of the example company, and the plan of its process."""

    records: Records
    review: Review
    policy: Policy
    who: dict[str, str]
    seed: int
    plan: Plan

    def case(self, key: str) -> str:
        """The id of the case of whoever stands for ``key``."""
        return case_id(REVIEW_YEAR, self.who[key])

    def planned(self) -> Plan:
        """The plan, made anew."""
        return planned(self.records, self.review, self.policy, self.who, self.seed)


def planned(records: Records, review: Review, policy: Policy, who: dict[str, str], seed: int) -> Plan:
    """The plan under the project's committee and calendar."""
    committee = load_committee(ROOT / "params" / "committee.yaml")
    calendar = load_calendar(ROOT / "params" / "calendar_cn.csv")
    return plan_process(records, review, policy, committee, calendar, who, seed)


@cache
def example(seed: int = SEED, departments: int = DEPARTMENTS, managers: int = MANAGERS) -> Example:
    """The example of this seed and size; by default the one that ``cmreview example`` makes."""
    name = f"process-{seed}-{departments}-{managers}"
    return made.value(name, lambda: _made(seed, departments, managers))


def _made(seed: int, departments: int, managers: int) -> Example:
    policy = load_policy(ROOT / "params" / "policy", REVIEW_YEAR)
    with tempfile.TemporaryDirectory() as folder:
        write_example(Path(folder), seed, departments=departments, managers=managers)
        records = open_records(Path(folder), expectations=expectations(policy))
    review = build_review(records, policy)
    who = awkward(seed, departments=departments, managers=managers)
    return Example(records, review, policy, who, seed, planned(records, review, policy, who, seed))
