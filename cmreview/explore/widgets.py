"""The controls of the session's page: labelled boxes, a notice that is read out, what is typed so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets

from cmreview.errors import CmreviewError
from cmreview.explore import pages
from cmreview.explore.session import Note, NoteKind, Session
from cmreview.explore.sight import Sight
from cmreview.review.committee.cases import CommitteeCase
from cmreview.show.html import Html
from cmreview.words import say

Widget = Any  # ipywidgets is published without types


@dataclass
class Page:
    """What all forms of one page share: the session, what was last seen, and the case that is shown.

    ``refresh`` looks again and draws the page anew; what is typed stays.
    """

    session: Session
    sight: Sight
    case: str | None
    refresh: Callable[[], None]

    @property
    def shown(self) -> CommitteeCase | None:
        """The case on the page."""
        return None if self.case is None else self.sight.cases.get(self.case)

    def say(self, key: str, **values: object) -> str:
        """The text ``session.<key>``."""
        return self.session.say(key, **values)


class Notice:
    """The place where the page tells what became of a step."""

    def __init__(self) -> None:
        self.widget: Widget = ipywidgets.HTML()
        self.last: Note | None = None
        self.tell(None)

    def tell(self, note: Note | None) -> None:
        """Show ``note``; None clears the place."""
        self.last = note
        self.widget.value = pages.note(note)


class Kept:
    """What is typed and not recorded yet, case by case: to turn to another case loses nothing."""

    def __init__(self, *boxes: Widget) -> None:
        self._boxes = boxes
        self._typed: dict[str, tuple[Any, ...]] = {}
        self._case: str | None = None
        self._began: tuple[Any, ...] = ()

    def turn_to(self, case: str, recorded: tuple[Any, ...]) -> None:
        """Show what was typed for ``case``, where nothing was, what is ``recorded``."""
        if self._case is not None:
            now = self._values()
            if now == self._began:
                self._typed.pop(self._case, None)
            else:
                self._typed[self._case] = now
        self._case, self._began = case, recorded
        for box, value in zip(self._boxes, self._typed.get(case, recorded), strict=True):
            box.value = value

    def recorded(self) -> None:
        """What is typed for the case is recorded now."""
        self._began = self._values()

    def _values(self) -> tuple[Any, ...]:
        return tuple(box.value for box in self._boxes)


def html(content: Html | None = None) -> Widget:
    """A part of the page that is read only; only what ``cmreview.show.html`` has escaped goes in (N13)."""
    return ipywidgets.HTML(content or Html(""))


def text(class_: str = "") -> Widget:
    """A box of one line with its label; what is typed is sent when the box is left.

    Sent key by key, all keys but the first wait until a busy kernel has answered, and a button pressed
    meanwhile outruns them: then less is recorded than the person sees.
    """
    box = ipywidgets.Text(continuous_update=False, style={"description_width": "17em"})
    if class_:
        box.add_class(class_)
    return box


def textarea() -> Widget:
    """A box of several lines with its label, sent when it is left, as ``text`` is."""
    return ipywidgets.Textarea(continuous_update=False, style={"description_width": "17em"})


def dropdown() -> Widget:
    """A list to choose one entry from, with its label."""
    return ipywidgets.Dropdown(style={"description_width": "17em"})


def button(primary: bool = False) -> Widget:
    """A button; its words are its name."""
    return ipywidgets.Button(button_style="primary" if primary else "")


def form(*children: Widget) -> Widget:
    """One form, set apart by a rule."""
    box = ipywidgets.VBox(children)
    box.add_class("form")
    return box


def shown(widget: Widget, visible: bool) -> None:
    """Show or hide a control; a hidden one is hidden from the keyboard and from screen readers too."""
    widget.layout.display = None if visible else "none"


def set_choices(widget: Widget, choices: list[tuple[str, Any]], value: Any) -> None:
    """New choices, with ``value`` chosen where it is among them, else none."""
    if tuple(widget.options) != tuple(choices):
        widget.options = choices
    known = [one for _, one in choices]
    widget.value = value if value in known else None


def tried(step: Callable[[], Note], page: Page) -> Note:
    """What came of a step of the session's page."""
    return guarded(step, page.session.lang)


def guarded(step: Callable[[], Note], lang: str) -> Note:
    """What came of a step; whatever goes wrong is told on the page and nowhere else (N25)."""
    try:
        return step()
    except CmreviewError as error:
        return Note(NoteKind.REFUSED, (error.what(lang), error.mend(lang)))
    except Exception as error:  # noqa: BLE001 - in a callback it would reach the log only
        what = say("session.note.unexpected", lang, kind=type(error).__name__, detail=str(error))
        return Note(NoteKind.FAILED, (what, say("session.note.unexpected_mend", lang)))
