"""What all views of the explorer share: the look, the notice, a guard around every callback, pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import ipywidgets

from cmreview.explore import widgets
from cmreview.explore.explorer.exploration import Exploration
from cmreview.explore.explorer.opened import Opened
from cmreview.explore.session import Note, NoteKind
from cmreview.explore.widgets import Notice, Widget
from cmreview.show.explorer.pages import Paged, paged
from cmreview.show.html import Html, element
from cmreview.words import say

DONE = Note(NoteKind.DONE, ())


@dataclass
class Board:
    """The opened explorer, and what is to follow when the policy or the filter is changed."""

    opened: Opened
    notice: Notice = field(default_factory=Notice)
    policy_changed: Callable[[], None] = lambda: None

    @property
    def exploration(self) -> Exploration:
        """The look."""
        return self.opened.exploration

    def say(self, key: str, **values: object) -> str:
        """The text ``explorer.<key>``."""
        return say(f"explorer.{key}", self.exploration.lang, **values)

    @property
    def by_name(self) -> Exploration:
        """The look of views that name people."""
        return self.exploration.by_name

    def in_force_note(self) -> Html | None:
        """Over a view that names people by the policy in force while another one is tried out."""
        if self.exploration.is_on_record:
            return None
        return element("p", self.say("by_name"), class_="note")

    def does(self, step: Callable[[], Note | None]) -> None:
        """Do a step; what comes of it, or what goes wrong, is told on the page (N25)."""
        note = widgets.guarded(lambda: step() or DONE, self.exploration.lang)
        self.notice.tell(note if note.lines else None)


class View(Protocol):
    """One tab: its key in the words, its widget, and how it is drawn anew."""

    key: str
    widget: Widget

    def draw(self) -> None:
        """Show what the look is now."""


class Pager:
    """Two buttons that turn the pages of a list."""

    def __init__(self, board: Board, turned: Callable[[], None]) -> None:
        self._board, self._turned = board, turned
        self._page = 1
        self.before, self.after = widgets.button(), widgets.button()
        self.widget: Widget = ipywidgets.HBox([self.before, self.after])
        self.before.on_click(lambda _: self._turn(-1))
        self.after.on_click(lambda _: self._turn(1))

    def first(self) -> None:
        """Back to the first page, since the list is another one."""
        self._page = 1

    def of(self, rows: Any) -> Paged:
        """The page at hand of ``rows``; the buttons are shown where there are several."""
        found = paged(rows, self._page)
        self._page = found.page
        self.before.description = self._board.say("button.previous_page")
        self.after.description = self._board.say("button.next_page")
        self.before.disabled, self.after.disabled = found.page == 1, found.page == found.pages
        widgets.shown(self.widget, found.pages > 1)
        return found

    def _turn(self, by: int) -> None:
        self._page += by
        self._board.does(self._turned)
