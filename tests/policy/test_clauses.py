from __future__ import annotations

import json
from functools import cache

import pytest

from cmreview import strict_yaml
from cmreview.errors import PolicyError
from cmreview.policy import clauses as clause_module
from cmreview.policy.citations import cited
from cmreview.policy.clauses import chapters, clause_order, clauses, invented, trace, unserved


@pytest.fixture
def project(tmp_path):
    """A small project in which two clauses are served."""
    files = {
        "cmreview/__init__.py": '"""A package."""\n',
        "cmreview/definitions.py": (
            '"""Definitions."""\n\n\ndef sales():\n    """Sales. Policy 5.1.a."""\n\n\n'
            "class Customers:\n    def won(self):\n        # counted once (Policy 5.1.b)\n        return 1\n"
        ),
        "cmreview/table.py": 'INDICATORS = {"satisfaction": "5.1.c"}\n',
        "params/policy/criteria.yaml": "junior:\n  3.1.P2:\n    indicator: sales\n",
        "params/policy/process.yaml": 'publicity_days:\n  clause: "4.4"\n',
        "params/policy/levels.yaml": "- {id: junior, zh: 初级, en: junior}\n",
        "tests/test_sales.py": (
            'def test_sales_add_up():\n    """Policy 5.1.a."""\n\n\n'
            'CASES = [{"clause": "5.1.c"}]\n\n\ndef test_won():\n    # Policy 5.1.b\n    assert True\n'
        ),
        "tests/examples/junior.yaml": "- title: 正好达标\n  clause: 3.1.P2\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def traced(root, clause):
    return next(one for one in trace(root) if one.clause.id == clause)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Policy 5.1.b.", ["5.1.b"]),
        ("(Policy 2)", ["2"]),
        ("Policy 5.1.a, 5.1.b", ["5.1.a", "5.1.b"]),
        ("Policy 5.1.a, 5.1.b, and 5.1.c.", ["5.1.a", "5.1.b", "5.1.c"]),
        ("Policy 3.2.P4 and 3.3.Q1", ["3.2.P4", "3.3.Q1"]),
        ("Policy 3.2.P4、3.2.P5", ["3.2.P4", "3.2.P5"]),
        ("Policy 5.1.a to 5.1.d", ["5.1.a", "5.1.b", "5.1.c", "5.1.d"]),
        ("Policy 3.1.P3 至 3.2.Q2", ["3.1.P3", "3.2.Q1", "3.2.Q2"]),
        ("by Policy\n    1.3.a and Policy 4.2", ["1.3.a", "4.2"]),
        ("Policy 3.2.P1: an average of 0", ["3.2.P1"]),
        ("Policy 9.9.z", ["9.9.z"]),
        ("the Policy 2025 edition", []),
        ("Policy 5.1.bonus", []),
        ("clause 5.1.a without the word", []),
        ("PolicyError 5.1.a", []),
    ],
)
def test_a_citation_is_the_word_policy_and_ids_lists_or_ranges(text, ids):
    assert cited(text, tuple(clause_order())) == ids


def test_a_clause_is_served_by_code_and_tests_that_cite_it(project):
    sales, won = traced(project, "5.1.a"), traced(project, "5.1.b")
    assert sales.code == ("cmreview.definitions:sales",)
    assert sales.tests == ("tests/test_sales.py::test_sales_add_up",)
    assert won.code == ("cmreview.definitions:Customers.won",)
    assert won.tests == ("tests/test_sales.py::test_won",)
    assert sales.is_served
    assert won.is_served


def test_a_literal_in_a_table_is_shown_but_serves_nothing(project):
    satisfaction = traced(project, "5.1.c")
    assert satisfaction.code == ("cmreview.table:INDICATORS",)
    assert satisfaction.tests == ("tests/test_sales.py::CASES",)
    assert not satisfaction.is_served


def test_a_criterion_is_served_by_its_indicators_code_and_its_own_example(project):
    criterion = traced(project, "3.1.P2")
    assert criterion.parameters == ("criteria.yaml:2 3.1.P2",)
    assert criterion.code == ("cmreview.definitions:sales",)
    assert criterion.tests == ("tests/examples/junior.yaml",)
    assert criterion.is_served


def test_parameters_name_file_line_and_key(project):
    assert traced(project, "4.4").parameters == ("process.yaml:1 publicity_days",)
    assert traced(project, "2").parameters == ("levels.yaml:1 levels",)


def test_what_nothing_serves_and_nobody_listed_is_named(project):
    left_out = unserved(project)
    assert "5.1.c" in left_out
    assert {"5.1.a", "5.1.b", "3.1.P2"}.isdisjoint(left_out)
    (project / "tests" / "test_sales.py").write_text(
        "def test_nothing():\n    assert True\n", encoding="utf-8"
    )
    assert {"5.1.a", "5.1.b"} <= set(unserved(project))


