"""The warm parent: has a kernel's modules imported, starts no thread, and forks a child for each notebook.

It is started as a program of its own (``warm.py``), lives on the socket to whoever started it, and ends
with all its children as soon as that one is gone.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cmreview.packets.forking.process import end_child, fork_child

FORK, END = b"F", b"E"
NUMBER = struct.Struct("!i")
FDS = 3  # a child's socket, its stdout, its stderr


def main(fd: int) -> None:
    """Serve until the socket ``fd`` closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us
    requests = socket.socket(fileno=fd)
    get_warm()
    serve(requests)


def get_warm() -> None:
    """Import what cells need, run a cell and make the sample's packet: caches fill, code is loaded."""
    with not_importable("debugpy"):  # nobody debugs a report, and it speaks when it is imported
        from cmreview.packets.forking.cells import rehearse

        rehearse()
    _make_sample()
    gc.collect()
    gc.freeze()  # a collection in a child must not touch, and so copy, what all share


@contextmanager
def not_importable(name: str) -> Iterator[None]:
    """Let imports of one module fail meanwhile, where who imports it can do without, unless it is there."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # so Python marks what can't be imported
    try:
        yield
    finally:
        del sys.modules[name]


def _make_sample() -> None:
    from cmreview.packets.opening import open_packet
    from cmreview.words import subject_words

    subject_words("records")  # the largest, asked for by findings only, of which the sample has none
    packet = open_packet()
    for part in vars(type(packet)):
        if not part.startswith("_"):
            getattr(packet, part)()


def serve(requests: socket.socket) -> None:
    """Fork and end children as asked: ``F`` with their descriptors, ``E`` with a process id."""
    children: set[int] = set()
    try:
        while True:
            request, fds, _, _ = socket.recv_fds(requests, 1 + NUMBER.size, FDS)
            if not request:
                return
            if request[:1] == FORK:
                child = fork_child(lambda fds=fds: _run(requests, fds))  # type: ignore[misc]
                children.add(child)
                for fd in fds:
                    os.close(fd)
                requests.sendall(NUMBER.pack(child))
            else:
                (child,) = NUMBER.unpack(request[1:])
                children.discard(child)
                requests.sendall(NUMBER.pack(end_child(child)))
    except ConnectionError:
        return
    finally:
        for child in children:
            end_child(child)


def _run(requests: socket.socket, fds: list[int]) -> None:
    from cmreview.packets.forking.cells import run_cells

    requests.close()
    for fd in fds:
        os.set_inheritable(fd, False)
    run_cells(*fds)
