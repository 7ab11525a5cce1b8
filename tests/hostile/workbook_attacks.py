"""Workbooks that mean harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from cmreview.records.intake import read_records
from cmreview.records.marked import write_marked
from cmreview.records.report import findings_page, findings_workbook
from tests.hostile import books
from tests.hostile.attack import Attack
from tests.hostile.books import BOOK, BOOK_RELATIONS, SHARED, SHEET, STYLES, Long, packed, packed_long, parts
from tests.records.handed_in import CONTRACTS, EXPECTATIONS, department
from tests.records.old_excel import encrypted

HOSTILE = "销售二部"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">{}]>'.format(
    "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/passwd">]>'
FETCHED = '<!DOCTYPE x SYSTEM "http://x.invalid/x.dtd">'
ONE_TEXT = b"<sst><si><t>x</t></si></sst>"
MARKUP = (
    *("=1+1", "@x", "+1", "-1", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    *("]]&gt;", "{{7*7}}", "%s{0.__class__}"),
)
BIDI = "\u202e\u2066\u200b\u200d\ufeff\u00ad\U000e0041"
HEAD = f'<worksheet xmlns="{books.MAIN}">'


def meet(path: Path) -> tuple[str, ...]:
    """Check the records as `cmreview check` does, pages and marked copies included.

    The codes of what was told of the hostile file. The sound department's contract must be there still.
    """
    records = read_records(path.parent, EXPECTATIONS)
    assert "HT1" in set(records.tables["contracts"]["contract_id"])
    for count in records.counts:
        assert count.rows_in == count.used + count.set_aside
    findings_page(records, "zh")
    findings_workbook(records, "en")
    write_marked(path.parent, records.findings, path.parent.parent / "marked", "zh")
    told = [finding.code for finding in records.findings if finding.file.startswith(HOSTILE)]
    return tuple(dict.fromkeys(told))


def handed_in(data: bytes, ending: str = "xlsx") -> Callable[[Path], Path]:
    """A folder with a sound department and the hostile file."""
    return handed_in_late(lambda: data, ending)


def handed_in_late(make: Callable[[], bytes], ending: str = "xlsx") -> Callable[[Path], Path]:
    """The same with a file that is made only when its turn comes."""

    def write(folder: Path) -> Path:
        records = folder / "records"
        records.mkdir()
        department(records, contracts=CONTRACTS)
        path = records / f"{HOSTILE}.{ending}"
        path.write_bytes(make())
        return path

    return write


def with_part(part: str, content: bytes | Long) -> bytes:
    """The small workbook with another content of one part."""
    return packed_long({**parts(), part: content})


def with_head(part: str, declaration: str) -> bytes:
    """The small workbook with a declaration before one part's content."""
    content = parts()[part]
    assert isinstance(content, bytes)
    body = content.removeprefix(b'<?xml version="1.0"?>')
    return packed({**parts(), part: declaration.encode() + body.replace(b"</", b"&i;</", 1)})


def bomb(part: str, piece: str, times: int, head: str = HEAD, foot: str = "") -> Callable[[], bytes]:
    """The small workbook with a part that repeats ``piece``."""
    return lambda: with_part(part, Long(head, piece, times, foot))


