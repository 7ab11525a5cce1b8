"""What departments handed in becomes steps: only what is new, and the rest is told (Policy 4.1, 4.2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cmreview.process import events as record
from cmreview.process.events import ReviewDecision
from cmreview.process.handed_in import HandedIn, take_in
from cmreview.process.steps.steps import check_all
from cmreview.words import say
from tests.process import cases
from tests.process.cases import AFTER, application, moment, review

ONE = "2025/001009"


def papers(manager="001009", applied=None, admitted_by=None, reviews=(), replaced=0):
    return HandedIn(manager, applied, admitted_by, tuple(reviews), replaced)


def taken(*handed_in, told=(), lang="zh"):
    states = {one.case: one.state for one in told}
    return take_in(handed_in, states, cases.RULES, "S01", lang)


def asides(found):
    assert all(one.text(lang) for one in found.aside for lang in ("zh", "en"))
    return [one.code for one in found.aside]


def test_an_application_and_its_review_are_recorded_in_their_order():
    found = taken(papers(applied=application(), reviews=[review()]))
    assert [draft.payload for draft in found.drafts] == [application(), review()]
    assert {(draft.case, draft.actor) for draft in found.drafts} == {(ONE, "S01")}
    results = check_all(found.drafts, {}, cases.setting(), moment(AFTER))
    assert all(not isinstance(result, Exception) for _, result in results)
    assert (asides(found), found.known) == ([], 0)


def test_what_is_recorded_already_is_not_recorded_again():
    told = cases.reviewed()
    found = taken(papers(applied=application(), reviews=[review()]), told=[told])
    assert (found.drafts, asides(found), found.known) == ((), [], 2)


def test_only_the_review_is_new_where_the_application_is_recorded():
    found = taken(papers(applied=application(), reviews=[review()]), told=[cases.applied()])
    assert ([draft.payload for draft in found.drafts], found.known) == ([review()], 1)


@pytest.mark.parametrize("other", [{"target_level": "junior"}, {"applied_on": cases.on("2025-12-13")}])
def test_an_application_recorded_otherwise_is_told_and_left_as_it_is(other):
    found = taken(papers(applied=application(**other)), told=[cases.applied()])
    assert (found.drafts, asides(found)) == ((), ["other_application"])


def test_more_evidence_later_on_is_the_same_application():
    found = taken(papers(applied=application(evidence=("a", "b"))), told=[cases.applied()])
    assert (found.drafts, asides(found), found.known) == ((), [], 1)


@pytest.mark.parametrize(
    "late",
    [application(applied_on=cases.on("2026-01-16")), application(evidence=())],
    ids=["late", "without evidence"],
)
def test_whoever_admitted_an_application_is_named_in_the_reason(late):
    found = taken(papers(applied=late, admitted_by="周建国"))
    assert [draft.payload for draft in found.drafts] == [late, record.Admitted()]
    assert "周建国" in found.drafts[1].reason
    assert "周建国" in taken(papers(applied=late, admitted_by="周建国"), lang="en").drafts[1].reason
    results = check_all(found.drafts, {}, cases.setting(), moment(AFTER))
    assert all(not isinstance(result, Exception) for _, result in results)


def test_an_admission_handed_in_later_is_recorded_once():
    told = cases.applied(evidence=())
    given = papers(applied=application(evidence=()), admitted_by="周建国")
    found = taken(given, told=[told])
    assert [draft.payload for draft in found.drafts] == [record.Admitted()]
    told.take(record.Admitted(), "S01", AFTER, found.drafts[0].reason)
    assert taken(given, told=[told]).drafts == ()


def test_an_admission_that_nobody_needed_is_told():
    found = taken(papers(applied=application(), admitted_by="周建国"))
    assert ([draft.payload for draft in found.drafts], asides(found)) == (
        [application()],
        ["needless_admission"],
    )


def test_a_review_without_an_application_is_told_and_not_recorded():
    found = taken(papers(reviews=[review()]))
    assert (found.drafts, asides(found)) == ((), ["no_application"])
    assert "1" in found.aside[0].text("zh")


def test_replaced_applications_are_told():
    assert asides(taken(papers(applied=application(), replaced=2))) == ["replaced"]


def test_a_review_earlier_than_the_recorded_one_is_told():
    earlier = review(ReviewDecision.RETURNED, on=cases.on("2025-12-15"))
    found = taken(papers(applied=application(), reviews=[earlier, review()]), told=[cases.reviewed()])
    assert (found.drafts, asides(found)) == ((), ["earlier_review"])


def test_several_reviews_come_in_the_order_of_their_days():
    first = review(ReviewDecision.RETURNED, on=cases.on("2025-12-15"))
    found = taken(papers(applied=application(), reviews=[review(), first]))
    assert [draft.payload for draft in found.drafts] == [application(), first, review()]


def test_the_order_of_people_never_matters():
    given = [papers(manager, application(name=manager)) for manager in ("001011", "001009", "001010")]
    assert taken(*given) == taken(*reversed(given))
    assert [draft.case[-6:] for draft in taken(*given).drafts] == ["001009", "001010", "001011"]


def test_every_aside_has_words():
    for code in ("no_application", "replaced", "other_application", "needless_admission", "earlier_review"):
        fill = dict.fromkeys(("case", "count", "recorded", "handed_in", "name", "day", "reviewer"), "…")
        assert say(f"handed_in.{code}", "zh", **fill) != say(f"handed_in.{code}", "en", **fill)


def test_without_a_window_nothing_is_late():
    rules = replace(cases.RULES, window=None)
    late = papers(applied=application(applied_on=cases.on("2026-03-01")), admitted_by="周建国")
    found = take_in([late], {}, rules, "S01")
    assert ([draft.kind for draft in found.drafts], asides(found)) == (["applied"], ["needless_admission"])
