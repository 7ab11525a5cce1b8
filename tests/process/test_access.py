"""Conflicts of interest and what somebody may see and do because of them. Policy 1.3.a."""

from __future__ import annotations

import pytest

from cmreview.process import events as record
from cmreview.process.access import Ground, entitled, grounds, is_recused, may_see, may_see_scores
from cmreview.process.committee import Role
from cmreview.process.rules import STRICT_GROUNDS
from cmreview.process.stages import Stage
from tests.process import cases
from tests.process.cases import DECIDED, MEMBERS, RULES, SCORED, person, replace

PEOPLE = cases.committee()


def of_nobody():
    """Rules that detect no conflict."""
    return replace(RULES, recusal_grounds=())


def of(*names):
    """Rules that detect these conflicts only."""
    return replace(RULES, recusal_grounds=names)


# --- grounds


CONFLICTS = {
    Ground.SAME_DEPARTMENT: (
        lambda: cases.applied(department="市场部"),
        "P05",
    ),
    Ground.NAMED_RELATION: (lambda: cases.applied(manager="001046"), "P07"),
    Ground.PRELIMINARY_REVIEWER: (
        lambda: _reviewed_by("P06"),
        "P06",
    ),
}


def _reviewed_by(name):
    told = cases.applied()
    told.take(cases.review(reviewer=name), "S01", cases.REVIEWED)
    return told


@pytest.mark.parametrize("ground", CONFLICTS)
def test_a_detected_conflict_counts_where_the_policy_names_it_and_only_there(ground):
    make, member = CONFLICTS[ground]
    state = make().state
    whom = PEOPLE.person(member)
    assert grounds(state, whom, of(ground.value)) == (ground,)
    assert grounds(state, whom, of_nobody()) == ()
    others = [name for name in STRICT_GROUNDS if name != ground.value]
    assert grounds(state, whom, of(*others)) == ()


@pytest.mark.parametrize("ground", CONFLICTS)
def test_a_conflict_of_one_member_touches_no_other(ground):
    make, member = CONFLICTS[ground]
    state = make().state
    recused = {one for one in MEMBERS if is_recused(state, PEOPLE.person(one), RULES)}
    assert recused == {member}


def test_every_ground_that_the_policy_may_name_is_tried_here():
    assert {ground.value for ground in CONFLICTS} == set(STRICT_GROUNDS)


def test_what_is_declared_counts_whatever_the_policy_detects():
    told = cases.referred()
    told.take(record.Recused("P05"), "P05", SCORED, "曾与申报人共同投标")
    assert grounds(told.state, PEOPLE.person("P05"), of_nobody()) == (Ground.DECLARED,)


@pytest.mark.parametrize("written", ["P06", "许文博", " 许 文博", "许\u3000文博", "ｐ06"])
def test_a_reviewer_is_known_by_id_or_by_name_however_it_was_padded(written):
    assert grounds(_reviewed_by(written).state, PEOPLE.person("P06"), RULES) == (Ground.PRELIMINARY_REVIEWER,)


def test_who_typed_the_review_in_for_somebody_has_reviewed_it_too():
    """A member who is also a secretary."""
    chair = person("P11", "双任", "办公室", Role.SECRETARY, Role.MEMBER)
    told = cases.applied(given=cases.setting(cases.committee(chair)))
    told.take(cases.review(), "P11", cases.REVIEWED)
    assert grounds(told.state, chair, RULES) == (Ground.PRELIMINARY_REVIEWER,)


def test_an_earlier_review_of_a_returned_case_still_keeps_its_reviewer_away():
    told = cases.applied()
    told.take(cases.review(record.ReviewDecision.RETURNED, "缺材料", "P06"), "S01", cases.REVIEWED)
    told.take(record.Completed(cases.REVIEWED, ("台账",)), "S01", cases.REVIEWED)
    told.take(cases.review(), "R03", cases.REVIEWED)
    assert is_recused(told.state, PEOPLE.person("P06"), RULES)


def test_a_department_is_the_same_however_it_was_padded():
    state = cases.applied(department="市场 部\u3000").state
    assert grounds(state, PEOPLE.person("P05"), RULES) == (Ground.SAME_DEPARTMENT,)


