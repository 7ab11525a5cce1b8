"""What can be asked of the records, and DuckDB's statements for it, kept from one run to the next.

To import Ibis and have it write the statements takes far longer than DuckDB takes to answer them for a
company of thousands of contracts, and the same ones are asked in every run. They are kept beside Python's
compiled modules, and hold only for the sources and libraries that wrote them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cmreview import kept

if TYPE_CHECKING:
    import ibis

Statement = tuple[str, pa.Schema]  # the SQL, and what its answer is brought to

KEPT = 256  # statements; each year, and each policy that counts in another way, asks for a dozen
WRITERS = ("ibis-framework", "sqlglot", "duckdb", "pyarrow")
PACKAGE = Path(__file__).parents[2]
# All that a statement may depend on beside its question; a test holds that Ibis's part imports no more.
SOURCES = ("review/**/*.py", "process/*.py", "policy/*.py", "records/*.py", "*.py")


@dataclass(frozen=True)
class Question:
    """One question of ``expressions.EXPRESSIONS``: its name, and all that its expression depends on.

    ``people`` limits the answer to some managers, None is everybody.
    """

    name: str
    given: tuple[Any, ...]
    people: tuple[str, ...] | None = None

    @property
    def expression(self) -> ibis.Table:
        """As an Ibis expression over ``tables()``."""
        from cmreview.review.counting.expressions import EXPRESSIONS  # here, since Ibis is slow to import

        limited = {} if self.people is None else {"people": self.people}
        return EXPRESSIONS[self.name](*self.given, **limited)


def statement(asked: Question | ibis.Table) -> Statement:
    """DuckDB's statement for a question or an expression over ``tables()``.

    Only that of a question which names nobody is kept on the disk.
    """
    if not isinstance(asked, Question):
        return _written(asked.op())
    if asked.people is not None:
        return _written(asked.expression.op())
    return _book().statement(asked)


@lru_cache(maxsize=256)
def _written(operation: Any) -> Statement:
    import ibis

    expression = operation.to_expr()
    return str(ibis.to_sql(expression, dialect="duckdb")), expression.schema().to_pyarrow()


@dataclass
class Book:
    """The statements that are known: those found in ``path``, which are of ``writers``, and newer ones."""

    path: Path
    writers: str
    known: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    is_changed: bool = False

    @classmethod
    def read(cls, path: Path, writers: str) -> Book:
        """The book at ``path``; empty where there is none, or where others wrote it."""
        return cls(path, writers, kept.read(path, writers) or {})

    def statement(self, question: Question) -> Statement:
        """The statement for a question, written by Ibis where it is not known."""
        key = repr((question.name, question.given))
        if key not in self.known:
            sql, schema = _written(question.expression.op())
            self.known[key] = sql, schema.serialize().to_pybytes()
            self.is_changed = True
        sql, schema_bytes = self.known[key]
        return sql, pa.ipc.read_schema(pa.py_buffer(schema_bytes))

    def keep(self) -> None:
        """Write what is new into the file, the oldest left out; nothing happens where it can't be written."""
        if self.is_changed:
            self.is_changed = False
            kept.keep(self.path, self.writers, dict(list(self.known.items())[-KEPT:]))


def keep() -> None:
    """Keep the statements that were written since the last time."""
    _book().keep()


@cache
def _book() -> Book:
    return Book.read(kept.place(Path(__file__).parent, "statements"), _writers())


def _writers() -> str:
    """The hash of every source and library that a statement may depend on."""
    found = sha256()
    for pattern in SOURCES:
        for path in sorted(PACKAGE.glob(pattern)):
            found.update(path.name.encode())
            found.update(sha256(path.read_bytes()).digest())
    for name in WRITERS:
        found.update(f"{name} {version(name)}".encode())
    return found.hexdigest()
