"""Line: one criterion's threshold, the spread around it, and who lies nearest on both sides."""

from __future__ import annotations

from typing import Any

import ipywidgets

from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board
from cmreview.explore.widgets import Widget, set_choices
from cmreview.show.explorer.line import line_part
from cmreview.show.html import join


class Line:
    """One criterion at a time."""

    key = "line"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._is_drawing = False
        self.criterion = widgets.dropdown()
        self._body = widgets.html()
        self.widget: Widget = ipywidgets.VBox([self.criterion, self._body])
        self.criterion.observe(self._chosen, "value")

    def draw(self) -> None:
        """Show the criterion at hand; of the levels, the one that is filtered for."""
        look = self._board.by_name
        levels = look.asked.levels or {level.id for level in look.policy.levels}
        choices = [
            (f"{look.teller.level(each.level)} · {look.teller.criterion(each)}", each.id)
            for each in look.policy.criteria
            if each.level in levels
        ]
        self._is_drawing = True
        try:
            self.criterion.description = self._board.say("line.criterion")
            known = [one for _, one in choices]
            performance = [each.id for each in look.policy.criteria if each.weight and each.id in known]
            value = self.criterion.value if self.criterion.value in known else performance[0]
            set_choices(self.criterion, choices, value)
        finally:
            self._is_drawing = False
        shown = line_part(look.table, self.criterion.value, look.chosen().mask, look.teller)
        self._body.value = join((self._board.in_force_note(), shown))

    def _chosen(self, change: dict[str, Any]) -> None:
        if not self._is_drawing and change["new"] is not None:
            self._board.does(self.draw)
