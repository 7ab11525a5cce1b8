"""The words of WordprocessingML that a template is written in: runs, paragraphs, tables, a page, a package.

After GB/T 9704-2012, the standard of official papers: A4, its margins, 仿宋 in size 三号 on lines of fixed
height, 黑体 for first-level headings. The order of elements is the schema's; Word refuses another.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from html import escape

TWIPS = 1440 / 25.4  # a millimetre
NAMES = "http://schemas.openxmlformats.org"
WORD = f"{NAMES}/wordprocessingml/2006/main"
RELATIONS = f"{NAMES}/officeDocument/2006/relationships"
LATIN = "Times New Roman"
_LATIN_ENDS = "\u2e7f"  # what lies beyond is Chinese
# A font that is missing is replaced by the one named beside it, then by the class it belongs to.
FONTS = {
    "方正小标宋简体": ("SimSun", "roman"),
    "宋体": ("SimSun", "roman"),
    "仿宋": ("FangSong", "roman"),
    "黑体": ("SimHei", "swiss"),
    "楷体": ("KaiTi", "script"),
}


def twips(millimetres: float) -> int:
    """Millimetres in twentieths of a point, the unit of Word."""
    return round(millimetres * TWIPS)


@dataclass(frozen=True, slots=True)
class Style:
    """How one kind of paragraph looks: sizes in points, spaces in points, indents in characters."""

    font: str = "仿宋"
    size: float = 16
    bold: bool = False
    align: str = "both"
    line: float | None = 28.5  # exact height; None for single spacing
    before: float = 0
    after: float = 0
    first: float = 0
    right: float = 0
    left: float = 0
    spread: float = 0  # points between characters
    colour: str | None = None
    keep_next: bool = False
    outline: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page: millimetres of A4, and whether it lies on its side in a frame."""

    top: float = 37
    bottom: float = 35
    left: float = 28
    right: float = 26
    foot: float = 25
    is_certificate: bool = False

    @property
    def width(self) -> float:
        """Millimetres between the margins."""
        return (297 if self.is_certificate else 210) - self.left - self.right


def paragraph(text: str, style: str, tabs: tuple[tuple[float, str], ...] = ()) -> str:
    r"""A paragraph of one style; ``\n`` breaks its line.

    ``tabs``: millimetres and leader (none, underscore) of the stops that ``\t`` goes to.
    """
    stops = "".join(
        f'<w:tab w:val="left" w:leader="{leader}" w:pos="{twips(place)}"/>' for place, leader in tabs
    )
    stops = f"<w:tabs>{stops}</w:tabs>" if stops else ""
    runs = "<w:r><w:tab/></w:r>".join(
        "<w:r><w:br/></w:r>".join(_run(line) for line in piece.split("\n")) for piece in text.split("\t")
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{stops}</w:pPr>{runs}</w:p>'


def _run(text: str) -> str:
    if not text:
        return ""
    # the hint sets quotation marks and dashes in the Chinese font, where both fonts have them
    hint = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>' if max(text) > _LATIN_ENDS else ""
    return f'<w:r>{hint}<w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'


def cell(content: str, width: float, span: int = 1, shade: bool = False) -> str:
    """A cell of a table around its paragraphs; ``width`` in millimetres."""
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' if shade else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>{spans}{fill}'
        f'<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'
    )


def row(cells: str, is_head: bool = False, height: float = 9) -> str:
    """A row that no page break splits; a head is repeated on each page."""
    head = "<w:tblHeader/>" if is_head else ""
    return f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{twips(height)}"/>{head}</w:trPr>{cells}</w:tr>'


def table(rows: str, widths: tuple[float, ...], has_lines: bool = True) -> str:
    """A table of fixed columns, as wide as the page."""
    kind = "single" if has_lines else "none"
    lines = "".join(
        f'<w:{side} w:val="{kind}" w:sz="{4 if has_lines else 0}" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    margins = "".join(f'<w:{side} w:w="{twips(1.4)}" w:type="dxa"/>' for side in ("left", "right"))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(map(twips, widths))}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def package(body: str, page: Page, styles: dict[str, Style], lang: str, foot: str = "") -> bytes:
    """A whole .docx around a body; at the foot of each page ``foot``, or else the page's number.

    The zip bears the time of writing: whoever keeps it fixes that (``docx_package.same_bytes``).
    """
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": _relations(
            {
                f"rId{number}": (kind, f"{kind}.xml")
                for number, kind in enumerate(("styles", "settings", "fontTable"), 1)
            }
            | {"rId4": ("footer", "footer1.xml")}
        ),
        "word/document.xml": _part("document", f"<w:body>{body}{_section(page)}</w:body>"),
        "word/styles.xml": _part("styles", _styles(styles, lang)),
        "word/settings.xml": _part("settings", _SETTINGS),
        "word/fontTable.xml": _part("fonts", "".join(_font(*font) for font in FONTS.items())),
        "word/footer1.xml": _part("ftr", foot or _NUMBER),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as files:
        for name, text in parts.items():
            files.writestr(name, text)
    return made.getvalue()


