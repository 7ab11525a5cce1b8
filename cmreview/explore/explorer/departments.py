"""Departments: each one's applicants by result, and its preliminary reviews beside the results."""

from __future__ import annotations

import ipywidgets

from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board
from cmreview.explore.widgets import Widget
from cmreview.show.explorer.opinions import opinions_table
from cmreview.show.explorer.totals import by_department
from cmreview.show.html import element, join


class Departments:
    """Counts, not rates: most departments have too few applicants for one."""

    key = "departments"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._body = widgets.html()
        self.widget: Widget = ipywidgets.VBox([self._body])

    def draw(self) -> None:
        """Show every department that the filter leaves."""
        look = self._board.exploration
        note = element("p", self._board.say("departments.note"), class_="note")
        reviews = opinions_table(look.table, look.chosen().mask, look.teller)
        self._body.value = join((by_department(look.effect(), look.teller), reviews, note))
