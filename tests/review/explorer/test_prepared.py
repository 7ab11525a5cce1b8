"""A prepared file holds what its reader may see and no more, and says what the review says. Policy 1.3.a."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from dataclasses import replace
from fractions import Fraction

import pyarrow.parquet as pq
import pytest

from cmreview.errors import FileError, InputError
from cmreview.findings import Finding
from cmreview.review.case import build_review
from cmreview.review.counting.indicators import manager_years
from cmreview.review.explorer.filters import Filter, chosen
from cmreview.review.explorer.prepared import open_explorer, prepare_explorer
from cmreview.review.explorer.verdict_column import OUTCOMES, Why
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.terms import Outcome, Severity
from tests.builders import make_policy
from tests.review.explorer.company import PEOPLE, company_records, company_review

POLICY = make_policy()
KEY = b"a key that only the chair has"


@pytest.fixture(scope="module")
def company():
    return company_records(), company_review()


@pytest.fixture(scope="module")
def frame(company):
    return manager_years(company[0], POLICY)


@pytest.fixture
def prepared(company, frame, tmp_path):
    def make(name="x.explorer", **asked):
        records, review = company
        prepare_explorer(records, POLICY, review, tmp_path / name, frame=frame, **asked)
        return open_explorer(tmp_path / name)

    return make


def everything_in(path):
    """All that a file holds, as text, whatever it is packed in."""
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".parquet"):
                content = json.dumps(
                    pq.read_table(io.BytesIO(content)).to_pydict(), ensure_ascii=False, default=str
                ).encode()
            found.append(name + content.decode("utf-8"))
    return "\n".join(found)


def test_the_file_gives_back_every_case_that_the_views_show_and_the_same_verdicts(company, prepared):
    _, review = company
    explorer = prepared()
    table = VerdictTable.from_explorer(explorer)
    assert len(table.people) == len(review.cases) == len(PEOPLE)
    for row, case in enumerate(sorted(review.cases, key=lambda case: case.person.manager_id)):
        shown = replace(case, held=(), ahead=(), consequences=None)
        assert explorer.case(case.person.manager_id) == shown
        found = {k: OUTCOMES[codes[row]] for k, codes in table.outcomes.items() if codes[row] >= 0}
        assert found == {verdict.criterion: verdict.outcome for verdict in case.verdicts}
        assert table.exact_points(row) == (case.score and case.score.points)
    assert explorer.policy == POLICY
    assert explorer.currency == "CNY"


def test_the_same_input_gives_the_same_bytes(prepared):
    first, second = prepared("a.explorer"), prepared("b.explorer")
    assert first.members.path.read_bytes() == second.members.path.read_bytes()


def test_the_file_is_for_its_owner_only(prepared):
    assert stat.S_IMODE(prepared().members.path.stat().st_mode) == 0o600


def test_a_departments_file_holds_only_its_people(company, prepared):
    explorer = prepared(department="销售一部")
    assert set(explorer.candidates.departments) == {"销售一部"}
    text = everything_in(explorer.members.path)
    for manager, name, department, *_ in PEOPLE:
        assert (manager in text) == (name in text) == (department == "销售一部")
    assert not explorer.has_records


@pytest.mark.parametrize("department", ["销售九部", ""])
def test_a_department_that_is_not_on_the_roster_is_refused(department, prepared):
    with pytest.raises(InputError) as refused:
        prepared(department=department)
    assert "销售一部" in str(refused.value)


def test_a_department_that_errors_stop_is_refused(company, tmp_path):
    records, _ = company
    fault = Finding("records.not_a_number", Severity.ERROR, "x.csv", department="销售二部")
    records = replace(records, findings=(fault,))
    review = build_review(records, POLICY)
    with pytest.raises(InputError) as refused:
        prepare_explorer(records, POLICY, review, tmp_path / "x", department="销售二部")
    assert refused.value.code == "explorer_data.stopped_department"
    prepare_explorer(records, POLICY, review, tmp_path / "all")
    table = VerdictTable.from_explorer(open_explorer(tmp_path / "all"))
    stopped = table.people.departments == "销售二部"
    assert table.rank_in_company[stopped].max() == 0
    assert table.rank_in_company[~stopped].max() > 0


# --- a recused member


def test_a_recused_case_is_nowhere_in_the_file(prepared):
    explorer = prepared(without=frozenset({"M05"}))
    text = everything_in(explorer.members.path)
    assert "M05" not in text
    assert "钱七" not in text
    assert "M06" in text
    assert explorer.left_out == 1
    assert not explorer.has_records
    with pytest.raises(KeyError):
        explorer.case("M05")


def test_no_total_lets_a_recused_case_be_worked_out(company, prepared):
    _, review = company
    total = review.department("销售一部").totals.company_sales
    whole = everything_in(prepared("whole").members.path)
    assert f"{total.numerator}/{total.denominator}" in whole  # it can be found where it is
    explorer = prepared(without=frozenset({"M05"}))
    text = everything_in(explorer.members.path)
    assert f"{total.numerator}/{total.denominator}" not in text
    shares = [case.fact("sales_share") for case in review.cases]
    for share in shares:
        assert f'"{share.value.numerator}/{share.value.denominator}"' not in text
    # neither from the score, which an exact share would have gone into
    other = next(case for case in review.cases if case.person.manager_id == "M06")
    assert other.score.points is not None
    assert f"{other.score.points.numerator}/{other.score.points.denominator}" not in text
    table = VerdictTable.from_explorer(explorer)
    row = table.people.ids.tolist().index("M06")
    assert table.exact_points(row) == explorer.case("M06").score.points != other.score.points
    assert table.coverage[row] < float(other.score.coverage)
    assert explorer.case("M06").score.rank_in_company is None


def test_a_sealed_figure_keeps_what_the_policy_in_force_says_of_it(company, prepared):
    _, review = company
    table = VerdictTable.from_explorer(prepared(without=frozenset({"M05"})))
    row = table.people.ids.tolist().index("M06")
    official = next(case for case in review.cases if case.person.manager_id == "M06")
    outcome = next(v.outcome for v in official.verdicts if v.criterion == "3.3.P3")
    assert outcome is Outcome.MET
    assert OUTCOMES[table.outcomes["3.3.P3"][row]] is outcome
    moved = table.with_threshold("3.3.P3", "0.9")
    assert OUTCOMES[moved.outcomes["3.3.P3"][row]] is Outcome.NO_EVIDENCE
    column = moved.columns["3.3.P3"]
    assert column.whys[column.rows.tolist().index(row)] == Why.SEALED
    # and another criterion moved leaves it as it stands
    other = table.with_threshold("3.3.P2", 1)
    assert OUTCOMES[other.outcomes["3.3.P3"][row]] is outcome


def test_earlier_years_are_without_the_recused_too(prepared):
    explorer = prepared(without=frozenset({"M05"}))
    for year in explorer.earlier_years:
        people = explorer.earlier(year)
        assert "M05" not in people.ids
        assert people.fact("sales_share", None).sealed.all()


# --- blind


def test_a_blind_file_names_nobody(prepared):
    explorer = prepared(blind_key=KEY)
    text = everything_in(explorer.members.path)
    for manager, name, *_ in PEOPLE:
        assert name not in text
        assert f'"{manager}"' not in text
    assert KEY.decode() not in text
    assert not explorer.has_records
    assert set(explorer.candidates.names) == {f"候选人 {number:03}" for number in range(1, len(PEOPLE) + 1)}


def test_numbers_are_stable_and_say_nothing_without_the_key(company, prepared):
    first, second = prepared("a", blind_key=KEY), prepared("b", blind_key=KEY)
    assert first.members.path.read_bytes() == second.members.path.read_bytes()
    other = prepared("c", blind_key=b"another")
    assert [first.case(number) for number in first.candidates.ids] != [
        other.case(number) for number in other.candidates.ids
    ]
    # a department's blind file gives everybody the number of the whole company's
    own = prepared("d", blind_key=KEY, department="销售二部")
    for number in own.candidates.ids:
        assert own.case(number) == first.case(number)
    with pytest.raises(ValueError, match="key"):
        prepared("e", blind_key=b"")


def test_a_blind_file_judges_as_the_other(company, prepared):
    open_, blind = prepared("a"), prepared("b", blind_key=KEY)
    tables = [VerdictTable.from_explorer(each) for each in (open_, blind)]
    points = [sorted(str(table.exact_points(row)) for row in range(len(table.people))) for table in tables]
    assert points[0] == points[1]
    assert chosen(tables[1], Filter(text="zeng")).count == 0


# --- damage


def test_a_file_that_is_missing_or_none_is_told(tmp_path, prepared):
    with pytest.raises(FileError):
        open_explorer(tmp_path / "nothing")
    (tmp_path / "odd").write_bytes(b"PK but no zip")
    with pytest.raises(FileError) as refused:
        open_explorer(tmp_path / "odd")
    assert refused.value.code == "explorer_data.damaged"


def test_a_damaged_case_is_told_when_it_is_read(prepared):
    explorer = prepared()
    content = explorer.members.path.read_bytes()
    assert content.count(b',"application":') == len(PEOPLE)
    explorer.members.path.write_bytes(content.replace(b',"application":', b',"APPLICATION":'))
    with pytest.raises(FileError):
        explorer.case("M01")


def test_figures_stay_exact_on_the_way(prepared):
    people = prepared().candidates
    row = people.ids.tolist().index("M02")
    assert people.fact("sales", None).values.exact(row) == Fraction(2_999_999)
