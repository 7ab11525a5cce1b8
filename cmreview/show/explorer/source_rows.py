"""The rows of the records behind one figure of a case."""

from __future__ import annotations

from collections.abc import Sequence

from cmreview.review.model import ROWS_OF, Case, SourceRow
from cmreview.show.explorer.pages import paged
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import indicator_label
from cmreview.show.html import Html, element
from cmreview.show.tables import Head, table


def indicators_of(case: Case) -> tuple[str, ...]:
    """The indicators of a case, in the order of its facts, each once."""
    return tuple(dict.fromkeys(fact.indicator for fact in case.facts))


def rows_behind(case: Case, indicator: str) -> tuple[SourceRow, ...]:
    """The rows that an indicator is counted from; a growth and a share stand on those of sales."""
    name = ROWS_OF.get(indicator, indicator)
    return tuple(row for row in case.sources if row.indicator == name)


def source_rows(case: Case, indicator: str, page: int, teller: Teller) -> Html:
    """The rows as a table, page by page; what is listed and not counted says so."""
    found: Sequence[SourceRow] = rows_behind(case, indicator)
    name = indicator_label(indicator, teller.lang)
    if not found:
        return element("p", teller.say("behind.none", indicator=name))
    here = paged(range(len(found)), page)
    keys = ("row", "on", "customer", "amount", "counts", "note")
    heads = [Head(teller.say(f"behind.{key}"), key == "amount") for key in keys]
    rows = [
        (
            row.id,
            teller.figures.short_day(row.on),
            row.customer,
            teller.figures.money(row.amount),
            teller.say("behind.counted" if row.counts else "behind.not_counted"),
            None if row.note is None else row.note.text(teller.lang, teller.figures.currency),
        )
        for row in (found[place] for place in here.rows)
    ]
    caption = teller.say("behind.caption", indicator=name, first=here.first, last=here.last, total=here.total)
    # many rows scroll within their frame, which a keyboard reaches, so that the case itself stays near
    shown = table(caption, heads, rows)
    return element("div", shown, class_="frame", tabindex="0", role="region", aria_label=caption)
