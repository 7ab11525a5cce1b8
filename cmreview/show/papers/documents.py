"""A paper as a Word document: a template that people edit in Word, filled with a paper's fields."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmreview.errors import FileError
from cmreview.show.papers.docx_package import refuse_unfit, same_bytes, sign
from cmreview.show.papers.fields import Paper, Record, as_text, printed, shape
from cmreview.show.papers.template_check import check, refuse_loose_marks
from cmreview.words import say

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

LONGEST = 64 << 20  # characters of a filled part; the longest paper has a hundredth
_FOOTNOTES = "footnotes+xml"


def template_in(folder: Path, kind: str, lang: str = "zh") -> Path:
    """Where a folder of templates holds the one of a kind of paper. FileError where it does not."""
    path = folder / lang / f"{kind}.docx"
    if not path.is_file():
        raise FileError("papers.no_template", file=path)
    return path


def render(paper: Paper, template: Path | None = None, lang: str = "zh") -> bytes:
    """``paper`` in Word, by ``template`` or by the one that is shipped; the same paper gives the same bytes.

    The template is checked whole before anything is filled in. What people typed is printed as text,
    whatever it holds. Raises FileError for a template that can't be read, names a field that the paper
    does not have, or does more than print, choose and list.
    """
    return Form(type(paper), template, lang).fill(paper)


class Form:
    """A template that was read and checked whole, ready to be filled in for one paper after the other.

    Reading and checking cost several times what filling in does. Raises FileError as ``render``.
    """

    def __init__(self, kind: type[Paper], template: Path | None = None, lang: str = "zh") -> None:
        self._data, self._file = _read(template, kind.kind, lang)
        self._record, self._lang = _record(kind), lang
        environment = _environment()
        sources = _parts(_opened(self._data, self._file), self._file)
        for source in sources.values():
            check(source, self._record, environment, self._file)
        self._parts = {name: _compiled(environment, part, self._file) for name, part in sources.items()}

    @property
    def sha256(self) -> str:
        """The SHA-256 of the template's bytes."""
        return sha256(self._data).hexdigest()

    def fill(self, paper: Paper) -> bytes:
        """``paper`` in Word; the same paper gives the same bytes."""
        document = _opened(self._data, self._file)
        fields = vars(as_text(paper, self._record, self._lang))
        filled = {name: _filled(document, part, fields, self._file) for name, part in self._parts.items()}
        _put_back(document, filled)
        title = say(f"papers.title.{paper.kind}", self._lang)
        sign(document.docx, title, paper.company, paper.dated, self._lang)
        made = io.BytesIO()
        document.docx.save(made)
        return same_bytes(made.getvalue())


def check_template(template: Path, kind: type[Paper]) -> None:
    """Check one template without filling it in, such as after people edited it. FileError as ``render``."""
    document = _opened(_file(template), template.name)
    for source in _parts(document, template.name).values():
        check(source, _record(kind), _environment(), template.name)


def _record(kind: type[Paper]) -> Record:
    found = shape(kind)
    if not isinstance(found, Record):
        raise TypeError(f"{kind!r} is no paper")
    return found


def _opened(data: bytes, file: str) -> Any:
    """The template as docxtpl's document, once nothing in it can do harm."""
    from docxtpl import DocxTemplate

    refuse_unfit(data, file)
    document = DocxTemplate(io.BytesIO(data))
    try:
        document.render_init()
    except (KeyError, ValueError, AttributeError, SyntaxError) as error:  # lxml's own is a SyntaxError
        raise FileError("papers.not_docx", file=file) from error
    return document


def _read(template: Path | None, kind: str, lang: str) -> tuple[bytes, str]:
    if template is not None:
        return _file(template), template.name
    from cmreview.show.papers.templates import shipped

    return shipped(kind, lang), f"{lang}/{kind}.docx"


def _file(template: Path) -> bytes:
    try:
        return template.read_bytes()
    except FileNotFoundError as error:
        raise FileError("papers.no_template", file=template) from error
    except OSError as error:
        raise FileError("papers.not_docx", file=template.name) from error


def _environment() -> SandboxedEnvironment:
    """A sandbox that knows no function at all, escapes what it prints and stops at what is not there."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=printed)
    environment.globals.clear()
    return environment


def _compiled(environment: SandboxedEnvironment, source: str, file: str) -> Template:
    """A checked part, ready to be filled in; nesting deeper than Python itself allows is refused."""
    try:
        return environment.from_string(source)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise FileError("papers.not_allowed", file=file, construct="{% if %} {% if %} …") from error


def _parts(document: Any, file: str) -> dict[str, str]:
    """The XML of each part that may hold marks, each mark in one piece however Word split it."""
    parts = {"": document.get_xml()}
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for key, part in document.get_headers_footers(uri):
            parts[key] = document.get_part_xml(part)
    for part in document.docx.part.package.iter_parts():
        if part.content_type.endswith(_FOOTNOTES):
            parts[str(part.partname)] = part.blob.decode("utf-8")
    for source in parts.values():
        refuse_loose_marks(source, file)
    return {name: document.patch_xml(source) for name, source in parts.items()}


def _filled(document: Any, part: Template, fields: dict[str, Any], file: str) -> str:
    from docx.oxml import parse_xml

    # docxtpl's own way would also turn {_{ inside what people typed into {{
    pieces, length = [], 0
    for piece in part.generate(fields):
        length += len(piece)
        if length > LONGEST:
            raise FileError("papers.too_large", file=file, limit=LONGEST >> 20)
        pieces.append(piece)
    written = "".join(pieces)
    written = document.resolve_listing(written)
    try:
        parse_xml(written.encode("utf-8"))
    except SyntaxError as error:
        raise FileError("papers.broken_paper", file=file) from error
    return written


def _put_back(document: Any, filled: dict[str, str]) -> None:
    for name, written in filled.items():
        if name == "":
            tree = document.fix_tables(written)
            document.fix_docpr_ids(tree)
            document.map_tree(tree)
        elif name.startswith("/"):
            part = next(p for p in document.docx.part.package.iter_parts() if str(p.partname) == name)
            part._blob = written.encode("utf-8")
        else:
            document.map_headers_footers_xml(name, written.encode("utf-8"))
