"""Back-test: the thresholds at hand held against every earlier year of the records."""

from __future__ import annotations

from typing import Any

import ipywidgets

from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board
from cmreview.explore.widgets import Widget
from cmreview.policy.model import Policy
from cmreview.review.explorer.back_test import BackTest, back_test
from cmreview.show.explorer.totals import back_tests
from cmreview.show.html import element, join


class BackTesting:
    """Company by company year, or with the departments; counted anew only where the policy changed."""

    key = "back_test"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._counted: tuple[Policy, tuple[BackTest, ...]] | None = None
        self.departments = ipywidgets.Checkbox(indent=False)
        self._body = widgets.html()
        self.widget: Widget = ipywidgets.VBox([self.departments, self._body])
        self.departments.observe(self._chosen, "value")

    def draw(self) -> None:
        """Show each year; of the shared filter, department and level count here."""
        look = self._board.exploration
        self.departments.description = self._board.say("back_test.departments")
        if self._counted is None or self._counted[0] is not look.policy:
            self._counted = (look.policy, back_test(look.explorer, look.policy))
        asked = look.asked
        found = [
            each
            for each in self._counted[1]
            if (not asked.levels or each.level in asked.levels)
            and (not asked.departments or each.department in asked.departments)
        ]
        note = element("p", self._board.say("back_test.note"), class_="note")
        by_department = self.departments.value or bool(asked.departments)
        self._body.value = join((note, back_tests(found, look.teller, by_department)))

    def _chosen(self, _: dict[str, Any]) -> None:
        self._board.does(self.draw)
