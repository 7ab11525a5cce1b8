from __future__ import annotations

import pickle
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmreview.errors import PolicyError
from cmreview.policy.faults import PolicyFindings
from cmreview.policy.keys import KEYS
from cmreview.policy.load import default_folder, load_policy, years
from cmreview.policy.model import Compare, Group
from cmreview.policy.values import Fault, number
from cmreview.terms import INDICATORS


def faults(folder, year=2025):
    with pytest.raises(PolicyFindings) as caught:
        load_policy(folder, year)
    return caught.value


def test_the_value_in_force_is_that_of_the_latest_year_not_after_the_one_asked(root):
    folder = root / "params" / "policy"
    sales = {
        year: load_policy(folder, year).criterion("3.1.P2").threshold for year in (2021, 2024, 2025, 2026)
    }
    assert [(sales[year].value, sales[year].since) for year in sales] == [
        (800_000, 2021),
        (800_000, 2021),
        (1_000_000, 2025),
        (1_000_000, 2025),
    ]


def test_every_blank_of_the_policy_is_a_parameter_with_clause_unit_label_and_advice(policy):
    """The blanks of the policy's own text, clause by clause."""
    blanks = {
        "3.1": ["Q1", "Q2", "P1", "P2", "P3"],
        "3.2": ["Q1", "Q2", "Q3", "P1", "P2", "P3", "P4", "P5"],
        "3.3": ["Q1", "Q2", "Q3", "P1", "P2", "P3", "P4", "P5"],
    }
    for section, items in blanks.items():
        for item in items:
            threshold = policy.criterion(f"{section}.{item}").threshold
            assert threshold.clause == f"{section}.{item}"
            assert threshold.unit
            assert threshold.label.zh != threshold.label.en
            assert threshold.choose.zh
            assert threshold.choose.en
    by_clause = {parameter.clause for parameter in policy.parameters.values()}
    assert {"4.1", "4.4", "5.1.c", "5.4.a", "5.4.b", "5.4.d"} <= by_clause


def test_every_parameter_of_the_folder_is_one_that_the_package_knows_and_none_is_missing(policy):
    assert set(policy.parameters) == set(KEYS)


def test_money_is_held_in_yuan_and_percent_as_an_exact_fraction(policy):
    assert policy.criterion("3.1.P2").threshold.value == Decimal(1_000_000)
    assert policy.criterion("3.1.P2").threshold.unit == "wan_yuan"
    assert str(policy.criterion("3.3.P3").threshold.value) == "0.015"
    assert policy.value("contract_range") == (Decimal(1000), Decimal(50_000_000))
    assert policy.value("bonus_growth_scale")[0] == (Decimal("0.1"), Decimal(5000))


def test_a_degree_is_held_by_its_name_however_the_file_writes_it(edit, folder):
    assert load_policy(folder, 2025).criterion("3.1.Q1").threshold.value == "associate"
    edit("criteria.yaml", "大专}", "bachelor}", after="at_least")
    assert load_policy(folder, 2025).criterion("3.1.Q1").threshold.value == "bachelor"


def test_the_window_of_a_year_lies_in_that_year_and_the_next(root):
    windows = [
        load_policy(root / "params" / "policy", year).value("application_window") for year in (2024, 2026)
    ]
    assert windows == [("2024-12-01", "2025-01-10"), ("2026-12-01", "2027-01-15")]


def test_criteria_carry_what_a_verdict_needs(policy):
    assert [level.id for level in policy.levels] == ["junior", "intermediate", "senior"]
    complaint = policy.criterion("3.2.P4")
    assert (complaint.compare, complaint.group) == (Compare.BELOW, Group.PERFORMANCE)
    growth = policy.criterion("3.3.P1")
    assert (growth.indicator, growth.over_level) == ("new_customer_growth", "intermediate")
    exam = policy.criterion("3.2.Q4")
    assert (exam.compare, exam.threshold, exam.over_level) == (Compare.PASSED, None, "intermediate")
    assert {criterion.indicator for criterion in policy.criteria} <= set(INDICATORS)
    for level in policy.levels:
        weights = [criterion.weight.value for criterion in policy.criteria_for(level.id, Group.PERFORMANCE)]
        assert sum(weights) == 1


