"""A value of the policy to try out: a labelled box, and beside it a slider where it is a number."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ipywidgets

from cmreview.explore.explorer.board import Board
from cmreview.explore.explorer.typed_values import Tried, written
from cmreview.explore.widgets import Widget, set_choices, shown
from cmreview.policy.keys import MEASURES
from cmreview.policy.model import Criterion
from cmreview.review.explorer.changes import Part
from cmreview.show.html import visible
from cmreview.terms import DEGREES
from cmreview.words import exists, say

_STEPS = 40  # of a slider, from nothing to twice the value in force
_OPEN = ""


class ValueBox:
    """One value. The box counts: what is typed there is exact, the slider only moves it by steps."""

    def __init__(self, tried: Tried, board: Board, changed: Callable[[], None]) -> None:
        self.tried, self._board, self._changed = tried, board, changed
        self._is_following = False
        self.in_force = written(tried.parameter, tried.parameter.value)
        self.box: Widget
        self.slider: Widget | None = None
        if tried.is_number:
            self.box = ipywidgets.Text(value=self.in_force, continuous_update=False)
            self.slider = self._slider()
            self.slider.observe(self._slid, "value")
        else:
            self.box = ipywidgets.Dropdown()
        self.box.style.description_width = "22em"
        self.box.add_class("value")
        self.draw()
        self.box.observe(self._typed, "value")
        self.widget: Widget = ipywidgets.HBox([self.box, *([self.slider] if self.slider else [])])

    @property
    def typed(self) -> str:
        """What stands in the box."""
        return str(self.box.value or "")

    def draw(self) -> None:
        """Name the box in the reader's language."""
        self._is_following = True
        try:
            self.box.description = label_of(self.tried, self._board)
            if not self.tried.is_number:
                options = [(self._word(one), one) for one in self.tried.words]
                value = self.box.value if self.box.options else self.in_force
                set_choices(self.box, [*options, (self._board.say("open"), _OPEN)], value)
            else:
                self.box.placeholder = self._board.say("open")
        finally:
            self._is_following = False

    def reset(self) -> None:
        """Back to the value in force, without a word to anybody."""
        self._is_following = True
        try:
            self.box.value = self.in_force
            self._follow()
        finally:
            self._is_following = False

    def _slider(self) -> Widget:
        measure = MEASURES[self.tried.parameter.unit]
        now = float(self.in_force) if self.in_force else 0.0
        highest = 100.0 if self.tried.part is Part.WEIGHT else max(2 * abs(now), 2.0)
        step = 1.0 if measure.whole or highest >= _STEPS else round(highest / _STEPS, 2)
        if highest > 10 * _STEPS:
            step = float(10 ** (len(str(int(highest / _STEPS))) - 1))
        slider = ipywidgets.FloatSlider(
            value=now, min=0.0, max=highest, step=step, readout=False, continuous_update=False
        )
        shown(slider, True)
        return slider

    def _typed(self, _: dict[str, Any]) -> None:
        if self._is_following:
            return
        self._is_following = True
        try:
            self._follow()
        finally:
            self._is_following = False
        self._changed()

    def _slid(self, change: dict[str, Any]) -> None:
        if not self._is_following:
            self.box.value = f"{Decimal(str(round(change['new'], 2))).normalize():f}"

    def _follow(self) -> None:
        """Move the slider to what is typed, as far as it reaches."""
        if self.slider is None:
            return
        try:
            value = float(self.typed)
        except ValueError:
            return  # told when the value is read
        self.slider.value = min(max(value, self.slider.min), self.slider.max)

    def _word(self, word: str) -> str:
        lang = self._board.exploration.lang
        if word in DEGREES:
            return DEGREES[word](lang)
        return word_label(word, lang)


def word_label(word: str, lang: str) -> str:
    """A policy's word as people read it; itself where nothing is written of it."""
    key = f"explorer.word.{word}"
    return say(key, lang) if exists(key) else word


def label_of(tried: Tried, board: Board) -> str:
    """What a box is for: clause, name and unit."""
    look = board.exploration
    unit = tried.parameter.unit
    units = board.say(f"unit.{unit}") if exists(f"explorer.unit.{unit}") else ""
    if tried.part is Part.PARAMETER:
        name = f"{tried.parameter.clause} {tried.parameter.label(look.lang)}"
        if tried.recounts:
            name = board.say("what_if.recounts", name=name)
    else:
        criterion: Criterion = look.policy.criterion(tried.key)
        name = look.teller.criterion(criterion)
        if tried.part is not Part.THRESHOLD:
            name = board.say(f"what_if.{tried.part.value}_of", name=name)
    return visible(board.say("what_if.box", name=name, unit=units) if units else name)
