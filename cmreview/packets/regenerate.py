"""The stored report notebooks run anew: with their default parameters, on the made-up sample (N22)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from cmreview.packets.batch import default_notebook
from cmreview.packets.run import without_grammar


def regenerate(notebook: Path | None = None) -> tuple[Path, ...]:
    """Run each stored report notebook and store it executed, without times and places.

    The same code gives the same bytes, so that a stale notebook shows as a difference.
    """
    without_grammar()
    import papermill

    from cmreview.packets import engine
    from cmreview.packets.notebook import read, recorded, write

    path = notebook or default_notebook()
    with TemporaryDirectory() as folder:
        executed = Path(folder) / path.name
        papermill.execute_notebook(
            str(path),
            str(executed),
            engine_name=engine.NAME,
            kernel_name="python3",
            progress_bar=False,
            autosave_cell_every=0,
        )
        write(recorded(read(executed), {}), path)
    return (path,)
