"""Cases in the order of discussion, each with what was altered, by whom and why (Policy 1.3.a, 4.3)."""

from __future__ import annotations

from collections.abc import Sequence

from cmreview.process.events import Kind
from cmreview.process.labels import label
from cmreview.review.explorer.discussion import Altered, Discussed
from cmreview.review.explorer.exact_column import Flags
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import NOTHING, number
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import Head, listing, stacked, table


def discussion_part(
    found: Sequence[Discussed] | None, table_: VerdictTable, mask: Flags, teller: Teller
) -> Html:
    """A table a level of the cases of ``mask`` that wait for a decision or were altered.

    While names are hidden an alteration's content is not shown, since people are named in it.
    """
    if found is None:
        return element("p", teller.say("discussion.not_here"), class_="note")
    rows_of = {str(manager): row for row, manager in enumerate(table_.people.ids)}
    by_level: dict[str, list[tuple[Content, ...]]] = {}
    for each in found:
        row = rows_of.get(each.manager_id)
        if row is not None and mask[row] and (each.of is not None or each.alterations):
            listed = by_level.setdefault(each.level, [])
            place = NOTHING if each.of is None else number(len(listed) + 1)
            person = teller.person(table_.people, row)
            altered = listing(_altered(one, teller) for one in each.alterations)
            listed.append((place, person, *_need(each, teller), altered or NOTHING))
    if not by_level:
        return element("p", teller.say("discussion.none"))
    heads = [Head(teller.say("discussion.place"), True, 6), Head(teller.say("head.person"), width=16)]
    heads += [Head(teller.say("discussion.sheets"), True, 8), Head(teller.say("discussion.why"), width=30)]
    heads += [Head(teller.say("discussion.alterations"), width=40)]
    parts = []
    for level, rows in by_level.items():
        caption = teller.say("discussion.caption", level=teller.level(level), count=number(len(rows)))
        shown = table(caption, heads, rows, header_column=1)
        parts.append(element("div", shown, class_="frame", tabindex="0", role="region", aria_label=caption))
    return join((*parts, element("p", teller.say("discussion.note"), class_="note")))


def _need(each: Discussed, teller: Teller) -> tuple[Content, Content]:
    if each.of is None:
        return NOTHING, teller.say("discussion.not_waiting")
    sheets = teller.say("discussion.count", scored=number(each.scored), of=number(each.of))
    reasons = [reason.text(teller.lang, teller.figures.currency) for reason in each.reasons]
    return sheets, listing(reasons) or teller.say("discussion.nothing")


def _altered(one: Altered, teller: Teller) -> Html:
    what = element(
        "strong", teller.say("discussion.entry", kind=label(Kind(one.kind))(teller.lang), number=one.number)
    )
    if one.is_closed or teller.numbers is not None:
        key = "closed" if one.is_closed else "hidden"
        return stacked(what, teller.say(f"discussion.{key}", at=one.at))
    reason = one.reason or teller.say("discussion.no_reason")
    lines = [teller.say("discussion.by", at=one.at, actor=one.actor, reason=reason)]
    if one.before is not None:
        lines.append(teller.say("discussion.before", what=one.before(teller.lang)))
    after = one.after
    key = "taken_back" if after is None else "after"
    lines.append(teller.say(f"discussion.{key}", what="" if after is None else after(teller.lang)))
    return stacked(what, *lines)
