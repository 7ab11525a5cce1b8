"""Letters are written one by one, hold one person each, and go on where a run was cut short (Policy 7.3)."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from cmreview.errors import FileError
from cmreview.packets.letters import (
    STATE,
    Batch,
    Letter,
    State,
    Written,
    day_of,
    left_behind,
    page_bytes,
    stored,
    write_letters,
)
from cmreview.policy.courses import load_catalogue
from cmreview.review.development.development import developments
from cmreview.show.feedback.letter import feedback, is_written_to
from cmreview.show.feedback.writing import Writing
from cmreview.show.figures import Figures
from cmreview.show.papers.documents import Form
from cmreview.show.papers.feedback_shapes import Feedback
from cmreview.show.papers.templates import TEXTS
from tests.process.example import example
from tests.show.papers.archive import of_example
from tests.show.papers.word_files import lines, template

DAY, NEXT_DAY = date(2026, 1, 30), date(2026, 1, 31)
FIGURES = Figures()


@cache
def everybody() -> tuple[Letter, ...]:
    """A letter for everybody of the example who gets one."""
    made, archive = example(), of_example()
    catalogue = load_catalogue(None, [level.id for level in made.policy.levels])
    found = developments(archive.review, made.records, made.policy, catalogue)
    writing = Writing(archive, DAY)
    return tuple(
        Letter(f"{case.person.manager_id}-{case.person.name}", feedback(case, own, writing), case.trend)
        for case in archive.review.cases
        if is_written_to(case, archive.review.year, archive.review.stopped) is None
        and (own := found.get(case.person.manager_id)) is not None
    )


def some(count=3, dated=DAY):
    return [replace(one, paper=replace(one.paper, dated=dated)) for one in everybody()[:count]]


def write(folder, letters, dated=DAY, **how):
    """Write a batch; what became of each letter, by id."""
    told = {}
    batch = Batch(letters, folder, FIGURES, **how)
    state = write_letters(batch, dated, lambda letter, written: told.update({letter.manager_id: written}))
    return told, state


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != STATE}


# --- nobody else's data ---------------------------------------------------------------------------


@cache
def _held_by_every_letter() -> str:
    """What stands in a letter whoever it is for: the template's prose, the office, courses, departments.

    A name that is a part of one of these words would be found in everybody's letter and tells nothing.
    """
    archive = of_example()
    catalogue = load_catalogue(None, [level.id for level in archive.policy.levels])
    words = [TEXTS.joinpath("zh", "feedback.txt").read_text("utf-8")]
    words += [archive.committee.papers.contact("zh"), archive.appeal_body, archive.rule_title]
    words += [course.title("zh") for course in catalogue.courses.values()]
    words += archive.review.departments
    return "\n".join(words)


def named_in(text, own):
    """The other managers whose id or name stands in a text.

    The own name and id are taken out first: so a name that is a part of it, or is borne by somebody else
    too, is no other's. An id counts only as a whole number.
    """
    people = _people()
    bare = text.replace(own.paper.name, "").replace(own.paper.manager_id, "")
    numbers = set(re.findall(r"\d+", bare))
    names = set(_names().findall(bare)) - {own.paper.name}
    return {
        manager
        for manager, name in people.items()
        if manager != own.manager_id and (manager in numbers or name in names)
    }


@cache
def _people():
    return {case.person.manager_id: case.person.name for case in of_example().review.cases}


@cache
def _names():
    """Finds every name that tells something; looked for at each place, so that none hides another."""
    fixed = _held_by_every_letter()
    telling = sorted({name for name in _people().values() if name not in fixed})
    return re.compile(f"(?=({'|'.join(map(re.escape, telling))}))")


def all_text(data):
    """Every part of a Word file as it is stored, and once more without marks, as a reader sees it."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        parts = [held.read(name).decode("utf-8", "replace") for name in held.namelist()]
        names = held.namelist()
    whole = "\n".join(parts)
    return "\n".join((*names, whole, re.sub(r"<[^>]*>", "", whole)))


