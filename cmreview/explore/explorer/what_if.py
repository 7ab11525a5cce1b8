"""What-if: thresholds, weights and definitions to try out; totals first, names for a reason that is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import ipywidgets

from cmreview.errors import InputError
from cmreview.explore import widgets
from cmreview.explore.explorer import names_seen
from cmreview.explore.explorer.board import Board
from cmreview.explore.explorer.typed_values import change_of, described, tried_values
from cmreview.explore.explorer.value_boxes import ValueBox, label_of, word_label
from cmreview.explore.session import Note, NoteKind
from cmreview.explore.widgets import Widget, set_choices
from cmreview.naming import safe_name
from cmreview.review.explorer.changes import Change, Part
from cmreview.review.explorer.policy_folder import as_policy_folder
from cmreview.show.explorer.totals import by_department, moved
from cmreview.show.explorer.what_if import changes_table, names
from cmreview.show.html import Html, element, join
from cmreview.terms import DEGREES

_DEFINITIONS = "definitions"


class TryingOut:
    """A section of values at a time; a change counts as soon as its box is left."""

    key = "what_if"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._is_drawing = False
        self._tried = {(each.part, each.key): each for each in tried_values(board.exploration.policy)}
        self.boxes: dict[tuple[Part, str], ValueBox] = {}
        self._drawn_in = ""
        self.section = widgets.dropdown()
        self._section_box = ipywidgets.VBox()
        self.reset = widgets.button()
        self._effect, self._names, self._head = widgets.html(), widgets.html(), widgets.html()
        self.reason, self.who = widgets.text(), widgets.text()
        self.ask = widgets.button()
        self.folder, self.write = widgets.text(), widgets.button()
        self._write_head = widgets.html()
        self.who.value = board.exploration.person
        self.who.disabled = bool(board.exploration.person)
        self.folder.value = f"policy-{board.exploration.explorer.year + 1}"
        self.widget: Widget = ipywidgets.VBox(
            [
                self.section,
                self._section_box,
                self.reset,
                self._effect,
                widgets.form(self._head, self.reason, self.who, self.ask, self._names),
                widgets.form(self._write_head, self.folder, self.write),
            ]
        )
        self.section.observe(self._turned, "value")
        self.reset.on_click(lambda _: self._board.does(self._reset))
        self.ask.on_click(lambda _: self._board.does(self._asked))
        self.write.on_click(lambda _: self._board.does(self._written))

    def draw(self) -> None:
        """Show the section at hand and what all changes together do."""
        look = self._board.exploration
        self._draw_words()
        lines = [self._told(change) for change in look.what_if.changes]
        effects = look.effect()
        note = "what_if.recounted" if look.what_if.is_recounted else "what_if.note"
        self._effect.value = join(
            (
                changes_table(lines, look.teller),
                moved(effects, look.teller) if look.is_changed else None,
                element("p", self._board.say(note), class_="note"),
                by_department(effects, look.teller) if look.is_changed else None,
            )
        )

    def show(self, section: str) -> None:
        """Turn to a section: thresholds (``junior``), weights (``junior weights``), ``definitions``."""
        self.section.value = section

    def box(self, part: Part, key: str) -> ValueBox:
        """The box of one value, made when it is first asked for."""
        if (part, key) not in self.boxes:
            self.boxes[part, key] = ValueBox(self._tried[part, key], self._board, self._changed)
        return self.boxes[part, key]

    def _draw_words(self) -> None:
        look = self._board.exploration
        say = self._board.say
        self._is_drawing = True
        try:
            levels = [(level.label(look.lang), level.id) for level in reversed(look.policy.levels)]
            choices = [(say("what_if.thresholds", level=name), one) for name, one in levels]
            choices += [(say("what_if.weights", level=name), f"{one} weights") for name, one in levels]
            choices.append((say("what_if.definitions"), _DEFINITIONS))
            self.section.description = say("what_if.section")
            set_choices(self.section, choices, self.section.value or levels[0][1])
        finally:
            self._is_drawing = False
        if self._drawn_in != look.lang:
            for box in self.boxes.values():
                box.draw()
            self._drawn_in = look.lang
            self.reset.description = say("what_if.reset")
            self._head.value = element("h3", say("what_if.names"))
            self.reason.description, self.who.description = say("what_if.reason"), say("what_if.who")
            self.ask.description = say("what_if.ask")
            self._write_head.value = element("h3", say("what_if.write_head"))
            self.folder.description, self.write.description = say("what_if.folder"), say("what_if.write")
        self._draw_section()

    def _draw_section(self) -> None:
        wanted = [self.box(*each).widget for each in self._tried if self._is_in(each)]
        if list(self._section_box.children) != wanted:
            self._section_box.children = wanted

    def _is_in(self, each: tuple[Part, str]) -> bool:
        part, key = each
        section = str(self.section.value)
        if part is Part.PARAMETER:
            return section == _DEFINITIONS
        level = self._board.exploration.policy.criterion(key).level
        return section == (level if part is Part.THRESHOLD else f"{level} weights")

    def _turned(self, _: dict[str, Any]) -> None:
        if not self._is_drawing:
            self._board.does(self._draw_section)

    def _changed(self) -> None:
        self._board.does(self._take)

    def _take(self) -> None:
        found = [change_of(box.tried, box.typed) for box in self.boxes.values()]
        self._board.exploration.try_out(each for each in found if each is not None)
        self._names.value = Html("")  # they were those of another policy
        self._board.policy_changed()

    def _reset(self) -> Note:
        for box in self.boxes.values():
            box.reset()
        self._take()
        return Note(NoteKind.TOLD, (self._board.say("what_if.is_reset"),))

    def _asked(self) -> Note:
        look = self._board.exploration
        self._names.value = Html("")
        if not look.is_changed:
            raise InputError("explorer.nothing_changed")
        seen = look.what_if.names(self.reason.value, self.who.value)
        place = names_seen.record(self._board.opened.file, seen, datetime.now(UTC))
        look.put_on_record()
        self._board.policy_changed()  # the other views may name people by it from here on
        self._names.value = names(seen, look.shown_id, look.teller)
        return Note(NoteKind.DONE, (self._board.say("what_if.is_recorded", file=place.name),))

    def _written(self) -> Note:
        look = self._board.exploration
        if not look.is_changed:
            raise InputError("explorer.nothing_changed")
        name = safe_name(self.folder.value.strip() or "policy")
        target = self._board.opened.file.parent / name
        year = look.explorer.year
        as_policy_folder(look.explorer.policy_files, look.explorer.policy, look.what_if.changes, target)
        line = f"cmreview policy --policy {target} --diff {year} {year + 1}"
        return Note(NoteKind.DONE, (self._board.say("what_if.is_written", folder=target), line))

    def _told(self, change: Change) -> tuple[str, str, str]:
        look = self._board.exploration
        _, was, now = described(look.explorer.policy, change)
        tried = self._tried[change.part, change.key]
        if tried.words:
            was, now = (self._word(one) for one in (was, now))
        return label_of(tried, self._board), was, now

    def _word(self, word: str) -> str:
        lang = self._board.exploration.lang
        if word in DEGREES:
            return DEGREES[word](lang)
        return word_label(word, lang) if word else ""
