"""What is decided after the review, and the steps of the law before a dismissal. Policy 1.3.a, 5.4."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from cmreview.process import events as record
from cmreview.process.access import may_see
from cmreview.process.committee import Role
from cmreview.process.desk import Desk
from cmreview.process.events import Draft, Kind
from cmreview.process.labels import label
from cmreview.process.ledger.ledger import Ledger, restore
from cmreview.process.measures import CLAUSES, LEGAL_STEPS, LawStep, LegalStep, Measure, Standing
from cmreview.process.overview import overview
from cmreview.process.stages import ENDED, Stage
from cmreview.process.steps.steps import faults_of
from cmreview.process.timeline import Glossary, timeline, told
from tests.process import cases
from tests.process.cases import AFTER, AT_STAGE, Told, legal_step, measure, moment, on

CHAIR, DEPUTY, SECRETARY = "P01", "P02", "S01"
SHOWN, HELPED, AGAIN = on("2025-01-20"), on("2025-03-01"), on("2025-12-20")
NOTICE = on("2026-02-01")
DONE = {
    LawStep.RULES_PUBLICISED: on("2021-01-01"),
    LawStep.STANDARD_KNOWN: on("2024-01-05"),
    LawStep.INCOMPETENCE_SHOWN: SHOWN,
    LawStep.TRAINING_OR_TRANSFER: HELPED,
    LawStep.SECOND_ASSESSMENT: AGAIN,
    LawStep.BARRED_CASES_CHECKED: on("2026-01-15"),
    LawStep.NOTICE_OR_PAY: NOTICE,
    LawStep.UNION_INFORMED: on("2026-01-20"),
}
DUE = NOTICE + timedelta(days=30)


def with_steps(without=(), given=None, **changed) -> Told:
    """A case of somebody who did not apply, with the steps of the law; ``changed`` by the step's name."""
    case = Told("001077", given)
    for step, day in DONE.items():
        if step not in without:
            one = changed.get(step.value, legal_step(step, day))
            case.take(one, SECRETARY, AFTER)
    return case


def dismissal(agreed=True, on=AFTER, effective_on=DUE, **changes):
    """A dismissal is never more than a case for the committee."""
    return measure(Measure.DISMISSAL, agreed, Standing.COMMITTEE, on, effective_on=effective_on, **changes)


def bonus(amount="12000", **changes):
    return measure(Measure.BONUS, amount=None if amount is None else Decimal(amount), **changes)


def demotion(to_level="junior", effective_on=AFTER, **changes):
    return measure(Measure.DEMOTION, to_level=to_level, effective_on=effective_on, **changes)


def said(case, payload, actor=CHAIR, day=AFTER, reason="委员会决定", corrects=None):
    """The code of a refusal, without its subject."""
    return case.code(payload, actor, day, reason, corrects).removeprefix("measures.")


# --- at any stage, and of everybody


@pytest.mark.parametrize("stage", Stage)
def test_a_measure_is_decided_at_any_stage_and_changes_none(stage):
    case = AT_STAGE[stage]()
    case.take(measure(), DEPUTY, on("2026-03-06"))
    case.take(legal_step(), SECRETARY, on("2026-03-06"))
    assert case.stage is stage
    assert [one.decided.measure for one in case.state.measures] == [Measure.WARNING]
    assert [one.taken.step for one in case.state.legal_steps] == [LawStep.STANDARD_KNOWN]
    assert faults_of(case.case, case.events, case.setting) == ()


@pytest.mark.parametrize("first", [measure(), legal_step()])
def test_who_was_decided_on_may_still_apply(first):
    case = Told()
    case.take(
        first, CHAIR if isinstance(first, record.MeasureDecided) else SECRETARY, cases.APPLIED + timedelta(90)
    )
    assert case.stage is Stage.NOTHING
    case.take(cases.application(), SECRETARY, cases.APPLIED + timedelta(90))
    assert case.stage is Stage.APPLIED
    assert case.state.application is not None


def test_every_measure_has_a_clause_and_a_name_in_both_languages():
    assert list(CLAUSES.values()) == [f"5.4.{letter}" for letter in "abcdefgh"]
    assert [label(one).zh for one in Measure] == [
        "奖金",
        "荣誉称号",
        "优先晋升",
        "连续优秀待遇",
        "警告与改进计划",
        "降职",
        "辞退",
        "重大损失处理",
    ]
    assert all(
        label(one)(lang) for kind in (Measure, Standing, LawStep) for one in kind for lang in ("zh", "en")
    )