def test_a_blank_is_legal_and_has_no_value(edit, folder):
    edit("criteria.yaml", "2025: 100}", "2025: X}")
    edit("process.yaml", "{2021: 5}", "{2021: X}")
    edit("scoring.yaml", "3.1.P1: 30", "3.1.P1: X")
    policy = load_policy(folder, 2025)
    assert policy.criterion("3.1.P2").threshold.value is None
    assert policy.value("publicity_days") is None
    assert policy.criterion("3.1.P1").weight.value is None
    assert load_policy(folder, 2024).criterion("3.1.P2").threshold.value == 800_000


# One broken file for each kind of mistake: file, what stands there, what is put there, the finding.
MISTAKES = {
    "unknown key": ("criteria.yaml", "    unit: count", "    units: count", "policy.unknown_key_like"),
    "key far from any": ("levels.yaml", "en: junior", "en: junior, colour: red", "policy.unknown_key"),
    "unknown parameter": ("process.yaml", "publicity_days:", "publicity_day:", "policy.unknown_key_like"),
    "unknown year": ("edition.yaml", "{2021: CM-2021", "{21: CM-2021", "policy.not_a_year"),
    "year beyond digits": ("criteria.yaml", "{2021: 80, 2025", "{2021: 80, 20255", "policy.not_a_year"),
    "thousands separator": ("process.yaml", "{2021: [1000, ", "{2021: [1_000, ", "policy.not_a_number"),
    "separator that splits": ("criteria.yaml", "2025: 100}", "2025: 1,000}", "policy.empty_value"),
    "percent sign": ("criteria.yaml", "2023: 80}", "2023: 80%}", "policy.not_a_number"),
    "exponent": ("criteria.yaml", "2025: 100}", "2025: 1e2}", "policy.not_a_number"),
    "not finite": ("criteria.yaml", "2025: 100}", "2025: .inf}", "policy.not_a_number"),
    "not a number": ("criteria.yaml", "2025: 100}", "2025: nan}", "policy.not_a_number"),
    "full-width digits": ("criteria.yaml", "2025: 100}", "2025: １００}", "policy.not_a_number"),
    "small x": ("criteria.yaml", "2025: 100}", "2025: x}", "policy.not_a_number"),
    "part of a count": ("criteria.yaml", "2025: 5}", "2025: 5.5}", "policy.not_whole"),
    "empty value": ("criteria.yaml", "2025: 100}", "2025: }", "policy.empty_value"),
    "wrong unit": ("criteria.yaml", "unit: wan_yuan", "unit: percent", "policy.wrong_unit"),
    "wrong unit outside": ("process.yaml", "unit: working_days", "unit: days", "policy.wrong_unit"),
    "unknown degree": ("criteria.yaml", "{2021: 大专}", "{2021: 高中}", "policy.not_a_degree"),
    "unknown word": ("indicators.yaml", "{2021: lead}", "{2021: first}", "policy.unknown_word"),
    "repeated word": ("scoring.yaml", "sales, new_customers", "sales, sales", "policy.repeated_word"),
    "wrong clause": ("process.yaml", 'clause: "4.4"', 'clause: "4.5"', "policy.wrong_clause"),
    "not dated": ("criteria.yaml", "at_least: {2021: 1}", "at_least: 1", "policy.not_dated"),
    "one number for two": ("process.yaml", "[1000, 50000000]", "1000", "policy.not_a_pair"),
    "day of no calendar": (
        "process.yaml",
        "this-12-01, next-01-15",
        "this-12-32, next-01-15",
        "policy.not_a_window",
    ),
    "leap day": ("process.yaml", "this-12-01, next-01-15", "this-12-01, next-02-29", "policy.not_a_window"),
    "scale without bonus": ("rewards.yaml", "{from: 10, bonus: 0.5}", "{from: 10}", "policy.not_tiers"),
    "share in digits": ("panel.yaml", "{2021: 2/3}", "{2021: 0.67}", "policy.not_a_ratio"),
    "share above one": ("panel.yaml", "{2021: 2/3}", "{2021: 4/3}", "policy.not_a_ratio"),
    "share of nothing": ("panel.yaml", "{2021: 2/3}", "{2021: 2/0}", "policy.not_a_ratio"),
    "shares beyond the whole": (
        "panel.yaml",
        "{2021: [20, 60, 20]}",
        "{2021: [20, 60, 30]}",
        "policy.not_shares",
    ),
    "share alone": ("panel.yaml", "{2021: [20, 60, 20]}", "{2021: [100]}", "policy.not_shares"),
    "item without weight": ("panel.yaml", "en: defence, weight: 30}", "en: defence}", "policy.not_items"),
    "item without a name": ("panel.yaml", "zh: 答辩, ", "", "policy.not_items"),
    "item twice": ("panel.yaml", "item: defence", "item: report", "policy.repeated_word"),
    "item in Chinese": ("panel.yaml", "item: defence", "item: 答辩", "policy.not_an_identifier"),
    "unknown level": ("criteria.yaml", "\nsenior:", "\nseniors:", "policy.unknown_level_name_like"),
    "level of no tenure": (
        "criteria.yaml",
        "over_level: intermediate",
        "over_level: middle",
        "policy.unknown_level_name",
    ),
    "id of no criterion": ("criteria.yaml", "  3.1.Q1:", "  3.1.1:", "policy.not_a_criterion_id"),
    "weight of nobody": ("scoring.yaml", "{3.1.P1: 30", "{3.1.P9: 30", "policy.unknown_criterion_name_like"),
    "repeated level": ("levels.yaml", "id: intermediate", "id: junior", "policy.repeated_level"),
    "level with a space": ("levels.yaml", "id: junior", "id: Junior Level", "policy.not_an_identifier"),
    "currency in words": ("edition.yaml", "currency: CNY", "currency: 元", "policy.not_a_currency"),
    "adopted on no day": ("edition.yaml", "adopted_on: X ", "adopted_on: 2024-02-30 ", "policy.not_a_day"),
    "years reversed": (
        "edition.yaml",
        "confirmed_through: 2026",
        "confirmed_through: 2020",
        "policy.years_reversed",
    ),
    "not passed": ("criteria.yaml", "passed: yes", "passed: no", "policy.must_be"),
    "indicator of nothing": (
        "criteria.yaml",
        "indicator: satisfaction",
        "indicator: charm",
        "policy.no_indicator",
    ),
    "misspelt indicator": (
        "criteria.yaml",
        "indicator: satisfaction",
        "indicator: satisfacton",
        "policy.no_indicator_like",
    ),
    "text for keys": (
        "criteria.yaml",
        "label: {zh: 学历, en: education}",
        "label: 学历",
        "policy.not_a_mapping",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "code"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_file_line_and_key(edit, folder, file, old, new, code):
    line = edit(file, old, new)
    found = [finding for finding in faults(folder).findings if finding.code == code]
    assert [(finding.file, finding.row) for finding in found] == [(file, line)]
    assert found[0].column
    for lang in ("zh", "en"):
        assert file in faults(folder).text(lang)


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "name"),
    [
        ("criteria.yaml", "    unit: wan_yuan\n", "", "policy.missing_key", "unit"),
        ("edition.yaml", "currency: CNY\n", "", "policy.missing_key", "currency"),
        ("indicators.yaml", "  unit: points\n", "", "policy.missing_key", "unit"),
    ],
    ids=["unit of a criterion", "currency", "unit of a parameter"],
)
def test_what_is_missing_is_named_at_the_entry_that_misses_it(edit, folder, file, old, new, code, name):
    edit(file, old, new)
    found = faults(folder).findings
    assert [(finding.code, finding.file, dict(finding.details)["name"]) for finding in found] == [
        (code, file, name)
    ]


