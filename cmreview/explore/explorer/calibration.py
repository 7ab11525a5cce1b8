"""Calibration: performance against panel score as a grid, and cases in the order of discussion."""

from __future__ import annotations

import ipywidgets

from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board
from cmreview.explore.widgets import Widget
from cmreview.review.committee.calibration import boundaries
from cmreview.show.explorer.discussion import discussion_part
from cmreview.show.explorer.grid import grid, shares
from cmreview.show.html import element, join


class Calibrating:
    """The grid of whom the filter leaves; panel scores are those opened when the file was prepared."""

    key = "calibration"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._body = widgets.html()
        self.widget: Widget = ipywidgets.VBox([self._body])

    def draw(self) -> None:
        """Show grid and distribution, then what is to be discussed in its order."""
        look = self._board.by_name
        note = element("p", self._board.say("grid.note"), class_="note")
        limits = boundaries(look.policy)
        mask = look.chosen().mask
        self._body.value = join(
            (
                self._board.in_force_note(),
                grid(look.table, mask, limits, look.teller),
                shares(look.table, mask, limits, look.teller),
                note,
                discussion_part(look.explorer.discussion, look.table, mask, look.teller),
            )
        )
