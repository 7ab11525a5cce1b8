"""papermill's ordinary engine, with the notebook saved once: at the end, also where a kernel died."""

from __future__ import annotations

from typing import Any

from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillException

from cmreview.errors import InputError

NAME = "cmreview"


class SavingOnce(NBClientEngine):  # type: ignore[misc]  # papermill is published without types
    """Ordinary kernels. Saving the whole notebook before and after each cell costs more than the cells do."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Run the cells; papermill itself saves at the end of the run (``notebook_complete``)."""
        path, nb_man.output_path = nb_man.output_path, None
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **options)
        finally:
            nb_man.output_path = path


papermill_engines.register(NAME, SavingOnce)


def require_engine(name: str) -> None:
    """Raise InputError where papermill knows no engine of that name."""
    try:
        papermill_engines.get_engine(name)
    except PapermillException as error:
        raise InputError("cli_packets.error.unknown_engine", engine=name) from error
