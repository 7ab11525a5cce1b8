"""Many things in one file that is read only where it is asked: a plain zip, the same bytes each time."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

_FIXED = (1980, 1, 1, 0, 0, 0)  # a zip must name a time; ours is never that of the clock
_LOCAL_HEADER = 30  # bytes before a member's name, whose lengths stand in the last four of them


def write_members(target: Path, members: Mapping[str, bytes]) -> None:
    """Write ``members`` to ``target``; a file that is there already is replaced at once or not at all."""
    part = target.with_name(f"{target.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _FIXED)
            info.external_attr = 0o600 << 16  # what is inside is private
            archive.writestr(info, content)
    part.chmod(0o600)
    part.replace(target)


class Members:
    """The members of such a file; each is read, and held against its checksum, when it is asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self._places = {info.filename: info for info in archive.infolist()}

    def __contains__(self, name: str) -> bool:
        """Whether there is a member of this name."""
        return name in self._places

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, sorted."""
        return tuple(sorted(self._places))

    def read(self, name: str) -> bytes:
        """A whole member. Raises KeyError, or zipfile.BadZipFile where it is damaged."""
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(name)

    def piece(self, name: str, start: int, size: int) -> bytes:
        """Some bytes of a member, without reading what stands before them."""
        info = self._places[name]
        with self.path.open("rb") as file:
            file.seek(info.header_offset + _LOCAL_HEADER - 4)
            lengths = file.read(4)
            begin = info.header_offset + _LOCAL_HEADER
            begin += int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
            file.seek(begin + start)
            return file.read(size)
