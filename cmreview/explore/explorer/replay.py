"""Appeal replay: one cell corrected, everybody judged again, every difference told; nothing is recorded."""

from __future__ import annotations

import re
from typing import Any

import ipywidgets

from cmreview.errors import InputError
from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board
from cmreview.explore.explorer.placed_records import placed
from cmreview.explore.explorer.typed_cells import cell
from cmreview.explore.session import Note, NoteKind
from cmreview.explore.widgets import Widget, set_choices
from cmreview.records.schema import TABLES
from cmreview.review.case import build_review
from cmreview.review.corrections import CellCorrection
from cmreview.review.model import Review
from cmreview.review.replay import Replay, exhibit, replay
from cmreview.show.appeal_exhibit import exhibit_part
from cmreview.show.html import Html, element

_BETWEEN = re.compile(r"[\s,，、;；]+")


class Replaying:
    """What is corrected is typed: person, table, row, column, value. It runs when the button is pressed."""

    key = "replay"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._is_drawing = False
        self._review: Review | None = None
        self.found: Replay | None = None
        self.who, self.row, self.value = widgets.text(), widgets.text(), widgets.text()
        self.table, self.column = widgets.dropdown(), widgets.dropdown()
        self.run, self.keep = widgets.button(primary=True), widgets.button()
        self._note, self._body = widgets.html(), widgets.html()
        self.widget: Widget = ipywidgets.VBox(
            [
                self._note,
                self.who,
                self.table,
                self.row,
                self.column,
                self.value,
                ipywidgets.HBox([self.run, self.keep]),
                self._body,
            ]
        )
        self.table.observe(self._turned, "value")
        self.run.on_click(lambda _: self._board.does(self._run))
        self.keep.on_click(lambda _: self._board.does(self._kept))

    def draw(self) -> None:
        """Name the boxes in the reader's language; what was found stays until the next run."""
        board, lang = self._board, self._board.exploration.lang
        self._note.value = element("p", board.say("replay.note"), class_="note")
        for name in ("who", "row", "value", "table", "column", "run", "keep"):
            getattr(self, name).description = board.say(f"replay.{name}")
        self._is_drawing = True
        try:
            tables = [(each.label(lang), each.name) for each in TABLES.values()]
            set_choices(self.table, tables, self.table.value or "contracts")
            self._draw_columns()
        finally:
            self._is_drawing = False
        self._show()

    def _draw_columns(self) -> None:
        table, lang = TABLES[self.table.value], self._board.exploration.lang
        columns = [(column.label(lang), column.name) for column in table.columns]
        known = {name for _, name in columns}
        kept = self.column.value if self.column.value in known else columns[-1][1]
        set_choices(self.column, columns, kept)
        self.row.placeholder = "、".join(table.column(name).label(lang) for name in table.key)

    def _turned(self, _: dict[str, Any]) -> None:
        if not self._is_drawing:
            self._board.does(self._draw_columns)

    def _run(self) -> Note:
        look = self._board.exploration
        self.found = None
        self._body.value = Html("")
        if look.hides_names:
            raise InputError("explorer.replay_shows_ids")
        records, policy = placed(look.explorer.records, self._board.opened.file.name), look.explorer.policy
        manager = str(look.table.people.ids[look.row_of(self.who.value.strip())])
        table = TABLES[self.table.value]
        key = tuple(one for one in _BETWEEN.split(self.row.value.strip()) if one)
        value = cell(table.column(self.column.value), self.value.value, policy)
        correction = CellCorrection(table.name, key, self.column.value, value)
        if self._review is None:
            self._review = build_review(records, policy)
        self.found = replay(records, policy, manager, correction, before=self._review)
        self._show()
        return Note(NoteKind.TOLD, (self._board.say("replay.done", count=self.found.others_changed),))

    def _show(self) -> None:
        look = self._board.exploration
        is_shown = self.found is not None and not look.hides_names
        self.keep.disabled = not is_shown
        self._body.value = (
            exhibit_part(self.found, look.explorer.policy, look.teller.figures)
            if self.found is not None and is_shown
            else Html("")
        )

    def _kept(self) -> Note:
        """Keep the appellant's exhibit, without other people's cases, beside the prepared file."""
        if self.found is None:
            raise InputError("explorer.nothing_replayed")
        file = self._board.opened.file
        place = file.with_name(f"{file.name}.appeal-{self.found.manager_id}.json")
        place.write_bytes(exhibit(self.found.for_appellant()))
        place.chmod(0o600)
        return Note(NoteKind.DONE, (self._board.say("replay.is_kept", file=place),))
