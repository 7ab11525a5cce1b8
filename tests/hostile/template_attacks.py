"""Templates of papers that mean harm: Word files with Jinja in them, which people may edit."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from cmreview.errors import CmreviewError
from cmreview.show.papers.documents import check_template, render
from tests.hostile.attack import Attack
from tests.show.papers.samples import samples
from tests.show.papers.word_files import parts, template, written

PAPER = samples()["notice"]


def meet(path: Path) -> tuple[str, ...]:
    """Check the template and fill it in, as `cmreview papers` does."""
    try:
        check_template(path, type(PAPER))
        render(PAPER, path)
    except CmreviewError as error:
        for lang in ("zh", "en"):
            error.what(lang)
        return (error.code,)
    return ()


def saying(*lines: str) -> Callable[[Path], Path]:
    """A template of these paragraphs."""
    return lambda folder: template(folder / "x.docx", *lines)


def holding(name: str, content: bytes, *, kind: str = "", target: str = "") -> Callable[[Path], Path]:
    """A template with one more part, and perhaps a relation to something."""

    def write(folder: Path) -> Path:
        path = template(folder / "x.docx", "x")
        held = parts(path)
        if kind:
            mode = ' TargetMode="External"' if "://" in target or target.startswith("\\\\") else ""
            relation = f'<Relationship Id="rX" Type="http://x/{kind}" Target="{target}"{mode}/>'
            rels = "word/_rels/document.xml.rels"
            held[rels] = held[rels].replace("</Relationships>", relation + "</Relationships>")
        written(path, held)
        if name:
            with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
                package.writestr(name, content)
        return path

    return write


def png(width: int, height: int) -> bytes:
    """The head of a picture that says how large it is; what it shows could be a few bytes for all that."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + b"\0" * 8 + b"IEND" + b"\0" * 4


def _attacks() -> Iterable[Attack]:
    def met(name: str, make: Callable[[Path], Path], *codes: str, slow: bool = False) -> Attack:
        return Attack("template", name, make, meet, tuple(f"papers.{code}" for code in codes), slow)

    for line, code in {
        "{{ ''.__class__.__mro__[1].__subclasses__() }}": "not_allowed",
        "{{ company.__class__ }}": "unknown_field",
        "{{ self.__init__.__globals__ }}": "unknown_field",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}": "not_allowed",
        "{{ company|attr('__class__') }}": "not_allowed",
        "{% include '/etc/passwd' %}": "not_allowed",
        "{% import 'os' as os %}": "not_allowed",
        "{% for x in range(10**9) %}x{% endfor %}": "not_allowed",
        "{{ 'x' * 10**9 }}": "not_allowed",
        "{{ 9**9**9**9 }}": "not_allowed",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}": "not_allowed",
    }.items():
        yield met(line, saying(line), code)
    yield met(
        "a condition 500 times within itself",
        saying("{% if company %}" * 500 + "x" + "{% endif %}" * 500),
        "not_allowed",
    )
    yield met("not, 5,000 times", saying("{{ " + "not " * 5_000 + "company }}"), "not_allowed")
    yield met("5,000 brackets", saying("{{ " + "(" * 5_000 + "company" + ")" * 5_000 + " }}"), "not_allowed")
    yield met(
        "a mark split by 30,000 tags",
        saying("<w:p><w:r><w:t>{" + "<w:a/>" * 30_000 + "{ company }}</w:t></w:r></w:p>"),
    )
    yield met("100,000 open braces", saying("{" * 100_000), "stray_brace")
    outside = "https://x.invalid/x.png"
    yield met("a picture from the net", holding("", b"", kind="image", target=outside), "outside")
    yield met("a picture from a share", holding("", b"", kind="image", target="\\\\x\\y.png"), "outside")
    huge = holding("word/media/x.png", png(100_000, 100_000), kind="image", target="media/x.png")
    yield met("a picture of ten billion dots", huge, "huge_picture")
    yield met("a part of 30 MB", holding("word/x.xml", b" " * (30 << 20)), "too_large")
    yield met("no Word file", _plain, "not_docx")


def _plain(folder: Path) -> Path:
    path = folder / "x.docx"
    path.write_bytes(b"PK\x03\x04" + b"x" * 99)
    return path


ATTACKS = tuple(_attacks())