def test_no_letter_of_the_company_names_another_manager_anywhere_in_its_files():
    form = Form(Feedback)
    letters = everybody()
    assert len(letters) > 100
    for letter in letters:
        word, page = form.fill(letter.paper), page_bytes(letter, FIGURES).decode()
        for text in (all_text(word), page, re.sub(r"<[^>]*>", "", page)):
            assert letter.paper.name in text or letter.manager_id in text
            assert named_in(text, letter) == set(), letter.stem


def test_that_search_finds_a_name_or_an_id_that_does_not_belong():
    letter, other = everybody()[0], everybody()[1]
    whole = all_text(Form(Feedback).fill(letter.paper))
    assert named_in(whole, letter) == set()
    for planted in (other.paper.name, other.manager_id, f"（{other.manager_id}）"):
        assert named_in(whole + planted, letter) == {other.manager_id}
    leaking = replace(letter.paper, unserved=(f"参见{other.paper.name}",))
    assert named_in(all_text(Form(Feedback).fill(leaking)), letter) == {other.manager_id}


def test_names_that_the_search_must_leave_out_are_hardly_any():
    names = {case.person.name for case in of_example().review.cases}
    assert len([name for name in names if name in _held_by_every_letter()]) <= len(names) // 50


# --- the files ------------------------------------------------------------------------------------


def test_each_person_gets_a_word_file_and_a_page_without_script_or_request(tmp_path):
    told, state = write(tmp_path, some())
    assert set(told.values()) == {Written.MADE}
    assert state.finished
    for letter in some():
        word = (tmp_path / f"{letter.stem}.docx").read_bytes()
        assert f"{letter.paper.name}（工号{letter.manager_id}）：" in "\n".join(lines(word))
        page = (tmp_path / f"{letter.stem}.html").read_text("utf-8")
        assert page.startswith("<!DOCTYPE html>")
        assert "default-src 'none'" in page
        assert not re.search(r"<script|<link|<iframe|src=|https?://(?!www\.w3\.org/)", page)


def test_the_same_letters_give_the_same_bytes_by_one_process_or_by_several(tmp_path):
    letters = some(6)
    write(tmp_path / "one", letters)
    told, _ = write(tmp_path / "two", letters, jobs=2)
    assert set(told.values()) == {Written.MADE}
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert len(bytes_of(tmp_path / "one")) == 12


def test_what_says_the_same_is_not_written_again_whatever_day_it_is(tmp_path):
    write(tmp_path, some())
    before = bytes_of(tmp_path)
    told, _ = write(tmp_path, some(dated=NEXT_DAY), NEXT_DAY)
    assert set(told.values()) == {Written.SAME}
    assert bytes_of(tmp_path) == before
    told, _ = write(tmp_path, some(dated=NEXT_DAY), NEXT_DAY, is_day_given=True)
    assert set(told.values()) == {Written.MADE}
    assert "2026年1月31日" in "\n".join(lines((tmp_path / f"{some()[0].stem}.docx").read_bytes()))


def test_only_the_letter_that_says_something_else_is_written_again(tmp_path):
    first, second, third = some()
    write(tmp_path, [first, second, third])
    changed = replace(second, paper=replace(second.paper, objection_days=15))
    told, _ = write(tmp_path, [first, changed, third])
    assert told == {
        first.manager_id: Written.SAME,
        second.manager_id: Written.MADE,
        third.manager_id: Written.SAME,
    }
    assert "15个工作日" in "\n".join(lines((tmp_path / f"{second.stem}.docx").read_bytes()))


def test_another_template_writes_every_letter_again(tmp_path):
    write(tmp_path, some())
    path = template(tmp_path / "feedback-own.docx", "{{ name }}：{{ conclusion }}")
    told, _ = write(tmp_path, some(), template=path)
    assert set(told.values()) == {Written.MADE}


def test_a_letter_that_is_gone_is_written_again(tmp_path):
    write(tmp_path, some())
    (tmp_path / f"{some()[0].stem}.html").unlink()
    told, _ = write(tmp_path, some())
    assert [one.value for one in told.values()].count("made") == 1