def test_nobody_judges_the_own_case_whatever_the_policy_detects():
    member = person("001009", "王伟", "研发部", Role.MEMBER)
    state = cases.applied().state
    assert grounds(state, member, of_nobody()) == (Ground.APPLICANT,)
    namesake_here = person("P12", "王 伟", "销售一部", Role.MEMBER)
    assert Ground.APPLICANT in grounds(state, namesake_here, of_nobody())
    namesake_elsewhere = person("P12", "王伟", "研发部", Role.MEMBER)
    assert grounds(state, namesake_elsewhere, of_nobody()) == ()


# --- who may judge


def test_the_entitled_are_the_members_in_office_but_the_recused():
    told = cases.applied(department="市场部")
    found = [one.id for one in entitled(told.state, PEOPLE, RULES, SCORED)]
    assert found == [member for member in MEMBERS if member != "P05"]
    then = [one.id for one in entitled(told.state, PEOPLE, RULES, cases.on("2025-12-31"))]
    assert then == [*found, "P09"]


@pytest.mark.parametrize("ground", CONFLICTS)
def test_a_recused_member_neither_scores_nor_sits_in_the_decision(ground):
    make, member = CONFLICTS[ground]
    told = make()
    if told.stage is Stage.APPLIED:
        told.take(cases.review(reviewer="部门负责人"), "S01", cases.REVIEWED)
    told.take(record.Referred(), "S01", cases.REFERRED)
    error = told.refusal(cases.sheet(member), member, SCORED)
    assert error.code == "process.recused"
    assert "条款 1.3.a" in error.what("zh")
    told.take(record.ScoresOpened(), "P01", DECIDED)
    assert told.code(cases.decision(), "P01", DECIDED) == "recused"
    assert told.try_(cases.decision([one for one in MEMBERS if one != member]), "P01", DECIDED)


def test_a_deputy_stands_in_for_a_chair_who_is_recused():
    told = cases.scored()
    told.take(record.Recused("P01"), "P01", SCORED, "亲属")
    error = told.refusal(record.ScoresOpened(), "P01", DECIDED)
    assert error.code == "process.recused"
    assert "副主任" in error.mend("zh")
    told.take(record.ScoresOpened(), "P02", DECIDED)
    assert told.code(cases.decision(MEMBERS[1:]), "P01", DECIDED) == "recused"
    told.take(cases.decision(MEMBERS[1:]), "P02", DECIDED)
    assert told.state.decided_by == "P02"


def test_a_chair_is_recused_by_detection_too_and_admits_no_late_case_of_the_own_department():
    told = cases.applied(department="公司领导", evidence=())
    assert told.code(record.Admitted(), "P01", cases.APPLIED, "补交") == "recused"
    assert told.try_(record.Admitted(), "P02", cases.APPLIED, "补交")


def test_who_is_recused_may_say_so_again_and_nothing_else():
    told = cases.scored()
    told.take(record.Recused("P05"), "P01", SCORED, "亲属")
    assert told.try_(record.Recused("P05"), "P05", SCORED, "本人确认")


@pytest.mark.parametrize("member", ["S01", "R03"])
def test_only_who_judges_is_recused(member):
    assert cases.referred().code(record.Recused(member), "S01", SCORED, "亲属") == "not_a_member"


def test_a_recusal_of_somebody_unknown_is_refused():
    assert cases.referred().code(record.Recused("Z99"), "S01", SCORED, "亲属") == "committee.unknown_person"


@pytest.mark.parametrize(
    ("make", "remarks"),
    [
        (cases.referred, []),
        (cases.scored, ["recused_after_scoring"]),
        (cases.opened, ["recused_after_scoring"]),
        (cases.decided, ["recused_after_decision"]),
        (cases.publicised, ["recused_after_decision"]),
    ],
)
def test_a_recusal_that_comes_late_says_what_the_member_did_in_the_case(make, remarks):
    assert cases.codes(make().try_(record.Recused("P05"), "P05", cases.POSTED, "亲属")) == remarks


# --- the department's own reviewer


