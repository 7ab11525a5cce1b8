"""The commands template and example as a person types them."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from cmreview.cli import main


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    return int(stopped.value.code or 0)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_template_is_named_after_its_department(tmp_path, capsys):
    main(["template", "--department", "销售一部"])
    assert names(tmp_path) == ["销售一部.xlsx"]
    assert capsys.readouterr().out == "已生成模板：销售一部.xlsx\n"


def test_the_policy_gives_a_template_its_levels_and_its_scale(tmp_path):
    main(["template", "--department", "销售一部", "--year", "2025", "--out", "new/one.xlsx"])
    book = load_workbook(tmp_path / "new" / "one.xlsx")
    texts = {cell for row in book["填写说明"].iter_rows(values_only=True) for cell in row}
    assert {"初级", "中级", "高级", "2025"} <= texts
    (check,) = [one for one in book["满意度"].data_validations.dataValidation if one.type == "decimal"]
    assert [float(one) for one in (check.formula1, check.formula2)] == [1, 5]


def test_a_template_speaks_english_by_choice(tmp_path, capsys):
    main(["template", "--department", "North", "--lang", "en"])
    assert load_workbook(tmp_path / "North.xlsx").sheetnames[:2] == ["Instructions", "managers"]
    assert capsys.readouterr().out == "Wrote North.xlsx\n"


@pytest.mark.parametrize("department", ["../../up", "/etc/x", "a/b", "部" * 200, "con", "..", "~$x"])
def test_no_department_leads_out_of_the_folder(tmp_path, department):
    before = names(tmp_path.parent)
    main(["template", "--department", department])
    (made,) = names(tmp_path)
    assert names(tmp_path.parent) == before
    sheet = load_workbook(tmp_path / made)["填写说明"]
    assert sheet["B2"].value == department


def test_a_workbook_that_may_be_filled_in_is_never_overwritten(tmp_path, capsys):
    (tmp_path / "销售一部.xlsx").write_bytes(b"filled in")
    assert run("template", "--department", "销售一部") == 2
    assert (tmp_path / "销售一部.xlsx").read_bytes() == b"filled in"
    assert "没有覆盖" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("--department", " "), "department's name", id="blank"),
        pytest.param(("--department", "a\u202eb"), "department's name", id="invisible"),
        pytest.param(("--department", "A", "--year", "2999"), "2999", id="unconfirmed year"),
        pytest.param(("--department", "A", "--policy", "nowhere"), "nowhere", id="no policy"),
        pytest.param(("--department", "A", "--out", "x" * 300), "can't be written", id="long name"),
    ],
)
def test_a_mistake_is_told_in_two_sentences_and_writes_nothing(tmp_path, capsys, arguments, told):
    assert run("template", *arguments, "--lang", "en") == 2
    error = capsys.readouterr().err
    assert told in error
    assert "Traceback" not in error
    assert names(tmp_path) == []


def test_the_example_lands_where_make_looks_for_it(tmp_path, capsys):
    main(["example", "--departments", "3", "--managers", "80"])
    written = names(tmp_path / "outputs" / "example")
    assert len(written) == 3 + 4
    assert "outputs/example" in capsys.readouterr().out.replace("\\", "/")


def test_the_example_takes_a_seed_and_a_language(tmp_path):
    size = ("--departments", "3", "--managers", "80", "--lang", "en")
    main(["example", "--seed", "4", "--out", "a", *size])
    main(["example", "--seed", "4", "--out", "b", *size])
    main(["example", "--seed", "5", "--out", "c", *size])
    assert "exams.csv" in names(tmp_path / "a")
    book = next((tmp_path / "a").glob("*.xlsx"))
    assert "contracts" in load_workbook(book).sheetnames
    same, other = (
        [(tmp_path / folder / name).read_bytes() for name in names(tmp_path / "a")] for folder in ("b", "c")
    )
    assert [(tmp_path / "a" / name).read_bytes() for name in names(tmp_path / "a")] == same
    assert same != other


def test_an_impossible_size_is_told(tmp_path, capsys):
    assert run("example", "--managers", "3", "--lang", "en") == 2
    assert "80 to 2000 managers" in capsys.readouterr().err
    assert names(tmp_path) == []
