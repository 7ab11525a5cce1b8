"""The explorer's page on a small company made by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cmreview.explore.explorer.exploration import Exploration
from cmreview.explore.explorer.opened import Opened
from cmreview.explore.explorer.view import ExplorerView
from cmreview.policy.load import default_folder, load_policy
from cmreview.review.explorer.prepared import open_explorer
from tests.review.explorer.company import FILE, prepare_by_shipped_policy

POLICY = load_policy(default_folder(), 2025)


@pytest.fixture(scope="module")
def file(made_once, tmp_path_factory):
    """The whole company's prepared file, in a folder of this module's own."""
    made = made_once("shipped-policy", prepare_by_shipped_policy) / FILE
    return Path(shutil.copy(made, tmp_path_factory.mktemp("prepared")))


@pytest.fixture
def view(file) -> ExplorerView:
    """A page of its own; nothing is remembered between two tests."""
    return ExplorerView(Opened(Exploration(open_explorer(file), "P05"), file, is_example=False))
