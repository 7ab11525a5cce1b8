"""What a system must offer for forked cells, and how a child is made, ended and reaped."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
_BROKEN = 70  # EX_SOFTWARE: the child's own code failed, not the notebook's


FORKED, KERNEL = "cmreview", "cmreview-kernel"  # our engines, as papermill knows them


def default_engine() -> str:
    """The engine that runs cells where none is named."""
    return FORKED if is_possible() else KERNEL


def is_possible() -> bool:
    """Whether cells can run in forked children: on Linux from 5.3, which tells of a process that ended.

    macOS has fork without safety (its frameworks start threads) and no signal for a parent's death;
    Windows has neither.
    """
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:  # before Linux 5.3, and where a container forbids it
        return False
    return True


def die_with_parent(sign: signal.Signals) -> None:
    """Send this process ``sign`` when the one that made it ends, also by kill -9."""
    ctypes.CDLL(None, use_errno=True).prctl(_DEATH_SIGNAL, int(sign), 0, 0, 0)


def fork_child(work: Callable[[], None]) -> int:
    """Do ``work`` in a forked child in a session of its own; its process id.

    The caller must be single-threaded: what other threads hold is held for ever in the child.
    """
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _be_child(parent, work)
    return child


def _be_child(parent: int, work: Callable[[], None]) -> NoReturn:
    code = _BROKEN
    try:
        os.setsid()  # a group of its own, so that it ends with all that it started
        die_with_parent(signal.SIGKILL)
        if os.getppid() == parent:  # else it died before we asked
            work()
            code = 0
    except BaseException:  # noqa: BLE001  # nobody else could tell
        traceback.print_exc()
    finally:
        os._exit(code)  # nothing of the parent's is flushed or cleaned up a second time


def end_child(child: int) -> int:
    """Kill a child with its whole group, if it has not ended, and reap it; its wait status."""
    for kill in (os.killpg, os.kill):  # a child that was killed before its setsid leads no group
        with suppress(ProcessLookupError, PermissionError):
            kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]
