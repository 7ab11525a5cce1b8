"""Papers say what the record bears, to those who may read it, and nothing of anybody else."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from math import ceil

import pytest

from cmreview.process.access import entitled
from cmreview.process.committee import Person, Role
from cmreview.process.events import (
    Appealed,
    AppealHeard,
    AppealSettled,
    Appointed,
    Decided,
    Publicised,
    Recommendation,
    Recused,
    ReviewDecision,
    Reviewed,
    Scored,
    ScoresOpened,
    Voided,
)
from cmreview.process.stages import Stage, effective
from cmreview.review.committee.cases import panel_scores
from cmreview.show.papers.choice import Wanted
from cmreview.show.papers.documents import render
from cmreview.show.papers.making import KINDS, NEED_RECORDS, make
from cmreview.show.papers.measure_making import MEASURE_MAKERS
from cmreview.show.papers.shapes import Contact
from cmreview.terms import Label, Outcome
from tests.builders import DEPARTMENT
from tests.review.committee.course import HEAD, MEMBERS, REVIEWER, SECRETARY, Course, committee, policy
from tests.show.papers.archive import of_course, of_example
from tests.show.papers.word_files import foot, lines

EVERYTHING = Wanted()
LETTERS = ("opinion", "certificate", "refusal")


@pytest.fixture(scope="module")
def archive():
    return of_example()


def papers(kind, archive, wanted=EVERYTHING):
    is_all = archive is of_example() and wanted is EVERYTHING
    making = of_everything(kind) if is_all else make(kind, archive, wanted)
    return [one.paper for one in making.made]


def the(kind, archive, wanted=EVERYTHING):
    (paper,) = papers(kind, archive, wanted)
    return paper


@cache
def of_everything(kind, lang="zh"):
    """All papers of a kind of the example: they are made once for all tests."""
    return make(kind, of_example(lang), EVERYTHING)


def reasons(kind, archive, wanted=EVERYTHING):
    return {
        one.case: one.why.key.removeprefix("paper_making.") for one in make(kind, archive, wanted).missing
    }


def told(value):
    """Every text of a paper, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from told(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from told(getattr(value, field.name))


# --- all kinds -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_case_is_on_a_paper_or_told_why_it_is_not(kind, archive):
    making = of_everything(kind)
    on_paper = {case for one in making.made for case in one.cases}
    missing = [one.case for one in making.missing]
    applied = {case for case, state in archive.states.items() if state.has_applied}
    if kind in MEASURE_MAKERS:  # they concern everybody; a checklist is due without a case too
        assert on_paper | set(missing) >= set(archive.histories)
    else:
        assert making.made
        assert on_paper | set(missing) == applied
    assert not on_paper & set(missing)
    assert len(missing) == len(set(missing))


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_holds_one_person(kind, archive):
    everybody = {case.person.name for case in archive.review.cases}
    everybody |= {state.name for state in archive.states.values()}
    of_the_process = {person.name for person in archive.committee.people.values()}
    made = of_everything(kind).made
    assert made
    for one in made:
        (case,) = one.cases
        own = archive.states[case].application.name
        said = "\n".join(told(one.paper))
        assert own in said
        assert [name for name in everybody - {own} - of_the_process if name in said and name not in own] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_record_gives_the_same_papers_in_whatever_order_cases_come(kind, archive):
    turned = replace(archive, histories=dict(reversed(archive.histories.items())))
    assert make(kind, turned, EVERYTHING) == of_everything(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_is_dated_by_the_record(kind, archive):
    last = max(archive.day_of(event) for history in archive.histories.values() for event in history)
    days = {one.paper.dated for one in of_everything(kind).made}
    assert days or kind in MEASURE_MAKERS
    assert all(date(2025, 12, 1) <= day <= last for day in days)


@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_can_be_written_in_english_too(kind):
    made = of_everything(kind, "en").made
    if not made:
        assert kind in MEASURE_MAKERS  # tests of their own decide on them
        return
    data = render(made[0].paper, None, "en")
    assert "Example Company" in "\n".join((*lines(data), *foot(data)))


@pytest.mark.parametrize("kind", sorted(NEED_RECORDS))
def test_figures_of_the_records_are_never_left_out_unseen(kind, archive):
    with pytest.raises(ValueError, match="records"):
        make(kind, replace(archive, review=None), EVERYTHING)


def test_files_have_names_of_their_own(archive):
    for kind in KINDS:
        stems = [one.stem for one in of_everything(kind).made]
        assert len(stems) == len(set(stems))


def test_office_and_how_to_reach_it_are_told_apart(archive):
    assert archive.contact == Contact("人力资源部 刘敏", "电话 8001，邮箱 pingshen@example.com")
    people = archive.committee
    bare = replace(people, papers=replace(people.papers, contact=Label("人事处", "Personnel")))
    assert replace(archive, committee=bare).contact == Contact("人事处", None)


# --- opinions (Policy 4.2) ---------------------------------------------------------------------------


def test_an_opinion_is_the_latest_and_compares_what_was_declared(archive):
    for one in of_everything("opinion").made:
        state = archive.states[one.cases[0]]
        assert one.paper.verdict == state.review.decision.value
        assert one.paper.dated == state.review.reviewed_on
    codes = {figure.agreement for paper in papers("opinion", archive) for figure in paper.figures}
    assert {"agrees", "differs", "not_declared"} <= codes
    for paper in papers("opinion", archive):
        for figure in paper.figures:
            assert (figure.note is not None) == (figure.agreement == "differs")
            assert figure.agreement != "differs" or figure.declared != figure.computed


def test_a_case_that_nobody_reviewed_has_no_opinion_yet(archive):
    state = next(state for state in archive.states.values() if state.stage is Stage.AWAITING_ADMISSION)
    assert reasons("opinion", archive)[state.case] == "not_yet"


# --- minutes (Policy 4.3) ----------------------------------------------------------------------------


def test_there_are_minutes_of_every_day_with_a_decision(archive):
    days = {
        event.payload.decided_on
        for history in archive.histories.values()
        for event in effective(history)
        if isinstance(event.payload, Decided)
    }
    assert [paper.held_on for paper in papers("minutes", archive)] == sorted(days)
    assert len(days) > 2
    only = Wanted(on=min(days))
    assert the("minutes", archive, only).held_on == min(days)


def test_minutes_count_attendance_and_quorum_of_each_case_after_recusals(archive):
    quorum = archive.rules.quorum
    for paper in papers("minutes", archive):
        for line in paper.candidates:
            state = archive.states[f"2025/{line.manager_id}"]
            may_act = entitled(state, archive.committee, archive.rules, paper.held_on)
            if line.decision is None:
                assert (line.present, line.entitled, line.votes_for) == (None, None, None)
            elif not state.earlier_decisions:
                assert line.entitled == len(may_act)
                assert line.quorum_needed == ceil(quorum * len(may_act))
                assert line.present >= line.quorum_needed
                assert line.votes_for + line.votes_against + line.votes_abstained == line.present


def test_minutes_give_the_panel_score_and_no_members_own(archive):
    scores = panel_scores(archive.states, archive.committee, archive.policy, date(2026, 3, 3))
    paper = max(papers("minutes", archive), key=lambda one: len(one.candidates))
    comments = {
        sheet.comment for state in archive.states.values() for _, sheet in state.sheets if sheet.comment
    }
    assert comments
    assert not comments & set(told(paper))
    same = [line for line in paper.candidates if line.score == scores[f"2025/{line.manager_id}"].score]
    assert len(same) >= len(paper.candidates) - 2  # but for cases that were changed afterwards
    assert all(line.raters > 1 for line in same if line.score is not None)
    assert any(line.spread is not None for line in paper.candidates)


def test_minutes_rest_on_their_last_decision_and_do_not_change_with_what_comes_later(archive):
    first = papers("minutes", archive)[0]
    until = {
        case: kept
        for case, history in archive.histories.items()
        if (kept := tuple(event for event in history if event.number <= first.ledger_number))
    }
    before = replace(archive, histories=until)
    again = papers("minutes", before)[0]
    assert (again.ledger_number, again.ledger_hash) == (first.ledger_number, first.ledger_hash)
    assert again.candidates == first.candidates
    assert again.recusals == first.recusals
    event = next(
        event
        for history in archive.histories.values()
        for event in history
        if event.number == first.ledger_number
    )
    assert isinstance(event.payload, Decided)
    assert event.hash == first.ledger_hash


def test_a_case_decided_anew_stands_in_both_minutes_each_as_it_was(archive):
    anew = next(state for state in archive.states.values() if state.earlier_decisions)
    found = [
        (paper.held_on, line.decision)
        for paper in papers("minutes", archive)
        for line in paper.candidates
        if line.manager_id == anew.manager_id
    ]
    assert [day for day, _ in found] == [anew.earlier_decisions[0].decided_on, anew.decision.decided_on]
    assert len({decision for _, decision in found}) == 2


def test_a_case_that_was_opened_and_put_off_is_in_the_minutes_without_a_decision(archive):
    put_off = [
        (paper.held_on, line)
        for paper in papers("minutes", archive)
        for line in paper.candidates
        if line.decision is None
    ]
    assert put_off
    for day, line in put_off:
        state = archive.states[f"2025/{line.manager_id}"]
        assert state.decision is None or state.decision.decided_on > day


def test_minutes_tell_agreement_by_level_and_that_it_decides_nothing(archive):
    for paper in papers("minutes", archive):
        assert "α" in paper.agreement[0]
        assert "不作为通过或不通过的条件" in paper.agreement[-1]


def test_a_corrected_decision_is_minuted_as_corrected_and_sealed_by_its_correction():
    course = Course()
    course.decided("甲")
    first = course.ledger.kept[-1]
    votes = Decided(True, date(2026, 1, 20), MEMBERS, Recommendation.APPROVE, 4, 1, 0)
    second = course.step("甲", votes, "P1", reason="计票有误", corrects=first.number)
    paper = the("minutes", of_course(course, of_example().review))
    assert (paper.candidates[0].votes_for, paper.candidates[0].votes_against) == (4, 1)
    assert (paper.ledger_number, paper.ledger_hash) == (second.number, second.hash)


def test_a_recusal_is_minuted_with_its_reason_and_a_sheet_that_no_longer_counts():
    course = Course()
    course.referred("甲")
    course.scored("甲", "80", "80", "80", "80", "80")
    course.step("甲", Recused("P5"), "P5", reason="曾共事。")
    course.step("甲", ScoresOpened(), "P1")
    course.step("甲", Decided(True, date(2026, 1, 20), MEMBERS[:4], Recommendation.APPROVE, 4, 0, 0), "P1")
    paper = the("minutes", of_course(course, of_example().review))
    (recusal,) = paper.recusals
    assert (recusal.member, recusal.reason, recusal.scored) == ("评委P5", "曾共事", True)
    assert paper.absent == ()  # who was recused from the only case was not to come
    assert paper.chair == "评委P1"


def test_minutes_are_for_the_secretary_and_for_members_whom_nothing_keeps_from_any_of_the_cases(archive):
    people = archive.committee.people
    by_secretary = papers("minutes", archive, Wanted(reader=people["S01"]))
    assert {paper.recorder for paper in by_secretary} == {"刘敏"}
    assert len(by_secretary) == len(papers("minutes", archive))
    recused = make("minutes", archive, Wanted(reader=people["P03"]))
    assert "recused" in {one.why.key.removeprefix("paper_making.") for one in recused.missing}
    assert papers("minutes", archive, Wanted(reader=people["R03"])) == []


# --- notices (Policy 4.4) ----------------------------------------------------------------------------


def test_a_notice_names_whom_the_committee_approved_and_nobody_else(archive):
    notices = of_everything("notice").made
    for one in notices:
        for case, person in zip(one.cases, one.paper.people, strict=True):
            shown = [
                event.payload for event in archive.histories[case] if isinstance(event.payload, Publicised)
            ]
            assert one.paper.dated in {each.posted_on for each in shown}
            assert archive.states[case].application.name == person.name
    on_paper = {case for one in notices for case in one.cases}
    declined = {
        state.case
        for state in archive.states.values()
        if state.publicity is not None and (state.decision is None or not state.decision.approved)
    }
    assert declined
    assert not declined & on_paper


def test_a_notice_counts_the_working_days_of_the_official_calendar(archive):
    over_the_festival = max(papers("notice", archive), key=lambda paper: paper.last_day - paper.first_day)
    assert (over_the_festival.last_day - over_the_festival.first_day).days > 7
    assert over_the_festival.working_days == archive.rules.publicity_days


def test_a_notice_is_whole_even_where_one_of_its_people_is_asked_for(archive):
    whole = max(of_everything("notice").made, key=lambda one: len(one.cases))
    (asked,) = make("notice", archive, Wanted(cases={whole.cases[0]})).made
    assert asked == whole


def test_namesakes_of_a_department_are_told_apart_and_only_they():
    course = Course()
    named = ("100123", "200124", "300125")
    for manager, name in zip(named, ("王伟", "王 伟", "李明"), strict=True):
        course.publicised(manager)
        history = course.ledger.kept
        at = next(i for i, one in enumerate(history) if one.case == f"2025/{manager}")
        history[at] = replace(history[at], payload=replace(history[at].payload, name=name))
    names = [person.name for person in the("notice", of_course(course)).people]
    assert names == ["王伟（工号尾号0123）", "王 伟（工号尾号0124）", "李明"]


def test_as_many_digits_are_told_as_tell_namesakes_apart():
    course = Course()
    for manager in ("10123", "20123"):
        course.publicised(manager)
        history = course.ledger.kept
        at = next(i for i, one in enumerate(history) if one.case == f"2025/{manager}")
        history[at] = replace(history[at], payload=replace(history[at].payload, name="王伟"))
    names = [person.name for person in the("notice", of_course(course)).people]
    assert names == ["王伟（工号尾号10123）", "王伟（工号尾号20123）"]


def test_a_result_that_is_not_posted_is_on_no_notice_yet():
    course = Course()
    course.decided("甲")
    assert reasons("notice", of_course(course)) == {"2025/甲": "not_yet"}


# --- replies (Policy 4.4) ----------------------------------------------------------------------------


def appealed(course, upheld=False, appellant="甲"):
    course.publicised("甲")
    received = course.step("甲", Appealed(appellant, date(2026, 1, 22), "漏计合同"), on=date(2026, 1, 22))
    course.step("甲", AppealHeard(received.number, date(2026, 1, 23), ("P2", "P3")), on=date(2026, 1, 23))
    settled = AppealSettled(received.number, upheld, date(2026, 1, 26))
    course.step("甲", settled, "P1", on=date(2026, 1, 26), reason="经核对属实")


@pytest.mark.parametrize(("upheld", "outcome"), [(True, "upheld"), (False, "dismissed")])
def test_a_reply_says_what_was_heard_when_by_how_many_and_why(upheld, outcome):
    course = Course()
    appealed(course, upheld)
    paper = the("appeal_reply", of_course(course))
    assert (paper.name, paper.department, paper.dated) == ("甲", DEPARTMENT, date(2026, 1, 26))
    assert (paper.heard_on, paper.heard_by, paper.outcome) == (date(2026, 1, 23), 2, outcome)
    assert (paper.subject, paper.reasons) == ("漏计合同", "经核对属实")
    assert (paper.result is not None) == upheld


def test_whoever_objects_to_anothers_result_is_not_given_the_others_department():
    course = Course()
    appealed(course, appellant="乙")
    paper = the("appeal_reply", of_course(course))
    assert (paper.name, paper.department) == ("乙", None)


def test_who_objected_is_told_to_no_reviewer():
    course = Course()
    appealed(course)
    people = course.committee.people
    assert papers("appeal_reply", of_course(course), Wanted(reader=people[SECRETARY]))
    making = make("appeal_reply", of_course(course), Wanted(reader=people[REVIEWER]))
    assert (making.made, making.missing) == ((), ())


def test_an_appeal_that_waits_is_told(archive):
    state = next(state for state in archive.states.values() if state.open_appeals)
    assert reasons("appeal_reply", archive)[state.case] == "appeal_open"


# --- appointments and certificates (Policy 4.5) --------------------------------------------------------


def test_an_appointment_lists_everybody_under_its_number_with_the_days_on_which_they_were_shown(archive):
    made = of_everything("appointment").made
    appointed = {case for case, state in archive.states.items() if state.appointment is not None}
    assert {case for one in made for case in one.cases} == appointed
    for one in made:
        states = [archive.states[case] for case in one.cases]
        assert {state.appointment.document_number for state in states} == {one.paper.number}
        assert {(shown.first_day, shown.last_day) for shown in one.paper.shown} == {
            (state.publicity.first, state.publicity.last) for state in states
        }
        assert len(one.paper.people) == len(states)


def test_a_certificate_bears_the_seal_of_its_appointment(archive):
    for one in of_everything("certificate").made:
        state = archive.states[one.cases[0]]
        assert one.paper.verification_code.replace("-", "").lower() == state.appointment_hash[:16]
        assert one.paper.number == state.appointment.certificate_number
        assert one.paper.valid_from == state.appointment.effective_on


def test_an_appointment_that_was_taken_back_has_no_certificate_and_no_notice():
    course = Course()
    course.appointed("甲")
    appointed = course.ledger.kept[-1]
    assert papers("certificate", of_course(course))
    course.step("甲", Voided(appointed.number), on=date(2026, 1, 29), reason="误录")
    assert papers("certificate", of_course(course)) == []
    assert papers("appointment", of_course(course)) == []
    assert reasons("certificate", of_course(course)) == {"2025/甲": "not_yet"}


def test_a_corrected_appointment_gets_a_new_code():
    course = Course()
    course.appointed("甲")
    first = course.ledger.kept[-1]
    before = the("certificate", of_course(course))
    later = replace(first.payload, effective_on=date(2026, 3, 1))
    course.step("甲", later, on=date(2026, 1, 29), reason="生效日期有误", corrects=first.number)
    course.ledger.kept[-1] = replace(course.ledger.kept[-1], hash="a" * 64)
    after = the("certificate", of_course(course))
    assert isinstance(first.payload, Appointed)
    assert after.valid_from == date(2026, 3, 1)
    assert after.verification_code != before.verification_code


# --- letters of refusal (Policy 4.3, 4.4) ----------------------------------------------------------------


def test_a_letter_lists_what_was_missed_and_what_lacks_evidence_and_nothing_that_was_met(archive):
    known = archive.known
    for one in of_everything("refusal").made:
        state = archive.states[one.cases[0]]
        case = known.get(state.manager_id)
        listed = {(item.clause, item.outcome) for item in one.paper.unmet if item.clause != "4.3"}
        verdicts = () if case is None or case.application is None else case.verdicts
        same_target = (
            case is not None
            and case.application is not None
            and case.application.target_level == state.application.target_level
        )
        wanted = {(v.criterion, v.outcome.value) for v in verdicts if v.outcome is not Outcome.MET}
        assert listed == (wanted if same_target else set())
        assert one.paper.appeal_until == state.publicity.last
        assert one.paper.unmet or one.paper.reason


def test_a_department_s_refusal_gives_its_opinion_and_no_score(archive):
    by_department = [paper for paper in papers("refusal", archive) if not paper.by_committee]
    assert by_department
    for paper in by_department:
        assert paper.reason
        assert "4.3" not in {item.clause for item in paper.unmet}


@pytest.mark.parametrize(("points", "is_listed"), [("69.99", True), ("70", False), ("70.01", False)])
def test_a_panel_score_below_its_line_is_told_with_both_and_one_on_the_line_is_not(points, is_listed):
    course = Course(policy(panel_line=Decimal(70)))
    course.opened("甲", *[points] * 5)
    course.step("甲", Decided(False, date(2026, 1, 20), MEMBERS, Recommendation.DECLINE, 0, 5, 0), "P1")
    course.step("甲", Publicised(date(2026, 1, 20), date(2026, 1, 21), date(2026, 1, 27)))
    paper = the("refusal", of_course(course, _review_of("甲")))
    listed = [(item.threshold, item.value) for item in paper.unmet if item.criterion == "评委评分"]
    assert listed == ([("≥ 70 分", points)] if is_listed else [])


def test_a_score_is_not_told_where_the_policy_shows_none():
    course = Course(policy(panel_line=Decimal(70), scores_shown_to_department="none"))
    course.opened("甲", *["60"] * 5)
    course.step("甲", Decided(False, date(2026, 1, 20), MEMBERS, Recommendation.DECLINE, 0, 5, 0), "P1")
    course.step("甲", Publicised(date(2026, 1, 20), date(2026, 1, 21), date(2026, 1, 27)))
    paper = the("refusal", of_course(course, _review_of("甲")))
    values = {item.criterion: (item.value, item.outcome) for item in paper.unmet}
    assert values["评委评分"] == (None, "missed")


def _review_of(manager):
    """The example's review with somebody who applied for junior under this id."""
    review = of_example().review
    case = next(
        one
        for one in review.cases
        if one.application is not None and one.application.target_level == "junior"
    )
    own = replace(case, person=replace(case.person, manager_id=manager))
    return replace(review, cases=(*review.cases, own))


def test_nobody_is_told_of_a_result_before_it_is_made_known():
    course = Course()
    course.decided("甲", approved=False)
    found = make("refusal", of_course(course, of_example().review), EVERYTHING)
    assert found.made == ()
    assert [(one.why.key, one.is_pending) for one in found.missing] == [("paper_making.not_publicised", True)]


def test_a_case_that_an_appeal_sent_back_gets_no_letter_on_the_result_that_fell():
    course = Course()
    appealed(course, upheld=True)
    assert reasons("refusal", of_course(course, of_example().review)) == {"2025/甲": "not_yet"}


def test_a_department_that_refused_is_named_as_the_one_who_did():
    course = Course()
    course.applied("甲")
    course.step("甲", Reviewed(ReviewDecision.REFUSED, "业绩不实", HEAD, date(2025, 12, 20)))
    course.step("甲", Publicised(date(2026, 1, 20), date(2026, 1, 21), date(2026, 1, 27)))
    paper = the("refusal", of_course(course, of_example().review))
    assert (paper.by_committee, paper.reason) == (False, "业绩不实")


def test_members_who_are_recused_are_given_no_letter_of_the_case():
    kin = Person("P6", "评委P6", "部门P6", (Role.MEMBER,), relations=("甲",))
    course = Course(people=committee(kin))
    course.publicised("甲", approved=False)
    filed = of_course(course, of_example().review)
    assert papers("refusal", filed, Wanted(reader=course.committee.people["P2"]))
    making = make("refusal", filed, Wanted(reader=kin))
    assert (making.made, making.missing) == ((), ())
    assert any(isinstance(event.payload, Scored) for event in filed.histories["2025/甲"])