def test_the_ledger_stores_the_words_that_later_years_will_read():
    """A renamed value would make every earlier ledger unreadable."""
    assert [one.value for one in Measure] == [
        *("bonus", "honour", "priority", "benefits", "warning", "demotion", "dismissal", "loss")
    ]
    assert [one.value for one in Standing] == ["due", "not_due", "committee", "no_rule"]
    assert (
        *("rules_publicised", "standard_known", "incompetence_shown", "training_or_transfer"),
        *("second_assessment", "barred_cases_checked", "notice_or_pay", "union_informed"),
    ) == LEGAL_STEPS


# --- who


@pytest.mark.parametrize("actor", ["P05", "P06", "R03", SECRETARY])
def test_a_measure_is_decided_by_chair_or_deputy_alone(actor):
    refused = Told().refusal(measure(), actor, AFTER)
    assert refused.code == "process.wrong_role"
    assert "主任" in refused.mend("zh")


@pytest.mark.parametrize("actor", [CHAIR, DEPUTY, "P05", "R03"])
def test_steps_of_the_law_are_recorded_by_a_secretary_alone(actor):
    assert Told().code(legal_step(), actor, AFTER) == "wrong_role"


@pytest.mark.parametrize("department", ["公司领导", " 公司 领导"])
def test_nobody_decides_on_the_own_department_or_on_themself(department):
    """Nothing is recorded of the person yet: what the decision itself says counts."""
    case = Told("001077")
    assert case.code(measure(department=department), CHAIR, AFTER) == "recused"
    assert case.try_(measure(department=department), DEPUTY, AFTER)
    own = measure(name="周建国", department=department)
    assert "本人" in case.refusal(own, CHAIR, AFTER).what("zh")


def test_a_recorded_relation_speaks_against_a_decision():
    chair = replace(cases.committee().people[CHAIR], relations=("001077",))
    assert Told("001077", cases.setting(cases.committee(chair))).code(measure(), CHAIR, AFTER) == "recused"


def test_who_is_recused_from_the_application_does_not_decide_on_the_measure():
    case = cases.referred()
    case.take(record.Recused(CHAIR), CHAIR, cases.SCORED, "亲属")
    assert case.code(measure(), CHAIR, AFTER) == "recused"
    assert case.try_(measure(), DEPUTY, AFTER)


def test_a_department_that_was_typed_otherwise_does_not_lift_a_recusal():
    case = Told("001077")
    case.take(measure(department="公司领导"), DEPUTY, AFTER)
    assert case.code(bonus(department="销售一部"), CHAIR, AFTER) == "recused"


def test_a_secretary_records_no_step_against_themself():
    own = legal_step(name="刘敏", department="人力资源部")
    assert Told().code(own, SECRETARY, AFTER) == "recused"
    other = cases.person("S02", "高原", "人力资源部", Role.SECRETARY)
    assert Told(given=cases.setting(cases.committee(other))).try_(own, "S02", AFTER)


# --- what the figures say


@pytest.mark.parametrize(
    ("agreed", "advised", "needs_reason"),
    [
        (True, Standing.DUE, False),
        (True, Standing.NOT_DUE, True),
        (True, Standing.COMMITTEE, True),
        (True, Standing.NO_RULE, True),
        (False, Standing.DUE, True),
        (False, Standing.NOT_DUE, False),
        (False, Standing.COMMITTEE, True),
        (False, Standing.NO_RULE, True),
    ],
)
def test_a_decision_that_departs_from_the_figures_or_that_they_do_not_settle_has_a_reason(
    agreed, advised, needs_reason
):
    given = measure(agreed=agreed, advised=advised)
    assert Told().try_(given, CHAIR, AFTER, "初次未达标，事出有因")
    for reason in (None, " "):
        if needs_reason:
            refused = Told().refusal(given, CHAIR, AFTER, reason)
            assert refused.code == "measures.reason_missing"
            assert label(advised).zh in refused.what("zh")
        else:
            assert Told().try_(given, CHAIR, AFTER, reason)


# --- what a decision says


