"""What a notebook's child tells, in order: kernel messages, and text that it wrote between them."""

from __future__ import annotations

import json
import os
import secrets
import select
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cmreview.packets.forking.streams import NAMES
from cmreview.packets.forking.warm import Child
from cmreview.packets.forking.wire import FLUSHED, MESSAGE, OVER, PARTS, Inbox, packed

_CHUNK = 1 << 16
_SECONDS_TO_SAY = 10.0
_MOST = 1 << 26  # bytes that one notebook may tell: a hundred times what a large packet does
_READS = 3  # empty a full pipe and one larger than usual


class ChildDied(Exception):
    """The child ended before it told that it was over."""


class TooMuchTold(Exception):
    """A notebook told more than any packet holds: it is not read on, so that memory and disk last."""


class Talk:
    """The talk with one child. Its pipes are emptied all the time, so that it never waits for us."""

    def __init__(self, child: Child) -> None:
        self._child = child
        # unguessable: a cell can't write by chance what ends an output
        self._mark = b"\0" + secrets.token_bytes(16) + b"\0"
        self._inbox = Inbox()
        self._written = {name: bytearray() for name in NAMES}
        self._fds = dict(zip(NAMES, (child.stdout, child.stderr), strict=True))
        self._about: dict[str, Any] | None = None
        self._taken = 0
        self._poll = select.poll()
        for fd in (child.ended, child.connection.fileno(), *self._fds.values()):
            self._poll.register(fd, select.POLLIN)

    def begin(self, cells: Mapping[str, Any]) -> None:
        """Hand over the cells, with the environment that they run in."""
        task = {"environment": dict(os.environ), "mark": self._mark.hex(), **cells}
        self._child.connection.sendall(packed([json.dumps(task).encode("utf-8", "surrogateescape")]))

    def messages(self, deadline: float | None = None) -> Iterator[dict[str, Any]]:
        """Messages as they come, streams among them.

        TimeoutError after ``deadline``, ChildDied where the child is gone; both after all that it wrote.
        TooMuchTold where it tells more than a notebook may.
        """
        while True:
            parts = self._inbox.next()
            if parts is None:
                try:
                    self._wait(deadline)
                except (TimeoutError, ChildDied):
                    yield from filter(None, map(self._rest, NAMES))
                    raise
                continue
            kind, *rest = parts
            if kind == FLUSHED:
                message = self._until_mark(rest[0].decode())
                if message is not None:
                    yield message
            elif kind == MESSAGE:
                yield _message(rest)
            elif kind == OVER:
                self._about = json.loads(rest[0])
                return

    def about(self) -> dict[str, Any] | None:
        """What the child says of its language when all cells have run; None where not all have."""
        try:
            for _ in self.messages(time.monotonic() + _SECONDS_TO_SAY):
                pass
        except (TimeoutError, ChildDied):
            return None
        return self._about

    def _wait(self, deadline: float | None) -> None:
        """Read what there is, once there is something."""
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:  # looked at by ourselves: a cell may never stop writing
            raise TimeoutError
        ready = dict(self._poll.poll(None if left is None else left * 1000))
        for name, fd in self._fds.items():
            if fd in ready and not self._read(name):
                self._poll.unregister(fd)
        if self._child.connection.fileno() not in ready:
            if self._child.ended in ready:
                raise ChildDied
            return
        try:
            piece = self._child.connection.recv(_CHUNK)
        except ConnectionResetError:
            piece = b""
        if not piece:
            raise ChildDied
        self._inbox.add(piece)
        self._count(piece)

    def _count(self, piece: bytes) -> None:
        self._taken += len(piece)
        if self._taken > _MOST:
            raise TooMuchTold

    def _read(self, name: str) -> bool:
        """Take what is in a pipe; False where nobody holds its other end any more."""
        try:
            piece = os.read(self._fds[name], _CHUNK)
        except BlockingIOError:
            return True
        self._written[name] += piece
        self._count(piece)
        return bool(piece)

    def _until_mark(self, name: str) -> dict[str, Any] | None:
        """The text before the next mark, which was written before the word of it came."""
        held = self._written[name]
        while (end := held.find(self._mark)) < 0:
            if not self._read(name):
                return None
        text = bytes(held[:end])
        del held[: end + len(self._mark)]
        return _stream(name, text)

    def _rest(self, name: str) -> dict[str, Any] | None:
        held = self._written[name]
        for _ in range(_READS):  # no more: what the child started may go on writing
            self._read(name)
        text = bytes(held).replace(self._mark, b"")
        held.clear()
        return _stream(name, text)


def _message(parts: Sequence[bytes]) -> dict[str, Any]:
    message: dict[str, Any] = {
        name: json.loads(part.decode("utf-8", "surrogateescape"))
        for name, part in zip(PARTS, parts, strict=False)
    }
    message["msg_type"] = message["header"]["msg_type"]
    return message | {"buffers": list(parts[len(PARTS) :])}


def _stream(name: str, text: bytes) -> dict[str, Any] | None:
    if not text:
        return None
    content = {"name": name, "text": text.decode("utf-8", "replace")}
    return {"msg_type": "stream", "header": {"msg_type": "stream"}, "content": content}