def test_a_reviewer_does_not_review_the_own_application_and_a_secretary_records_anothers_review():
    told = cases.applied(name="郭美华")
    assert told.code(cases.review(), "R03", cases.REVIEWED) == "recused"
    assert told.try_(cases.review(reviewer="分管领导"), "S01", cases.REVIEWED)


@pytest.mark.parametrize(("names", "is_kept_away"), [(STRICT_GROUNDS, True), ((), False)])
def test_a_reviewer_does_not_review_a_relation_where_the_policy_counts_relations(names, is_kept_away):
    related = person("R09", "亲戚", "销售一部", Role.REVIEWER, relations=("001009",))
    told = cases.applied(given=cases.setting(cases.committee(related), recusal_grounds=names))
    if is_kept_away:
        assert told.code(cases.review(), "R09", cases.REVIEWED) == "recused"
    else:
        assert told.try_(cases.review(), "R09", cases.REVIEWED)


def test_being_of_the_department_keeps_no_reviewer_from_reviewing_it_again():
    told = cases.returned()
    told.take(record.Completed(cases.REVIEWED, ("台账",)), "R03", cases.REVIEWED)
    assert told.try_(cases.review(), "R03", cases.REVIEWED)


# --- seeing a case


@pytest.mark.parametrize(
    ("who", "sees"),
    [("P01", True), ("P05", True), ("S01", True), ("R03", True), ("R04", False)],
)
def test_a_case_is_seen_by_committee_secretary_and_its_own_departments_reviewer(who, sees):
    assert may_see(cases.referred().state, PEOPLE.person(who), RULES) is sees


@pytest.mark.parametrize("ground", CONFLICTS)
def test_a_recused_member_does_not_see_the_case(ground):
    make, member = CONFLICTS[ground]
    assert not may_see(make().state, PEOPLE.person(member), RULES)


def test_a_member_who_reviews_the_department_sees_its_case_as_the_reviewer():
    told = cases.applied(department="电子商务部")
    told.take(cases.review(reviewer="陈志强"), "P03", cases.REVIEWED)
    whom = PEOPLE.person("P03")
    assert is_recused(told.state, whom, RULES)
    assert may_see(told.state, whom, RULES)
    assert not may_see_scores(told.state, whom, "P03", RULES)


@pytest.mark.parametrize("why", ["declared", "related", "own"])
def test_a_member_who_keeps_away_for_more_than_the_office_does_not_see_it_as_the_reviewer_either(why):
    whom = PEOPLE.person("P03")
    told = cases.applied(department="电子商务部", name="陈志强" if why == "own" else "王伟")
    if why == "declared":
        told.take(record.Recused("P03"), "P03", cases.REVIEWED, "亲属")
    if why == "related":
        whom = replace(whom, relations=("001009",))
    assert not may_see(told.state, whom, RULES)


# --- seeing scores


@pytest.mark.parametrize(
    ("who", "of", "before", "after"),
    [
        ("P05", "P05", True, True),
        ("P04", "P05", False, True),
        ("P01", "P05", False, True),
        ("S01", "P05", False, True),
        ("R03", "P05", False, False),
        ("R04", "P05", False, False),
    ],
)
def test_scores_are_private_until_the_chair_opens_them(who, of, before, after):
    whom = PEOPLE.person(who)
    assert may_see_scores(cases.scored().state, whom, of, RULES) is before
    assert may_see_scores(cases.opened().state, whom, of, RULES) is after


@pytest.mark.parametrize("make", [cases.scored, cases.opened])
@pytest.mark.parametrize("of", ["P05", "P04"])
def test_a_recused_member_sees_no_scores_opened_or_not_the_own_included(make, of):
    told = make()
    told.take(record.Recused("P05"), "P01", DECIDED, "亲属")
    assert not may_see_scores(told.state, PEOPLE.person("P05"), of, RULES)


def test_a_secretary_who_also_judges_and_is_recused_sees_no_scores():
    both = person("P11", "双任", "市场部", Role.SECRETARY, Role.MEMBER)
    told = cases.opened(given=cases.setting(cases.committee(both)))
    assert may_see_scores(told.state, both, "P05", RULES)
    told.take(record.Recused("P11"), "P01", DECIDED, "亲属")
    assert not may_see_scores(told.state, both, "P05", RULES)
