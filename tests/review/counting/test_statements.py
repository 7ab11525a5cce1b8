"""Statements that are kept from one run to the next: the same as Ibis writes, and never anybody's."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

from cmreview.review.counting import statements
from cmreview.review.counting.indicators import COUNTED_BY, WITH_ROWS, readings
from cmreview.review.counting.statements import PACKAGE, SOURCES, Book, Question
from tests.builders import make_policy


@pytest.fixture
def question():
    return Question("by_year", (readings(make_policy()), (2024, 2025)))


@pytest.fixture
def book(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return Book.read(tmp_path / "kept", "these sources")


def read_again(book, writers="these sources"):
    return Book.read(book.path, writers)


def test_a_kept_statement_is_what_ibis_writes(book, question, monkeypatch):
    written = book.statement(question)
    assert written == statements.statement(question.expression)
    book.keep()
    again = read_again(book)
    monkeypatch.setattr(statements, "_written", lambda operation: pytest.fail("it was written anew"))
    assert again.statement(question) == written


def test_statements_that_other_sources_or_libraries_wrote_are_not_used(book, question):
    book.statement(question)
    book.keep()
    assert read_again(book, "other sources").known == {}


@pytest.mark.parametrize("found", [b"", b"not marshal", b"i\1\0\0\0"], ids=["empty", "text", "a number"])
def test_a_file_that_is_no_book_is_as_if_none_were_there(book, question, found):
    book.path.write_bytes(found)
    assert read_again(book).statement(question) == book.statement(question)


def test_where_nothing_can_be_written_the_answer_is_the_same(book, question, tmp_path):
    elsewhere = Book(tmp_path / "no such folder" / "kept", "these sources")
    assert elsewhere.statement(question) == book.statement(question)
    elsewhere.keep()
    assert not elsewhere.path.parent.exists()


def test_the_oldest_statements_give_way(book, monkeypatch):
    monkeypatch.setattr(statements, "KEPT", 2)
    asked = [Question("unfinished_projects", ((("project_min_benefit", Decimal(n)),),)) for n in range(3)]
    for each in asked:
        book.statement(each)
    book.keep()
    assert len(read_again(book).known) == 2
    assert repr((asked[2].name, asked[2].given)) in read_again(book).known


def test_a_statement_that_names_people_is_never_kept(monkeypatch, book):
    monkeypatch.setattr(statements, "_book", lambda: book)
    given = (readings(make_policy()), (2025,), "sales", 2025, True)
    sql, _ = statements.statement(Question("source_rows", given, people=("A-17",)))
    assert "A-17" in sql
    everybody, _ = statements.statement(Question("source_rows", given))
    statements.keep()
    assert "A-17" not in everybody
    assert b"A-17" not in book.path.read_bytes()


def test_all_that_a_statement_depends_on_is_among_its_writers():
    """What Ibis's part imports of ours is hashed; another module could change statements unseen."""
    program = (
        "import sys, cmreview.review.counting.expressions\n"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.partition('.')[0] == 'cmreview'), sep='\\n')"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    hashed = {str(path) for pattern in SOURCES for path in PACKAGE.glob(pattern)}
    imported = set(run.stdout.splitlines())
    assert str(PACKAGE / "review" / "counting" / "definitions.py") in imported
    assert {path for path in imported - hashed if not path.endswith("__init__.py")} == set()


def test_the_questions_are_those_of_the_expressions():
    from cmreview.review.counting import expressions
    from cmreview.review.counting.tables import tables

    policy = make_policy()
    found = expressions.rows(tables(), readings(policy), (2025,))
    assert tuple(found) == WITH_ROWS
    assert [key for key, _ in readings(policy)] == list(COUNTED_BY)
