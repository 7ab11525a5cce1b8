"""A failed run told in people's words first: what went wrong, where, and what to do (N7)."""

from __future__ import annotations

import errno
import re
import traceback
from pathlib import Path

from cmreview.errors import CmreviewError
from cmreview.packets.job import Failure, Job, Told
from cmreview.words import say

CELL_SECONDS = 600
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REFUSED = (errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.ESTALE)
_LONGEST = 300  # characters of a program's own message


def told(job: Job, error: Exception) -> Failure:
    """Why ``job`` failed with ``error``."""
    trace = plain("".join(traceback.format_exception(error)))
    if isinstance(error, OSError) and error.errno in _FULL:
        return _failure("disk", "disk", trace)
    if isinstance(error, OSError) and error.errno in _REFUSED:
        return _failure("disk", "unwritten", trace, problem=error.strerror or type(error).__name__)
    if isinstance(error, CmreviewError):
        values = tuple((name, str(value)) for name, value in error.values.items())
        code = error.code
        return Failure("check", Told(f"{code}.what", values), Told(f"{code}.mend", values), traceback=trace)
    cell = _heading(job.executed)
    kind = type(error).__name__  # papermill's and nbclient's own classes, which are slow to import
    if kind == "PapermillExecutionError":
        said = f"{error.ename}: {error.evalue}"  # type: ignore[attr-defined]
        trace = plain("\n".join(error.traceback))  # type: ignore[attr-defined]
        return _failure("notebook", "notebook", trace, cell, error=plain(said)[:_LONGEST])
    if kind == "DeadKernelError":
        return _failure("kernel", "dead", trace, cell)
    if kind == "CellTimeoutError":
        return _failure("kernel", "timeout", trace, cell, seconds=str(CELL_SECONDS))
    if kind == "TooMuchTold":
        return _failure("notebook", "flood", trace, cell)
    return _failure("program", "program", trace, cell, error=f"{kind}: {plain(str(error))[:_LONGEST]}")


def explanation(failure: Failure, department: str, lang: str) -> str:
    """The text that is kept beside a failed notebook: people's words first, then the traceback."""
    sentences = [say(part.key, lang, **dict(part.values)) for part in (failure.what, failure.mend)]
    return "\n".join([department, *sentences, "", failure.traceback or ""]).rstrip() + "\n"


def plain(text: str) -> str:
    """``text`` without the colours of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def _failure(reason: str, key: str, trace: str, cell: str | None = None, **values: str) -> Failure:
    known = tuple({"cell": cell or "—", **values}.items())
    what = Told(f"cli_packets.failed.{key}", known)
    return Failure(reason, what, Told(f"cli_packets.mend.{key}"), cell, trace)


def _heading(executed: Path) -> str | None:
    from cmreview.packets.notebook import heading_of_failure, read

    return heading_of_failure(read(executed)) if executed.is_file() else None
