"""``cmreview analysis``: one command to page, notebook and workbook; bad input told (Policy 5.3)."""

from __future__ import annotations

import pytest

from cmreview.cli import main
from tests.packets.small import small_company, write_tables


def test_one_command_makes_page_notebook_and_workbook_and_names_them(tmp_path, capsys):
    records = write_tables(tmp_path / "records", small_company())
    main(
        [
            "analysis",
            "--year",
            "2025",
            "--records",
            str(records),
            "--out",
            str(tmp_path / "out"),
            "--lang",
            "en",
        ]
    )
    told = capsys.readouterr().out
    for name in ("analysis.html", "analysis.ipynb", "analysis.xlsx"):
        assert (tmp_path / "out/2025" / name).is_file()
        assert str(tmp_path / "out/2025" / name) in told
    assert '<html lang="en">' in (tmp_path / "out/2025/analysis.html").read_text("utf-8")


def test_a_year_without_contracts_ends_with_exit_code_2_and_makes_nothing(tmp_path, capsys):
    records = write_tables(tmp_path / "records", small_company())
    with pytest.raises(SystemExit) as ended:
        main(["analysis", "--year", "2023", "--records", str(records), "--out", str(tmp_path / "out")])
    assert ended.value.code == 2
    assert "2023" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
