"""A notebook with widgets put before somebody: a private copy of it, and the server that shows it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from cmreview.errors import FileError
from cmreview.explore.example import project_folder
from cmreview.explore.settings import LANG, Settings

NOTEBOOK = Path("notebooks", "committee_session.ipynb")
EXPLORER = Path("notebooks/explorer.ipynb")
COPIES = Path("outputs", "session")
# Voila's page without the two style sheets that its own template fetches from outside (N26).
TEMPLATE = "cmreview"
_TEMPLATES = Path(__file__).parent / "template"
# Seconds after which a kernel that nobody is connected to is ended, and between two looks for one.
_IDLE, _INTERVAL = 1800, 60
# Beside the copy: what keeps JupyterLab from asking about news in the middle of a session.
_CONFIG, _OFF = ".config", {"@jupyterlab/apputils-extension:announcements": True}


def private_copy(root: Path | None = None, notebook: Path = NOTEBOOK) -> Path:
    """A fresh copy of a notebook of the project, in a folder that is not kept under version control.

    What JupyterLab stores of a session belongs to nobody but who holds it, and never into the stored
    notebook. A temporary folder is taken where ``outputs/`` of the working folder can't be written.
    FileError where the notebook is not there.
    """
    source = project_folder() / notebook
    if not source.is_file():
        raise FileError("session.no_notebook", file=notebook.as_posix())
    folder = (root or Path.cwd()) / COPIES
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(dir=folder))
    except OSError:
        place = Path(tempfile.mkdtemp())
    config = place / _CONFIG / "labconfig"
    config.mkdir(parents=True)
    (config / "page_config.json").write_text(json.dumps({"disabledExtensions": _OFF}), "utf-8")
    return Path(shutil.copyfile(source, place / source.name))


def command(
    notebook: Path, *, voila: bool, browser: bool, port: int | None, more: Sequence[str] = ()
) -> list[str]:
    """The command that serves ``notebook`` on this machine only, behind a token.

    With ``voila`` the page alone, without its code. Kernels that nobody uses are ended. ``more`` is
    handed on to the server.
    """
    shared = [
        f"--MappingKernelManager.cull_idle_timeout={_IDLE}",
        f"--MappingKernelManager.cull_interval={_INTERVAL}",
    ]
    shared += [] if browser else ["--no-browser"]
    shared += [] if port is None else [f"--port={port}"]
    if voila:
        own = ["--Voila.ip=127.0.0.1", "--Voila.auto_token=True", "--VoilaConfiguration.strip_sources=True"]
        own.append(f"--VoilaConfiguration.template={TEMPLATE}")
        return [sys.executable, "-m", "voila", str(notebook), *own, *shared, *more]
    own = [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={notebook.parent}",
        # nothing is asked of the network
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
    ]
    return [sys.executable, "-m", "jupyterlab", str(notebook), *own, *shared, *more]


def environment(
    given: Mapping[str, str], settings: Settings | None, lang: str, notebook: Path
) -> dict[str, str]:
    """The server's environment: settings go by it and not by parameters, which notebooks keep (N2)."""
    named = {LANG: lang} if settings is None else settings.environment()
    paths = [str(notebook.parent / _CONFIG), *filter(None, [given.get("JUPYTER_CONFIG_PATH")])]
    shared = [str(_TEMPLATES), *filter(None, [given.get("JUPYTER_PATH")])]
    jupyter = {
        "JUPYTER_PATH": os.pathsep.join(shared),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(paths),
        # the kernel of the environment that this program runs in, not another one of the user's
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    return {**given, **named, LANG: lang, **jupyter}
