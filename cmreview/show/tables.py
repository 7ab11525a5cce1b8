"""Tables that everybody can read: caption, header cells with scope, no empty header, text escaped (N14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cmreview.show.figures import NOTHING
from cmreview.show.html import Content, Html, breakable, element, join


@dataclass(frozen=True, slots=True)
class Head:
    """One column: its header, whether it holds figures (set flush right), and its share of the width."""

    text: Content
    figures: bool = False
    width: int | None = None  # percent


def table(
    caption: Content,
    heads: Sequence[Head],
    rows: Iterable[Sequence[Content]],
    *,
    foot: Sequence[Content] | None = None,
    class_: str = "",
    header_column: int = 0,
    headed: bool = False,
) -> Html:
    """A table with one header row, one header cell a row (``header_column``), and maybe a row of sums.

    ``headed`` says that a heading just above says what the caption says: then only a screen reader,
    which may come to the table without the heading, is told it again.
    """
    shares = [element("col", style=f"width:{head.width}%") for head in heads if head.width]
    widths = element("colgroup", *shares) if len(shares) == len(heads) else None
    top = element("tr", *(element("th", head.text, scope="col", class_=_side(head)) for head in heads))
    body = [_row(heads, row, header_column) for row in rows]
    return element(
        "table",
        _caption(caption, headed),
        widths,
        element("thead", top),
        element("tbody", *body),
        element("tfoot", _row(heads, foot, header_column)) if foot else None,
        class_=class_ or None,
    )


def pairs(
    caption: Content, rows: Iterable[tuple[Content, Content]], *, across: int = 1, headed: bool = False
) -> Html:
    """Particulars: a table of names and values, ``across`` pairs a row."""
    cells = [join((element("th", name, scope="row"), element("td", _shown(value)))) for name, value in rows]
    cells += [element("td", colspan="2")] * (-len(cells) % across)
    body = [element("tr", *cells[at : at + across]) for at in range(0, len(cells), across)]
    class_ = "pairs" if across == 1 else "pairs across"
    return element("table", _caption(caption, headed), element("tbody", *body), class_=class_)


def listing(items: Iterable[Content], ordered: bool = False, class_: str = "") -> Html:
    """A list; nothing where there are no items."""
    points = [element("li", item) for item in items]
    return element("ol" if ordered else "ul", *points, class_=class_ or None) if points else Html("")


def _caption(caption: Content, headed: bool) -> Html:
    return element("caption", caption, class_="unseen" if headed else None)


def _row(heads: Sequence[Head], row: Sequence[Content], header_column: int) -> Html:
    if len(row) != len(heads):
        raise ValueError(f"a row of {len(row)} cells under {len(heads)} columns")
    cells = []
    for place, (head, content) in enumerate(zip(heads, row, strict=True)):
        if place == header_column:
            cells.append(element("th", _shown(content), scope="row", class_=_side(head)))
        else:
            cells.append(element("td", _shown(content), class_=_side(head)))
    return element("tr", *cells)


def _shown(content: Content) -> Content:
    if content is None or content == "":
        return NOTHING
    return breakable(content) if isinstance(content, str) else content


def _side(head: Head) -> str | None:
    return "figure" if head.figures else None


def stacked(*lines: Content) -> Html:
    """Several lines in one cell; those without content are left out."""
    return join((line for line in lines if line), Html("<br>"))
