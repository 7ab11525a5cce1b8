"""Everything that people read: in both languages, alike, and there when it is asked for."""

from __future__ import annotations

import ast
import marshal
import os
import re
import string
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cmreview import errors, strict_yaml, words

FILES = sorted(words.FOLDER.glob("*.yaml"))
LANGUAGES = set(words.LANGUAGES)


def entries(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, str]]]:
    """Every entry of one file: its key and its texts. Fails on a node that is neither entry nor branch."""
    assert isinstance(node, dict), f"{'.'.join(path)} must hold keys"
    if set(node) & LANGUAGES:
        yield ".".join(path), node
        return
    for key, child in node.items():
        yield from entries(child, (*path, key))


def wrong_entries(file: Path) -> list[str]:
    """What is wrong with the entries of one file of words. A repeated key raises FileError."""
    wrong = []
    for key, texts in entries(strict_yaml.read(file).data):
        if set(texts) != LANGUAGES:
            wrong.append(f"{key}: has {sorted(texts)}")
        elif not all(isinstance(text, str) for text in texts.values()):
            wrong.append(f"{key}: a text is empty")
        elif placeholders(texts["zh"], "zh") != placeholders(texts["en"], "en"):
            wrong.append(f"{key}: the languages differ in their placeholders")
    return wrong


def placeholders(text: str, lang: str = "") -> set[str]:
    """The names in braces. A name of a table or column comes in the reader's language: ``table_en``."""
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return {name.removesuffix(f"_{lang}") for name in names} if lang else names


# What a key may lead to: a text, an error's two sentences, or a finding's.
FORMS = (LANGUAGES, {"what", "mend"}, {"reason", "remedy"})
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
SUBJECTS = "|".join(file.stem for file in FILES)
KEY = re.compile(rf"(?:{SUBJECTS})(?:\.[a-z0-9_]+)+(?<!\.json)(?<!\.yaml)(?<!\.html)(?<!\.db)(?<!\.css)")


def form_of(call: ast.Call) -> set[str] | None:
    """What the words of a call's first argument must hold; None where the call says nothing of it."""
    name = name_of(call)
    if name in ("say", "Told"):
        return LANGUAGES
    if name == "Finding":
        return {"reason", "remedy"}
    return {"what", "mend"} if name in ERRORS else None


def name_of(call: ast.Call) -> str:
    """The function's or method's own name."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def prefixes(trees: Iterable[ast.AST], voice: str = "") -> dict[str, str]:
    """Functions that put a prefix before the key they are given: ``say(f"packet.{key}", ...)``.

    ``voice`` is what a method of that name adds by itself.
    """
    found = {}
    for function in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        parameters = {argument.arg for argument in function.args.args}
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and name_of(node) == "say" and node.args:
                parts = getattr(node.args[0], "values", [])
                is_prefixed = [type(part) for part in parts] == [ast.Constant, ast.FormattedValue]
                if is_prefixed and getattr(parts[1].value, "id", "") in parameters:
                    of_voice = voice if isinstance(node.func, ast.Attribute) else ""
                    found[function.name] = of_voice + parts[0].value
    return found


def keys_named(
    tree: ast.AST, prefix_of: dict[str, str], method_prefix_of: dict[str, str]
) -> Iterator[tuple[str, set[str] | None]]:
    """Every key of words that a module names outright, and what it must lead to."""
    taken: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            taken |= {id(part) for part in node.values}  # only a part of a key
        if not isinstance(node, ast.Call):
            continue
        first = (
            node.args[0]
            if node.args
            else next((one.value for one in node.keywords if one.arg == "code"), None)
        )
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            continue
        known = method_prefix_of if isinstance(node.func, ast.Attribute) else prefix_of
        prefix = known.get(name_of(node), "")
        if prefix or (form_of(node) and "." in first.value):
            taken.add(id(first))
            yield prefix + first.value, LANGUAGES if prefix else form_of(node)
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in taken
        if is_text and KEY.fullmatch(node.value):
            yield node.value, None


def said_without_words(root: Path) -> list[str]:
    """Keys that the package names and for which there are no words in the form that they need."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.py"))}
    classes = {
        path: [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        for path, tree in trees.items()
    }
    everywhere = prefixes(one for found in classes.values() for one in found)

    @cache
    def methods_of(room: Path) -> dict[str, str]:
        """What methods add; where two rooms have a method of one name, the own room's counts."""
        near = (one for other, found in classes.items() if other.parent == room for one in found)
        return everywhere | prefixes(near)

    methods = {path: methods_of(path.parent) for path in trees}
    return [
        f"{path.relative_to(root).as_posix()}: {key}"
        for path, tree in trees.items()
        for key, form in keys_named(tree, own_prefixes(tree, methods[path]), methods[path])
        if not has_words(key, form)
    ]


def own_prefixes(tree: ast.AST, methods: dict[str, str]) -> dict[str, str]:
    """Prefixes that the functions of one module add; a ``say`` that is not imported is a voice's own."""
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names}
    borrowed = {} if "say" in imported or "say" not in methods else {"say": methods["say"]}
    return borrowed | prefixes([tree], methods.get("say", ""))


