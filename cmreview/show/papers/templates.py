"""The shipped templates, made from the papers' texts: what people edit in Word, and how to get it back fresh.

The texts lie in ``show/papers/text/<language>/<paper>.txt``. A line is a paragraph of body text; one that
begins with ``@`` names another style or a mark:

    @title …  @number …  @to …  @h1 …  @note …  @right …   a paragraph in that style
    @sign label | label                                  lines to sign on
    @if … / @elif … / @else / @endif, @for … / @endfor     marks around paragraphs
    @table widths in millimetres … @endtable               a table; ``@layout`` one without lines
    | cell | cell |                                        its rows; first rows before ``@rows`` are heads
    @rows person in people … @endrows                      rows for each of a list
    @certificate … @foot …                                 a framed page on its side, and what is at its foot

A cell that begins with ``*`` is a label, ``[3]`` spans three columns, ``¶`` begins a new paragraph and ``~``
stays empty, to be filled in by hand. Outside of a table ``¶`` breaks the line.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from cmreview.errors import FileError
from cmreview.show.papers.docx_package import same_bytes
from cmreview.show.papers.shapes import PAPERS
from cmreview.show.papers.wordml import Page, Style, cell, package, paragraph, row, table
from cmreview.words import LANGUAGES

TEXTS = Path(__file__).parent / "text"
CERTIFICATE = Page(top=26, bottom=45, left=38, right=38, foot=20, is_certificate=True)
GOLD = "8A6D1F"

_CHINESE = {
    "body": Style(first=2),
    "title": Style("方正小标宋简体", 22, bold=True, align="center", line=34, after=18, outline=0),
    "number": Style(align="center", after=16),
    "to": Style(align="left"),
    "lead": Style(first=2, after=5, keep_next=True),  # before a table
    "last": Style(first=2, keep_next=True),  # no signature stands alone on a page
    "h1": Style("黑体", first=2, keep_next=True, outline=1, align="left"),
    "note": Style(size=12, line=20, before=6),
    "issuer": Style(align="right", before=24, right=2, keep_next=True),
    "right": Style(align="right", right=2),
    "sign": Style(size=12, line=24, before=14, align="left"),
    "cell": Style(size=12, line=18, align="left"),
    "middle": Style(size=12, line=18, align="center"),
    "label": Style("黑体", size=12, line=18, align="center"),
    "small": Style(size=10.5, line=15, align="center"),
    "smalllabel": Style("黑体", size=10.5, line=15, align="center"),
    "smallleft": Style(size=10.5, line=15, align="left"),
    "pagenumber": Style("宋体", 14, align="center", line=None),
    "honour": Style(
        "方正小标宋简体", 44, bold=True, align="center", line=58, after=20, spread=12, colour=GOLD
    ),
    "holder": Style("楷体", 30, bold=True, align="center", line=46, after=10, spread=4),
    "award": Style(size=18, align="center", line=31),
    "gap": Style(size=12, line=14),
    "end": Style(size=1, line=1),  # a table must not be the last thing on a page
    "rank": Style("方正小标宋简体", 32, bold=True, align="center", line=46, before=8, after=8, spread=6),
    "fine": Style(size=14, line=24, align="left"),
    "finer": Style(size=14, line=24, align="right"),
}
# English papers: twelve points, open lines, paragraphs told apart by space instead of by indents.
_ENGLISH = _CHINESE | {
    "body": Style(size=12, line=18, after=8, align="left"),
    "title": Style("宋体", 18, bold=True, align="center", line=26, after=18, outline=0),
    "number": Style(size=12, line=18, align="center", after=14),
    "to": Style(size=12, line=18, after=8, align="left"),
    "lead": Style(size=12, line=18, after=6, align="left", keep_next=True),
    "last": Style(size=12, line=18, before=6, after=8, align="left", keep_next=True),
    "h1": Style("黑体", 13, bold=True, line=20, before=8, after=6, keep_next=True, outline=1, align="left"),
    "note": Style(size=10, line=14, before=6, align="left"),
    "issuer": Style(size=12, line=18, align="right", before=24, keep_next=True),
    "right": Style(size=12, line=18, align="right"),
    "sign": Style(size=10.5, line=18, before=20, align="left"),
    "cell": Style(size=10.5, line=14, align="left"),
    "middle": Style(size=10.5, line=14, align="center"),
    "label": Style("黑体", 10.5, bold=True, line=14, align="center"),
    "small": Style(size=9, line=12, align="center"),
    "smalllabel": Style("黑体", 9, bold=True, line=12, align="center"),
    "smallleft": Style(size=9, line=12, align="left"),
    "pagenumber": Style("宋体", 11, align="center", line=None),
    "honour": Style("宋体", 38, bold=True, align="center", line=54, after=20, spread=3, colour=GOLD),
    "holder": Style("楷体", 28, bold=True, align="center", line=44, after=10),
    "award": Style(size=16, align="center", line=28),
    "rank": Style("宋体", 28, bold=True, align="center", line=44, before=8, after=8, spread=1),
    "fine": Style(size=12, line=20, align="left"),
    "finer": Style(size=12, line=20, align="right"),
}
STYLES = {"zh": _CHINESE, "en": _ENGLISH}
_EMPTY, _BREAK = "~", "¶"
_MARKS = {"if", "elif", "else", "endif", "for", "endfor"}
_CELL = re.compile(r"(?P<label>\*?)(?:\[(?P<span>\d+)\])?(?P<text>.*)", re.DOTALL)


@cache
def shipped(kind: str, lang: str = "zh") -> bytes:
    """The shipped template of one kind of paper. FileError where there is none."""
    path = TEXTS / lang / f"{kind}.txt"
    if not path.is_file():
        raise FileError("papers.no_template", file=f"{lang}/{kind}.docx")
    return same_bytes(_Text(path.read_text("utf-8"), lang).made())


def write_templates(folder: Path) -> list[Path]:
    """Write fresh templates of every paper in both languages below ``folder``; returns what was written.

    A template that is already there is replaced: keep edited ones elsewhere first.
    """
    written = []
    for lang in LANGUAGES:
        (folder / lang).mkdir(parents=True, exist_ok=True)
        for kind in PAPERS:
            path = folder / lang / f"{kind}.docx"
            path.write_bytes(shipped(kind, lang))
            written.append(path)
    return written


class _Text:
    """One paper's text on its way to Word."""

    def __init__(self, text: str, lang: str) -> None:
        self.lines = [line.strip() for line in text.splitlines() if line.strip()]
        self.lang = lang
        self.page = CERTIFICATE if "@certificate" in self.lines else Page()

    def made(self) -> bytes:
        end = self.lines.index("@foot") if "@foot" in self.lines else len(self.lines)
        body, foot = self._block(self.lines[:end]), self._block(self.lines[end + 1 :])
        return package(body, self.page, STYLES[self.lang], self.lang, foot)

    def _block(self, lines: list[str]) -> str:
        block, number = "", 0
        while number < len(lines):
            name, _, rest = lines[number].partition(" ")
            if name in ("@table", "@layout"):
                end = lines.index("@endtable", number)
                block += self._table(lines[number + 1 : end], rest, has_lines=name == "@table")
                number = end
            elif name != "@certificate":
                block += self._paragraph(lines[number])
            number += 1
        return block

    def _paragraph(self, line: str) -> str:
        if not line.startswith("@"):
            return paragraph(line.replace(_BREAK, "\n"), "body")
        name, _, rest = line[1:].partition(" ")
        if name in _MARKS:
            return paragraph(f"{{%p {name} {rest}".rstrip() + " %}", "body")
        if name == "sign":
            return self._signatures(rest.split(" | "))
        return paragraph(rest.replace(_BREAK, "\n"), self._style(name))

    def _style(self, name: str) -> str:
        if name not in STYLES[self.lang]:
            raise ValueError(f"a paper's text names the style {name!r}, which does not exist")
        return name

    def _signatures(self, labels: list[str]) -> str:
        share = self.page.width / len(labels)
        stops = []
        for number in range(1, len(labels) + 1):
            stops += [(number * share - 6, "underscore"), (number * share, "none")]
        return paragraph("\t\t".join(labels) + "\t", "sign", tuple(stops[:-1]))

    def _table(self, lines: list[str], settings: str, has_lines: bool) -> str:
        is_small = settings.endswith(" small")
        widths = tuple(float(width) for width in settings.removesuffix(" small").split())
        has_rows = any(line.startswith("@rows ") for line in lines)
        rows, is_head = "", has_rows and has_lines
        for line in lines:
            name, _, rest = line.partition(" ")
            if name == "@rows":
                rows += self._mark(f"for {rest}", widths)
                is_head = False
            elif name == "@endrows":
                rows += self._mark("endfor", widths)
            else:
                cells = line.removeprefix("|").removesuffix("|").strip().split(" | ")
                rows += self._row(cells, widths, is_head, is_small, has_lines)
        return table(rows, widths, has_lines)

    def _mark(self, mark: str, widths: tuple[float, ...]) -> str:
        content = paragraph(f"{{%tr {mark} %}}", "middle")
        return row(cell(content, sum(widths), len(widths)))

    def _row(
        self, cells: list[str], widths: tuple[float, ...], is_head: bool, is_small: bool, has_lines: bool
    ) -> str:
        made, column = "", 0
        for text in cells:
            found = _CELL.fullmatch(text.strip())
            if found is None:
                raise ValueError(f"{text!r} is no cell")
            span = int(found["span"] or 1)
            is_label = is_head or bool(found["label"])
            style = "label" if is_label else "cell" if span > 1 else "middle"
            if is_small:
                style = "smalllabel" if is_label else "small"
            content = "".join(
                self._paragraph(piece) if piece.startswith("@") else paragraph(piece, style)
                for piece in map(str.strip, found["text"].replace(_EMPTY, "").split(_BREAK))
            )
            made += cell(content, sum(widths[column : column + span]), span, shade=is_label and has_lines)
            column += span
        if column != len(widths):
            raise ValueError(f"a row of {column} columns stands in a table of {len(widths)}: {cells}")
        return row(made, is_head)
