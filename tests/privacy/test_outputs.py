"""No file that cmreview writes names anybody whose data may not be in it, wherever in the file."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import PurePosixPath

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from cmreview.errors import FileError
from cmreview.privacy.holdings import Whose, kind_of
from cmreview.privacy.names import Names
from cmreview.privacy.reading import text_of
from cmreview.show.papers.templates import TEXTS
from tests.privacy.allowed import everybody_of, kind, owners
from tests.privacy.making import DEPARTMENT, company
from tests.process.example import ROOT


@cache
def managers() -> Names:
    """Everybody who is reviewed; a name that stands in what we ship tells nothing."""
    people = company().records.tables["managers"]
    shipped = [*ROOT.glob("cmreview/words/*.yaml"), *ROOT.glob("params/**/*.yaml"), *TEXTS.glob("*/*.txt")]
    fixed = "\n".join([path.read_text("utf-8") for path in shipped] + list(company().records.departments))
    return Names(dict(zip(people["manager_id"], people["name"], strict=True)), fixed)


@pytest.fixture(scope="module")
def files(outputs):
    """Every file below the outputs, by its path there."""
    folder = outputs / "outputs"
    return {
        PurePosixPath(path.relative_to(folder).as_posix()): path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_file_that_a_command_writes_is_of_a_kind_that_says_whose_it_is(files):
    assert [str(path) for path in files if kind(path) is None] == []
    # and hardly any kind is never met, or its line would be held against nothing
    met = {kind(path).key for path in files}
    assert {"packet", "letter", "paper", "paper_of_many", "training", "analysis", "run", "index"} <= met


def test_nobody_is_named_in_a_file_of_others_anywhere_in_it(files):
    named = {}
    for path, place in files.items():
        found = kind(path)
        if found.whose is Whose.COMPANY:
            continue
        others = managers().named_besides(text_of(path.name, place.read_bytes()), owners(found, company()))
        if others:
            named[str(path)] = sorted(others)
    assert named == {}


def test_a_department_s_packet_names_no_customer_that_is_only_others(files):
    tables = company().records.tables
    contracts, customers = tables["contracts"], tables["customers"]
    names = Names(dict(zip(customers["customer_id"], customers["name"], strict=True)))
    own = contracts["manager_id"].isin(everybody_of(DEPARTMENT, company()))
    theirs = frozenset(contracts["customer_id"][own])
    assert 0 < len(theirs) < len(customers)
    other = next(name for one, name in names.people.items() if one not in theirs)
    for ending in (".html", ".xlsx", ".ipynb"):
        path = PurePosixPath("2025", DEPARTMENT, f"{DEPARTMENT}{ending}")
        text = text_of(path.name, files[path].read_bytes())
        assert names.named_besides(text, theirs) == frozenset(), path
        assert names.named_besides(text + other, theirs)


def test_no_file_says_on_which_machine_or_by_whom_it_was_made_but_the_run_record(files, outputs):
    marks = (str(outputs), str(ROOT))
    for path, place in files.items():
        if kind(path).key == "run":
            continue
        text = text_of(path.name, place.read_bytes())
        assert [mark for mark in marks if mark in text] == [], path


# --- that search finds what it should --------------------------------------------------------------


def planted(place, how):
    """A workbook of ours with a name put into a place where nobody looks."""
    book = openpyxl.load_workbook(place)
    how(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def hidden_sheet(book, name):
    sheet = book.create_sheet("x")
    sheet["Z99"] = name
    sheet.sheet_state = "veryHidden"


PLACES = {
    "hidden sheet": hidden_sheet,
    "comment": lambda book, name: setattr(book.worksheets[0]["A1"], "comment", Comment(name, "x")),
    "author of a comment": lambda book, name: setattr(
        book.worksheets[0]["A1"], "comment", Comment("x", name)
    ),
    "defined name": lambda book, name: book.defined_names.add(DefinedName("x", attr_text=f'"{name}"')),
    "creator": lambda book, name: setattr(book.properties, "creator", name),
    "keywords": lambda book, name: setattr(book.properties, "keywords", name),
    "sheet's name": lambda book, name: setattr(book.worksheets[0], "title", name),
    "footer": lambda book, name: setattr(book.worksheets[0].oddFooter.center, "text", name),
}


@pytest.fixture(scope="module")
def other():
    """Somebody of another department."""
    people = company().records.tables["managers"]
    return people[people["department"] != DEPARTMENT].iloc[0]


@pytest.mark.parametrize("where", PLACES)
def test_a_name_is_found_wherever_in_a_workbook_it_stands(files, other, where):
    path = PurePosixPath("typed/coaching.xlsx")
    own = owners(kind(path), company())
    data = planted(files[path], lambda book: PLACES[where](book, other["name"]))
    assert other["manager_id"] in managers().named_besides(text_of(path.name, data), own)


def test_a_name_is_found_in_pieces_escaped_and_in_metadata(other):
    name = other["name"]
    split = f"<w:t>{name[0]}</w:t></w:r><w:r><w:t>{name[1:]}</w:t>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("docProps/core.xml", "<x/>")
        made.writestr("word/footnotes.xml", f"<a>{split}</a>")
    escaped = "".join(f"&#{ord(sign)};" for sign in name)
    as_json = "".join(f"\\u{ord(sign):04x}" for sign in name)
    texts = {
        "a.docx": stream.getvalue(),
        "a.html": f"<p title='{escaped}'>".encode(),
        "a.ipynb": f'{{"metadata": {{"papermill": {{"{as_json}": 1}}}}}}'.encode(),
        "run.json": f'{{"x": ["{as_json}"]}}'.encode(),
        f"{name}.csv": b"",
        "a.txt": f"（{other['manager_id']}）".encode(),
    }
    for file, data in texts.items():
        assert managers().found_in(text_of(file, data)) == {other["manager_id"]}, file


def test_a_file_that_nobody_can_read_or_has_a_line_for_is_refused():
    for name, data in (("a.pickle", b"x"), ("a.xlsx", b"no zip"), ("a.ipynb", b"{")):
        with pytest.raises(FileError):
            text_of(name, data)
    for path in ("2025/secret.txt", "2025/a/b.html", "notes.docx", "2025/letters/x.zip", "x/2025/run.json"):
        assert kind_of(PurePosixPath(path)) is None


@pytest.mark.parametrize(
    ("path", "key", "owner"),
    [
        ("2025/Rewards and penalties of 2025.xlsx", "payroll", None),
        ("2025/history/level history-Sales 1.xlsx", "history", "Sales 1"),
        ("2025/earlier outcomes-2025.csv", "conclusions", None),
        ("2025/letters/001009-Li Ming-Performance feedback.pdf", "letter", "001009"),
        ("2025/failed/Sales 1.txt", "failed", "Sales 1"),
        ("ledger.db-wal", "ledger", None),
        ("a.explorer.names-seen.jsonl", "names_seen", None),
        ("archive-2025.zip", "archive", None),
    ],
)
def test_files_of_either_language_and_of_a_run_that_failed_have_their_line(path, key, owner):
    found = kind_of(PurePosixPath(path))
    assert (found.key, found.owner) == (key, owner)


def test_a_name_that_is_a_part_of_a_longer_one_is_not_taken_for_it():
    names = Names({"1": "王伟", "2": "王伟明", "3": "王伟", "01": "李"}, fixed="桃李")
    assert names.found_in("王伟明到会") == {"2"}
    assert names.named_besides("王伟到会", ["1"]) == frozenset()
    assert names.named_besides("王伟（3）", ["1"]) == {"3"}
    assert names.found_in("x01 01x 李 1.5") == {"1"}
    assert names.untold == {"李"}
    assert names.replaced("王伟明与王伟（1）", {"1": "甲", "2": "乙"}) == "乙与甲（甲）"


@settings(max_examples=60)
@given(
    st.lists(st.text("王伟明李ab0", min_size=1, max_size=5), min_size=1, max_size=8),
    st.text("王伟明李ab0 ", max_size=30),
)
def test_all_at_once_finds_at_each_place_the_longest_name_that_a_plain_look_would(words, text):
    names = Names({f"#{number}": word for number, word in enumerate(words)})
    plain, at = set(), 0
    while at < len(text):
        here = max((word for word in words if text.startswith(word, at)), key=len, default="")
        plain |= {f"#{number}" for number, word in enumerate(words) if word == here}
        at += len(here) or 1
    assert names.found_in(text) == plain
