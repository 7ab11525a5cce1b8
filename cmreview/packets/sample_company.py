"""The example company's records and policy, from which both samples are made."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmreview.policy.model import Policy
    from cmreview.records.model import Records

YEAR = 2025


@cache
def sample_company() -> tuple[Records, Policy]:
    """Its records and the shipped policy of ``YEAR``, made once a process; nobody may change them."""
    from cmreview.policy.load import DEFAULT, load_sound_policy
    from cmreview.records.example.company import write_example
    from cmreview.records.opening import open_records
    from cmreview.review.case import expectations

    project = Path(__file__).resolve().parents[2]  # not the working folder, whose policy may be another
    policy = load_sound_policy(project / DEFAULT, YEAR)
    with TemporaryDirectory() as folder:
        write_example(Path(folder))
        return open_records(Path(folder), expectations=expectations(policy)), policy
