"""The filter that all views share, and the switch that hides names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets

from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board
from cmreview.explore.widgets import Widget, set_choices
from cmreview.review.explorer.filters import Filter
from cmreview.show.html import element, visible
from cmreview.terms import RESULTS, Result

_ALL = ""


class Filters:
    """Department, level, result, stage, text, applicants only, names hidden; how many are left is told."""

    def __init__(self, board: Board, changed: Callable[[], None]) -> None:
        self._board, self._changed = board, changed
        self._is_drawing = False
        self.department, self.level = widgets.dropdown(), widgets.dropdown()
        self.result, self.stage = widgets.dropdown(), widgets.dropdown()
        self.text = ipywidgets.Text(continuous_update=False, style={"description_width": "17em"})
        self.applicants, self.hides = ipywidgets.Checkbox(indent=False), ipywidgets.Checkbox(indent=False)
        self.clear = widgets.button()
        self._count = widgets.html()
        left = ipywidgets.VBox([self.department, self.level, self.result])
        right = ipywidgets.VBox([self.stage, self.text, ipywidgets.HBox([self.applicants, self.hides])])
        boxes = ipywidgets.HBox([left, right])
        boxes.add_class("filters")
        self.widget: Widget = ipywidgets.VBox([boxes, ipywidgets.HBox([self.clear, self._count])])
        self.draw()
        for box in self._boxes():
            box.observe(self._typed, "value")
        self.clear.on_click(lambda _: self._board.does(self._cleared))

    def draw(self) -> None:
        """Show what is asked, in the reader's language, and how many it leaves."""
        self._is_drawing = True
        try:
            self._draw()
        finally:
            self._is_drawing = False

    def _boxes(self) -> tuple[Widget, ...]:
        return (
            self.department,
            self.level,
            self.result,
            self.stage,
            self.text,
            self.applicants,
            self.hides,
        )

    def _draw(self) -> None:
        board, look = self._board, self._board.exploration
        people, teller, asked = look.table.people, look.teller, look.asked
        everything = (board.say("filter.all"), _ALL)
        departments = sorted({str(each) for each in people.departments})
        levels = [(level.label(look.lang), level.id) for level in reversed(look.policy.levels)]
        results = [(RESULTS[each](look.lang), each.value) for each in Result]
        stages = sorted({str(each) for each in people.stages} - {""})
        choices: dict[str, tuple[Widget, list[tuple[str, Any]], frozenset[Any]]] = {
            "department": (self.department, [(visible(one), one) for one in departments], asked.departments),
            "level": (self.level, levels, asked.levels),
            "result": (self.result, results, asked.results),
            "stage": (self.stage, [(teller.stage(one), one) for one in stages], asked.stages),
        }
        for name, (box, options, chosen) in choices.items():
            box.description = board.say(f"filter.{name}")
            set_choices(box, [everything, *options], next(iter(chosen), _ALL))
        self.text.description = board.say("filter.text")
        self.text.placeholder = board.say("filter.text_hint")
        self.text.value = asked.text
        self.applicants.description = board.say("filter.applicants")
        self.applicants.value = asked.applicants_only
        self.hides.description = board.say("filter.hide_names")
        self.hides.value = look.hides_names
        self.clear.description = board.say("filter.clear")
        self.count()

    def count(self) -> None:
        """How many of how many are left."""
        found = self._board.by_name.chosen()  # of one name it would tell that person's changed result
        told = self._board.say("filter.count", count=found.count, total=found.total)
        self._count.value = element("p", told, role="status", aria_live="polite")

    def _typed(self, _: dict[str, Any]) -> None:
        if not self._is_drawing:
            self._board.does(self._take)

    def _take(self) -> None:
        look = self._board.exploration
        look.asked = Filter(
            departments=_one(self.department.value),
            levels=_one(self.level.value),
            results=frozenset(Result(one) for one in _one(self.result.value)),
            stages=_one(self.stage.value),
            text=self.text.value,
            applicants_only=self.applicants.value,
        )
        look.hides_names = self.hides.value
        self.count()
        self._changed()

    def _cleared(self) -> None:
        self._board.exploration.asked = Filter()
        self.draw()
        self._changed()


def _one(value: Any) -> frozenset[Any]:
    return frozenset() if value in (None, _ALL) else frozenset({value})
