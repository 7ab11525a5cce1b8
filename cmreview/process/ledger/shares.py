"""Folders that lie on another machine, as far as the system tells."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

# What Linux calls the file systems of other machines.
_SHARES = frozenset(
    {
        "9p",
        "afs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.ceph",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb2",
        "smb3",
        "smbfs",
    }
)
_MOUNTS = Path("/proc/self/mounts")
_ESCAPE = re.compile(r"\\([0-7]{3})", re.ASCII)


def share_type(path: Path) -> str | None:
    """The kind of network share that ``path``, absolute, lies on; None where it is local or can't be told."""
    if path.drive.startswith("\\\\"):
        return "UNC"
    try:
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:  # not Linux
        return None
    return share_among(PurePosixPath(path), mounts)


def share_among(path: PurePosixPath, mounts: str) -> str | None:
    r"""The same, from the text of ``/proc/self/mounts``: the last mount of the deepest folder counts.

    >>> share_among(PurePosixPath("/srv/hr/ledger.db"), "a / ext4 rw 0 0\nb:/hr /srv/hr nfs4 rw 0 0")
    'nfs4'
    """
    kind, deepest = "", -1
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        folder = PurePosixPath(_ESCAPE.sub(lambda found: chr(int(found[1], 8)), parts[1]))
        if path.is_relative_to(folder) and len(folder.parts) >= deepest:
            kind, deepest = parts[2], len(folder.parts)
    return kind if kind in _SHARES else None
