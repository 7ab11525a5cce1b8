"""Departments' preliminary reviews beside the results: how often the records contradict them (Policy 4.2)."""

from __future__ import annotations

import numpy as np

from cmreview.process.events import ReviewDecision
from cmreview.process.labels import label
from cmreview.review.explorer.exact_column import Flags
from cmreview.review.explorer.verdict_table import ELIGIBLE, NOT_ELIGIBLE, UNDECIDED, VerdictTable
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import number
from cmreview.show.html import Html, element
from cmreview.show.tables import Head, table

Counts = dict[str, tuple[int, ...]]


def opinions(table_: VerdictTable, mask: Flags) -> Counts:
    """By department: passed, refused, passed and not eligible, refused and eligible, passed and undecided.

    Only applicants; an opinion that missing evidence leaves open contradicts nothing.
    """
    people, results = table_.people, table_.results
    asked = mask & people.is_applicant
    passed = people.preliminary == ReviewDecision.PASSED.value
    refused = people.preliminary == ReviewDecision.REFUSED.value
    kinds = (
        passed,
        refused,
        passed & (results == NOT_ELIGIBLE),
        refused & (results == ELIGIBLE),
        passed & (results == UNDECIDED),
    )
    names, at = np.unique(people.departments[asked].astype(str), return_inverse=True)
    counts = [np.bincount(at, weights=kind[asked], minlength=len(names)) for kind in kinds]
    return {str(name): tuple(int(count[place]) for count in counts) for place, name in enumerate(names)}


def opinions_table(table_: VerdictTable, mask: Flags, teller: Teller) -> Html:
    """The same as a table."""
    found = opinions(table_, mask)
    if not found:
        return element("p", teller.say("nobody"))
    labels = [label(one)(teller.lang) for one in (ReviewDecision.PASSED, ReviewDecision.REFUSED)]
    heads = [Head(teller.say("head.department")), *(Head(one, True) for one in labels)]
    keys = ("passed_missed", "refused_met", "passed_open")
    heads += [Head(teller.say(f"departments.{key}"), True) for key in keys]
    rows = [(name, *(number(count) for count in counts)) for name, counts in found.items()]
    return table(teller.say("departments.opinions"), heads, rows)