def test_a_parameter_taken_out_is_missed_by_name(edit, folder):
    text = (folder / "process.yaml").read_text(encoding="utf-8")
    (folder / "process.yaml").write_text(text[: text.index("publicity_first_day:")], encoding="utf-8")
    found = [(one.file, one.code, dict(one.details)) for one in faults(folder).findings]
    assert found == [
        ("process.yaml", "policy.missing_key", {"name": name})
        for name in ("appeal_hearing", "publicity_first_day")
    ]


def test_a_near_name_is_suggested(edit, folder):
    edit("criteria.yaml", "    indicator: sales", "    indicater: sales")
    told = faults(folder).text("en")
    assert "Did you mean indicator?" in told
    assert "是否应为 indicator？" in faults(folder).text("zh")


def test_all_problems_of_all_files_are_told_at_once(edit, folder):
    lines = [
        ("criteria.yaml", edit("criteria.yaml", "2025: 100}", "2025: 1e2}")),
        ("edition.yaml", edit("edition.yaml", "currency: CNY", "currency: yuan")),
        ("rewards.yaml", edit("rewards.yaml", "unit: percent", "unit: percents")),
    ]
    edit("levels.yaml", "- {id: senior", "- {id: senior, id: top")
    error = faults(folder)
    assert [(finding.file, finding.row) for finding in error.findings] == lines
    assert [one.code for one in error.unreadable] == ["file.repeated_key"]
    assert "4" in error.text("en").splitlines()[0]
    for file, line in lines:
        assert f"{file} · row {line}" in error.text("en")
        assert f"{file} · 第{line}行" in error.text("zh")


