"""Overview: how the performance scores are spread, and how often each criterion is met."""

from __future__ import annotations

from fractions import Fraction

import ipywidgets
import numpy as np

from cmreview.explore import widgets
from cmreview.explore.explorer.board import Board
from cmreview.explore.widgets import Widget
from cmreview.show.explorer.distribution import distribution
from cmreview.show.explorer.totals import by_criterion
from cmreview.show.html import join


class Overview:
    """The first tab."""

    key = "overview"

    def __init__(self, board: Board) -> None:
        self._board = board
        self._body = widgets.html()
        self.widget: Widget = ipywidgets.VBox([self._body])

    def draw(self) -> None:
        """Show the spread of the scores of whom the filter leaves, then each criterion."""
        look = self._board.exploration
        if look.asked.text.strip():
            look = look.by_name  # a search for one name would show that person's changed results as totals
        teller, mask = look.teller, look.chosen().mask
        points = look.table.points[mask]
        told = teller.say("overview.points_told", count=int(np.count_nonzero(~np.isnan(points))))
        self._body.value = join(
            (
                distribution(
                    points,
                    1.0,
                    teller.say("overview.points"),
                    told,
                    "overview-points",
                    lambda value: teller.points(Fraction(value).limit_denominator(100_000)),
                ),
                by_criterion(look.table, mask, teller),
            )
        )
