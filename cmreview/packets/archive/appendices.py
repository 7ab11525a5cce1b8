"""Two Excel appendices, line by line: for outputs, which keep no stored review beside the packets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path

from cmreview.packets.archive.differences import Line
from cmreview.records.cells import shown
from cmreview.records.raw import Unreadable
from cmreview.records.workbooks import read_workbook

Row = tuple[str, ...]
_NAMED_BY = slice(2, 5)  # behind id and name: level, clause, indicator, whatever tells a row from the next


def appendix_lines(department: str, then: Path, now: Path) -> tuple[Line, ...]:
    """Every cell in which two appendices of a department differ; a row that is in one only is one line.

    An appendix that can't be read has no lines: that its bytes differ is told anyway.
    """
    try:
        before, after = _sheets(then), _sheets(now)
    except (Unreadable, OSError):
        return ()
    found: list[Line] = []
    for name in dict.fromkeys((*before, *after)):
        heads, *rows = before.get(name) or [()]
        other_heads, *other_rows = after.get(name) or [()]
        has_people = (other_heads or heads)[:1] == _id_head(after)
        found += [
            Line(department, row[0] if has_people and row else None, (name, *way), told_then, told_now)
            for row, way, told_then, told_now in _differing(rows, other_rows, other_heads or heads)
        ]
    return tuple(found)


def _id_head(sheets: dict[str, list[Row]]) -> Row:
    """What the column of ids is called: it is the first of the first sheet."""
    return next((rows[0][:1] for rows in sheets.values() if rows), ())


def _sheets(path: Path) -> dict[str, list[Row]]:
    """Every sheet's rows as texts, the heads first."""
    return {
        sheet.name or "": [
            tuple("" if cell is None else shown(cell) for cell in cells) for _, cells in sheet.rows
        ]
        for sheet in read_workbook(path.read_bytes())
    }


def _differing(
    then: Sequence[Row], now: Sequence[Row], heads: Row
) -> Iterator[tuple[Row, tuple[str, ...], str | None, str | None]]:
    matcher = SequenceMatcher(None, then, now, autojunk=False)
    for kind, first, last, other_first, other_last in matcher.get_opcodes():
        if kind == "equal":
            continue
        for before, after in zip_longest(then[first:last], now[other_first:other_last]):
            if before is None or after is None:
                row = before or after or ()
                yield row, (), _whole(before), _whole(after)
                continue
            known = tuple(cell for cell in after[_NAMED_BY] if cell and cell in before[_NAMED_BY])
            for place, (one, other) in enumerate(zip_longest(before, after, fillvalue="")):
                if one != other:
                    head = heads[place] if place < len(heads) else str(place + 1)
                    yield after, (*known, head), one or None, other or None


def _whole(row: Row | None) -> str | None:
    return None if row is None else " · ".join(cell for cell in row if cell)
