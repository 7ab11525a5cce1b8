"""What a part is made of: grids, pictures and sentences, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cmreview.review.told import Told
from cmreview.show.analysis.grid import Grid, html
from cmreview.show.analysis.voice import Voice
from cmreview.show.html import Html, element, join

Block = Grid | Html | str  # a plain sentence becomes a note


def page(blocks: Iterable[Block], voice: Voice) -> Html:
    """The blocks as HTML."""
    return join(_html(block, voice) for block in blocks)


def grids(blocks: Iterable[Block]) -> tuple[Grid, ...]:
    """The tables among the blocks, for the workbook."""
    return tuple(block for block in blocks if isinstance(block, Grid))


def heading(words: str) -> Html:
    """A heading within a part."""
    return element("h3", words)


def because(reasons: Sequence[Told | None], voice: Voice) -> list[Block]:
    """Why something is not told: a sentence a reason, none twice."""
    said = dict.fromkeys(voice.tell(reason) for reason in reasons if reason is not None)
    return [element("p", words, class_="reason") for words in said]


def _html(block: Block, voice: Voice) -> Html:
    if isinstance(block, Grid):
        return html(block, voice.figures)
    return block if isinstance(block, Html) else element("p", block, class_="note")
