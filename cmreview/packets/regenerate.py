"""The made-up samples and the stored report notebooks that show them, made anew (N22)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from cmreview.packets.analysis import analysis_notebook
from cmreview.packets.analysis_sample import ANALYSIS_SAMPLE, make_analysis_sample
from cmreview.packets.batch import default_notebook
from cmreview.packets.notebook import read, recorded, write
from cmreview.packets.run import run_notebook
from cmreview.packets.sample import SAMPLE, make_sample
from cmreview.review.analysis import store as analyses
from cmreview.review.store import save


def regenerate() -> tuple[Path, ...]:
    """Store each sample, and its notebook as run on it; the files that were written.

    The same code and policy give the same bytes, so that what is stale shows as a difference.
    """
    save(make_sample(), SAMPLE)
    path = default_notebook()
    run_stored(path, path)
    analyses.save(make_analysis_sample(), ANALYSIS_SAMPLE)
    analysis = analysis_notebook()
    run_stored(analysis, analysis)
    return SAMPLE, path, ANALYSIS_SAMPLE, analysis


def run_stored(notebook: Path, target: Path) -> None:
    """Run ``notebook`` with its default parameters and store it executed, without times and places."""
    with TemporaryDirectory() as folder:
        executed = Path(folder) / notebook.name
        run_notebook(notebook, executed, {})
        part = target.with_name(f".{target.name}.part")
        write(recorded(read(executed), {}), part)
        part.replace(target)  # at once: somebody may be reading it
