"""A long list page by page: which rows a page has, and the sentence that says how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROWS = 50  # of a page; a table of more than 200 is slow to draw (N24)


@dataclass(frozen=True, slots=True)
class Paged:
    """One page of a list: its rows, its number counted from 1, of how many pages and rows."""

    rows: tuple[int, ...]
    page: int
    pages: int
    total: int

    @property
    def first(self) -> int:
        """The place of the first row in the whole list, counted from 1; 0 in an empty list."""
        return (self.page - 1) * ROWS + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The place of the last row."""
        return max(self.first + len(self.rows) - 1, 0)


def paged(rows: Sequence[int], page: int) -> Paged:
    """Page ``page`` of ``rows``; a page that there is not gives way to the nearest one.

    >>> paged(range(120), 9).rows[0], paged(range(120), 9).page, paged([], 1).pages
    (100, 3, 1)
    """
    pages = max(1, -(-len(rows) // ROWS))
    page = min(max(page, 1), pages)
    return Paged(tuple(rows[(page - 1) * ROWS : page * ROWS]), page, pages, len(rows))
