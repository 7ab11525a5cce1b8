"""Starting a warm parent and asking it for children; who uses it ends it, and its end is theirs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import cmreview
from cmreview.packets.forking.parent import END, FORK, NUMBER

_PROGRAM = "import sys; from cmreview.packets.forking.parent import main; main(int(sys.argv.pop()))"
_SECONDS_TO_END = 5.0
_HELD = 1 << 22  # bytes of outputs that wait for us, as far as the system allows


@dataclass(frozen=True, slots=True)
class Child:
    """A notebook's process, with our ends of its socket and of its two pipes.

    ``ended`` can be read when it has ended; socket and pipes don't tell, as what it started holds them too.
    """

    pid: int
    ended: int
    connection: socket.socket
    stdout: int
    stderr: int


class NotStarted(RuntimeError):
    """A notebook's process could not be started."""


class WarmParent:
    """A process that forks children for notebooks.

    It is a program of its own and not a fork, so that it holds none of our threads, locks and files. It
    gets warm while we do something else: the first child waits for it. One that was killed is replaced.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._start()

    def _start(self) -> None:
        ours, its = socket.socketpair()
        with its:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(its.fileno())],
                pass_fds=[its.fileno()],
                cwd=Path(cmreview.__file__).parents[1],  # where it finds this package, and not another one
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # stderr stays ours: why it can't get warm must be seen
                start_new_session=True,
            )
        self._requests = ours

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def child(self) -> Iterator[Child]:
        """A child for one notebook; killed with all that it started, and reaped, at the end."""
        with ExitStack() as stack:
            ours, its = (stack.enter_context(end) for end in socket.socketpair())
            its.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _HELD)  # it goes on while we are busy
            pipes = [_Pipe(stack) for _ in range(2)]
            try:
                pid = self._ask(FORK, [its.fileno(), *(pipe.write for pipe in pipes)])
            except (EOFError, OSError) as error:
                raise NotStarted("no child could be forked") from error
            try:
                its.close()
                for pipe in pipes:
                    pipe.close_write()
                ended = os.pidfd_open(pid)
                stack.callback(os.close, ended)
                yield Child(pid, ended, ours, *(pipe.read for pipe in pipes))
            finally:
                self._end(pid)

    def close(self) -> None:
        """End the parent and the children it still has."""
        self._requests.close()
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _end(self, pid: int) -> None:
        try:
            self._ask(END + NUMBER.pack(pid), [])
        except (EOFError, OSError):  # the parent is gone and the child with it, not what the child started
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            self.close()

    def _ask(self, request: bytes, fds: list[int]) -> int:
        with self._lock:
            if request == FORK and self._process.poll() is not None:  # killed from outside
                self.close()
                self._start()
            socket.send_fds(self._requests, [request.ljust(1 + NUMBER.size, b"\0")], fds)
            answer = self._requests.recv(NUMBER.size, socket.MSG_WAITALL)
        if len(answer) < NUMBER.size:
            raise EOFError("the warm parent ended")
        return int(NUMBER.unpack(answer)[0])


class _Pipe:
    """A pipe whose ends are closed with ``stack``; ours does not block."""

    def __init__(self, stack: ExitStack) -> None:
        self.read, self.write = os.pipe()
        os.set_blocking(self.read, False)
        self._is_open = True
        stack.callback(os.close, self.read)
        stack.callback(self.close_write)

    def close_write(self) -> None:
        """Close the end that is the child's."""
        if self._is_open:
            self._is_open = False
            os.close(self.write)


_open: ContextVar[WarmParent | None] = ContextVar("warm parent", default=None)


@contextmanager
def warm_parent() -> Iterator[WarmParent]:
    """The warm parent in use; where there is none, one for as long as this lasts."""
    known = _open.get()
    if known is not None:
        yield known
        return
    with WarmParent() as parent:
        token = _open.set(parent)
        try:
            yield parent
        finally:
            _open.reset(token)


def keep_warm_parent() -> None:
    """Start a warm parent that this process keeps until its own end."""
    _open.set(WarmParent())
