"""A year of the whole company put together, and what one department may see of it. Policy 1.2, 1.3.a, 2."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.findings import Finding
from cmreview.policy.model import Group
from cmreview.records.model import Currency, TableCount
from cmreview.review.case import build_review, expectations
from cmreview.review.counting.indicators import manager_years
from cmreview.review.store import load, save
from cmreview.terms import Label, Outcome, Result, Severity
from tests.builders import make_policy, make_records

POLICY = make_policy()
FIRST, SECOND, THIRD = "销售一部", "销售二部", "销售三部"

# id, name, department, level held, hired, left
PEOPLE = (
    ("A1", "安然", FIRST, None, "2020-01-01", None),
    ("A2", "白露", FIRST, "junior", "2019-01-01", None),
    ("A3", "陈述", FIRST, None, "2025-06-01", None),
    ("A4", "邓攀", FIRST, None, "2015-01-01", "2024-06-30"),
    ("A5", "冯唐", FIRST, None, "2026-02-01", None),
    ("A6", "高远", FIRST, "junior", "2018-01-01", "2025-08-31"),
    ("A7", "何以", FIRST, None, "2020-01-01", None),
    ("A8", "简单", FIRST, "junior", "2020-01-01", None),
    ("B1", "江流", SECOND, None, "2020-01-01", None),
    ("B2", "孔明", SECOND, None, "2020-01-01", None),
    ("C1", "雷动", THIRD, None, "2020-01-01", None),
)


def contract(number, manager, amount, day, customer=None, **more):
    customer = customer or f"K{number}"
    return {
        "contract_id": f"HT{number}",
        "manager_id": manager,
        "customer_id": customer,
        "amount": amount,
        "signed_on": day,
    } | more


def application(manager, level="junior", day="2025-12-10", evidence="合同清单；报告", **more):
    return {"manager_id": manager, "target_level": level, "applied_on": day, "evidence": evidence} | more


def finding(code, **more):
    return Finding(code, Severity.WARNING, "部门.xlsx", **more)


FINDINGS = (
    finding("records.own", department=FIRST, row=3, value="x"),
    finding("records.theirs", department=SECOND, row=4, value="y"),
    finding("records.general"),
    finding("records.general_of_a_row", row=9),
    finding("records.general_with_a_value", value="123"),
    finding("records.general_about_them", details=(("who", "工号 B1"),)),
    Finding("records.stops", Severity.ERROR, "销售三部.xlsx", department=THIRD),
)
COUNTS = (
    TableCount("contracts", "合同.csv", None, 13, 12, 1),
    TableCount("managers", "一部.xlsx", "花名册", 8, 8, 0),
    TableCount("managers", "二部.xlsx", "花名册", 2, 2, 0),
)


def company(**changes):
    """Three departments; everybody of the first two sold something in 2024 and 2025."""
    sold = [
        contract(f"{y}{who}", who, 100_000, f"{y}-01-15") for who in ("A1", "A2", "B1") for y in (2022, 2024)
    ]
    new = [contract(f"A1-{n}", "A1", 300_000, f"2025-{n:02}-10") for n in range(1, 7)]
    new += [contract(f"B1-{n}", "B1", 300_000, f"2025-{n:02}-10") for n in range(1, 7)]
    new += [contract("B2-1", "B2", 500_000, "2025-05-05"), contract("C1-1", "C1", 700_000, "2025-05-05")]
    new += [
        contract("A8-1", "A8", 100_000, "2025-04-04"),
        contract("X", "A1", 9, "2025-05-05", cancelled_on="2025-06-01"),
    ]
    tables = {
        "managers": [
            {
                "manager_id": id_,
                "name": name,
                "department": department,
                "hired_on": hired,
                "left_on": left,
                "account_manager_since": hired,
                "degree": "bachelor",
            }
            for id_, name, department, _, hired, left in PEOPLE
        ],
        "level_history": [
            {"manager_id": id_, "department": department, "level": level, "start": hired}
            for id_, _, department, level, hired, _ in PEOPLE
            if id_ != "A8"
        ]
        + [
            {
                "manager_id": "A8",
                "department": SECOND,
                "level": "junior",
                "start": "2020-01-01",
                "end": "2025-06-30",
            },
            {"manager_id": "A8", "department": FIRST, "level": "junior", "start": "2025-07-01"},
        ],
        "leaves": [{"manager_id": "A1", "start": "2025-03-01", "end": "2025-03-10"}],
        "exams": [
            {"manager_id": id_, "level": "junior", "taken_on": "2024-05-01"} for id_ in ("A1", "B1", "C1")
        ],
        "customers": [
            {"customer_id": row["customer_id"], "name": f"客户{row['customer_id']}", "key_customer": False}
            for row in (*sold, *new)
        ],
        "contracts": [*sold, *new],
        "surveys": [
            {"manager_id": id_, "customer_id": f"K{id_}-{n}", "surveyed_on": "2025-11-01", "score": score}
            for id_ in ("A1", "B1")
            for n, score in enumerate((5, 5, 4, 4, 4, None), start=1)
        ],
        "complaints": [
            {"complaint_id": "TS1", "customer_id": "KB1-1", "manager_id": "B1", "received_on": "2025-02-02"}
        ],
        "applications": [
            application("A1", declared_sales=1_800_000),
            application("A7", day="2026-02-20"),
            application("B1", day="2025-12-01"),
            application("B2", "intermediate"),
            application("C1"),
        ],
        "preliminary_reviews": [
            {"manager_id": "A1", "year": 2025, "reviewed_on": "2026-01-05", "opinion": "属实"},
            {"manager_id": "A1", "year": 2024, "reviewed_on": "2025-01-05"},
        ],
        "outcomes": [
            {"manager_id": "B1", "year": 2024, "level": "junior", "outcome": "met", "honour": "优秀客户经理"},
            {"manager_id": "A1", "year": 2025, "level": "junior", "outcome": "met"},
        ],
    } | changes
    return make_records(findings=FINDINGS, counts=COUNTS, **tables)


@pytest.fixture(scope="module")
def records():
    return company()


@pytest.fixture(scope="module")
def review(records):
    return build_review(records, POLICY)


def case(review, manager):
    return next(case for case in review.cases if case.person.manager_id == manager)


# --- everybody


def test_everybody_on_the_roster_appears_exactly_once(review):
    assert [each.person.manager_id for each in review.cases] == [id_ for id_, *_ in PEOPLE]
    shown = [
        each.person.manager_id
        for name in (FIRST, SECOND)
        for each in (*review.department(name).applicants, *review.department(name).others)
    ]
    assert sorted(shown) == [id_ for id_, _, department, *_ in PEOPLE if department != THIRD]


def test_whoever_was_not_there_in_the_year_is_kept_with_a_remark(review):
    remarks = {
        each.person.manager_id: [told.key for told in each.questions]
        for each in review.department(FIRST).others
    }
    assert remarks == {
        "A2": [],
        "A3": [],
        "A4": ["review.remark.left_before"],
        "A5": ["review.remark.joined_after"],
        "A6": ["review.remark.left_during"],
        "A8": [],
    }
    for manager in ("A4", "A5"):
        assert case(review, manager).verdicts == ()
        assert case(review, manager).fact("sales").value is None


def test_a_person_belongs_to_the_department_of_the_years_end(review):
    moved = case(review, "A8")
    assert moved.person.department == FIRST
    assert [spell.department for spell in moved.person.history] == [SECOND, FIRST]


def test_applicants_are_judged_for_the_level_they_apply_for_and_others_for_the_one_they_hold(review):
    applicant = case(review, "A1")
    assert {verdict.level for verdict in applicant.verdicts} == {"junior"}
    assert {verdict.group for verdict in applicant.verdicts} == {Group.QUALIFICATION, Group.PERFORMANCE}
    holder = case(review, "A2")
    assert {verdict.level for verdict in holder.verdicts} == {"junior"}
    assert {verdict.group for verdict in holder.verdicts} == {Group.PERFORMANCE}
    assert case(review, "A3").verdicts == ()
    assert case(review, "A3").overall is None


def test_a_case_holds_verdicts_score_declared_figures_trend_and_preliminary_review(review):
    told = case(review, "A1")
    assert told.overall.result == Result.ELIGIBLE
    assert [verdict.outcome for verdict in told.verdicts] == [Outcome.MET] * 6
    assert (told.score.points, told.score.coverage) == (Fraction("1.2"), 1)
    sales = next(line for line in told.declared if line.indicator == "sales")
    assert (sales.computed, sales.agrees) == (1_800_000, True)
    assert told.preliminary.reviewed_on == date(2026, 1, 5)
    assert [each.year for each in told.trend] == [2022, 2023, 2024, 2025]
    assert [each.sales for each in told.trend] == [100_000, None, 100_000, 1_800_000]
    assert [each.part_year for each in told.trend] == [False, False, False, True]
    assert told.person.outcomes == ()  # the year's own conclusion is not an earlier one


def test_every_value_counts_its_rows_and_can_list_them(review):
    told = case(review, "A1")
    assert told.fact("sales").rows == 6
    contracts = tuple(f"HTA1-{n}" for n in range(1, 7))
    assert review.sources("A1", "sales") == contracts  # the cancelled one is not among them
    assert review.sources("A1", "sales_growth") == contracts
    assert review.sources("A1", "new_customers") == tuple(f"KA1-{n}" for n in range(1, 7))
    assert len(review.sources("A1", "satisfaction")) == told.fact("satisfaction").rows == 5
    assert review.sources("nobody", "sales") == ()
    first = next(row for row in told.sources if row.indicator == "sales")
    assert (first.id, first.customer, first.amount) == ("HTA1-1", "客户KA1-1", 300_000)
    unanswered = [row for row in told.sources if row.indicator == "satisfaction" and not row.counts]
    assert [row.note.text() for row in unanswered] == ["未答复"]


def test_a_late_application_is_kept_flagged_and_not_reviewed(review):
    late = case(review, "A7")
    assert late.application.awaits_admission
    assert (late.verdicts, late.overall, late.score) == ((), None, None)
    assert late.fact("sales").value == 0
    assert "review.question.late" in [told.key for told in late.questions]
    admitted = build_review(
        company(applications=[application("A7", day="2026-02-20", admitted_by="王主任")]), POLICY
    )
    assert case(admitted, "A7").overall.result == Result.NOT_ELIGIBLE


# --- ranks


def test_the_rank_is_among_the_applicants_for_the_same_level_in_the_company(review):
    scores = {manager: case(review, manager).score for manager in ("A1", "B1", "B2", "C1")}
    assert (scores["B1"].rank_in_company, scores["A1"].rank_in_company) == (1, 2)
    assert scores["A1"].of_company == scores["B1"].of_company == 2
    assert scores["A1"].tie_broken_by == "promotion_priority"  # B1 had an honour the year before
    assert (scores["A1"].rank_in_department, scores["A1"].of_department) == (1, 1)
    assert (scores["B2"].rank_in_company, scores["B2"].of_company) == (1, 1)


def test_a_satisfaction_of_too_few_answers_breaks_no_tie():
    surveys = [
        {"manager_id": id_, "customer_id": f"K{id_}-{n}", "surveyed_on": "2025-11-01", "score": score}
        for id_, scores in (("A1", (5, 5)), ("B1", (5, 3)))
        for n, score in enumerate(scores, start=1)
    ]
    records = company(surveys=surveys, outcomes=[])
    few = build_review(records, make_policy(tie_breaks=("satisfaction",), min_answers=Decimal(3)))
    assert [case(few, id_).score.rank_in_company for id_ in ("A1", "B1")] == [1, 1]
    assert case(few, "A1").score.tied
    undecided = build_review(records, make_policy(tie_breaks=("satisfaction",), min_answers=None))
    assert [case(undecided, id_).score.rank_in_company for id_ in ("A1", "B1")] == [1, 1]


def test_applicants_of_a_stopped_department_are_left_out_of_the_ranks(review):
    assert case(review, "C1").score.points is not None
    assert case(review, "C1").score.rank_in_company is None


# --- what one department may see


def test_a_stopped_department_has_no_review_but_its_good_rows_count(review):
    assert review.departments == (FIRST, THIRD, SECOND)
    assert review.stopped == {THIRD}
    assert [name for name, _ in review.by_department] == [FIRST, SECOND]
    with pytest.raises(KeyError):
        review.department(THIRD)
    totals = review.department(FIRST).totals
    assert totals.company_sales == 2 * 1_800_000 + 500_000 + 700_000 + 100_000
    assert (totals.departments, totals.stopped_departments, totals.company_managers) == (3, 1, 11)
    assert "有 1 个部门的数据有误" in " ".join(note.text() for note in review.department(FIRST).notes)


def test_a_department_sees_no_other_departments_people(review, tmp_path):
    for name in (FIRST, SECOND):
        path = tmp_path / "review.json"
        save(review.department(name), path)
        text = path.read_text("utf-8")
        for id_, person, department, *_ in PEOPLE:
            assert (f'"{id_}"' in text) == (person in text) == (department == name)


def test_a_department_sees_its_findings_and_those_of_nobody(review):
    told = [each.code for each in review.department(FIRST).findings]
    assert told == ["records.own", "records.general"]
    notes = [note.text() for note in review.department(FIRST).notes]
    assert any("另有 3 条数据问题" in note for note in notes)


def test_a_finding_on_somebody_since_transferred_keeps_its_place_and_not_the_person(records):
    told = tuple(
        finding("records.repeated_row", department=FIRST, row=row, value=value, details=(("other", "第2行"),))
        for row, value in ((3, "A1"), (4, "B1"), (5, "江流"))
    )
    review = build_review(replace(records, findings=told), POLICY)
    seen = [(each.row, each.value) for each in review.department(FIRST).findings]
    assert seen == [(3, "A1"), (4, "…"), (5, "…")]


def test_row_counts_leave_out_files_of_other_departments(records):
    frame = records.tables["managers"].copy()
    frame["source_file"] = frame["department"].map(
        {FIRST: "一部.xlsx", SECOND: "二部.xlsx", THIRD: "三部.xlsx"}
    )
    split = replace(records, tables=dict(records.tables) | {"managers": frame})
    review = build_review(split, POLICY)
    counted = {
        name: [
            (count.table, count.file, count.rows_in, count.used, count.set_aside) for count in view.row_counts
        ]
        for name, view in review.by_department
    }
    both = ("contracts", "合同.csv", 13, 12, 1)
    assert counted == {
        FIRST: [("managers", "一部.xlsx", 8, 8, 0), both],
        SECOND: [("managers", "二部.xlsx", 2, 2, 0), both],
    }


def test_rows_that_could_not_be_used_are_told_beside_the_companys_total(review):
    notes = [note.text() for note in review.department(FIRST).notes]
    assert any("1 行合同未能使用" in note for note in notes)


def test_applicants_come_by_level_and_everybody_by_id(review):
    second = review.department(SECOND)
    assert [each.person.manager_id for each in second.applicants] == ["B2", "B1"]
    first = review.department(FIRST)
    assert [each.person.manager_id for each in first.others] == ["A2", "A3", "A4", "A5", "A6", "A8"]


def test_the_policy_as_applied_is_told_in_both_languages(review):
    told = review.department(FIRST).policy_sentences
    assert {criterion.id for criterion in POLICY.criteria} <= {sentence.clause for sentence in told}
    assert all(sentence.text.zh and sentence.text.en for sentence in told)


def test_leave_is_loudly_noted_unless_thresholds_are_prorated(records, review):
    assert any("离岗" in note.text() for note in review.department(FIRST).notes)
    assert not any("离岗" in note.text() for note in review.department(SECOND).notes)
    prorated = build_review(records, make_policy(leave_treatment="prorate_threshold"))
    assert not any("离岗" in note.text() for note in prorated.department(FIRST).notes)
    sales = next(verdict for verdict in case(prorated, "A1").verdicts if verdict.fact.indicator == "sales")
    assert (sales.threshold, sales.full_threshold) == (Fraction(355, 365) * 1_000_000, 1_000_000)


def test_what_the_policy_leaves_open_is_noted(records):
    policy = make_policy(thresholds={"3.1.P2": None}, score_cap=None)
    notes = " ".join(note.text() for note in build_review(records, policy).department(FIRST).notes)
    assert "业务销售额（3.1.P2）" in notes
    assert "score_cap（1.3.b）" in notes
    assert "没有登记" in notes  # how the rules were adopted


def test_another_currency_is_noted_and_money_has_no_rule(records):
    dollars = replace(records, currency=Currency("USD", Label("美元", "US dollars")))
    told = build_review(dollars, POLICY)
    assert any("USD" in note.text() for note in told.department(FIRST).notes)
    by_clause = {verdict.criterion: verdict.outcome for verdict in case(told, "A1").verdicts}
    assert by_clause["3.1.P2"] == Outcome.NO_RULE
    assert by_clause["3.1.P1"] == Outcome.MET
    assert told.department(FIRST).currency_label.zh == "美元"


def test_a_year_that_the_records_do_not_cover_is_no_evidence_and_noted(records):
    policy = make_policy(2026, application_window=("2026-12-01", "2027-01-15"))
    told = build_review(records, policy)
    assert any("2026" in note.text() for note in told.department(FIRST).notes)
    holder = case(told, "A2")
    assert {verdict.outcome for verdict in holder.verdicts} == {Outcome.NO_EVIDENCE}
    assert "不含 2026 年" in holder.verdicts[0].reason.text()


def test_a_year_whose_contracts_stop_before_december_is_noted(records):
    def notes(of) -> str:
        return " ".join(note.text() for note in build_review(of, POLICY).department(FIRST).notes)

    contracts = records.tables["contracts"].copy()
    assert "止于 2025年6月10日" in notes(records)
    latest = contracts["signed_on"] == date(2025, 6, 10)
    contracts.loc[latest, "signed_on"] = date(2025, 12, 1)
    assert "止于" not in notes(replace(records, tables={**records.tables, "contracts": contracts}))


def test_a_table_that_holds_nothing_of_the_year_is_noted_and_still_counted_as_none(records, review):
    complaint = {"complaint_id": "TS1", "customer_id": "KB1-1", "manager_id": "B1"}
    project = {"project_id": "XM1", "manager_id": "B1", "benefit": "1"}

    def noted(of) -> str:
        return " ".join(note.text() for note in of.department(FIRST).notes)

    old = company(
        complaints=[complaint | {"received_on": "2024-12-31"}],
        projects=[project | {"completed_on": "2025-01-01"}],
    )
    told = build_review(old, POLICY)
    assert "“投诉”已提交，但全公司没有 2025 年的记录" in noted(told)
    assert "“重大项目”" not in noted(told)
    assert case(told, "B1").fact("complaint_rate").value == 0
    assert "“投诉”" not in noted(review)


# --- the same input, the same bytes


def saved(review, name, folder):
    path = folder / "review.json"
    save(review.department(name), path)
    return path.read_bytes()


def test_the_order_of_the_rows_does_not_matter(records, review, tmp_path):
    shuffled = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in records.tables.items()}
    again = build_review(replace(records, tables=shuffled), POLICY)
    for name in (FIRST, SECOND):
        assert saved(again, name, tmp_path) == saved(review, name, tmp_path)
        assert load(tmp_path / "review.json") == review.department(name)


def test_a_frame_at_hand_gives_the_same_review(records, review):
    assert build_review(records, POLICY, frame=manager_years(records, POLICY)) == review


def test_one_departments_change_leaves_the_others_hash_alone(records, review):
    complaints = [
        {"complaint_id": id_, "customer_id": "KB1-1", "manager_id": "B1", "received_on": "2025-02-02"}
        for id_ in ("TS1", "TS2")
    ]
    changed = build_review(company(complaints=complaints), POLICY)
    assert changed.department(FIRST).data_sha256 == review.department(FIRST).data_sha256
    assert changed.department(SECOND).data_sha256 != review.department(SECOND).data_sha256


# --- what intake must know


def test_intake_knows_levels_in_every_way_of_writing_scale_and_amounts():
    told = expectations(POLICY)
    assert list(dict.fromkeys(told.levels.values())) == ["junior", "intermediate", "senior"]
    assert told.levels["初级"] == told.levels["junior"] == "junior"
    assert told.satisfaction_scale == (Decimal(1), Decimal(5))
    assert told.contract_range == (Decimal(1_000), Decimal(50_000_000))
    blank = expectations(make_policy(satisfaction_scale=None, contract_range=None))
    assert (blank.satisfaction_scale, blank.contract_range) == (None, None)
