"""A session is served on this machine only, behind a token, on a copy that is nobody else's."""

from __future__ import annotations

import json

import pytest

from cmreview.explore import serving, settings
from cmreview.explore.settings import Settings


def test_each_start_has_a_copy_of_its_own_and_leaves_the_stored_notebook_alone(root, tmp_path):
    first, second = serving.private_copy(tmp_path), serving.private_copy(tmp_path)
    assert first.parent != second.parent
    stored = root / serving.NOTEBOOK
    assert first.read_bytes() == stored.read_bytes()
    assert tmp_path in first.parents
    assert first.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_gives_way_to_a_temporary_one(tmp_path):
    (tmp_path / "outputs").write_text("a file in the way", "utf-8")
    copy = serving.private_copy(tmp_path)
    assert copy.is_file()
    assert tmp_path not in copy.parents


@pytest.mark.parametrize("voila", [False, True])
def test_the_server_listens_here_only_and_ends_idle_kernels(tmp_path, voila):
    line = serving.command(tmp_path / "a.ipynb", voila=voila, browser=False, port=8123)
    assert any(one.endswith(".ip=127.0.0.1") for one in line)
    assert any(one.startswith("--MappingKernelManager.cull_idle_timeout=") for one in line)
    assert "--no-browser" in line
    assert "--port=8123" in line


def test_the_page_alone_needs_a_token_and_shows_no_code(tmp_path):
    line = serving.command(tmp_path / "a.ipynb", voila=True, browser=True, port=None)
    assert "--Voila.auto_token=True" in line
    assert "--VoilaConfiguration.strip_sources=True" in line
    assert "--no-browser" not in line


def test_names_and_places_go_by_the_environment_and_not_by_the_command(tmp_path):
    given = Settings(2025, tmp_path / "records", "postgresql://u:hunter-2@h/d", "P05", "en")
    copy = serving.private_copy(tmp_path)
    named = serving.environment({"PATH": "/bin"}, given, "en", copy)
    assert settings.read(named) == given
    line = " ".join(serving.command(copy, voila=True, browser=True, port=None))
    assert "hunter-2" not in line
    assert "P05" not in line
    assert "hunter-2" not in copy.read_text("utf-8")


def test_jupyterlab_asks_for_no_news_in_the_middle_of_a_session(tmp_path):
    copy = serving.private_copy(tmp_path)
    folder, other = serving.environment({"JUPYTER_CONFIG_PATH": "/x"}, None, "zh", copy)[
        "JUPYTER_CONFIG_PATH"
    ].split(":")
    assert other == "/x"
    config = json.loads((copy.parent / ".config/labconfig/page_config.json").read_text("utf-8"))
    assert str(copy.parent) in folder
    assert "@jupyterlab/apputils-extension:announcements" in config["disabledExtensions"]
