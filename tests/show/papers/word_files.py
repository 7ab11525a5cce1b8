"""Word files to try out: small templates by hand, and what a filled one says."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
from docx.oxml.ns import qn

from cmreview.show.papers.wordml import Page, Style, package, paragraph

PLAIN = {"body": Style(), "pagenumber": Style()}


def template(path: Path, *lines: str) -> Path:
    """A template with a paragraph for each line; a line of XML stays as it is."""
    body = "".join(line if line.startswith("<w:") else paragraph(line, "body") for line in lines)
    path.write_bytes(package(body, Page(), PLAIN, "zh"))
    return path


def written(path: Path, held: dict[str, str]) -> Path:
    """A package of these parts."""
    with zipfile.ZipFile(path, "w") as after:
        for name, text in held.items():
            after.writestr(name, text)
    return path


def parts(source: Path | bytes) -> dict[str, str]:
    """The XML of every part."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name).decode() for name in held.namelist()}


def lines(data: bytes) -> list[str]:
    """The text of every paragraph, those in tables too, in their order; a line break is ``\\n``."""
    body = docx.Document(io.BytesIO(data)).element.body
    return [_text(one) for one in body.iter(qn("w:p"))]


def foot(data: bytes) -> list[str]:
    """The text of every paragraph at the foot of a page."""
    section = docx.Document(io.BytesIO(data)).sections[0]
    return [_text(one) for one in section.footer._element.iter(qn("w:p"))]


def _text(one) -> str:
    said = {qn("w:br"): "\n", qn("w:tab"): "\t"}
    found = one.iter(qn("w:t"), qn("w:br"), qn("w:tab"))
    # a tab stop bears the same name as a tabulator
    return "".join(said.get(node.tag, node.text or "") for node in found if node.getparent().tag == qn("w:r"))
