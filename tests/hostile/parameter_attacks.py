"""Parameter files and parameters of notebooks that mean harm."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from cmreview import strict_yaml
from cmreview.errors import CmreviewError
from cmreview.packets.parameters import checked
from tests.hostile.attack import Attack


def meet_file(path: Path) -> tuple[str, ...]:
    """Read a parameter file."""
    return _told(lambda: strict_yaml.read(path))


def meet_parameters(path: Path) -> tuple[str, ...]:
    """Check what a notebook would receive."""
    return _told(lambda: checked(json.loads(path.read_text("utf-8"))))


def _told(ask: Callable[[], object]) -> tuple[str, ...]:
    try:
        ask()
    except CmreviewError as error:
        for lang in ("zh", "en"):
            error.what(lang)
        return (error.code,)
    return ()


def written(content: str | bytes) -> Callable[[Path], Path]:
    """A file of this content."""

    def write(folder: Path) -> Path:
        path = folder / "levels.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def _attacks() -> Iterable[Attack]:
    def refused(name: str, content: str | bytes, code: str) -> Attack:
        return Attack("parameters", name, written(content), meet_file, (f"file.{code}",))

    laughs = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcd", "bcde", strict=True)
    )
    yield refused("a billion laughs by anchors", laughs, "yaml_anchor")
    yield refused("a tag that runs a program", "a: !!python/object/apply:os.system [id]\n", "yaml_anchor")
    yield refused("a tag of one's own", "a: !x y\n", "yaml_anchor")
    yield refused("an alias that holds itself", "a: &a\n  b: *a\n", "yaml_anchor")
    yield refused("500,000 brackets", "[" * 500_000, "too_deep")
    yield refused("250,000 lists in one line", "- " * 250_000 + "x", "too_deep")
    yield refused("2 MB", "# " + "x" * 2_000_000, "too_large")
    yield refused("a key twice", "a: 1\nb: 2\na: 3\n", "repeated_key")
    yield refused("NUL", "a: \0\n", "not_yaml")
    yield refused("lone surrogates", b"a: \xed\xa0\x80\n", "not_utf8")
    yield refused("another encoding", "名称: 初级".encode("gb18030"), "not_utf8")
    yield refused("no file", b"\xff\xfe", "not_utf8")
    deep = "k" * 900_000 + ": x\n"
    yield refused("a key of 900,000 characters", deep, "not_yaml")
    for name, given in {
        "a name that is code": {"x = __import__('os')": 1},
        "a name that nobody knows": {"lang": "zh", "policy_folder": "/etc"},
        "a relative path": {"review_file": "../../x"},
        "another type": {"review_file": ["/x"]},
        "a language that is code": {"lang": "zh'; import os"},
    }.items():
        told = ("cli_packets.error.parameters",)
        yield Attack("parameters", name, written(json.dumps(given)), meet_parameters, told)


ATTACKS = tuple(_attacks())
