"""Appeal replay: one correction, everybody judged again, every difference told; nothing is recorded."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import ipywidgets

from cmreview.errors import InputError
from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board
from cmreview.explore.explorer.exhibits import keep
from cmreview.explore.explorer.placed_records import placed
from cmreview.explore.explorer.typed_cells import cell
from cmreview.explore.explorer.typed_values import change_of, tried_values
from cmreview.explore.explorer.value_boxes import ValueBox, label_of
from cmreview.explore.session import Note, NoteKind
from cmreview.explore.widgets import Widget, set_choices
from cmreview.records.schema import TABLES
from cmreview.review.case import build_review
from cmreview.review.model import Review
from cmreview.review.scrutiny.corrections import CellCorrection, Correction, PolicyCorrection
from cmreview.review.scrutiny.replay import Replay, replay
from cmreview.show.html import Html, element
from cmreview.show.papers.appeal_exhibit import exhibit_part

_BETWEEN = re.compile(r"[\s,，、;；]+")


class Replaying:
    """What is corrected is typed: a cell by table, row and column, or a value of the policy.

    It runs when the button is pressed.
    """

    key = "replay"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._is_drawing = False
        self._review: Review | None = None
        self.found: Replay | None = None
        self.who, self.row, self.value = widgets.text(), widgets.text(), widgets.text()
        self.kind, self.table, self.column = widgets.dropdown(), widgets.dropdown(), widgets.dropdown()
        self.reading = widgets.dropdown()
        self.box: ValueBox | None = None
        self._policy_box: Widget = ipywidgets.VBox([])
        self.run, self.keep, self.keep_whole = (
            widgets.button(primary=True),
            widgets.button(),
            widgets.button(),
        )
        self._note, self._body = widgets.html(), widgets.html()
        self.widget: Widget = ipywidgets.VBox(
            [
                self._note,
                self.who,
                self.kind,
                self.table,
                self.row,
                self.column,
                self.value,
                self.reading,
                self._policy_box,
                ipywidgets.HBox([self.run, self.keep, self.keep_whole]),
                self._body,
            ]
        )
        self.table.observe(self._turned, "value")
        self.kind.observe(self._turned, "value")
        self.reading.observe(self._turned, "value")
        self.run.on_click(lambda _: self._board.does(self._run))
        self.keep.on_click(lambda _: self._board.does(lambda: self._kept(is_whole=False)))
        self.keep_whole.on_click(lambda _: self._board.does(lambda: self._kept(is_whole=True)))

    def draw(self) -> None:
        """Name the boxes in the reader's language; what was found stays until the next run."""
        board, lang = self._board, self._board.exploration.lang
        self._note.value = element("p", board.say("replay.note"), class_="note")
        names = ("who", "kind", "row", "value", "table", "column", "reading", "run", "keep", "keep_whole")
        for name in names:
            getattr(self, name).description = board.say(f"replay.{name}")
        self._is_drawing = True
        try:
            tables = [(each.label(lang), each.name) for each in TABLES.values()]
            set_choices(self.table, tables, self.table.value or "contracts")
            kinds = [(board.say(f"replay.kinds.{kind}"), kind) for kind in ("cell", "policy")]
            set_choices(self.kind, kinds, self.kind.value or "cell")
            self._draw_boxes()
        finally:
            self._is_drawing = False
        self._show()

    def _draw_boxes(self) -> None:
        """The boxes of the kind that is chosen; no others are on the page."""
        is_cell = self.kind.value == "cell"
        for box in (self.table, self.row, self.column, self.value):
            widgets.shown(box, is_cell)
        for box in (self.reading, self._policy_box):
            widgets.shown(box, not is_cell)
        self._draw_columns()
        self._draw_reading()

    def _draw_reading(self) -> None:
        tried = tried_values(self._board.exploration.explorer.policy)
        options = [(label_of(each, self._board), place) for place, each in enumerate(tried)]
        set_choices(self.reading, options, self.reading.value or 0)
        chosen = tried[self.reading.value]
        if self.box is None or self.box.tried != chosen:
            self.box = ValueBox(chosen, self._board, lambda: None)
            self._policy_box.children = (self.box.widget,)
        else:
            self.box.draw()

    def _draw_columns(self) -> None:
        table, lang = TABLES[self.table.value], self._board.exploration.lang
        columns = [(column.label(lang), column.name) for column in table.columns]
        known = {name for _, name in columns}
        kept = self.column.value if self.column.value in known else columns[-1][1]
        set_choices(self.column, columns, kept)
        self.row.placeholder = "、".join(table.column(name).label(lang) for name in table.key)

    def _turned(self, _: dict[str, Any]) -> None:
        if not self._is_drawing:
            self._is_drawing = True
            try:
                self._board.does(self._draw_boxes)
            finally:
                self._is_drawing = False

    def _run(self) -> Note:
        look = self._board.exploration
        self.found = None
        self._body.value = Html("")
        if look.hides_names:
            raise InputError("explorer.replay_shows_ids")
        records, policy = placed(look.explorer.records, self._board.opened.file.name), look.explorer.policy
        manager = str(look.table.people.ids[look.row_of(self.who.value.strip())])
        correction = self._correction()
        if self._review is None:
            self._review = build_review(records, policy)
        self.found = replay(records, policy, manager, correction, before=self._review)
        self._show()
        return Note(NoteKind.TOLD, (self._board.say("replay.done", count=self.found.others_changed),))

    def _correction(self) -> Correction:
        """What is typed. InputError where it can't be read, or is the value in force."""
        policy = self._board.exploration.explorer.policy
        if self.kind.value == "cell":
            table = TABLES[self.table.value]
            key = tuple(one for one in _BETWEEN.split(self.row.value.strip()) if one)
            value = cell(table.column(self.column.value), self.value.value, policy)
            return CellCorrection(table.name, key, self.column.value, value)
        change = None if self.box is None else change_of(self.box.tried, self.box.typed)
        new = None if change is None else change.value
        if change is None or not (new is None or isinstance(new, Decimal | str)):
            raise InputError("explorer.nothing_changed")
        return PolicyCorrection(change.part, change.key, new)

    def _show(self) -> None:
        look = self._board.exploration
        is_shown = self.found is not None and not look.hides_names
        self.keep.disabled = self.keep_whole.disabled = not is_shown
        self._body.value = (
            exhibit_part(self.found, look.explorer.policy, look.teller.figures)
            if self.found is not None and is_shown
            else Html("")
        )

    def _kept(self, *, is_whole: bool) -> Note:
        """Keep an exhibit beside the prepared file: the appellant's is without other people's cases."""
        if self.found is None:
            raise InputError("explorer.nothing_replayed")
        look = self._board.exploration
        found = self.found if is_whole else self.found.for_appellant()
        whose = "committee" if is_whole else "appellant"
        kept = keep(self._board.opened.file, found, look.explorer.policy, look.teller.figures, whose)
        lines = [self._board.say(f"replay.is_kept.{whose}"), *(str(place) for place in kept)]
        return Note(NoteKind.DONE, tuple(lines))
