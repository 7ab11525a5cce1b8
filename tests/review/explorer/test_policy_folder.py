"""A changed policy is written as a folder that the project reads, compares and prints as any other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.errors import InputError
from cmreview.policy.compare import diff
from cmreview.policy.load import load_policy
from cmreview.review.explorer.changes import Change, Part, changes_between
from cmreview.review.explorer.policy_folder import as_policy_folder, policy_files, with_year

FOLDER_YEAR = 2025
CHANGES = (
    Change(Part.THRESHOLD, "3.2.P2", Decimal(4_000_000)),
    Change(Part.THRESHOLD, "3.2.P3", Decimal("0.125")),
    Change(Part.THRESHOLD, "3.1.Q1", "bachelor"),
    Change(Part.THRESHOLD, "3.3.P5", None),
    Change(Part.WEIGHT, "3.1.P1", Decimal("0.2")),
    Change(Part.WEIGHT, "3.1.P2", Decimal("0.5")),
    Change(Part.ZERO_AT, "3.2.P4", Decimal("0.2")),
    Change(Part.PARAMETER, "long_term_years", Decimal(5)),
    Change(Part.PARAMETER, "key_contract_amount", Decimal(605_000)),
    Change(Part.PARAMETER, "part_years", "full_years_only"),
    Change(Part.PARAMETER, "tie_breaks", ("sales", "satisfaction")),
    Change(Part.PARAMETER, "quorum", Fraction(3, 4)),
    Change(Part.PARAMETER, "contract_range", (Decimal(2_000), Decimal(80_000_000))),
)


@pytest.fixture
def shipped(root):
    folder = root / "params" / "policy"
    return folder, load_policy(folder, FOLDER_YEAR), policy_files(folder)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.part}-{change.key}")
def test_a_change_is_read_back_as_what_it_was(change, shipped, tmp_path):
    _, policy, files = shipped
    read = as_policy_folder(files, policy, [change], tmp_path / "new")
    before = load_policy(tmp_path / "new", FOLDER_YEAR)
    assert changes_between(replace(before, year=read.year), read) == _expected(change, before, read)


def _expected(change, before, read):
    # the days of the window move with the year by themselves
    moved = [each for each in changes_between(before, read) if each.key == "application_window"]
    return tuple(sorted([change, *moved], key=lambda each: (each.part is Part.PARAMETER, each.key)))


def test_all_changes_together_leave_earlier_years_and_comments_as_they_were(shipped, tmp_path):
    folder, policy, files = shipped
    read = as_policy_folder(files, policy, CHANGES, tmp_path / "new")
    assert read.year == FOLDER_YEAR + 1
    for year in range(2021, FOLDER_YEAR + 1):
        assert changes_between(load_policy(folder, year), load_policy(tmp_path / "new", year)) == ()
    for name, text in files.items():
        written = (tmp_path / "new" / name).read_text("utf-8")
        assert [line for line in written.splitlines() if line.lstrip().startswith("#")] == [
            line for line in text.splitlines() if line.lstrip().startswith("#")
        ]
    told = [one.text for one in diff(load_policy(tmp_path / "new", FOLDER_YEAR), read)]
    assert any("400 万元" in text for text in told)
    assert len(told) >= len(CHANGES)


def test_a_year_that_is_in_force_is_never_rewritten(shipped, tmp_path):
    _, policy, files = shipped
    with pytest.raises(InputError) as refused:
        as_policy_folder(files, policy, CHANGES, tmp_path / "new", year=FOLDER_YEAR)
    assert refused.value.code == "explorer_data.year_in_force"
    assert not (tmp_path / "new").exists()


def test_a_folder_with_files_is_not_written_over(shipped, tmp_path):
    folder, policy, files = shipped
    with pytest.raises(InputError) as refused:
        as_policy_folder(files, policy, CHANGES, folder)
    assert refused.value.code == "explorer_data.folder_not_empty"


def test_a_value_that_the_files_have_no_way_to_write_is_refused(shipped, tmp_path):
    _, policy, files = shipped
    with pytest.raises(InputError) as refused:
        as_policy_folder(
            files, policy, [Change(Part.THRESHOLD, "3.2.P3", Decimal("0.1234567891"))], tmp_path / "n"
        )
    assert refused.value.code == "explorer_data.not_writable"


def test_a_proposal_past_the_confirmed_years_can_be_read(shipped, tmp_path):
    _, policy, files = shipped
    read = as_policy_folder(files, policy, CHANGES[:1], tmp_path / "new", year=policy.confirmed_through + 2)
    assert read.criterion("3.2.P2").threshold.value == Decimal(4_000_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {v: {2021: 1}}  # x\n", "a: {v: {2021: 1, 2026: 7}}  # x\n"),
        ("a:\n  v:\n    2021: 1  # x\n# y\nb: 2\n", "a:\n  v:\n    2021: 1  # x\n    2026: 7\n# y\nb: 2\n"),
        ("a: {v: {2021: 1, 2026: 3}}\n", "a: {v: {2021: 1, 2026: 7}}\n"),
        ("a:\n  v: {2021: [1,\n    5]}\n", "a:\n  v: {2021: [1,\n    5], 2026: 7}\n"),
    ],
    ids=["flow", "block", "there already", "over lines"],
)
def test_a_year_is_added_however_the_file_is_laid_out(text, expected):
    assert with_year(text, ("a", "v"), 2026, "7") == expected


def test_a_path_that_leads_nowhere_is_no_place_to_write():
    with pytest.raises(KeyError):
        with_year("a: {v: {2021: 1}}\n", ("a", "w"), 2026, "7")
