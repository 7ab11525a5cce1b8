"""A name that a person typed becomes a file's name that hurts nobody and that no other text gets."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cmreview.naming import LONGEST, safe_name

# every code point, halves of surrogate pairs too, and the awkward ones often
ANY_TEXT = st.text(st.characters() | st.sampled_from("/\\.~-:\x00\n\u202e\ud800 aA销é\u0301"), max_size=120)


@pytest.mark.parametrize("name", ["销售一部", "North America", "R&D", "Zürich", "𬭎䶮部", "a.b", "2025", "_"])
def test_a_harmless_name_stays_readable_as_it_is(name):
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", ".", "..", "../..", "/etc/passwd", "a/b", "a\\b", "C:", "a\x00b", "a\nb", "a\u2028b"),
        *(
            "con",
            "CON.txt",
            "Lpt1",
            "com¹",
            "a.",
            "a ",
            " a",
            ".hidden",
            "~$lock",
            "-rf",
            "x" * 200,
            "销" * 200,
        ),
        *("\u202egnp.exe", "a\u200bb", "\ud800", "a#b", "100%", "e\u0301"),
    ],
)
def test_a_harmful_name_is_mended_and_marked_with_its_hash(name):
    safe = safe_name(name)
    assert safe != name
    assert safe[:-8].endswith("-")
    assert all(char in "0123456789abcdef" for char in safe[-8:])


@given(ANY_TEXT)
def test_no_text_leaves_its_folder_or_breaks_a_file_system(tmp_path_factory, text):
    safe = safe_name(text)
    assert not set(safe) & set('/\\:*?"<>|#%')
    assert ".." not in safe
    assert safe.isprintable()
    assert 0 < len(safe.encode("utf-8")) <= LONGEST
    assert safe[0] not in ".~- "
    assert safe[-1] not in ". "
    folder = tmp_path_factory.getbasetemp()
    assert (folder / f"{safe}.html").resolve().parent == folder.resolve()


@given(ANY_TEXT)
def test_a_safe_name_is_the_same_every_time(text):
    assert safe_name(text) == safe_name(text)


@given(ANY_TEXT, ANY_TEXT)
def test_two_texts_never_share_a_name(one, other):
    assume(one != other)
    assert safe_name(one) != safe_name(other)


@given(ANY_TEXT)
def test_a_name_that_imitates_another_ones_hash_does_not_take_its_name(text):
    safe = safe_name(text)
    assume(safe != text)
    assert safe_name(safe) != safe


@given(st.lists(ANY_TEXT, unique=True, max_size=8))
def test_names_given_in_turn_differ_on_systems_that_ignore_case(texts):
    taken: list[str] = []
    for text in texts:
        taken.append(safe_name(text, taken))
    assert len({name.casefold() for name in taken}) == len(texts)


def test_a_name_that_differs_only_in_case_is_told_apart_by_its_hash():
    assert safe_name("sales", taken=["Sales"]) == "sales-e04eb290"
    assert safe_name("Sales", taken=["North"]) == "Sales"


def test_a_taken_hash_grows_longer():
    first = safe_name("a/b")
    second = safe_name("a/b", taken=[first.upper()])
    assert second.startswith(first)
    assert len(second) == len(first) + 1
