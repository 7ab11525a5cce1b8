"""What happens in a worker of a Dask cluster: one packet at a time, each attempt in a folder of its own."""

from __future__ import annotations

import asyncio
import json
import platform
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cmreview
from cmreview.packets import record
from cmreview.packets.job import Job, Made

if TYPE_CHECKING:
    from cmreview.packets.forking.warm import WarmParent

SIGN = "sign"
_SECONDS_TO_SEE = 3.0  # a network file system may show a new file a moment late
_SECONDS_TO_END = 10.0


@dataclass(frozen=True, slots=True)
class Needs:
    """What a worker must see and be: the run's shared folder with its sign in it, and the same program."""

    folder: str
    sign: str
    program: str


class DoesNotFit(RuntimeError):
    """A worker that came later does not see the run's folder, or runs another program."""


def program() -> str:
    """What must be the same here and on a worker for the same bytes, as text."""
    known = {
        "cmreview": cmreview.__version__,
        "source": record.package_sha256(),
        "python": platform.python_version(),
        **record.libraries(),
    }
    return json.dumps(known, sort_keys=True)


def look(folder: str) -> tuple[str | None, str]:
    """The sign that this worker sees in ``folder``, None for none, and what it runs."""
    deadline = time.monotonic() + _SECONDS_TO_SEE
    while True:
        with suppress(OSError, ValueError):
            return Path(folder, SIGN).read_text(encoding="ascii"), program()
        if time.monotonic() > deadline:
            return None, program()
        time.sleep(0.1)


def attempt(needs: Needs, call: Callable[[Job], Made], job: Job) -> Made:
    """Make the packet in a new folder of the job's workspace, which what comes back names.

    Dask begins a job anew on another worker where it lost one, which may yet live on behind a broken line:
    so no two attempts share a folder, and only that of the answer that counts is published. Raises
    DoesNotFit on a worker that must not make packets of this run.
    """
    if look(needs.folder) != (needs.sign, needs.program):
        raise DoesNotFit("a worker that came later does not fit")
    folder = job.workspace / f"attempt-{uuid.uuid4().hex}"
    folder.mkdir()  # only inside a run that is still there
    made = _place.thread().submit(call, replace(job, workspace=folder)).result()
    return replace(made, attempt=folder.name)


async def end() -> None:
    """End what we started in this worker; a packet in the making breaks off."""
    await asyncio.to_thread(_place.clear)


class _Place:
    """The one thread of this process that makes packets, with the warm parent that it keeps meanwhile.

    One thread, whatever Dask gives the worker: papermill's packets must not share a process at the same
    moment, and a warm parent belongs to the thread that started it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: ThreadPoolExecutor | None = None
        self._stack = ExitStack()
        self._parent: WarmParent | None = None

    def thread(self) -> ThreadPoolExecutor:
        """The thread, started where there is none."""
        with self._lock:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, "cmreview", initializer=self._get_warm)
            return self._thread

    def clear(self) -> None:
        """End the warm parent, and with it what it is at, and then the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
            parent, self._parent = self._parent, None
            if parent is not None:
                parent.close()
            if thread is not None:
                with suppress(TimeoutError):
                    thread.submit(self._stack.close).result(_SECONDS_TO_END)
                thread.shutdown(wait=False, cancel_futures=True)
            self._stack = ExitStack()

    def _get_warm(self) -> None:
        from cmreview.packets.forking import process
        from cmreview.packets.forking.warm import warm_parent
        from cmreview.packets.run import import_papermill

        if process.is_possible():
            self._parent = self._stack.enter_context(warm_parent())
        import_papermill()


_place = _Place()
