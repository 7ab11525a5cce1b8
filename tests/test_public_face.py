"""What `import cmreview` offers to a notebook or an analyst's script."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

import cmreview
from cmreview import build_review, expectations, load_policy, open_records
from cmreview.records.example.company import write_example
from cmreview.terms import Result


@pytest.mark.parametrize("name", cmreview.__all__)
def test_every_name_that_is_offered_can_be_had(name):
    assert getattr(cmreview, name) is not None


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'open_sesame'"):
        _ = cmreview.open_sesame


def test_importing_the_package_loads_none_of_the_heavy_libraries():
    heavy = ("pandas", "ibis", "papermill", "yaml")
    code = f"import sys, cmreview; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_what_if_changes_the_results_and_leaves_the_policy_alone(root, tmp_path):
    write_example(tmp_path / "records")
    policy = load_policy(root / "params" / "policy", 2025)
    records = open_records(tmp_path / "records", expectations=expectations(policy))
    stricter = policy.with_threshold("3.2.P2", Decimal(100_000_000))

    def eligible(review) -> set[str]:
        return {
            case.person.manager_id
            for case in review.cases
            if case.application
            and case.application.target_level == "intermediate"
            and case.overall
            and case.overall.result is Result.ELIGIBLE
        }

    assert eligible(build_review(records, policy))
    assert not eligible(build_review(records, stricter))
    assert policy.criterion("3.2.P2").threshold.value == Decimal(3_000_000)
    assert (policy.changed, stricter.changed) == (False, True)
