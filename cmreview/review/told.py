"""Something to be said to a person, kept apart from its language until it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cmreview.review.figures import YUAN, written, written_date
from cmreview.terms import Label, Unit
from cmreview.words import say


@dataclass(frozen=True, slots=True)
class Figure:
    """An exact figure inside a sentence; it is rounded where it is written (``figures.written``)."""

    value: Fraction
    unit: Unit
    apart_from: Fraction | None = None
    is_difference: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """Something to be said to a person: a key of ``cmreview/words`` and what fills it in.

    ``values`` are names and ids as they were typed, labels, figures, days, and sentences within the
    sentence; ``text`` puts them together. What it returns is plain text, escaped where it is shown.
    """

    key: str
    values: tuple[tuple[str, str | Label | Figure | date | Told], ...] = ()

    def text(self, lang: str = "zh", money: Label = YUAN) -> str:
        """The sentence in ``lang``; ``money`` names the currency of its amounts."""
        return say(self.key, lang, **{name: _said(value, lang, money) for name, value in self.values})


def _said(value: str | Label | Figure | date | Told, lang: str, money: Label) -> str:
    if isinstance(value, Told):
        return value.text(lang, money)
    if isinstance(value, Label):
        return value(lang)
    if isinstance(value, Figure):
        return written(
            value.value,
            value.unit,
            lang,
            money,
            apart_from=value.apart_from,
            is_difference=value.is_difference,
        )
    return written_date(value, lang) if isinstance(value, date) else value