def test_a_repeated_key_an_anchor_and_broken_yaml_name_their_line(edit, folder):
    line = edit("process.yaml", "  unit: percent", "  unit: percent\n  unit: percent") + 1
    edit("rewards.yaml", "value: {2021: 10}", "value: &ten {2021: 10}")
    edit("questions.yaml", "unit: days", "unit: [days")
    codes = {one.code: one.values for one in faults(folder).unreadable}
    assert set(codes) == {"file.repeated_key", "file.yaml_anchor", "file.not_yaml"}
    assert codes["file.repeated_key"]["line"] == line


def test_criteria_of_two_levels_never_share_a_clause(edit, folder):
    line = edit("criteria.yaml", "  3.2.Q1:", "  3.1.Q1:")
    found = faults(folder).findings
    assert [(one.code, one.row) for one in found] == [("policy.repeated_criterion", line)]


def test_a_criterion_has_one_comparison_and_an_exam_none(edit, folder):
    twice = edit(
        "criteria.yaml", "    at_least: {2021: 1}", "    below: {2021: 1}\n    at_least: {2021: 1}", "3.1.Q2"
    )
    exam = edit("criteria.yaml", "    passed: yes", "    at_least: {2021: 1}", after="3.2.Q4")
    found = {one.code: one.row for one in faults(folder).findings if one.code != "policy.missing_key"}
    assert found == {"policy.one_comparison": twice - 4, "policy.must_be_passed": exam - 3}


def test_an_indicator_that_speaks_of_a_level_says_which(edit, folder):
    edit("criteria.yaml", "    over_level: junior\n", "", after="3.2.Q3")
    edit("criteria.yaml", "    indicator: sales\n", "    indicator: sales\n    over_level: junior\n")
    assert {one.code for one in faults(folder).findings} == {
        "policy.over_level_missing",
        "policy.over_level_idle",
    }


def test_one_misspelt_indicator_is_one_finding(edit, folder):
    edit("criteria.yaml", "indicator: level_years", "indicator: levels_year")
    assert [one.code for one in faults(folder).findings] == ["policy.no_indicator_like"]


