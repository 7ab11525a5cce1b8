"""Our papermill engines: cells in a child forked from a warm parent, and the ordinary kernel saving once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillException
from papermill.iorw import write_ipynb

from cmreview.packets.forking.process import FORKED, KERNEL, is_possible


class SavingOnce(NBClientEngine):  # type: ignore[misc]  # papermill is published without types
    """Ordinary kernels. Saving the whole notebook before and after each cell costs more than the cells do."""

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, output_path: str | None = None, **options: Any
    ) -> Any:
        """Run the cells; papermill itself saves what went to its end, with or without a cell's error."""
        try:
            return super().execute_notebook(nb, kernel_name, output_path=None, **options)
        except BaseException:  # a kernel that died, a cell that took too long: kept as well
            if output_path:
                write_ipynb(nb, output_path)
            raise


class Forked(SavingOnce):
    """Cells in a forked child: a clean process and namespace per notebook without a kernel's start.

    The child is a fork of the Python that runs here, so it stands in for the kernel ``python3`` only. For
    other kernels, and on systems without such forks, the ordinary way.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        execution_timeout: int | None = None,
        meanwhile: Callable[[], None] | None = None,
        **options: Any,
    ) -> None:
        """Run the cells, and do ``meanwhile`` what needs none of them."""
        streams = {"log_output": log_output, "stdout_file": stdout_file, "stderr_file": stderr_file}
        if not is_possible() or kernel_name != NATIVE_KERNEL_NAME:
            ordinary = {"execution_timeout": execution_timeout, **streams, **options}
            super().execute_managed_notebook(nb_man, kernel_name, **ordinary)
            return
        from papermill.log import logger

        from cmreview.packets.forking.client import ForkedClient

        kept = {name: value for name, value in options.items() if name not in _OF_A_KERNEL}
        timeout = execution_timeout or options.get("timeout")
        ForkedClient(nb_man, timeout=timeout, log=logger, **streams, **kept).execute(meanwhile)


_OF_A_KERNEL = ("input_path", "timeout", "startup_timeout", "start_timeout", "shutdown_kernel")

papermill_engines.register(FORKED, Forked)
papermill_engines.register(KERNEL, SavingOnce)


def require_engine(name: str) -> None:
    """Raise InputError where papermill knows no engine of that name."""
    from cmreview.errors import InputError

    try:
        papermill_engines.get_engine(name)
    except PapermillException as error:
        raise InputError("cli_packets.error.unknown_engine", engine=name) from error