def sheets(count: int, part: str = "worksheets/sheet1.xml", rows: bytes = b"") -> bytes:
    """A workbook of so many sheets that are all the same part."""
    listed = "".join(f'<sheet name="合同{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, count + 1))
    book = f'<workbook xmlns="{books.MAIN}" xmlns:r="{books.OFFICE}"><sheets>{listed}</sheets></workbook>'
    return packed({**parts(rows), BOOK: book.encode(), BOOK_RELATIONS: books.related(("worksheet", part))})


def many_parts(count: int) -> bytes:
    """A zip of so many empty parts."""
    return packed({**parts(), **{f"x/{n}": b"" for n in range(count)}}, zipfile.ZIP_STORED)


def overlapping() -> bytes:
    """A zip whose 26 large parts are all the same bytes of the file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, content in parts().items():
            target.writestr(name, content)
        target.writestr("xl/worksheets/sheet2.xml", b" " * (45 << 20))
        (whole,) = (info for info in target.infolist() if info.filename.endswith("sheet2.xml"))
        for number in range(3, 40):
            again = zipfile.ZipInfo(whole.filename)
            for name in (
                "compress_type",
                "CRC",
                "compress_size",
                "file_size",
                "header_offset",
                "external_attr",
            ):
                setattr(again, name, getattr(whole, name))
            again.filename = f"xl/worksheets/sheet{number}.xml"
            target.filelist.append(again)
    return stream.getvalue()


def shadowed() -> bytes:
    """A zip with two sheets of one name: one program may show the first and another read the second."""
    other = "xl/worksheets/sheet2.xml"
    data = packed({**parts(), other: books.contracts(("HT2", "C1", "001", "90000000", "2025-03-01"))})
    return books.twice(data, other, SHEET)


def texts(*cells: str) -> bytes:
    """Contracts whose ids are these texts (XML already)."""
    return packed(
        parts(
            books.contracts(
                *((cell, "C1", "001", str(n), "2025-03-01") for n, cell in enumerate(cells, 5000))
            )
        )
    )


def texts_of(sign: str, times: int) -> bytes:
    """Contracts of which one has an id of so many characters."""
    return texts(sign * times)


def named(times: int) -> bytes:
    """Contracts whose ids are all the same text, which the file holds once."""
    row = "<row>" + '<c t="s"><v>0</v></c>' * 3 + "<c><v>1</v></c>" * 2 + "</row>"
    head = f"{HEAD}<sheetData>{books.text_rows(books.CONTRACTS_HEADER)}"
    text = f"<sst><si><t>{'x' * 32_000}</t></si></sst>".encode()
    return packed_long({**parts(), SHARED: text, SHEET: Long(head, row, times, "</sheetData></worksheet>")})


def understated() -> bytes:
    """A sheet of 90 MB that says it is of 9 bytes."""
    return books.lying(bomb(SHEET, " ", 90 << 20)(), SHEET, 9)


def nested() -> bytes:
    """A workbook with a zip inside a zip inside it, each a thousand times larger than it looks."""
    inside = b"\0" * (20 << 20)
    for _ in range(3):
        inside = packed({str(n): inside for n in range(4)})
    return packed({**parts(), "xl/embeddings/x.zip": inside})


def macros() -> bytes:
    """A workbook with macros, a link to another workbook and a DDE link, under a harmless ending."""
    link = '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    related = books.related(
        ("worksheet", "worksheets/sheet1.xml"),
        ("sharedStrings", "sharedStrings.xml"),
        ("styles", "styles.xml"),
        ("vbaProject", "vbaProject.bin"),
        ("externalLink", "externalLinks/externalLink1.xml"),
    )
    rows = books.text_rows(books.CONTRACTS_HEADER) + (
        '<row r="2"><c t="str"><f>[1]x!A1</f><v>HT7</v></c><c t="str"><f>cmd|\'/c calc\'!A0</f><v>C1</v></c>'
        '<c t="inlineStr"><is><t>001</t></is></c><c><f>WEBSERVICE("http://x.invalid")</f><v>5000</v></c>'
        '<c t="inlineStr"><is><t>2025-03-01</t></is></c></row>'
    )
    more = {
        BOOK_RELATIONS: related,
        "xl/vbaProject.bin": b"\xd0\xcf",
        "xl/externalLinks/externalLink1.xml": link.encode(),
    }
    return packed({**parts(books.worksheet(rows)), **more})


def damaged_crc() -> bytes:
    """The small workbook with a byte of its sheet changed."""
    data = bytearray(packed(parts(), zipfile.ZIP_STORED))
    data[data.find(b"HT2")] ^= 1
    return bytes(data)


def _attacks() -> Iterable[Attack]:
    def refused(name: str, code: str, make: Callable[[Path], Path], *, slow: bool = False) -> Attack:
        return Attack("workbook", name, make, meet, (f"records.{code}",), slow)

    def shown(name: str, data: bytes, *codes: str, ending: str = "xlsx") -> Attack:
        return Attack("workbook", name, handed_in(data, ending), meet, codes)

    def sheet(rows: str, before: str = "", after: str = "") -> Callable[[Path], Path]:
        return handed_in_late(lambda: packed(parts(books.worksheet(rows, before, after))))

    late, large = handed_in_late, "unpacks_too_large"
    header = books.text_rows(books.CONTRACTS_HEADER)
    yield refused("a sheet of 1 GB of blanks", large, late(bomb(SHEET, " ", 1 << 30)), slow=True)
    many = "37 sheets of 45 MB in the same bytes of the file"
    yield Attack("workbook", many, late(overlapping), meet, slow=True)
    yield refused("200,000 parts", large, late(partial(many_parts, 200_000)), slow=True)
    yield Attack("workbook", "a zip in a zip in a zip, 1.3 GB", late(nested), meet, slow=True)
    yield refused("a part that says it is small", "damaged", late(understated))
    for name, method in {"bzip2": zipfile.ZIP_BZIP2, "LZMA": zipfile.ZIP_LZMA}.items():
        make = partial(packed_long, {**parts(), SHEET: Long(HEAD, " ", 45 << 20)}, method)
        yield refused(f"packed by {name}", "damaged", late(make), slow=True)
    yield refused("two parts of one name", "damaged", late(shadowed))
    for part in (SHEET, SHARED, STYLES, BOOK, BOOK_RELATIONS):
        yield refused(f"a billion laughs in {part}", "document_type", late(partial(with_head, part, LAUGHS)))
    yield refused("an entity from a file", "document_type", late(partial(with_head, SHEET, OUTSIDE)))
    yield refused("a document type from the net", "document_type", late(partial(with_head, SHEET, FETCHED)))
    for where, part in {"a sheet": SHEET, "the texts": SHARED, "the book": BOOK}.items():
        deep = late(bomb(part, "<a>", 10_000_000))
        yield refused(f"elements 10 million deep in {where}", "damaged", deep, slow=part != SHEET)
    yield refused("10 million styles", large, late(bomb(STYLES, "<a/>", 10_000_000, foot="</x>")), slow=True)
    yield refused("100,000 sheets", large, late(partial(sheets, 100_000)), slow=True)
    wide = sheet("<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>")
    yield refused("a million columns", "too_many_columns", wide, slow=True)
    long = {"x": 40_000_000, "\u200b": 10_000_000}
    for sign, times in long.items():
        what = "a text" if sign == "x" else "an unseen text"
        make = late(partial(texts_of, sign, times))
        yield refused(f"{what} of {times:,} characters", "too_long", make, slow=True)
    yield refused("one text in 150,000 cells, 5 GB", large, late(partial(named, 50_000)), slow=True)
    yield refused("a text of 32,768 characters", "too_long", late(partial(texts_of, "x", 32_768)))
    yield shown("a text of 32,767 characters", texts("x" * 32_767))
    hidden = sheet(header, '<cols><col min="-1000000000" max="1" hidden="1"/></cols>')
    yield refused("a billion hidden columns", "hidden_columns", hidden)
    hidden = sheet(header, '<cols><col hidden="1"/></cols>')
    yield refused("a hidden column without a number", "damaged", hidden)
    before = packed({**parts(books.worksheet('<row><c t="s"><v>-1</v></c></row>')), SHARED: ONE_TEXT})
    yield refused("a text from before the first", "damaged", handed_in(before))
    both = '<row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'
    yield refused("two cells in one place", "damaged", sheet(both))
    merges = "<mergeCells>" + '<mergeCell ref="A2:A1048576"/>' * 500_000 + "</mergeCells>"
    merged = sheet(books.text_rows(books.CONTRACTS_HEADER, books.SOUND_ROW), "", merges)
    yield refused("half a million merged columns", "too_many_merges", merged, slow=True)
    junk = sheet(header + ("<row>" + "<c><v>-1</v></c>" * 5 + "</row>") * 300_000)
    yield refused("300,000 rows of nothing but faults", "too_many_faults", junk, slow=True)
    yield shown("macros, DDE and links to other workbooks", macros(), "records.formula_outside")
    yield shown("formulas, markup and template code in cells", texts(*MARKUP))
    yield shown("direction marks and zero-width characters", texts(f"HT{BIDI}9"), "records.id_normalised")
    escaped = texts("HT_x0000_8_xD800_")
    yield shown("NUL and lone surrogates by Excel's escapes", escaped, "records.id_normalised")
    yield shown("an id in Cyrillic letters that look Latin", texts("НТ9"), "records.id_lookalike")
    yield refused("NUL itself", "damaged", handed_in(texts("H\0T")))
    yield refused("with a password", "encrypted", handed_in(encrypted()))
    yield refused("cut off", "file_cut_off", handed_in(packed(parts())[:-40]))
    yield refused("a byte changed", "damaged", late(damaged_crc))
    yield refused("empty", "not_a_workbook", handed_in(b""))
    yield refused("a picture called .xlsx", "not_a_workbook", handed_in(b"\x89PNG\r\n\x1a\n" + b"x" * 99))
    yield shown("a workbook called .xls", packed(parts()), ending="xls")


ATTACKS = tuple(_attacks())