def test_a_day_that_has_not_come_is_refused():
    assert Told().code(measure(on=AFTER + timedelta(1)), CHAIR, AFTER) == "in_the_future"
    assert Told().code(legal_step(on=AFTER + timedelta(1)), SECRETARY, AFTER) == "in_the_future"


def test_a_decision_names_its_person():
    assert said(Told(), measure(name=" ")) == "nobody"
    assert said(Told(), legal_step(department=""), SECRETARY) == "nobody"
    case = cases.applied()
    assert said(case, measure(name="李明")) == "other_person"
    assert case.try_(measure(name="王 伟"), CHAIR, AFTER)


@pytest.mark.parametrize(("amount", "code"), [(None, "no_amount"), ("0", "odd_amount"), ("-5", "odd_amount")])
def test_a_bonus_that_is_agreed_to_has_an_amount_above_zero(amount, code):
    assert said(Told(), bonus(amount)) == code
    assert Told().try_(bonus("0.01"), CHAIR, AFTER)


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "0.001", "1E+999999", "10000000000000"])
def test_an_amount_that_nobody_can_pay_is_refused(amount):
    assert said(Told(), bonus(amount)) == "odd_amount"


@pytest.mark.parametrize(("amount", "code"), [("800000", None), ("800000.01", "above_budget")])
def test_nobody_is_paid_more_than_the_year_has_for_all(amount, code):
    """Policy 5.4.a."""
    case = Told(given=cases.setting(bonus_budget=Decimal(800_000)))
    if code is None:
        assert case.try_(bonus(amount), CHAIR, AFTER)
    else:
        assert said(case, bonus(amount)) == code
    assert Told().try_(bonus(amount), CHAIR, AFTER)  # while the budget is open there is nothing to hold it to


def test_a_measure_says_nothing_that_it_has_not():
    assert said(Told(), measure(amount=Decimal(1))) == "idle_amount"
    assert said(Told(), measure(to_level="junior")) == "idle_to_level"
    assert said(Told(), replace(bonus(), agreed=False)) == "idle_amount"
    assert said(Told(), replace(demotion(effective_on=None), agreed=False)) == "idle_to_level"
    assert said(Told(), measure(agreed=False, effective_on=AFTER)) == "idle_effective_on"


@pytest.mark.parametrize(
    ("level", "lower"), [("senior", {"junior", "intermediate"}), ("intermediate", {"junior"})]
)
def test_a_demotion_leads_to_a_lower_level(level, lower):
    for one in ("junior", "intermediate", "senior", "expert", None):
        given = demotion(one, level=level)
        if one in lower:
            assert Told().try_(given, CHAIR, AFTER)
        else:
            assert said(Told(), given) == "not_lower"


@pytest.mark.parametrize("level", ["junior", None])
def test_there_is_no_demotion_from_the_lowest_level_or_from_none(level):
    assert said(Told(), demotion(level=level)) == "nothing_lower"


def test_an_unknown_level_is_refused():
    assert Told().code(measure(level="expert"), CHAIR, AFTER) == "unknown_level"


def test_a_demotion_takes_effect_on_a_day_and_not_before_it_is_decided():
    assert said(Told(), demotion(effective_on=None)) == "no_day"
    assert said(Told(), demotion(effective_on=AFTER - timedelta(1))) == "in_arrears"
    assert Told().try_(demotion(effective_on=AFTER), CHAIR, AFTER)


def test_a_major_loss_needs_nothing_more_than_its_reason():
    assert Told().try_(measure(Measure.LOSS, advised=Standing.COMMITTEE), CHAIR, AFTER, "责任已查明")


# --- once, then corrected or taken back


def test_a_measure_is_decided_once():
    case = Told()
    case.take(measure(), CHAIR, AFTER)
    refused = case.refusal(measure(agreed=False), CHAIR, AFTER)
    assert (refused.code, refused.values["event"]) == ("measures.decided_twice", 1)
    assert case.try_(bonus(), CHAIR, AFTER)


def test_a_decision_is_changed_by_a_correction_with_a_reason():
    case = Told()
    case.take(measure(), CHAIR, AFTER)
    changed = measure(agreed=False)
    assert case.code(changed, CHAIR, AFTER, None, corrects=1) == "reason_missing"
    case.take(changed, DEPUTY, AFTER, "材料核实后更正", corrects=1)
    (found,) = case.state.measures
    assert (found.event, found.decided.agreed, found.by, found.why) == (1, False, DEPUTY, "材料核实后更正")


