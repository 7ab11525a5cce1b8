"""Real companies' records become packets: every indicator that the data carry, no evidence for the others."""

from __future__ import annotations

import pytest

from cmreview.packets.batch import make_prepared
from cmreview.packets.job import State
from cmreview.packets.prepare import Request, prepare
from cmreview.show.figures import Figures
from tests.show.reading import read

COMPANIES = {"adventureworks": 2013, "northwind": 1997}
CARRIED = ("sales", "sales_share", "new_customers")
NOT_CARRIED = ("satisfaction", "complaint_rate", "key_customers", "major_projects")


@pytest.fixture(scope="module", params=sorted(COMPANIES))
def made(request, root, shared_data, executor, tmp_path_factory):
    """A company's packets: the request, what was prepared, and the run."""
    name = request.param
    wanted = Request(
        year=COMPANIES[name],
        records=shared_data / name,
        outputs=tmp_path_factory.mktemp(name),
        mapping=root / f"params/sources/{name}.yaml",
        policy=root / "params/policy-open",
        engine="plain",
    )
    prepared = prepare(wanted)
    return wanted, prepared, make_prepared(prepared, wanted, executor=executor)


def test_every_department_gets_its_packet(made):
    _, prepared, run = made
    assert len(run.entries) == len(prepared.departments) > 3
    assert {entry.state for entry in run.entries} == {State.OK}


def test_every_indicator_that_the_data_carry_is_shown_and_no_other_is_guessed(made):
    _, prepared, _ = made
    sold = 0
    for department in prepared.departments:
        for case in department.review.others:
            if case.fact("sales").value is None:
                continue
            sold += 1
            for name in CARRIED:
                assert case.fact(name).value is not None, (case.person.manager_id, name)
            for name in NOT_CARRIED:
                fact = case.fact(name)
                assert fact is None or fact.value is None, (case.person.manager_id, name)
    assert sold >= 9


def test_a_manager_without_a_level_is_shown_with_the_figures_of_the_year(made):
    wanted, prepared, run = made
    for department, entry in zip(prepared.departments, run.entries, strict=True):
        page = read((wanted.target / entry.folder / f"{entry.folder}.html").read_text("utf-8"))
        figures = Figures("zh", department.review.currency_label)
        lines = {
            line.all("th")[0].text: [cell.text for cell in line.all("td")]
            for line in page.by_id("others").all("tr")[1:]
        }
        for case in department.review.others:
            shown = lines[f"{case.person.name}（{case.person.manager_id}）"]
            assert shown[0] == "未定级"
            assert shown[3] == figures.money(case.fact("sales").value, unit=False)


def page_text(wanted, folder):
    return read((wanted.target / folder / f"{folder}.html").read_text("utf-8")).text


def test_each_person_stands_in_one_packet_only(made):
    wanted, prepared, run = made
    pages = {entry.department: page_text(wanted, entry.folder) for entry in run.entries}
    for department in prepared.departments:
        for case in department.review.others:
            name = f"{case.person.name}（{case.person.manager_id}）"
            assert [own for own, text in pages.items() if name in text] == [department.name]


def test_the_companys_currency_is_named(made):
    _, prepared, _ = made
    assert {department.review.currency for department in prepared.departments} == {"USD"}
    assert prepared.company.currency.zh == "美元"
