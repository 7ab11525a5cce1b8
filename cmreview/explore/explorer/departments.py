"""Departments: each one's applicants by result, and its preliminary reviews beside the results."""

from __future__ import annotations

import ipywidgets

from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board
from cmreview.explore.widgets import Widget
from cmreview.show.explorer.departments import leniency_part
from cmreview.show.explorer.totals import by_department
from cmreview.show.html import join


class Departments:
    """Counts, and rates only where the policy has enough people for one (Policy 1.3.a)."""

    key = "departments"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._body = widgets.html()
        self.widget: Widget = ipywidgets.VBox([self._body])

    def draw(self) -> None:
        """Show every department that the filter leaves, by the policy that is tried out."""
        look = self._board.exploration
        self._body.value = join(
            (
                by_department(look.effect(), look.teller),
                leniency_part(look.table, look.placed(), look.teller),
            )
        )