def test_a_letter_that_somebody_edited_is_kept_unless_told_otherwise(tmp_path):
    letter, *rest = some()
    write(tmp_path, [letter, *rest])
    path = tmp_path / f"{letter.stem}.docx"
    path.write_bytes(b"edited")
    assert write(tmp_path, [letter, *rest])[0][letter.manager_id] is Written.SAME  # nothing new to say
    changed = replace(letter, paper=replace(letter.paper, objection_days=15))
    assert write(tmp_path, [changed, *rest])[0][letter.manager_id] is Written.KEPT
    assert path.read_bytes() == b"edited"
    assert write(tmp_path, [changed, *rest], replace=True)[0][letter.manager_id] is Written.MADE
    assert path.read_bytes() != b"edited"


def test_a_file_that_no_run_wrote_is_somebodys(tmp_path):
    letter = some()[0]
    (tmp_path / f"{letter.stem}.html").write_text("别人的文件", encoding="utf-8")
    assert write(tmp_path, [letter])[0] == {letter.manager_id: Written.KEPT}
    assert not (tmp_path / f"{letter.stem}.docx").exists()


# --- cut short ------------------------------------------------------------------------------------


class Killed(BaseException):
    """The run ends here, whatever it is doing."""


def test_a_run_that_was_cut_short_goes_on_under_its_day_and_ends_with_the_same_files(tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    write(whole, some(5))
    written = []

    def until_two(letter, what):
        written.append(what)
        if len(written) == 2:
            raise Killed

    with pytest.raises(Killed):
        write_letters(Batch(some(5), cut, FIGURES), DAY, until_two)
    state = stored(cut)
    assert (state.finished, len(state.letters)) == (False, 2)
    assert day_of(cut, None, NEXT_DAY) == DAY
    told, state = write(cut, some(5), day_of(cut, None, NEXT_DAY))
    assert [one.value for one in told.values()] == ["same", "same", "made", "made", "made"]
    assert state.finished
    assert bytes_of(cut) == bytes_of(whole)
    assert stored(cut).letters == stored(whole).letters
    assert day_of(cut, None, NEXT_DAY) == NEXT_DAY
    assert day_of(cut, date(2026, 2, 2), NEXT_DAY) == date(2026, 2, 2)


def test_a_letter_whose_files_were_written_but_not_noted_is_taken_up(tmp_path):
    write(tmp_path, some())
    before = bytes_of(tmp_path)
    state = stored(tmp_path)
    State(DAY, False, {}).store(tmp_path)
    told, after = write(tmp_path, some())
    assert set(told.values()) == {Written.MADE}
    assert bytes_of(tmp_path) == before
    assert after.letters == state.letters


def test_no_half_written_file_is_left_behind(tmp_path):
    write(tmp_path, some())
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".unfinished")] == []


def test_the_state_names_ids_files_and_hashes_and_nothing_that_a_letter_says(tmp_path):
    write(tmp_path, some())
    held = json.loads((tmp_path / STATE).read_text("utf-8"))
    assert set(held) == {"format", "dated", "finished", "letters"}
    for one in held["letters"].values():
        assert set(one) == {"content", "dated", "files"}
        assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in (one["content"], *one["files"].values()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 2, "dated": "2026-01-30", "finished": true, "letters": {}}',
        '{"format": 1}',
    ],
    ids=["empty", "list", "nothing", "other_format", "part"],
)
def test_a_damaged_state_is_told_and_nothing_is_written(tmp_path, text):
    (tmp_path / STATE).write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as error:
        write(tmp_path, some())
    assert error.value.code == "letters.bad_state"
    assert bytes_of(tmp_path) == {}


def test_a_template_with_an_unknown_field_stops_before_anything_is_written(tmp_path):
    path = template(tmp_path / "own.docx", "{{ name }} {{ salary }}")
    with pytest.raises(FileError) as error:
        write(tmp_path / "letters", some(), template=path)
    assert error.value.code == "papers.unknown_field"
    assert not (tmp_path / "letters").exists()


def test_letters_of_people_who_get_none_any_more_are_told(tmp_path):
    _, state = write(tmp_path, some())
    gone = some()[0]
    assert left_behind(state, some()) == ()
    assert left_behind(state, some()[1:]) == (f"{gone.stem}.docx", f"{gone.stem}.html")