def test_a_performance_criterion_without_weight_or_zero_value_is_told(edit, folder):
    line = edit("scoring.yaml", "2025: {3.1.P1: 30, ", "2025: {")
    found = faults(folder).findings
    assert [(one.code, one.row) for one in found] == [("policy.no_weight", line)]
    assert load_policy(folder, 2024).year == 2024
    edit("scoring.yaml", "    3.3.P4: {2021: 0}\n", "")
    assert [one.code for one in faults(folder).findings] == ["policy.no_zero_at"]


def test_a_value_that_begins_later_is_told_for_the_years_before(edit, folder):
    line = edit("process.yaml", "{2021: 5}", "{2023: 5}")
    found = faults(folder, 2022).findings
    assert [(one.code, one.row) for one in found] == [("policy.no_value_yet", line)]
    assert load_policy(folder, 2023).value("publicity_days") == 5


def test_a_threshold_is_never_carried_into_an_unconfirmed_year(root):
    with pytest.raises(PolicyError) as caught:
        load_policy(root / "params" / "policy", 2027)
    assert caught.value.code == "policy.year_not_confirmed"
    assert "confirmed_through" in caught.value.mend("en")
    assert "2026" in caught.value.what("zh")
    assert "2027" in caught.value.mend("zh")


def test_a_year_before_the_first_has_no_policy(root):
    with pytest.raises(PolicyError) as caught:
        load_policy(root / "params" / "policy", 2020)
    assert caught.value.code == "policy.before_first_year"


def test_the_folder_says_for_which_years_it_speaks(root):
    assert years(root / "params" / "policy") == (2021, 2022, 2023, 2024, 2025, 2026)


@settings(max_examples=15)
@given(year=st.integers(2026, 2030), value=st.integers(1, 10_000))
def test_adding_a_year_never_changes_earlier_years(root, tmp_path_factory, year, value):
    """Policy 1.3.a: a later year's value leaves every earlier year's policy as it was."""
    source = root / "params" / "policy"
    folder = tmp_path_factory.mktemp("policy")
    for path in source.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    criteria = (folder / "criteria.yaml").read_text(encoding="utf-8")
    added = criteria.replace("2025: 100}", f"2025: 100, {year}: {value}}}")
    (folder / "criteria.yaml").write_text(added, encoding="utf-8")
    edition = (folder / "edition.yaml").read_text(encoding="utf-8")
    (folder / "edition.yaml").write_text(edition.replace("through: 2026", "through: 2030"), encoding="utf-8")
    for earlier in (2021, 2025):
        before, after = load_policy(source, earlier), load_policy(folder, earlier)
        assert (after.levels, after.criteria, after.parameters) == (
            before.levels,
            before.criteria,
            before.parameters,
        )
        assert after.sha256 != before.sha256
    assert load_policy(folder, year).criterion("3.1.P2").threshold.value == value * 10_000


def test_a_level_and_its_criteria_may_begin_later(edit, folder):
    """Policy 2: levels are data; a company may add one."""
    edit(
        "levels.yaml",
        "- {id: senior, zh: 高级, en: senior}",
        "- {id: senior, zh: 高级, en: senior}\n- {id: expert, zh: 专家, en: expert, since: 2026}",
    )
    more = """
expert:
  3.4.P1:
    label: {zh: 年度业务销售额, en: annual sales}
    indicator: sales
    unit: wan_yuan
    at_least: {2026: 900}
    choose: {zh: 高于高级, en: above senior}
"""
    path = folder / "criteria.yaml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    edit("scoring.yaml", "  choose:", "    expert: {2026: {3.4.P1: 100}}\n  choose:", after="weights:")
    edit("scoring.yaml", "    3.3.P5: {2021: 0}", "    3.3.P5: {2021: 0}\n    3.4.P1: {2026: 0}")
    assert [level.id for level in load_policy(folder, 2025).levels][-1] == "senior"
    assert load_policy(folder, 2025).next_level("senior") is None
    later = load_policy(folder, 2026)
    assert later.next_level("senior").id == "expert"
    assert later.criterion("3.4.P1").weight.value == 1


