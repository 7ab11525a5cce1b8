"""The explorer's page on a small company made by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cmreview.explore.explorer.exploration import Exploration
from cmreview.explore.explorer.opening import Opened
from cmreview.explore.explorer.view import ExplorerView
from cmreview.policy.load import default_folder, load_policy
from cmreview.review.case import build_review
from cmreview.review.explorer.policy_folder import policy_files
from cmreview.review.explorer.prepared import open_explorer, prepare_explorer
from tests.review.explorer.company import company_records

POLICY = load_policy(default_folder(), 2025)


@pytest.fixture(scope="session")
def prepared_once(tmp_path_factory):
    """The whole company's prepared file, for others to copy."""
    target = tmp_path_factory.mktemp("prepared") / "company.explorer"
    records = company_records()
    prepare_explorer(
        records, POLICY, build_review(records, POLICY), target, policy_files=policy_files(default_folder())
    )
    return target


@pytest.fixture(scope="module")
def file(prepared_once, tmp_path_factory):
    """The whole company's prepared file, in a folder of this module's own."""
    return Path(shutil.copy(prepared_once, tmp_path_factory.mktemp("prepared") / "company.explorer"))


@pytest.fixture
def view(file) -> ExplorerView:
    """A page of its own; nothing is remembered between two tests."""
    return ExplorerView(Opened(Exploration(open_explorer(file), "P05"), file, is_example=False))
