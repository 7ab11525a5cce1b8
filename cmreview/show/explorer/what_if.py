"""What is tried out, beside the policy in force; and, once recorded, whose result it turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cmreview.review.explorer.what_if import NamesSeen
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import number
from cmreview.show.html import Html, element, join
from cmreview.show.tables import Head, listing, table

_MOVES = ("became", "no_longer", "now_undecided", "was_undecided")


def changes_table(lines: Sequence[tuple[str, str, str]], teller: Teller) -> Html:
    """What is changed: (what, value in force, value tried out)."""
    if not lines:
        return element("p", teller.say("what_if.unchanged"))
    heads = [Head(teller.say("what_if.what"))]
    heads += [Head(teller.say(f"what_if.{key}"), True) for key in ("in_force", "tried")]
    rows = [(what, was or teller.say("open"), now or teller.say("open")) for what, was, now in lines]
    return table(teller.say("what_if.changes"), heads, rows)


def names(seen: NamesSeen, who: Callable[[str], str], teller: Teller) -> Html:
    """Whose result the changes turn, after the look was recorded; ``who`` names a manager id."""
    parts: list[Html] = []
    for move in _MOVES:
        ids = getattr(seen, move)
        if ids:
            head = teller.say("what_if.names_of", move=teller.say(f"what_if.{move}"), count=number(len(ids)))
            parts += [element("h4", head), listing(who(one) for one in ids)]
    return join(parts) if parts else element("p", teller.say("what_if.nobody_moves"))