def test_a_criterion_may_begin_later(edit, folder):
    edit("criteria.yaml", "    indicator: degree", "    indicator: degree\n    since: 2026")
    assert "3.1.Q1" not in {criterion.id for criterion in load_policy(folder, 2025).criteria}
    assert "3.1.Q1" in {criterion.id for criterion in load_policy(folder, 2026).criteria}


def test_the_fingerprint_knows_content_and_not_line_ends(folder):
    first = load_policy(folder, 2025).sha256
    path = folder / "questions.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_policy(folder, 2025).sha256 == first
    path.write_bytes(path.read_bytes() + b"# more\n")
    assert load_policy(folder, 2025).sha256 != first


def test_a_misspelt_file_is_told_and_never_passed_over(folder):
    (folder / "criteria.yaml").rename(folder / "criterias.yml")
    error = faults(folder)
    assert [(one.code, one.file, dict(one.details)["like"]) for one in error.findings] == [
        ("policy.unknown_file_like", "criterias.yml", "criteria.yaml")
    ]
    assert [one.code for one in error.unreadable] == ["file.missing"]


def test_a_folder_that_is_none_says_how_to_name_it(tmp_path):
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path / "nothing", 2025)
    assert caught.value.code == "policy.no_folder"
    assert "--policy" in caught.value.mend("zh")


def test_how_the_rules_were_made_is_kept(edit, folder):
    assert not load_policy(folder, 2025).status.is_recorded
    edit("edition.yaml", "adopted_on: X", "adopted_on: 2020-11-20")
    edit("edition.yaml", "procedure: X", "procedure: {zh: 职工代表大会讨论通过, en: employee congress}")
    edit("edition.yaml", "publicised_on: X", "publicised_on: 2020-12-01")
    status = load_policy(folder, 2025).status
    assert status.is_recorded
    assert status.adopted_on.isoformat() == "2020-11-20"


def test_the_default_folder_is_the_working_folders_else_the_projects(root, folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert default_folder() == root / "params" / "policy"
    (folder / "params" / "policy").mkdir(parents=True)
    assert default_folder() == folder / "params" / "policy"


def test_all_faults_survive_the_way_back_from_a_worker_process(edit, folder):
    edit("criteria.yaml", "2025: 100}", "2025: 1e2}")
    error = faults(folder)
    assert pickle.loads(pickle.dumps(error)).text("en") == error.text("en")


def test_a_program_that_reads_no_policy_does_not_pay_for_pydantic():
    code = "import sys, cmreview.policy.load, cmreview.cli.policy; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_is_read_to_the_last_digit(value):
    assert number(format(value, "f"), "percent") * 100 == value
    assert number(format(value, "f"), "wan_yuan") == value * 10_000


@given(st.text())
def test_a_text_is_a_plain_number_or_refused(text):
    try:
        value = number(text, "points")
    except Fault:
        return
    assert value == Decimal(text)
    assert set(text) <= set("-.0123456789")


JUNK = [
    "X",
    "",
    "[]",
    "{}",
    "-1",
    "abc",
    "[X, X]",
    "{2021: }",
    "{2021: [a]}",
    "1e5",
    "{a: b}",
    "true",
    "'",
    "[[[]]]",
]


@settings(max_examples=60)
@given(
    file=st.sampled_from(["edition", "levels", "criteria", "process", "scoring", "rewards"]),
    line=st.integers(0, 60),
    junk=st.sampled_from(JUNK) | st.text(max_size=20),
)
def test_whatever_stands_on_a_line_the_answer_is_a_policy_or_all_that_is_wrong(
    root, tmp_path_factory, file, line, junk
):
    folder = tmp_path_factory.mktemp("policy")
    for path in (root / "params" / "policy").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    path = folder / f"{file}.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    line %= len(lines)
    lines[line] = f"{lines[line].split(':')[0]}: {junk}"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    told = ["a policy"]
    try:
        load_policy(folder, 2025)
    except PolicyError as error:
        told = [error.text("zh"), error.text("en")]
    assert all(told)
