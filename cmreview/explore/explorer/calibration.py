"""Calibration: performance against panel score as a grid, and where those of one level stand on it."""

from __future__ import annotations

import ipywidgets

from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board
from cmreview.explore.widgets import Widget
from cmreview.review.calibration import boundaries
from cmreview.show.explorer.grid import grid
from cmreview.show.html import element, join


class Calibrating:
    """The grid of whom the filter leaves; panel scores are those opened when the file was prepared."""

    key = "calibration"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._body = widgets.html()
        self.widget: Widget = ipywidgets.VBox([self._body])

    def draw(self) -> None:
        """Show the grid."""
        look = self._board.exploration
        note = element("p", self._board.say("grid.note"), class_="note")
        limits = boundaries(look.policy)
        self._body.value = join((grid(look.table, look.chosen().mask, limits, look.teller), note))
