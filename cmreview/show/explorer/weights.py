"""How far places depend on the choice of weights: a diagnostic beside the published places (Policy 1.3.b)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from cmreview.policy.model import Policy
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.review.scrutiny.sensitivity import Sensitivity, Standing, sampled
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import number
from cmreview.show.html import Html, element, join
from cmreview.show.tables import Head, table


def weights_sampled(table_: VerdictTable, level: str, within: Fraction | None = None) -> Sensitivity:
    """The ranking of one level under sampled weights, from the columns of the table.

    ``within`` as ``sensitivity.sampled``: how far each published weight moves, None for any weights.
    """
    scores = table_.scores[level]
    standings = []
    for place, row in enumerate(scores.rows.tolist()):
        if table_.people.is_applicant[row]:
            rank = int(table_.rank_in_company[row])
            reached = tuple(column.exact(place) for column in scores.columns)
            known = (weight for weight, part in zip(scores.weights, reached, strict=True) if part is not None)
            whole = sum(scores.weights, Fraction(0))
            coverage = sum(known, Fraction(0)) / whole if whole else Fraction(0)
            standings.append(Standing(str(table_.people.ids[row]), rank or None, coverage, reached))
    weights = [
        (column.verdicts.reading.criterion, weight)
        for column, weight in zip(scores.columns, scores.weights, strict=True)
    ]
    return sampled(level, weights, standings, within=within)


def variation(policy: Policy) -> Fraction | None:
    """How far the policy has each weight tried; None where it leaves that open (Policy 1.3.b)."""
    found = policy.parameters.get("weight_variation")
    return Fraction(found.value) if found is not None and isinstance(found.value, Decimal) else None


def weights_table(found: Sensitivity, table_: VerdictTable, teller: Teller) -> Html:
    """Everybody's published place, how often it is kept, and the best and worst that was held."""
    if not found.places:
        return element("p", teller.say("ranking.none"))
    rows_of = {str(manager): row for row, manager in enumerate(table_.people.ids)}
    heads = [Head(teller.say("head.rank"), True), Head(teller.say("head.person"))]
    heads += [Head(teller.say(f"weights.{key}"), True) for key in ("keeps", "best", "worst")]
    rows = [
        (
            number(each.place),
            teller.person(table_.people, rows_of[each.manager_id]),
            teller.figures.percent(each.keeps, 0),
            number(each.best),
            number(each.worst),
        )
        for each in found.places
    ]
    key = "any" if found.within is None else "around"
    caption = teller.say(f"weights.{key}", count=number(len(rows)))
    shown = table(caption, heads, rows, header_column=1)
    frame = element("div", shown, class_="frame", tabindex="0", role="region", aria_label=caption)
    return join((frame, element("p", found.told.text(teller.lang), class_="note")))
