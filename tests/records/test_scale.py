"""The large invented company: the same bytes each time, and nothing in it that a warehouse would refuse."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from cmreview.cli.review import indicators
from cmreview.cli.template import example
from cmreview.errors import RecordsError
from cmreview.records.example.scale import SOURCE, write_scaled
from cmreview.records.example.scale_selects import COLUMNS

SIZES = {"managers": 20, "customers": 200, "contracts": 2000}


def test_the_same_seed_gives_the_same_bytes_and_another_other_ones(tmp_path):
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write_scaled(tmp_path / name, **SIZES, seed=seed)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(
        [SOURCE, "contracts-1.parquet", *(f"{n}.parquet" for n in COLUMNS if n != "contracts")]
    )
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()
    name = "contracts-1.parquet"
    assert (tmp_path / "one" / name).read_bytes() != (tmp_path / "other" / name).read_bytes()


def test_sizes_that_make_no_company_are_refused(tmp_path):
    with pytest.raises(RecordsError):
        write_scaled(tmp_path, managers=10, customers=5, contracts=100)


def test_its_indicators_verdicts_and_points_come_from_the_files_without_a_finding(tmp_path):
    sizes = [f"--{name}={count}" for name, count in SIZES.items()]
    made = CliRunner().invoke(example, ["--scale", "--out", str(tmp_path), *sizes, "--lang", "en"])
    assert made.exit_code == 0, made.output
    out = tmp_path / "figures.csv"
    arguments = ["--source", str(tmp_path / SOURCE), "--year", "2025", "--out", str(out), "--memory", "500MB"]
    done = CliRunner().invoke(indicators, [*arguments, "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "[error]" not in done.output.lower()
    header, *rows = out.read_text("utf-8").splitlines()
    assert len(rows) == SIZES["managers"] * 5
    assert {"result", "points", "verdict_3.1.P2"} <= set(header.split(","))


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--source", "x.yaml", "--csv", "x.csv"],
        ["--records", "x", "--out", "x.csv"],
        ["--source", "x.yaml", "--memory", "lots"],
        ["--source", "x.yaml", "--out", "x.doc"],
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments):
    done = CliRunner().invoke(indicators, arguments)
    assert done.exit_code != 0
    assert type(done.exception).__name__ in ("InputError", "FileError")
