"""What is made once for all workers of a run: folders full of files, and values that take seconds to make."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

try:
    import fcntl
except ImportError:  # Windows: there each worker makes its own
    fcntl = None

Value = TypeVar("Value")

# Where the workers of this run keep it: set as the first test begins. Before that, as modules are imported,
# each makes its own.
shared: Path | None = None


def folder(name: str, make: Callable[[Path], object]) -> Path:
    """The folder that ``make(folder)`` filled; who comes while it is being made waits.

    It is there to be read or copied: what a test writes beside it would be seen by another.
    """
    if shared is None:
        raise RuntimeError("folders are shared from the first test on, not while modules are imported")
    path = shared / f"made-{name}"
    with _alone(shared / f"making-{name}"):
        if not path.is_dir():
            making = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=shared))
            make(making)
            try:
                making.rename(path)
            except OSError:
                assert path.is_dir()  # where nobody can wait, another worker was faster
    return path


def value(name: str, make: Callable[[], Value]) -> Value:
    """What ``make()`` gives, which must be the same whenever it is made; only the first worker makes it."""
    if shared is None:
        return make()
    made: list[Value] = []

    def write(into: Path) -> None:
        made.append(make())
        (into / "value").write_bytes(pickle.dumps(made[0], pickle.HIGHEST_PROTOCOL))

    path = folder(name, write)
    return made[0] if made else pickle.loads((path / "value").read_bytes())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a file that one worker at a time can hold; where the system has no such lock, hold nothing."""
    with path.open("w") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_UN)  # a process forked meanwhile has the file open still