def test_a_decision_that_is_taken_back_may_be_made_anew():
    case = Told()
    case.take(measure(), CHAIR, AFTER)
    assert case.code(record.Voided(1), SECRETARY, AFTER, "误录") == "wrong_role"
    case.take(record.Voided(1), CHAIR, AFTER, "误录")
    assert case.state.measures == ()
    assert case.stage is Stage.NOTHING
    assert case.try_(measure(agreed=False), CHAIR, AFTER)


def test_a_correction_stays_with_its_measure_and_its_step():
    case = Told()
    case.take(measure(), CHAIR, AFTER)
    case.take(legal_step(), SECRETARY, AFTER)
    assert said(case, bonus(), corrects=1) == "other_measure"
    other = legal_step(LawStep.UNION_INFORMED)
    assert said(case, other, SECRETARY, corrects=2) == "other_step"


def test_a_step_of_the_law_is_recorded_once_and_corrected_by_name():
    case = Told()
    case.take(legal_step(), SECRETARY, AFTER)
    assert said(case, legal_step(), SECRETARY) == "taken_twice"
    case.take(legal_step(document="签收单（二）"), SECRETARY, AFTER, "文件名有误", corrects=1)
    assert case.state.legal_step(LawStep.STANDARD_KNOWN).taken.document == "签收单（二）"


# --- the law before a dismissal


def test_a_dismissal_with_every_step_of_the_law_is_recorded():
    case = with_steps()
    case.take(dismissal(), CHAIR, AFTER, "三年未达标，经培训仍不能胜任")
    assert case.state.measure(Measure.DISMISSAL).decided.effective_on == DUE


@pytest.mark.parametrize("step", LawStep)
def test_each_step_that_is_missing_stands_in_the_refusal_and_no_other(step):
    refused = with_steps(without={step}).refusal(dismissal(), CHAIR, AFTER, "理由")
    assert (refused.code, refused.values["steps"]) == ("measures.steps_missing", (label(step),))
    assert label(step).zh in refused.what("zh")


def test_without_any_step_all_of_them_are_named():
    refused = Told().refusal(dismissal(), CHAIR, AFTER, "理由")
    assert refused.values["steps"] == tuple(label(step) for step in LawStep)


def test_a_dismissal_that_is_not_agreed_to_needs_no_step():
    assert Told().try_(dismissal(agreed=False, effective_on=None), CHAIR, AFTER, "由部门另行安排")


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (1, True)])
def test_every_step_is_done_by_the_day_of_the_decision(days, is_late):
    day = AFTER - timedelta(1)
    union = legal_step(LawStep.UNION_INFORMED, day + timedelta(days))
    case = with_steps(union_informed=union)
    given = dismissal(on=day)
    if is_late:
        refused = case.refusal(given, CHAIR, AFTER, "理由")
        assert (refused.code, refused.values["steps"]) == (
            "measures.steps_too_late",
            (label(LawStep.UNION_INFORMED),),
        )
    else:
        assert case.try_(given, CHAIR, AFTER, "理由")


@pytest.mark.parametrize(("days", "is_soon"), [(29, True), (30, False), (31, False)])
def test_the_days_of_notice_lie_before_the_end(days, is_soon):
    given = dismissal(effective_on=NOTICE + timedelta(days))
    if is_soon:
        refused = with_steps().refusal(given, CHAIR, AFTER, "理由")
        assert refused.code == "measures.notice_too_short"
        assert DUE.isoformat() in refused.what("zh")
    else:
        assert with_steps().try_(given, CHAIR, AFTER, "理由")


def test_the_days_of_notice_are_the_policy_s():
    longer = cases.setting(dismissal_notice_days=40)
    assert said(with_steps(given=longer), dismissal()) == "notice_too_short"
    open_ = cases.setting(dismissal_notice_days=None)
    assert said(with_steps(given=open_), dismissal()) == "no_notice_days"


@pytest.mark.parametrize("days", [30, None])
def test_a_month_s_pay_takes_the_place_of_the_notice(days):
    paid = legal_step(LawStep.NOTICE_OR_PAY, NOTICE, "代通知金支付凭证", in_lieu=True)
    case = with_steps(given=cases.setting(dismissal_notice_days=days), notice_or_pay=paid)
    assert case.try_(dismissal(effective_on=AFTER), CHAIR, AFTER, "理由")
    assert said(case, dismissal(effective_on=AFTER - timedelta(1))) == "in_arrears"


