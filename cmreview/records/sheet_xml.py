"""The parts of an .xlsx file as cells: shared texts, number formats, sheets.

One pass over a sheet gives values, formulas with their stored results, error cells, formats, merged
ranges and hidden rows. (The libraries give these in two passes or leave some out; see the decision
on reading workbooks in docs/decisions.)
"""

from __future__ import annotations

import re
from datetime import datetime

from cmreview.records.container import MAX_DEPTH, Container, Depth, new_parser
from cmreview.records.raw import ErrorCell, Formula, Merge, Number, Sheet, Unreadable
from cmreview.records.text import is_blank, unescape

MAX_COLUMNS = 200  # a table has a dozen; more is another kind of file
MAX_CELLS = 20_000_000  # of one file; the memory they take, not what a company could need
_LAST_ROW = 1_048_576

# Formats that a workbook names by number only. 27 to 36 and 50 to 58 are dates in Chinese Excel.
BUILT_IN_FORMATS = (
    {9: "0%", 10: "0.00%", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 49: "@"}
    | dict.fromkeys((18, 19, 20, 21, 45, 46, 47), "h:mm")
    | {22: "yyyy/m/d h:mm"}
    | dict.fromkeys((*range(27, 37), *range(50, 59)), 'yyyy"年"m"月"d"日"')
)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def column_letters(column: int) -> str:
    """The letters of a column that is counted from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The column, from 0, that letters name."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def shared_texts(container: Container, part: str) -> list[str | None]:
    """The texts that cells refer to by number, None where nothing can be seen of one."""
    texts: list[str | None] = []
    pieces: list[str] = []
    parser = new_parser()
    phonetic = False
    depth = Depth()

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal phonetic
        depth.down()
        name = tag.rpartition(":")[2]
        if name == "si":
            pieces.clear()
        elif name == "rPh":
            phonetic = True  # how a text is read aloud, not part of it
        elif name == "t" and not phonetic:
            parser.CharacterDataHandler = pieces.append

    def end(tag: str) -> None:
        nonlocal phonetic
        depth.up()
        name = tag.rpartition(":")[2]
        if name == "t":
            parser.CharacterDataHandler = None
        elif name == "rPh":
            phonetic = False
        elif name == "si":
            texts.append(_seen("".join(pieces)))

    container.parse(part, start, end, parser)
    return texts


def number_formats(container: Container, part: str) -> list[str]:
    """The number format of each cell style, by its number."""
    codes = dict(BUILT_IN_FORMATS)
    styles: list[int] = []
    inside = False
    for name, values in container.elements(part):
        if name == "numFmt" and values.get("numFmtId", "").isdigit():
            codes[int(values["numFmtId"])] = values.get("formatCode", "General")
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            number = values.get("numFmtId", "0")
            styles.append(int(number) if number.isdigit() else 0)
    return [codes.get(number, "General") for number in styles]


class SheetReader:
    """Reads the sheets of one workbook; what they share is given once."""

    def __init__(
        self,
        container: Container,
        texts: list[str | None],
        formats: list[str],
        *,
        epoch_1904: bool,
        pending: bool,
    ) -> None:
        self.container = container
        self.texts = texts
        self.formats = {str(number): code for number, code in enumerate(formats)}
        self.epoch_1904 = epoch_1904
        self.pending = pending
        self.cells = 0

    def read(self, part: str, name: str, *, hidden: bool) -> Sheet:
        """One sheet. Unreadable where the part is damaged."""
        sheet = Sheet(name, [], hidden=hidden, epoch_1904=self.epoch_1904)
        try:
            self._parse(part, sheet)
        except (ValueError, LookupError) as error:  # a number or a reference that is none
            raise Unreadable("damaged") from error
        return sheet

    def _parse(self, part: str, sheet: Sheet) -> None:
        parser = new_parser()
        merges: list[Merge] = []
        hidden_rows: list[int] = []
        hidden_columns: set[int] = set()
        columns: dict[str, int] = {}
        prefix = ""
        row: list[object] = []
        number = 0
        row_hidden = False
        column = -1
        depth = 0
        style = kind = value = formula = None
        pieces: list[str] = []
        phonetic = False

        def start(tag: str, values: dict[str, str]) -> None:
            nonlocal row, number, row_hidden, column, style, kind, value, formula, pieces, phonetic, prefix
            nonlocal depth
            depth += 1
            if depth > MAX_DEPTH:
                raise Unreadable("damaged")
            name = tag[len(prefix) :]
            if name == "c":
                reference = values.get("r")
                if reference is None:
                    column += 1
                else:
                    letters = reference.rstrip("0123456789")
                    if letters not in columns:
                        if not _REFERENCE.fullmatch(reference):
                            raise Unreadable("damaged")
                        columns[letters] = column_number(letters)
                    column = columns[letters]
                style, kind = values.get("s"), values.get("t")
                value = formula = None
                pieces = []
            elif name in ("v", "t", "f") and not phonetic:
                if name != "t":
                    pieces = []
                parser.CharacterDataHandler = pieces.append
            elif name == "row":
                given = values.get("r")
                following = number + 1 if given is None else int(given)
                if not number < following <= _LAST_ROW:
                    raise Unreadable("damaged")
                number, row, column = following, [], -1
                row_hidden = values.get("hidden") in ("1", "true")
            elif name == "rPh":
                phonetic = True
            elif name == "mergeCell":
                merges.append(_merge(values.get("ref", "")))
            elif name == "col" and values.get("hidden") in ("1", "true"):
                first, last = max(int(values["min"]) - 1, 0), int(values["max"])
                hidden_columns.update(range(first, min(last, MAX_COLUMNS)))
            elif not prefix and tag.endswith(":worksheet"):
                prefix = tag[: -len("worksheet")]

        def end(tag: str) -> None:
            nonlocal value, formula, phonetic, depth
            depth -= 1
            name = tag[len(prefix) :]
            if name == "c":
                cell = self._cell(kind, style, value, formula)
                if cell is None:
                    return
                self._count()
                if column >= MAX_COLUMNS:
                    sheet.too_wide = True
                elif column == len(row):
                    row.append(cell)
                else:
                    row.extend([None] * (column + 1 - len(row)))
                    if (
                        row[column] is not None
                    ):  # of two cells in one place another program may show the other
                        raise Unreadable("damaged")
                    row[column] = cell
            elif name in ("v", "t"):
                parser.CharacterDataHandler = None
                if not phonetic:
                    value = "".join(pieces)
            elif name == "f":
                parser.CharacterDataHandler = None
                formula = "".join(pieces)
            elif name == "row" and row:
                sheet.rows.append((number, row))
                if row_hidden:
                    hidden_rows.append(number)
            elif name == "rPh":
                phonetic = False

        self.container.parse(part, start, end, parser)
        sheet.merges, sheet.hidden_rows = merges, hidden_rows
        sheet.hidden_columns = frozenset(hidden_columns)

    def _cell(self, kind: str | None, style: str | None, value: str | None, formula: str | None) -> object:
        stored = self._stored(kind, style, value)
        if formula is None:
            return stored
        if stored is None and kind == "str" and value is not None:
            return None  # a formula that shows nothing, as prepared rows of a form do
        return Formula(formula, stored, self.pending)

    def _stored(self, kind: str | None, style: str | None, value: str | None) -> object:
        if value is None:
            return None
        if kind == "s":
            number = int(value)
            if number < 0:
                raise IndexError
            return self.texts[number]
        if kind is None or kind == "n":
            digits = value.strip()
            return Number(digits, self.formats.get(style or "0", "General")) if digits else None
        if kind in ("str", "inlineStr"):
            return _seen(value)
        if kind == "b":
            return value.strip() in ("1", "true")
        if kind == "e":
            return ErrorCell(value.strip())
        return _iso_date(value) if kind == "d" else _seen(value)

    def _count(self) -> None:
        self.cells += 1
        if self.cells > MAX_CELLS:
            raise Unreadable("unpacks_too_large")


def _seen(text: str) -> str | None:
    text = unescape(text)
    return None if is_blank(text) else text


def _iso_date(text: str) -> object:
    try:
        return datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        return _seen(text)


def _merge(reference: str) -> Merge:
    first, _, last = reference.partition(":")
    matches = [_REFERENCE.fullmatch(part) for part in (first, last or first)]
    if matches[0] is None or matches[1] is None:
        raise Unreadable("damaged")
    (column, row), (last_column, last_row) = (match.groups() for match in matches if match)
    return Merge(int(row), column_number(column), int(last_row), column_number(last_column))
