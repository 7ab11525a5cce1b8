"""Ranking: the applicants for one level by performance score, ties and what parted equals named."""

from __future__ import annotations

from typing import Any

import ipywidgets
import numpy as np

from cmreview.errors import InputError
from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board, Pager
from cmreview.explore.widgets import Widget, set_choices
from cmreview.show.explorer.people import ranking
from cmreview.show.explorer.weights import variation, weights_sampled, weights_table
from cmreview.show.html import Html, element, join

MOST_SAMPLED = 500  # more take a person's patience and the machine's memory


class Ranking:
    """One level at a time, since ranks are among the applicants for one level (Policy 5.4.c)."""

    key = "ranking"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._is_drawing = False
        self.level, self.pager = widgets.dropdown(), Pager(board, self.draw)
        self._body, self._weights, self.sample = widgets.html(), widgets.html(), widgets.button()
        self.widget: Widget = ipywidgets.VBox(
            [self.level, self._body, self.pager.widget, self.sample, self._weights]
        )
        self.sample.on_click(lambda _: self._board.does(self._sampled))
        self.level.observe(self._chosen, "value")

    def draw(self) -> None:
        """Show the places of whom the filter leaves; a place is the one among all applicants of the file."""
        look = self._board.by_name
        levels = list(reversed(look.policy.levels))
        asked = next(iter(look.asked.levels), None)
        self._is_drawing = True
        try:
            self.level.description = self._board.say("ranking.level")
            choices = [(level.label(look.lang), level.id) for level in levels]
            set_choices(self.level, choices, asked or self.level.value or levels[0].id)
        finally:
            self._is_drawing = False
        self.sample.description = self._board.say("weights.sample")
        self._weights.value = Html("")  # what was sampled belongs to another table
        page = self.pager.of(self.rows())
        note = element("p", self._board.say("ranking.note"), class_="note")
        self._body.value = join((self._board.in_force_note(), ranking(look.table, page, look.teller), note))

    def rows(self) -> list[int]:
        """Who is shown, from the first place on."""
        look = self._board.by_name
        ranks = look.table.rank_in_company
        is_here = look.chosen().mask & (ranks > 0) & (look.table.people.judged_level == self.level.value)
        rows = np.flatnonzero(is_here)
        found: list[int] = rows[np.argsort(ranks[rows], kind="stable")].tolist()
        return found

    def _sampled(self) -> None:
        look = self._board.by_name
        count = len(look.table.ranks[self.level.value].rows)
        if count > MOST_SAMPLED:
            raise InputError("explorer.too_many_sampled", count=count, most=MOST_SAMPLED)
        within = variation(look.policy)
        tables = [
            weights_table(weights_sampled(look.table, self.level.value, each), look.table, look.teller)
            for each in ((None,) if within is None or within >= 1 else (within, None))
        ]
        if len(tables) == 1:
            tables.insert(0, element("p", self._board.say("weights.no_variation"), class_="note"))
        self._weights.value = join(tables)

    def _chosen(self, change: dict[str, Any]) -> None:
        if not self._is_drawing and change["new"] is not None:
            self.pager.first()
            self._board.does(self.draw)
