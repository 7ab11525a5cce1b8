from __future__ import annotations

import pytest

from cmreview import strict_yaml
from cmreview.errors import FileError


@pytest.mark.parametrize("text", ["00123", "no", "2.10", "1e3", "0x1F", "12:30:45", "2025-01-01", "yes"])
def test_every_scalar_stays_the_text_that_was_typed(text):
    assert strict_yaml.parse(f"id: {text}\n", "x.yaml").data == {"id": text}


def test_an_empty_value_is_none_and_a_quoted_one_is_text():
    document = strict_yaml.parse('a:\nb: ""\nc: "null"\n', "x.yaml")
    assert document.data == {"a": None, "b": "", "c": "null"}


def test_every_node_knows_its_line():
    document = strict_yaml.parse("a:\n  - 1\n  - b: 2\n\nc: 3\n", "x.yaml")
    assert document.line(("a",)) == 1
    assert document.line(("a", 1)) == 3
    assert document.line(("c",)) == 5


def test_a_node_that_is_not_there_is_placed_at_its_parent():
    document = strict_yaml.parse("a:\n  b: 1\nc:\n  d: 2\n", "x.yaml")
    assert document.line(("c", "missing", "deeper")) == 3


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", "file.repeated_key", 3, id="repeated key"),
        pytest.param("x:\n  2025: 1\n  2025: 2\n", "file.repeated_key", 3, id="repeated year"),
        pytest.param("a: &x 1\nb: *x\n", "file.yaml_anchor", 1, id="anchor"),
        pytest.param("a: 1\nb: !!python/object:os.system x\n", "file.yaml_anchor", 2, id="tag"),
        pytest.param("a: [1, 2\nb: 3\n", "file.not_yaml", 2, id="unclosed"),
        pytest.param("? [1, 2]\n: x\n", "file.odd_key", 1, id="list as key"),
        pytest.param("a: " + "[" * 40 + "]" * 40, "file.too_deep", 1, id="nested too deep"),
    ],
)
def test_a_fault_names_file_and_line(text, code, line):
    with pytest.raises(FileError) as caught:
        strict_yaml.parse(text, "levels.yaml")
    assert caught.value.code == code
    assert caught.value.values["line"] == line
    for lang in ("zh", "en"):
        assert "levels.yaml" in caught.value.what(lang)
        assert str(line) in caught.value.what(lang)


def test_thousands_of_brackets_end_in_an_error_of_ours():
    with pytest.raises(FileError):
        strict_yaml.parse("[" * 100_000, "x.yaml")


def test_a_missing_file_is_told_in_two_sentences(tmp_path):
    with pytest.raises(FileError) as caught:
        strict_yaml.read(tmp_path / "absent.yaml")
    assert caught.value.what("en").endswith("absent.yaml does not exist.")
    assert caught.value.mend("zh")


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "gbk.yaml"
    path.write_bytes("名称: 初级".encode("gb18030"))
    with pytest.raises(FileError) as caught:
        strict_yaml.read(path)
    assert caught.value.code == "file.not_utf8"


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert strict_yaml.read(path).data == {"a": "1"}


def test_a_file_that_is_far_too_large_is_not_parsed(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(b"# " + b"x" * strict_yaml.MAX_BYTES)
    with pytest.raises(FileError) as caught:
        strict_yaml.read(path)
    assert caught.value.code == "file.too_large"