def test_what_later_work_serves_is_listed_by_that_works_name(project):
    later = [clause for clause in clauses() if clause.later is not None]
    assert {clause.id for clause in later}.isdisjoint(unserved(project))
    assert all(clause.later.zh and clause.later.en for clause in later)
    now = {clause.id for clause in clauses()} - {clause.id for clause in later}
    assert {clause.split(".")[0] for clause in now} >= {"1", "2", "3", "4", "5", "6"}
    assert {"5.1.f", "5.2", "3.3.P5", "1.3.c"} <= now


def test_a_file_beside_the_dated_policy_serves_its_clauses_too(project):
    assert traced(project, "6.2").parameters == ()
    courses = project / "params" / "courses.yaml"
    courses.write_text('courses:\n  clause: "6.2"\n  offered: []\n', encoding="utf-8")
    assert traced(project, "6.2").parameters == ("courses.yaml:1 courses",)


def test_an_invented_clause_is_named_with_its_place(project):
    assert invented(project) == []
    with (project / "cmreview" / "definitions.py").open("a", encoding="utf-8") as module:
        module.write('\n\ndef bonus():\n    """Bonus. Policy 5.9.a."""\n')
    (project / "params" / "policy" / "process.yaml").write_text('fee:\n  clause: "8.1"\n', encoding="utf-8")
    assert invented(project) == [("5.9.a", "cmreview.definitions:bonus"), ("8.1", "process.yaml:1 fee")]


def test_a_test_and_an_example_can_invent_a_clause_too(project):
    (project / "tests" / "test_more.py").write_text('"""Policy 3.9.P1."""\n', encoding="utf-8")
    (project / "tests" / "examples" / "more.yaml").write_text("clause: 3.1.P9\n", encoding="utf-8")
    assert invented(project) == [("3.1.P9", "tests/examples/more.yaml"), ("3.9.P1", "tests/test_more.py")]


def test_the_id_of_a_parameter_set_cites_and_any_other_id_does_not(project):
    sets = 'SETS = [pytest.param(1, id="5.1.f at"), replace(rule, id="3.9.P9"), {"id": "3.9.Q9"}]'
    (project / "tests" / "test_sets.py").write_text(f"{sets}\n", encoding="utf-8")
    assert traced(project, "5.1.f").tests == ("tests/test_sets.py::SETS",)
    assert invented(project) == []


def test_a_whole_section_may_be_cited_and_serves_nothing(project):
    with (project / "cmreview" / "definitions.py").open("a", encoding="utf-8") as module:
        module.write('\n\ndef all_of_them():\n    """Policy 5.1, 5.4."""\n')
    assert invented(project) == []
    assert traced(project, "5.1.f").code == ()


def test_a_notebook_cites_as_code_does(project):
    cell = {"cell_type": "markdown", "source": ["Purpose\n", "(Policy 1.1)"]}
    path = project / "notebooks" / "packet.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    assert traced(project, "1.1").code == ("notebooks/packet.ipynb",)


def test_a_file_beside_the_tests_is_no_test(project):
    (project / "tests" / "builders.py").write_text('"""Policy 5.2."""\n', encoding="utf-8")
    assert traced(project, "5.2").tests == ()


def test_a_folder_that_is_no_project_is_a_clear_error(tmp_path):
    with pytest.raises(PolicyError) as caught:
        trace(tmp_path)
    assert caught.value.code == "policy.no_project"


def test_clauses_have_titles_in_both_languages_and_stand_in_order():
    for clause in (*clauses(), *chapters()):
        assert clause.title.zh
        assert clause.title.en
    assert [one.id for one in chapters()] == ["1", "2", "3", "4", "5", "6", "7"]
    assert len(clause_order()) == len(clauses())


def test_the_clause_table_is_the_policys_own(shared_policy):
    theirs = strict_yaml.read(shared_policy / "clauses.yaml").data
    assert [(clause.id, clause.title.zh) for clause in clauses()] == [
        (one["id"], one["zh"]) for one in theirs
    ]


def test_every_parameter_of_the_project_stands_under_a_clause_of_the_policy(root, monkeypatch):
    monkeypatch.setattr(clause_module, "_citations", cache(clause_module._citations))  # search the files once
    cited_by_parameters = {one.clause.id for one in trace(root) if one.parameters}
    assert {"2", "3.1.P1", "3.3.P5", "4.1", "4.4", "5.1.c", "5.4.a", "1.3.b"} <= cited_by_parameters
    places = [name for _, name in invented(root)]
    assert not [name for name in places if ".yaml:" in name]
