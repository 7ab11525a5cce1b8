"""A policy folder to break, and how to break it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cmreview.policy.load import load_policy


@pytest.fixture
def folder(root, tmp_path) -> Path:
    """A copy of the project's own policy folder."""
    return Path(shutil.copytree(root / "params" / "policy", tmp_path / "policy"))


@pytest.fixture
def edit(folder) -> Callable[..., int]:
    """``edit(file, old, new)`` rewrites one place of the copy and gives the line of the new text."""

    def rewrite(file: str, old: str, new: str, after: str = "") -> int:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        start = text.index(after)
        at = text.index(old, start)
        path.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")
        return text[: at + len(old) - len(old.lstrip("\n"))].count("\n") + 1

    return rewrite


@pytest.fixture(scope="session")
def policy(root):
    """The project's own policy of 2025."""
    return load_policy(root / "params" / "policy", 2025)
