"""The made-up sample and the stored report notebook that shows it, made anew (N22)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from cmreview.packets.batch import default_notebook
from cmreview.packets.notebook import read, recorded, write
from cmreview.packets.run import run_notebook
from cmreview.packets.sample import SAMPLE, make_sample
from cmreview.review.store import save


def regenerate() -> tuple[Path, ...]:
    """Store the sample, and the notebook as run on it; the files that were written.

    The same code and policy give the same bytes, so that what is stale shows as a difference.
    """
    save(make_sample(), SAMPLE)
    path = default_notebook()
    run_stored(path, path)
    return SAMPLE, path


def run_stored(notebook: Path, target: Path) -> None:
    """Run ``notebook`` with its default parameters and store it executed, without times and places."""
    with TemporaryDirectory() as folder:
        executed = Path(folder) / notebook.name
        run_notebook(notebook, executed, {})
        write(recorded(read(executed), {}), target)
