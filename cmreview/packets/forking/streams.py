"""stdout and stderr of a notebook's child: pipes, with a mark in them wherever a kernel would flush."""

from __future__ import annotations

import ctypes
import io
import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

NAMES = ("stdout", "stderr")


class Stream(io.TextIOWrapper):
    """Text into a pipe at once, so that nothing is lost where the process is killed.

    What the kernel's code flushes is one output of the notebook, as it is in an ordinary kernel; it
    takes in what C code and subprocesses have written to the same pipe until then.
    """

    def __init__(self, fd: int, mark: bytes, flushed: Callable[[], None]) -> None:
        unbuffered: Any = io.FileIO(fd, "w")
        super().__init__(unbuffered, "utf-8", errors="backslashreplace", newline="\n", write_through=True)
        self._fd, self._mark, self._flushed = fd, mark, flushed
        self._owner = os.getpid()

    def flush(self) -> None:
        """End the output so far: a mark in the pipe, then word that it is there."""
        super().flush()
        if os.getpid() == self._owner:  # a process forked by a cell writes, but ends nothing
            _flush_c()
            os.write(self._fd, self._mark)
            self._flushed()


@cache  # to open it takes longer than to flush, which each cell does four times
def _c() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def _flush_c() -> None:
    _c().fflush(None)


def connect(fds: tuple[int, int]) -> None:
    """Let this process and what it starts write to the pipes ``fds``; nothing can be read."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, fd in enumerate((nothing, *fds)):
        os.dup2(fd, number)
    os.close(nothing)


def take_over(fds: tuple[int, int], mark: bytes, flushed: Callable[[str], None]) -> None:
    """Let Python write to the pipes as well, with ``mark`` and a call of ``flushed`` where it flushes."""
    for name, fd in zip(NAMES, fds, strict=True):
        stream = Stream(fd, mark, lambda name=name: flushed(name))  # type: ignore[misc]
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