_SETTINGS = (
    '<w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/>'
    '<w:compat><w:doNotExpandShiftReturn/><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
)
_FIELD = "".join(
    f"<w:r>{part}</w:r>"
    for part in (
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
)
_NUMBER = (
    '<w:p><w:pPr><w:pStyle w:val="pagenumber"/></w:pPr>'
    f'<w:r><w:t xml:space="preserve">— </w:t></w:r>{_FIELD}'
    '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
)


def _section(page: Page) -> str:
    long, short = twips(297), twips(210)
    size = (
        f'w:w="{long}" w:h="{short}" w:orient="landscape"'
        if page.is_certificate
        else f'w:w="{short}" w:h="{long}"'
    )
    sides = ("top", "left", "bottom", "right")
    lines = "".join(
        f'<w:{side} w:val="thickThinMediumGap" w:sz="36" w:space="24" w:color="9A7B2D"/>' for side in sides
    )
    frame = f'<w:pgBorders w:offsetFrom="page">{lines}</w:pgBorders>' if page.is_certificate else ""
    margins = " ".join(
        f'w:{side}="{twips(getattr(page, side))}"' for side in ("top", "right", "bottom", "left")
    )
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:pgSz {size}/>'
        f'<w:pgMar {margins} w:header="{twips(15)}" w:footer="{twips(page.foot)}" w:gutter="0"/>'
        f"{frame}</w:sectPr>"
    )


def _styles(styles: dict[str, Style], lang: str) -> str:
    # that of the Latin letters and digits: as Chinese, LibreOffice breaks lines inside a number
    tongue = "en-GB" if lang == "en" else "en-US"
    fonts = f'w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="仿宋" w:cs="{LATIN}"'
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {fonts}/>"
        f'<w:lang w:val="{tongue}" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    return defaults + "".join(_style(name, style) for name, style in styles.items())


def _style(name: str, style: Style) -> str:
    # what every paragraph begins with, and what each other style departs from
    default, shown, based = (
        (' w:default="1"', "Normal", "") if name == "body" else ("", name, '<w:basedOn w:val="body"/>')
    )
    keep = "<w:keepNext/>" if style.keep_next else ""
    height = f'w:line="{round(style.line * 20)}" w:lineRule="exact"' if style.line else 'w:line="240"'
    em = style.size * 20  # twentieths of a point: one Chinese character
    indent = " ".join(
        f'w:{side}Chars="{round(size * 100)}" w:{side}="{round(size * em)}"'
        for side, size in (("left", style.left), ("right", style.right), ("firstLine", style.first))
    )
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    bold = "<w:b/><w:bCs/>" if style.bold else ""
    colour = f'<w:color w:val="{style.colour}"/>' if style.colour else ""
    spread = f'<w:spacing w:val="{round(style.spread * 20)}"/>' if style.spread else ""
    size = round(style.size * 2)
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{shown}"/>{based}'
        f"<w:qFormat/><w:pPr>{keep}<w:widowControl/>"
        f'<w:spacing w:before="{round(style.before * 20)}" w:after="{round(style.after * 20)}" {height}/>'
        f'<w:ind {indent}/><w:jc w:val="{style.align}"/>{outline}</w:pPr>'
        f'<w:rPr><w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{style.font}" w:cs="{LATIN}"/>'
        f'{bold}{colour}{spread}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _font(name: str, beside: tuple[str, str]) -> str:
    other, family = beside
    return (
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/></w:font>'
    )


def _part(root: str, content: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<w:{root} xmlns:w="{WORD}" xmlns:r="{RELATIONS}">{content}</w:{root}>'
    )


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Relationships xmlns="{NAMES}/package/2006/relationships">{inside}</Relationships>'
    )


def _content_types() -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    kinds = {"document": "document.main"} | {
        name: name for name in ("styles", "settings", "fontTable", "footer1")
    }
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{word}.{kind.rstrip("1")}+xml"/>'
        for name, kind in kinds.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Types xmlns="{NAMES}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
