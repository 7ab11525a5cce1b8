"""Cases: whom the filter leaves, and one case opened with the rows behind any of its figures."""

from __future__ import annotations

from typing import Any

import ipywidgets

from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board, Pager
from cmreview.explore.widgets import Widget, set_choices
from cmreview.review.model import Case
from cmreview.review.scrutiny.robustness import robustness
from cmreview.show.candidate import candidate
from cmreview.show.criteria import criteria_table
from cmreview.show.explorer.people import people_table
from cmreview.show.explorer.source_rows import indicators_of, rows_behind, source_rows
from cmreview.show.explorer.teller import voice_of
from cmreview.show.figures import indicator_label
from cmreview.show.html import Html, element, join, visible
from cmreview.show.tables import listing


class Cases:
    """The list page by page; the chooser opens one of the page's people."""

    key = "cases"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._is_drawing = False
        self._row: int | None = None
        self._list, self._case, self._rows = widgets.html(), widgets.html(), widgets.html()
        self.pager, self.row_pager = Pager(board, self.draw), Pager(board, self._draw_rows)
        self.chooser, self.indicator = widgets.dropdown(), widgets.dropdown()
        self._opened: Case | None = None
        self.widget: Widget = ipywidgets.VBox(
            [
                self.chooser,
                self.indicator,
                self._rows,
                self.row_pager.widget,
                self._case,
                self._list,
                self.pager.widget,
            ]
        )
        self.chooser.observe(self._chosen, "value")
        self.indicator.observe(self._figure, "value")

    def draw(self) -> None:
        """Show the page at hand; a case stays open while its person is on it."""
        self._is_drawing = True
        try:
            look = self._board.by_name
            page = self.pager.of(look.chosen().rows.tolist())
            listed = people_table(look.table, page, look.teller)
            self._list.value = join((self._board.in_force_note(), listed))
            named = [(visible(look.teller.person(look.table.people, row)), row) for row in page.rows]
            self.chooser.description = self._board.say("cases.open")
            set_choices(self.chooser, [(self._board.say("cases.nobody"), -1), *named], self._row)
            if self._row not in page.rows:
                self._row = None
                self.chooser.value = -1
            self._open()
        finally:
            self._is_drawing = False

    def _chosen(self, change: dict[str, Any]) -> None:
        if self._is_drawing or change["new"] is None:
            return
        self._row = None if change["new"] < 0 else change["new"]
        self._is_drawing = True
        try:
            self._board.does(self._open)
        finally:
            self._is_drawing = False

    def _figure(self, _: dict[str, Any]) -> None:
        if not self._is_drawing:
            self.row_pager.first()
            self._board.does(self._draw_rows)

    def _open(self) -> None:
        look = self._board.exploration
        self._opened = None if self._row is None else look.case(self._row)
        self._case.value = Html("") if self._opened is None else self._told(self._opened)
        names = () if self._opened is None else indicators_of(self._opened)
        options = [(indicator_label(name, look.lang), name) for name in names]
        widgets.shown(self.indicator, bool(names))
        self.indicator.description = self._board.say("cases.figure")
        kept = self.indicator.value
        with_rows = [name for name in names if self._opened and rows_behind(self._opened, name)]
        first = with_rows[0] if with_rows else next(iter(names), None)
        set_choices(self.indicator, options, kept if kept in names else first)
        self.row_pager.first()
        self._draw_rows()

    def _draw_rows(self) -> None:
        look, case, name = self._board.exploration, self._opened, self.indicator.value
        if case is None or name is None:
            self._rows.value = Html("")
            widgets.shown(self.row_pager.widget, False)
            return
        page = self.row_pager.of(range(len(rows_behind(case, name))))
        self._rows.value = source_rows(case, name, page.page, look.teller)

    def _firmness(self, case: Case) -> Html | None:
        """What one change would turn the result, by the policy in force; why none would."""
        found, look = robustness(case), self._board.exploration
        if found is None:
            return None
        told = [each.told for each in found.result_flips]
        told += [] if found.reason is None else [found.reason]
        lines = [one.text(look.lang, look.teller.figures.currency) for one in told]
        head = element("summary", self._board.say("cases.firmness"))
        return element("details", head, listing(lines))

    def _told(self, case: Case) -> Html:
        look = self._board.exploration
        voice = voice_of(look.explorer, look.teller.figures)
        note = element("p", self._board.say("cases.in_force"), class_="note") if look.is_changed else None
        if case.application is not None:
            return join((note, self._firmness(case), candidate(case, 1, voice)))
        name = voice.person(case)
        head = element("h3", self._board.say("cases.no_application", name=name))
        if not case.verdicts:
            return join((note, head))
        caption = self._board.say("cases.held", level=voice.level(case.person.level))
        return join((note, head, criteria_table(case.verdicts, caption, voice)))
