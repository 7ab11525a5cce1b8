"""Messages between a notebook's child and the engine: parts of bytes, whole, over a socket."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence

FLUSHED, MESSAGE, OVER = b"flushed", b"message", b"over"  # what a child tells, as a message's first part

PARTS = (
    "header",
    "parent_header",
    "metadata",
    "content",
)  # of a kernel's message, as Session.serialize orders

_HEAD = struct.Struct("!I")
_CHUNK = 1 << 16


def packed(parts: Sequence[bytes]) -> bytes:
    """One message of several parts."""
    lengths = (_HEAD.pack(len(part)) for part in parts)
    return b"".join((_HEAD.pack(len(parts)), *lengths, *parts))


class Inbox:
    """Messages as they arrive in pieces."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, piece: bytes) -> None:
        """Take in what was read."""
        self._bytes += piece

    def next(self) -> list[bytes] | None:
        """The next whole message; None where it has not arrived yet."""
        held = self._bytes
        if len(held) < _HEAD.size:
            return None
        (count,) = _HEAD.unpack_from(held)
        start = _HEAD.size * (1 + count)
        if len(held) < start:
            return None
        lengths = [_HEAD.unpack_from(held, _HEAD.size * (1 + place))[0] for place in range(count)]
        end = start + sum(lengths)
        if len(held) < end:
            return None
        parts = []
        for length in lengths:
            parts.append(bytes(held[start : start + length]))
            start += length
        del held[:end]
        return parts


def receive(connection: socket.socket) -> list[bytes]:
    """One message, waited for. EOFError where the other side is gone."""
    inbox = Inbox()
    while (parts := inbox.next()) is None:
        piece = connection.recv(_CHUNK)
        if not piece:
            raise EOFError
        inbox.add(piece)
    return parts
