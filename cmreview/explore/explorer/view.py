"""The explorer's page: filters and totals always right, views as tabs that are drawn when they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import ipywidgets

from cmreview.explore import pages, widgets
from cmreview.explore.explorer.back_test import BackTesting
from cmreview.explore.explorer.board import Board, View
from cmreview.explore.explorer.calibration import Calibrating
from cmreview.explore.explorer.cases import Cases
from cmreview.explore.explorer.compare import Compare
from cmreview.explore.explorer.departments import Departments
from cmreview.explore.explorer.filters import Filters
from cmreview.explore.explorer.line import Line
from cmreview.explore.explorer.opened import Opened
from cmreview.explore.explorer.overview import Overview
from cmreview.explore.explorer.ranking import Ranking
from cmreview.explore.explorer.replay import Replaying
from cmreview.explore.explorer.what_if import TryingOut
from cmreview.explore.widgets import Widget, set_choices
from cmreview.show.explorer.totals import standing
from cmreview.show.html import Html, element, join
from cmreview.words import LANGUAGES, say


class ExplorerView:
    """The page. Only the visible view is drawn; the others are stale until their tab is chosen."""

    def __init__(self, opened: Opened) -> None:
        self.board = Board(opened)
        self._is_drawing = False
        self.language = widgets.dropdown()
        self.language.add_class("language")
        self.filters = Filters(self.board, self._asked_otherwise)
        self.overview, self.cases = Overview(self.board), Cases(self.board)
        self.line, self.what_if = Line(self.board), TryingOut(self.board)
        self.back_test, self.compare = BackTesting(self.board), Compare(self.board)
        self.ranking, self.departments = Ranking(self.board), Departments(self.board)
        self.calibration, self.replay = Calibrating(self.board), Replaying(self.board)
        self.views: tuple[View, ...] = (
            self.overview,
            self.cases,
            self.line,
            self.what_if,
            self.back_test,
            self.compare,
            self.ranking,
            self.calibration,
            self.departments,
            self.replay,
        )
        self.stale = {view.key for view in self.views}
        self._head, self._totals = widgets.html(), widgets.html()
        self.tabs = ipywidgets.Tab([view.widget for view in self.views], selected_index=0)
        self.widget: Widget = ipywidgets.VBox(list(self._parts()))
        self.widget.add_class("cmreview")
        self.widget.add_class("explorer")
        self.board.policy_changed = self._policy_changed
        self._draw()
        self.language.observe(self._spoken, "value")
        self.tabs.observe(self._turned, "selected_index")

    def __repr__(self) -> str:
        explorer = self.board.exploration.explorer
        return f"<{explorer.year} · {len(explorer.candidates)} · {self.board.exploration.lang}>"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_(**options)
        return bundle

    @property
    def visible(self) -> View:
        """The view whose tab is chosen."""
        return self.views[self.tabs.selected_index or 0]

    def show(self, view: View) -> None:
        """Choose a view's tab."""
        self.tabs.selected_index = self.views.index(view)

    def _parts(self) -> Iterator[Widget]:
        yield widgets.html(join((pages.look(), look())))
        yield self._head
        yield self.language
        yield self.filters.widget
        yield self.board.notice.widget
        yield self._totals
        yield self.tabs

    def _draw(self) -> None:
        self._is_drawing = True
        try:
            lang = self.board.exploration.lang
            self._head.value = self._heading()
            self.language.description = say("session.choose.language", lang)
            languages = [(say("session.choose.this_language", one), one) for one in LANGUAGES]
            set_choices(self.language, languages, lang)
            self.tabs.titles = tuple(self.board.say(f"tab.{view.key}") for view in self.views)
            self.filters.draw()
        finally:
            self._is_drawing = False
        self._policy_changed()

    def _heading(self) -> Html:
        board, explorer = self.board, self.board.exploration.explorer
        whose = explorer.department or board.say("all_departments")
        lines = [board.say("whose", whose=whose, count=len(explorer.candidates))]
        if board.opened.is_example:
            lines.append(board.say("example"))
        if explorer.left_out:
            lines.append(board.say("left_out", count=explorer.left_out))
        if explorer.is_blind:
            lines.append(board.say("blind"))
        title = element("h2", board.say("title", year=explorer.year))
        return join((title, *(element("p", line, class_="note") for line in lines)))

    def _policy_changed(self) -> None:
        """Totals at once, the visible view at once, the others when they are shown."""
        look = self.board.exploration
        self.stale = {view.key for view in self.views}
        key = "totals.changed" if look.is_changed else "totals.in_force"
        note = element("p", element("strong", self.board.say(key)), class_="note")
        self._totals.value = element(
            "div", join((note, standing(look.effect(), look.teller))), role="status", aria_live="polite"
        )
        self.filters.count()
        self._show()

    def _asked_otherwise(self) -> None:
        self.cases.pager.first()
        self.ranking.pager.first()
        self._policy_changed()

    def _show(self) -> None:
        view = self.visible
        if view.key in self.stale:
            view.draw()
            self.stale.discard(view.key)

    def _turned(self, _: dict[str, Any]) -> None:
        self.board.does(self._show)

    def _spoken(self, change: dict[str, Any]) -> None:
        lang = change["new"]
        if not self._is_drawing and lang is not None and lang != self.board.exploration.lang:
            self.board.exploration.lang = lang
            self.board.does(self._draw)


@cache
def look() -> Html:
    """What the explorer adds to the look of the session's page."""
    return Html(
        f"<style>{files('cmreview.explore.explorer').joinpath('explorer.css').read_text('utf-8')}</style>"
    )