def test_pay_takes_the_place_of_no_other_step():
    assert said(Told(), legal_step(in_lieu=True), SECRETARY) == "pay_without_notice"


@pytest.mark.parametrize("document", ["", " "])
def test_a_step_of_the_law_has_its_document(document):
    assert said(Told(), legal_step(document=document), SECRETARY) == "document_missing"


def test_a_dismissal_has_its_day():
    assert said(with_steps(), dismissal(effective_on=None)) == "no_day"


@pytest.mark.parametrize(("days", "is_early"), [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("helped_first", [True, False])
def test_the_second_assessment_comes_after_training_or_transfer(days, is_early, helped_first):
    both = [
        legal_step(LawStep.TRAINING_OR_TRANSFER, HELPED),
        legal_step(LawStep.SECOND_ASSESSMENT, HELPED + timedelta(days)),
    ]
    first, then = both if helped_first else reversed(both)
    case = Told()
    case.take(first, SECRETARY, AFTER)
    if is_early:
        assert said(case, then, SECRETARY) == "assessed_too_early"
    else:
        assert case.try_(then, SECRETARY, AFTER)


@pytest.mark.parametrize(("days", "is_early"), [(-1, True), (0, False)])
def test_training_or_transfer_follows_from_what_was_shown(days, is_early):
    case = Told()
    case.take(legal_step(LawStep.INCOMPETENCE_SHOWN, SHOWN), SECRETARY, AFTER)
    then = legal_step(LawStep.TRAINING_OR_TRANSFER, SHOWN + timedelta(days))
    if is_early:
        assert said(case, then, SECRETARY) == "helped_too_early"
    else:
        assert case.try_(then, SECRETARY, AFTER)


def number_of(case, step):
    return case.state.legal_step(step).event


@pytest.mark.parametrize("step", LawStep)
def test_no_step_is_taken_back_from_under_a_dismissal(step):
    case = with_steps()
    case.take(dismissal(), CHAIR, AFTER, "理由")
    refused = case.refusal(record.Voided(number_of(case, step)), SECRETARY, AFTER, "误录")
    assert refused.code == "process.correction_breaks"
    assert label(step).zh in refused.what("zh")


def test_a_notice_that_is_corrected_under_a_dismissal_is_still_long_enough():
    case = with_steps()
    case.take(dismissal(), CHAIR, AFTER, "理由")
    number = number_of(case, LawStep.NOTICE_OR_PAY)
    later = legal_step(LawStep.NOTICE_OR_PAY, NOTICE + timedelta(1))
    assert said(case, later, SECRETARY, corrects=number) == "notice_too_short"
    earlier = legal_step(LawStep.NOTICE_OR_PAY, NOTICE - timedelta(1))
    case.take(earlier, SECRETARY, AFTER, "日期误写", corrects=number)
    case.take(
        legal_step(LawStep.NOTICE_OR_PAY, NOTICE - timedelta(2)), SECRETARY, AFTER, "再更正", corrects=number
    )
    assert case.state.legal_step(LawStep.NOTICE_OR_PAY).taken.done_on == NOTICE - timedelta(2)


def test_taking_back_a_correction_of_the_notice_does_not_shorten_it():
    paid = legal_step(LawStep.NOTICE_OR_PAY, NOTICE, in_lieu=True)
    case = with_steps()
    case.take(paid, SECRETARY, AFTER, "支付代通知金", corrects=number_of(case, LawStep.NOTICE_OR_PAY))
    correction = case.last
    case.take(dismissal(effective_on=AFTER), CHAIR, AFTER, "理由")
    assert said(case, record.Voided(correction), SECRETARY) == "notice_too_short"


# --- who reads it


def test_a_case_without_an_application_is_seen_by_committee_and_secretaries_only():
    case = Told("001077")
    case.take(measure(), CHAIR, AFTER)
    people = case.setting.committee.people
    seen = {one for one, person in people.items() if may_see(case.state, person, case.setting.rules)}
    assert seen >= {CHAIR, DEPUTY, SECRETARY}
    assert not seen & {"R03", "R04"}


@pytest.mark.parametrize(("reader", "is_open"), [("R03", False), (SECRETARY, True), (DEPUTY, True)])
def test_what_a_measure_says_is_closed_to_the_department_s_reviewer(reader, is_open):
    case = cases.reviewed()
    case.take(measure(), DEPUTY, AFTER)
    case.take(legal_step(), SECRETARY, AFTER)
    person = case.setting.committee.people[reader]
    shown = timeline(case.state, case.events, case.setting.rules, person)[-2:]
    assert [not one.is_closed for one in shown] == [is_open, is_open]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_field_of_a_decision_is_told_in_words(lang):
    people = cases.committee()
    glossary = Glossary(people, {}, {})
    text = told(demotion(), glossary, lang)
    assert label(Measure.DEMOTION)(lang) in text
    assert label(Standing.DUE)(lang) in text
    assert "12000" in told(bonus("12000.00"), glossary, lang)
    step = told(legal_step(LawStep.NOTICE_OR_PAY, in_lieu=True), glossary, lang)
    assert label(LawStep.NOTICE_OR_PAY)(lang) in step
    assert ("一个月工资" if lang == "zh" else "a month's pay") in step


def test_the_list_of_cases_names_somebody_who_did_not_apply_and_waits_for_nobody():
    case = Told("001077")
    case.take(measure(), CHAIR, AFTER)
    (line,) = overview({case.case: case.events}, case.setting, AFTER)
    assert (line.state.name, line.state.department, line.state.stage) == ("王伟", "销售一部", Stage.NOTHING)
    assert (line.since, line.waiting.key) == (None, "waiting.nobody")


# --- in the ledger


def test_decisions_and_steps_come_back_from_ledger_copy_and_restore(location, places, kind, tmp_path):
    case = "2025/001077"
    drafts = [Draft(case, legal_step(step, day), SECRETARY) for step, day in DONE.items()]
    drafts += [Draft(case, dismissal(), CHAIR, "理由"), Draft(case, bonus("12000.50"), DEPUTY)]
    with Ledger.open(location, create=True) as ledger:
        desk = Desk(ledger, cases.setting())
        for draft in drafts:
            desk.record([draft], moment(AFTER))
        desk.record([Draft(case, bonus("8000"), CHAIR, "金额更正", corrects=10)], moment(AFTER))
        assert ledger.verify() == ()
        before = desk.states()
        head = ledger.export(tmp_path / "copy.jsonl")
    there = places(kind)
    restore(tmp_path / "copy.jsonl", there)
    with Ledger.open(there) as ledger:
        assert ledger.verify(head.hash) == ()
        after = Desk(ledger, cases.setting()).states()
        assert after == before
        assert faults_of(case, ledger.events(case), cases.setting()) == ()
    state = after[case]
    assert state.stage is Stage.NOTHING
    assert state.measure(Measure.BONUS).decided.amount == Decimal(8000)
    assert [one.taken.step for one in state.legal_steps] == list(LawStep)


def test_steps_and_dismissal_handed_in_together_are_held_against_each_other(tmp_path):
    case = "2025/001077"
    drafts = [Draft(case, legal_step(step, day), SECRETARY) for step, day in DONE.items()]
    with Ledger.open(tmp_path / "ledger.db", create=True) as ledger:
        desk = Desk(ledger, cases.setting())
        assert len(desk.record([*drafts, Draft(case, dismissal(), CHAIR, "理由")], moment(AFTER))) == 9


def test_two_deputies_deciding_at_once_do_not_both_decide(tmp_path):
    case = "2025/001077"
    with Ledger.open(tmp_path / "ledger.db", create=True) as ledger:
        desk = Desk(ledger, cases.setting())
        desk.record([Draft(case, measure(), CHAIR)], moment(AFTER))
        with pytest.raises(cases.ProcessError) as caught:
            desk.record([Draft(case, measure(), DEPUTY)], moment(AFTER))
        assert caught.value.code == "measures.decided_twice"


def test_both_kinds_are_steps_of_an_ended_case_too():
    for stage in ENDED:
        case = AT_STAGE[stage]()
        assert case.try_(bonus(), DEPUTY, on("2026-03-06")).state.stage is stage
    assert {Kind.MEASURE_DECIDED, Kind.LEGAL_STEP} <= set(Kind)
    assert isinstance(legal_step(), LegalStep)
