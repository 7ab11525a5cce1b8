"""Applications, reviews, score sheets and decisions: what each must fulfil. Policy 4.1 to 4.3."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.process import events as record
from cmreview.process.events import ItemScore, Recommendation, ReviewDecision, Scored
from cmreview.process.stages import Stage
from tests.process import cases
from tests.process.cases import DECIDED, MEMBERS, SCORED, codes, on

# --- 4.1 applications


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2025-11-30", Stage.AWAITING_ADMISSION),
        ("2025-12-01", Stage.APPLIED),
        ("2026-01-15", Stage.APPLIED),
        ("2026-01-16", Stage.AWAITING_ADMISSION),
    ],
)
def test_an_application_outside_its_window_is_kept_and_waits_for_admission(day, stage):
    told = cases.applied(applied_on=on(day))
    assert told.stage is stage
    assert told.state.late is (stage is Stage.AWAITING_ADMISSION)


@pytest.mark.parametrize("evidence", [(), ("",), ("  ", "\u3000")])
def test_an_application_with_nothing_in_evidence_waits_for_admission(evidence):
    told = cases.applied(evidence=evidence)
    assert (told.stage, told.state.late) == (Stage.AWAITING_ADMISSION, False)


def test_nobody_reviews_a_late_application_before_it_is_admitted_by_name_and_reason():
    told = cases.applied(applied_on=on("2026-01-16"))
    assert told.code(cases.review(), "R03", on("2026-01-17")) == "wrong_stage"
    told.take(record.Admitted(), "P01", on("2026-01-17"), "出差在外，经主任同意")
    assert (told.state.admitted_by, told.state.admission_reason) == ("P01", "出差在外，经主任同意")
    assert told.state.late is True
    assert told.try_(cases.review(on=on("2026-01-17")), "R03", on("2026-01-17")).state.stage is Stage.REVIEWED


def test_without_a_window_lateness_is_unknown_and_told():
    told = cases.Told(given=cases.setting(window=None))
    assert codes(told.take(cases.application(applied_on=on("2025-03-01")), "S01", cases.APPLIED)) == [
        "no_window_rule"
    ]
    assert (told.stage, told.state.late) == (Stage.APPLIED, None)


def test_without_a_window_evidence_is_asked_for_all_the_same():
    assert cases.applied(given=cases.setting(window=None), evidence=()).stage is Stage.AWAITING_ADMISSION


@pytest.mark.parametrize("changes", [{"target_level": "expert"}, {"level": "trainee"}])
def test_an_application_names_levels_of_the_policy(changes):
    error = cases.Told().refusal(cases.application(**changes), "S01", cases.APPLIED)
    assert error.code == "process.unknown_level"
    assert next(iter(changes.values())) in error.what("zh")


def test_somebody_without_a_level_may_apply():
    assert cases.applied(level=None, target_level="junior").stage is Stage.APPLIED


def test_an_application_of_tomorrow_is_refused_today():
    told = cases.Told()
    assert (
        told.code(cases.application(applied_on=on("2025-12-13")), "S01", on("2025-12-12")) == "in_the_future"
    )
    assert told.try_(cases.application(applied_on=on("2025-12-13")), "S01", on("2025-12-13"))


def test_a_manager_has_one_case_a_year():
    assert cases.applied().code(cases.application(), "S01", cases.APPLIED) == "wrong_stage"
    assert cases.withdrawn().code(cases.application(), "S01", cases.REFERRED) == "wrong_stage"


# --- 4.2 preliminary review


def test_a_returned_case_is_completed_and_reviewed_again():
    told = cases.returned()
    told.take(record.Completed(on("2025-12-22"), ("台账.xlsx",)), "R03", on("2025-12-22"))
    assert told.state.evidence == ("业绩证明.pdf", "台账.xlsx")
    told.take(cases.review(on=on("2025-12-23")), "R03", on("2025-12-23"))
    assert told.stage is Stage.REVIEWED
    assert [one.decision for one in told.state.reviews] == [ReviewDecision.RETURNED, ReviewDecision.PASSED]


@pytest.mark.parametrize("evidence", [(), ("",), (" ",)])
def test_a_completion_says_what_was_added(evidence):
    told = cases.returned()
    assert told.code(record.Completed(cases.REVIEWED, evidence), "R03", cases.REVIEWED) == "nothing_added"


@pytest.mark.parametrize("opinion", [None, "", " \u3000"])
@pytest.mark.parametrize("decision", ReviewDecision)
def test_who_returns_or_refuses_says_why_and_who_passes_is_asked_for_an_opinion(decision, opinion):
    told = cases.applied()
    review = cases.review(decision, opinion)
    if decision is ReviewDecision.PASSED:
        assert codes(told.take(review, "R03", cases.REVIEWED)) == ["no_opinion"]
    else:
        assert told.code(review, "R03", cases.REVIEWED) == "opinion_missing"


def test_a_review_names_its_reviewer():
    told = cases.applied()
    assert told.code(cases.review(reviewer=" "), "S01", cases.REVIEWED) == "reviewer_missing"


@pytest.mark.parametrize(
    ("day", "today", "code"),
    [
        ("2025-12-11", "2025-12-19", "too_early"),
        ("2025-12-12", "2025-12-19", None),
        ("2025-12-19", "2025-12-19", None),
        ("2025-12-20", "2025-12-19", "in_the_future"),
    ],
)
def test_a_review_lies_between_the_application_and_today(day, today, code):
    told = cases.applied()
    review = cases.review(on=on(day))
    if code is None:
        assert told.try_(review, "R03", on(today))
    else:
        assert told.code(review, "R03", on(today)) == code


def test_a_completion_follows_its_review_and_the_next_review_follows_the_completion():
    told = cases.returned()
    today = on("2025-12-25")
    assert told.code(record.Completed(on("2025-12-18"), ("台账",)), "R03", today) == "too_early"
    told.take(record.Completed(on("2025-12-22"), ("台账",)), "R03", today)
    assert told.code(cases.review(on=on("2025-12-21")), "R03", today) == "too_early"
    assert told.try_(cases.review(on=on("2025-12-22")), "R03", today)


# --- 4.3 score sheets


@pytest.mark.parametrize(
    ("points", "is_on_it"),
    [
        ("-0.01", False),
        ("0", True),
        ("0.01", True),
        ("99.99", True),
        ("100", True),
        ("100.01", False),
        ("NaN", False),
        ("sNaN", False),
        ("Infinity", False),
        ("-Infinity", False),
    ],
)
def test_a_score_lies_on_the_scale_both_ends_included(points, is_on_it):
    told = cases.referred()
    if is_on_it:
        assert told.try_(cases.sheet(points=points), "P05", SCORED)
    else:
        error = told.refusal(cases.sheet(points=points), "P05", SCORED)
        assert error.code == "process.off_the_scale"
        assert "业绩汇报" in error.what("zh")
        assert "performance report" in error.what("en")


def test_an_unknown_item_and_one_given_twice_are_refused_by_name():
    told = cases.referred()
    error = told.refusal(cases.sheet(item="charm"), "P05", SCORED)
    assert (error.code, error.values["items"]) == ("process.odd_items", ("charm",))
    twice = Scored("P05", (ItemScore("report", Decimal(80)), ItemScore("report", Decimal(81))))
    error = told.refusal(twice, "P05", SCORED)
    assert (error.code, error.values["items"]) == ("process.odd_items", ("report",))


def test_an_item_without_points_stays_missing_and_is_not_zero():
    told = cases.referred()
    told.take(Scored("P05", (ItemScore("report", Decimal(80)), ItemScore("defence", None))), "P05", SCORED)
    _, sheet = told.state.sheet_of("P05")
    assert [score.points for score in sheet.scores] == [Decimal(80), None]
    assert told.state.sheet_of("P04") is None


@pytest.mark.parametrize("sheet", [Scored("P05", ()), cases.sheet(points=None)])
def test_a_sheet_without_any_score_is_left_out_instead_of_recorded(sheet):
    assert cases.referred().code(sheet, "P05", SCORED) == "empty_sheet"


@pytest.mark.parametrize("actor", ["P01", "P04", "S01"])
def test_nobody_types_a_score_in_for_a_member_not_even_the_chair(actor):
    code = cases.referred().code(cases.sheet("P05"), actor, SCORED)
    assert code == ("wrong_role" if actor == "S01" else "score_of_another")


def test_a_member_scores_a_case_once():
    error = cases.scored("P05").refusal(cases.sheet(points="90"), "P05", SCORED)
    assert (error.code, error.values["event"]) == ("process.scored_twice", 4)


def test_the_message_about_a_second_sheet_gives_no_score_away():
    error = cases.scored("P05").refusal(cases.sheet(points="90"), "P05", SCORED)
    assert not any(points in error.text(lang) for points in ("80", "90") for lang in ("zh", "en"))


@pytest.mark.parametrize("changes", [{"items": ()}, {"scale": None}])
def test_without_items_or_scale_nobody_scores(changes):
    told = cases.referred(given=cases.setting(**changes))
    error = told.refusal(cases.sheet(), "P05", SCORED)
    assert error.code == "process.no_items"
    assert "X" in error.what("zh")


def test_a_former_member_scores_nothing():
    assert cases.referred().code(cases.sheet("P09"), "P09", SCORED) == "acts_no_more"


def test_opening_says_whose_sheets_are_missing_and_counts_no_recused_member():
    told = cases.scored("P01", "P02", "P04")
    told.take(record.Recused("P07"), "P07", SCORED, "亲属")
    checked = told.try_(record.ScoresOpened(), "P01", DECIDED)
    assert codes(checked) == ["sheets_missing"]
    details = dict(checked.remarks[0].details)
    assert details == {"count": "3", "of": "6", "who": "陈志强、宋立新、许文博"}


def test_opening_with_every_sheet_there_says_nothing():
    assert codes(cases.scored(*MEMBERS).try_(record.ScoresOpened(), "P01", DECIDED)) == []


def test_scores_are_opened_once():
    assert cases.opened().code(record.ScoresOpened(), "P02", DECIDED) == "scores_are_open"


def test_a_first_score_after_the_opening_gives_a_reason_for_its_member_has_seen_the_others():
    told = cases.opened()
    assert told.code(cases.sheet("P06"), "P06", DECIDED) == "reason_missing"
    assert told.try_(cases.sheet("P06"), "P06", DECIDED, "会前因故未评")


# --- 4.3 decisions


def test_nothing_is_decided_before_the_scores_are_open():
    error = cases.scored(*MEMBERS).refusal(cases.decision(), "P01", DECIDED)
    assert error.code == "process.scores_not_open"
    assert "条款 4.3" in error.what("zh")


@pytest.mark.parametrize(("present", "code"), [(3, "no_quorum"), (4, None), (5, None)])
def test_a_quorum_of_two_thirds_of_six_is_four(present, code):
    told = cases.opened()
    told.take(record.Recused("P07"), "P07", DECIDED, "亲属")
    decision = cases.decision(MEMBERS[:present])
    if code is None:
        assert told.try_(decision, "P01", DECIDED)
    else:
        error = told.refusal(decision, "P01", DECIDED)
        assert error.code == f"process.{code}"
        assert (error.values["present"], error.values["entitled"]) == (present, 6)


@pytest.mark.parametrize(("present", "is_enough"), [(4, False), (5, True)])
def test_a_quorum_that_is_no_whole_number_is_rounded_up(present, is_enough):
    """Two thirds of seven are four and two thirds."""
    told = cases.opened()
    decision = cases.decision(MEMBERS[:present])
    if is_enough:
        assert told.try_(decision, "P01", DECIDED)
    else:
        assert told.code(decision, "P01", DECIDED) == "no_quorum"


def test_recused_members_count_neither_as_present_nor_as_missing():
    told = cases.opened()
    for member in ("P05", "P06", "P07"):
        told.take(record.Recused(member), "P01", DECIDED, "利害关系")
    assert told.code(cases.decision(("P01", "P02")), "P01", DECIDED) == "no_quorum"  # 2 of 4
    assert told.try_(cases.decision(("P01", "P02", "P03")), "P01", DECIDED)  # 3 of 4
    assert told.code(cases.decision(("P01", "P02", "P05")), "P01", DECIDED) == "recused"


def test_somebody_who_joined_or_left_is_counted_as_of_the_day_of_the_decision():
    new = cases.person("P10", "新评委", "研发部", cases.Role.MEMBER, since=on("2026-01-22"))
    told = cases.opened(given=cases.setting(cases.committee(new)))
    present = (*MEMBERS[:5], "P10")
    assert told.code(cases.decision(present), "P01", on("2026-01-22")) == "not_a_member"
    assert told.try_(cases.decision(present, on=on("2026-01-22")), "P01", on("2026-01-22"))


@pytest.mark.parametrize("present", [(), ("P01", "P01", "P02", "P03", "P04")])
def test_attendance_is_somebody_and_nobody_twice(present):
    assert cases.opened().code(cases.decision(present, in_favour=0), "P01", DECIDED) == "odd_attendance"


@pytest.mark.parametrize(
    ("one", "code"), [("P09", "not_a_member"), ("S01", "not_a_member"), ("R03", "not_a_member")]
)
def test_only_members_are_present_at_a_decision(one, code):
    assert cases.opened().code(cases.decision((*MEMBERS[:5], one)), "P01", DECIDED) == code


@pytest.mark.parametrize(
    ("in_favour", "approved", "code"),
    [
        (3, True, "votes_say_no"),
        (3, False, None),
        (4, True, None),
        (4, False, "votes_say_yes"),
        (5, True, None),
    ],
)
def test_two_thirds_of_six_votes_are_four(in_favour, approved, code):
    told = cases.opened()
    decision = cases.decision(MEMBERS[:6], in_favour, approved)
    if code is None:
        assert told.try_(decision, "P01", DECIDED).state.decision == decision
    else:
        error = told.refusal(decision, "P01", DECIDED)
        assert error.code == f"process.{code}"
        assert "2/3" in error.what("zh")


def test_an_abstention_is_no_vote_in_favour():
    told = cases.opened()
    decision = cases.decision(MEMBERS[:6], in_favour=3, approved=True, against=0, abstained=3)
    assert told.code(decision, "P01", DECIDED) == "votes_say_no"


@pytest.mark.parametrize(
    "votes",
    [
        {"in_favour": 6, "against": 0, "abstained": 0},
        {"in_favour": 8, "against": 0, "abstained": 0},
        {"in_favour": 8, "against": -1, "abstained": 0},
        {"in_favour": 7, "against": 0, "abstained": None},
        {"in_favour": 7, "against": None, "abstained": None},
    ],
)
def test_votes_add_up_to_those_present(votes):
    decision = cases.replace(cases.decision(MEMBERS), **votes)
    assert cases.opened().code(decision, "P01", DECIDED) == "votes_odd"


NO_VOTES = {"in_favour": None, "against": None, "abstained": None}


def test_a_committee_that_votes_records_its_votes():
    decision = cases.replace(cases.decision(), **NO_VOTES)
    assert cases.opened().code(decision, "P01", DECIDED) == "votes_missing"


def test_without_a_rule_for_votes_a_decision_stands_and_the_missing_rule_is_told():
    told = cases.opened(given=cases.setting(votes_needed=None))
    assert codes(told.try_(cases.replace(cases.decision(), **NO_VOTES), "P01", DECIDED)) == ["no_votes_rule"]
    assert codes(told.try_(cases.decision(in_favour=1), "P01", DECIDED)) == ["no_votes_rule"]
    assert told.code(cases.decision(in_favour=1, against=0), "P01", DECIDED) == "votes_odd"


def test_without_a_quorum_a_decision_stands_and_the_missing_rule_is_told():
    told = cases.opened(given=cases.setting(quorum=None))
    checked = told.try_(cases.decision(("P01",)), "P01", DECIDED)
    assert codes(checked) == ["no_quorum_rule"]
    assert "X" in checked.remarks[0].reason("zh")


def test_a_quorum_of_all_asks_for_everybody():
    told = cases.opened(given=cases.setting(quorum=Fraction(1)))
    assert told.code(cases.decision(MEMBERS[:6]), "P01", DECIDED) == "no_quorum"
    assert told.try_(cases.decision(MEMBERS), "P01", DECIDED)


@pytest.mark.parametrize("recommendation", Recommendation)
@pytest.mark.parametrize("approved", [True, False])
def test_a_departure_from_the_recommendation_has_a_reason(approved, recommendation):
    told = cases.opened()
    decision = cases.decision(approved=approved, recommendation=recommendation)
    follows = recommendation is (Recommendation.APPROVE if approved else Recommendation.DECLINE)
    if follows:
        assert told.try_(decision, "P01", DECIDED)
    else:
        assert told.code(decision, "P01", DECIDED, " ") == "departure_without_reason"
        state = told.try_(decision, "P01", DECIDED, "项目业绩突出").state
        assert (state.decision_reason, state.decision.recommendation) == ("项目业绩突出", recommendation)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2025-12-18", "too_early"),
        ("2025-12-19", None),
        ("2026-01-21", None),
        ("2026-01-22", "in_the_future"),
    ],
)
def test_a_decision_lies_between_the_review_and_today(day, code):
    told = cases.opened(given=cases.setting(cases.committee(without=("P09",))))
    decision = cases.decision(on=on(day))
    if code is None:
        assert told.try_(decision, "P01", DECIDED)
    else:
        assert told.code(decision, "P01", DECIDED) == code
