"""Compare: two to five people side by side, criterion by criterion."""

from __future__ import annotations

import re
from typing import Any

import ipywidgets

from cmreview.errors import InputError
from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board
from cmreview.explore.widgets import Widget
from cmreview.show.explorer.people import comparison
from cmreview.show.html import element, join

LEAST, MOST = 2, 5
_BETWEEN = re.compile(r"[\s,，、;；]+")


class Compare:
    """Whom to compare is typed: ids, names or pinyin, each meaning one person."""

    key = "compare"

    def __init__(self, board: Board) -> None:
        self._board = board
        self.who = ipywidgets.Text(continuous_update=False, style={"description_width": "17em"})
        self._body = widgets.html()
        self.widget: Widget = ipywidgets.VBox([self.who, self._body])
        self.who.observe(self._typed, "value")

    def draw(self) -> None:
        """Show who is typed; where nobody is, the first of whom the filter leaves."""
        look = self._board.by_name
        self.who.description = self._board.say("compare.who")
        self.who.placeholder = self._board.say("compare.hint")
        rows = self.rows()
        if len(rows) < LEAST:
            self._body.value = element("p", self._board.say("compare.too_few"))
            return
        note = element("p", self._board.say("compare.note"), class_="note")
        self._body.value = join(
            (self._board.in_force_note(), comparison(look.table, rows, look.teller), note)
        )

    def rows(self) -> tuple[int, ...]:
        """The rows of whom is typed. InputError for a word that means nobody, or more than one person."""
        look = self._board.by_name
        words = [word for word in _BETWEEN.split(self.who.value.strip()) if word]
        if not words:
            left = look.chosen().rows
            judged = [row for row in left.tolist() if look.table.people.judged_level[row]]
            return tuple(judged[:LEAST])
        if len(words) > MOST:
            raise InputError("explorer.too_many_compared", count=len(words), most=MOST)
        return tuple(dict.fromkeys(look.row_of(word) for word in words))

    def _typed(self, _: dict[str, Any]) -> None:
        self._board.does(self.draw)