def has_words(key: str, form: set[str] | None) -> bool:
    """Whether a key leads to what it must; a text that is only named may be a branch, filled in later."""
    if not words.exists(key):
        return False
    if form is None and not set(words.find(key)) & LANGUAGES.union({"what", "reason"}):
        return True
    held = set(words.find(key))
    return any(needed <= held for needed in ((form,) if form else FORMS))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_text_stands_in_both_languages_with_the_same_placeholders(file):
    assert wrong_entries(file) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_text_can_be_filled_in(file):
    for _, texts in entries(strict_yaml.read(file).data):
        for text in texts.values():
            text.format_map(dict.fromkeys(placeholders(text), "…"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_strict_reader_and_the_programs_reader_see_the_same_texts(file):
    """A key such as ``no`` or ``5_2`` would be bent into something that nobody can ask for."""
    strict = {key: dict(texts) for key, texts in entries(strict_yaml.read(file).data)}
    assert {key: dict(texts) for key, texts in entries(words.subject_words(file.stem))} == strict


def test_every_text_that_the_code_names_exists(root):
    assert said_without_words(root / "cmreview") == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("a: {zh: 一}", ["a: has ['zh']"]),
        ("a: {b: {zh: 一, en: }}", ["a.b: a text is empty"]),
        ('a: {zh: "{n} 个", en: "{count}"}', ["a: the languages differ in their placeholders"]),
        ("a: {zh: 一, en: one, fr: un}", ["a: has ['en', 'fr', 'zh']"]),
        ('a: {zh: "{n} 个", en: "{n}"}', []),
    ],
    ids=["one language", "empty", "placeholders", "a third", "good"],
)
def test_a_faulty_entry_is_found(tmp_path, text, wrong):
    file = tmp_path / "faulty.yaml"
    file.write_text(text, encoding="utf-8")
    assert wrong_entries(file) == wrong


def test_a_repeated_key_is_found(tmp_path):
    file = tmp_path / "faulty.yaml"
    file.write_text("a: {zh: 一, en: one}\na: {zh: 二, en: two}\n", encoding="utf-8")
    with pytest.raises(errors.FileError):
        wrong_entries(file)


def test_a_text_that_nobody_wrote_is_found(tmp_path):
    (tmp_path / "module.py").write_text(
        "from cmreview.words import say\n"
        'say("file.missing.what", lang)\n'
        'say("file.nothing", lang)\n'
        'raise FileError("file.lost", file=1)\n'
        'Finding(code="file.missing")\n'
        'fault("file.odd")\n'
        'fault("file.missing")\n'
        'say(f"file.{key}.what", lang)\n'
        'open("file.yaml")\n'
        'def _say(key):\n    return say(f"file.missing.{key}")\n'
        '_say("mend")\n'
        '_say("mended")\n',
        encoding="utf-8",
    )
    (tmp_path / "voice.py").write_text(
        'class Voice:\n    def say(self, key):\n        return say(f"policy.{key}")\n'
        'voice.say("heading")\nvoice.say("headline")\n',
        encoding="utf-8",
    )
    (tmp_path / "borrowed.py").write_text('say = voice.say\nsay("levels")\nsay("layers")\n', encoding="utf-8")
    (tmp_path / "row.py").write_text(
        "from cmreview.words import say\n"
        'def row(key):\n    return voice.say(f"status.{key}")\n'
        'row("known")\nrow("lost")\n',
        encoding="utf-8",
    )
    assert said_without_words(tmp_path) == [
        "borrowed.py: policy.layers",
        "module.py: file.nothing",
        "module.py: file.lost",
        "module.py: file.missing",
        "module.py: file.missing.mended",
        "module.py: file.odd",
        "row.py: policy.status.lost",
        "voice.py: policy.headline",
    ]


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder of words with one subject, and a way to read it anew as another process does."""
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "__pycache__").mkdir()
    file = tmp_path / "some.yaml"
    file.write_text("a: {zh: 一, en: one}\n", encoding="utf-8")
    return file, words.subject_words.__wrapped__


def kept(file):
    return list((file.parent / "__pycache__").iterdir())


def test_words_are_read_as_yaml_once_for_all_processes(elsewhere, monkeypatch):
    file, read = elsewhere
    first = read("some")
    monkeypatch.setattr(words, "_parsed", None)
    assert read("some") == first == {"a": {"zh": "一", "en": "one"}}
    assert len(kept(file)) == 1


def test_words_that_were_changed_are_read_anew_whatever_the_clock_says(elsewhere):
    file, read = elsewhere
    read("some")
    before = file.stat()
    file.write_text("a: {zh: 二, en: two}\n", encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert read("some")["a"]["en"] == "two"


@pytest.mark.parametrize(
    "spoilt",
    [b"", b"half", marshal.dumps(1), marshal.dumps((1, 2, 3))],
    ids=["empty", "half", "another thing", "too much"],
)
def test_words_kept_badly_are_read_anew(elsewhere, spoilt):
    file, read = elsewhere
    first = read("some")
    kept(file)[0].write_bytes(spoilt)
    assert read("some") == first


def test_words_are_read_where_nothing_may_be_written(elsewhere):
    file, read = elsewhere
    (file.parent / "__pycache__").rmdir()
    assert read("some")["a"]["zh"] == "一"
    assert [path.name for path in file.parent.iterdir()] == ["some.yaml"]
