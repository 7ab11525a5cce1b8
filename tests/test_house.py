"""The house keeps its rules; and each rule, broken on purpose, is seen to be broken."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cmreview.cli import COMMANDS
from cmreview.policy import clauses
from tests import house


@pytest.fixture(scope="module", autouse=True)
def read_once():
    """Every file of the project is searched for clauses once, not once for each question asked of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clauses, "_citations", cache(clauses._citations))
        yield


RULES = (
    house.imports_that_go_up,
    house.imports_against_the_order_within,
    house.imports_in_a_circle,
    house.libraries_out_of_their_room,
    house.tests_that_no_run_collects,
    house.files_that_test_nothing,
    house.names_that_say_nothing,
    house.modules_that_are_two,
    house.modules_without_a_sentence,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule, root):
    assert rule(root) == []


def test_every_command_is_shown_in_both_readmes(root):
    assert house.undocumented_commands(root, list(COMMANDS)) == []


def test_every_clause_is_served_or_listed_by_name(root):
    assert clauses.unserved(root) == []


def test_no_clause_is_invented(root):
    assert clauses.invented(root) == []


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    """A tree that keeps every rule."""
    for place, text in {
        "cmreview/__init__.py": '"""A package."""\n__version__ = "1"\n',
        "cmreview/words/__init__.py": '"""Words."""\n',
        "cmreview/review/__init__.py": '"""Reviews."""\nfrom cmreview.policy.model import Policy\n',
        "cmreview/policy/__init__.py": '"""Rules."""\nimport cmreview.words\n',
        "cmreview/process/steps/__init__.py": '"""Steps."""\nfrom cmreview.process.ledger import copy\n',
        "cmreview/process/ledger/__init__.py": '"""A record."""\n',
        "cmreview/packets/__init__.py": '"""."""\nimport papermill\nfrom cmreview import __version__\n',
        "tests/test_one.py": "def test_one():\n    assert True\n",
        "README.md": "cmreview check",
        "README.zh-CN.md": "cmreview check",
    }.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


BREAKS = [
    (house.imports_that_go_up, "cmreview/policy/load.py", '"""."""\nfrom cmreview.review import case\n'),
    (house.imports_that_go_up, "cmreview/policy/load.py", '"""."""\nfrom cmreview.records import schema\n'),
    (
        house.imports_that_go_up,
        "cmreview/policy/load.py",
        '"""."""\ndef f():\n    from cmreview import cli\n',
    ),
    (house.imports_that_go_up, "cmreview/attic/x.py", '"""."""\nfrom cmreview import words\n'),
    (
        house.imports_against_the_order_within,
        "cmreview/process/ledger/x.py",
        '"""."""\ndef f():\n    from cmreview.process.steps import checks\n',
    ),
    (
        house.imports_against_the_order_within,
        "cmreview/process/attic/x.py",
        '"""."""\nfrom cmreview.process.attic import y\n',
    ),
    (house.libraries_out_of_their_room, "cmreview/show/x.py", '"""."""\nimport papermill\n'),
    (
        house.libraries_out_of_their_room,
        "cmreview/show/x.py",
        '"""."""\nfrom nbconvert import exporters\n',
    ),
    (house.libraries_out_of_their_room, "cmreview/packets/x.py", '"""."""\nimport ipywidgets as w\n'),
    (house.tests_that_no_run_collects, "tests/case_tests.py", "def test_two():\n    assert True\n"),
    (house.files_that_test_nothing, "tests/test_two.py", "X = 1\n"),
    (house.names_that_say_nothing, "cmreview/records/utils.py", '"""."""\n'),
    (house.names_that_say_nothing, "cmreview/records/process_rows.py", '"""."""\n'),
    (house.modules_that_are_two, "cmreview/records/long.py", '"""."""\n' + "X = 1\n" * 350),
    (house.modules_without_a_sentence, "cmreview/records/mute.py", "X = 1\n"),
]


@pytest.mark.parametrize(
    ("rule", "place", "text"),
    [pytest.param(*broken, id=f"{broken[0].__name__}-{number}") for number, broken in enumerate(BREAKS)],
)
def test_a_broken_rule_is_caught(rule, place, text, small_house):
    assert rule(small_house) == []
    path = small_house / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    faults = rule(small_house)
    assert len(faults) == 1
    assert faults[0].startswith(place)


def test_a_circle_of_imports_is_caught(small_house):
    assert house.imports_in_a_circle(small_house) == []
    for here, there in ("day", "week"), ("week", "month"), ("month", "day"):
        text = f'"""."""\ndef f():\n    from cmreview.policy.{there} import x\n'
        (small_house / "cmreview" / "policy" / f"{here}.py").write_text(text, "utf-8")
    (circle,) = house.imports_in_a_circle(small_house)
    assert all(f"cmreview.policy.{name}" in circle for name in ("day", "week", "month"))


def test_a_command_missing_from_one_readme_is_caught(small_house):
    assert house.undocumented_commands(small_house, ["check"]) == []
    faults = house.undocumented_commands(small_house, ["check", "packets"])
    assert faults == [
        "README.md: cmreview packets is not shown",
        "README.zh-CN.md: cmreview packets is not shown",
    ]
