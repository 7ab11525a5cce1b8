"""A warehouse by its mapping file: what is told of its rows, and what is refused in one sentence."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from cmreview.errors import MappingError, MissingToolError
from cmreview.findings import FaultyInput
from cmreview.records.model import Expectations
from cmreview.review.case import build_review
from cmreview.review.counting.indicators import manager_years, open_key_customers
from cmreview.review.standing import standings
from cmreview.review.warehouse.company import opened
from cmreview.review.warehouse.opening import address
from tests.builders import make_policy
from tests.review.warehouse.example import example, same  # noqa: F401  (a fixture)

EXPECTATIONS = Expectations(
    levels={"junior": "junior", "intermediate": "intermediate", "senior": "senior"},
    satisfaction_scale=(Decimal(1), Decimal(5)),
)
HEAD = """
name: {zh: 仓库, en: warehouse}
currency: {code: CNY, zh: 元, en: yuan}
faulty_rows: FAULTY
url: URL
tables:
  managers: {select: "SELECT * FROM people"}
  customers: {select: "SELECT * FROM clients"}
  contracts:
    units: {amount: fen, share: percent}
    select: CONTRACTS
"""
TABLES = """
CREATE TABLE people (manager_id TEXT, name TEXT, department TEXT, hired_on DATE);
CREATE TABLE clients (customer_id TEXT, name TEXT);
CREATE TABLE orders (contract_id TEXT, customer_id TEXT, manager_id TEXT, share INTEGER, amount AMOUNT,
  signed_on DATE);
INSERT INTO people VALUES ('A', '甲', '一部', '2020-01-01'), ('B', '乙', '一部', '2020-01-01');
INSERT INTO clients VALUES ('K1', '客户一'), ('K2', '客户二');
INSERT INTO orders VALUES ('1', 'K1', 'A', 60, 100001, '2024-03-01'),
  ('1', 'K1', 'B', 40, 100001, '2024-03-01'), ('2', 'K2', 'A', NULL, 5000, '2025-03-01');
"""
FAULTS = """
INSERT INTO orders VALUES ('3', 'K1', 'Z', NULL, 1, '2025-01-01'), ('4', 'K9', 'A', NULL, 1, '2025-01-01'),
  ('5', 'K1', 'A', NULL, 1, NULL), ('6', 'K1', 'A', NULL, -1, '2025-01-01'),
  ('7', 'K1', 'A', NULL, 1, '2025-01-01'), ('7', 'K1', 'A', NULL, 2, '2025-01-01'),
  ('8', 'K1', 'A', 200, 1, '2025-01-01');
"""
COUNTED = {
    ("blank", "signed_on"): "1",
    ("key_twice", "contract_id, manager_id"): "2",
    ("negative_amount", "amount"): "1",
    ("share_off_range", "share"): "1",
    ("shares_not_whole", "share"): "2",
    ("unknown_customer", "customer_id"): "1",
    ("unknown_manager", "manager_id"): "1",
}


@pytest.fixture(params=["duckdb", "sqlite"])
def made(request, tmp_path):
    """Makes a warehouse of each kind, and its mapping file."""

    def make(
        extra="", *, faulty="stop", contracts="SELECT * FROM orders", amount="INTEGER", url=None
    ) -> Path:
        path = tmp_path / f"crm.{request.param}"
        path.unlink(missing_ok=True)
        script = TABLES.replace("AMOUNT", amount) + extra
        if request.param == "sqlite":
            with sqlite3.connect(path) as connection:
                connection.executescript(script)
            connection.close()
        else:
            with duckdb.connect(path) as connection:
                connection.execute(script)
        text = HEAD.replace("FAULTY", faulty).replace("CONTRACTS", contracts)
        mapping = tmp_path / "crm.yaml"
        mapping.write_text(text.replace("URL", url or f"{request.param}:///{path.name}"), "utf-8")
        return mapping

    return make


def asked(mapping: Path, environment=None):
    with opened(mapping, mapping.parent, EXPECTATIONS, environment or {}) as company:
        return company, manager_years(company.records, make_policy(), company.fetch)


def counts(findings):
    return {(one.code.partition(".")[2], one.column): dict(one.details)["rows"] for one in findings}


def test_fen_and_percent_are_exact(made):
    company, frame = asked(made())
    assert company.findings == ()
    found = {(row.manager_id, row.year): row.sales for row in frame.itertuples()}
    assert found["A", 2024] == Decimal("600.0060")
    assert found["B", 2024] == Decimal("400.0040")
    assert found["A", 2025] == Decimal(50)


def test_faulty_rows_are_counted_and_stop_the_computation(made):
    with pytest.raises(FaultyInput) as caught:
        asked(made(FAULTS))
    found = {
        (one.code.partition(".")[2], one.column): dict(one.details)["rows"] for one in caught.value.findings
    }
    assert found == COUNTED
    for lang in ("zh", "en"):
        assert caught.value.text(lang)


def test_faulty_rows_can_be_set_aside_and_are_told_all_the_same(made):
    company, frame = asked(made(FAULTS, faulty="set_aside"))
    assert counts(company.findings) == COUNTED
    sales = frame[(frame["manager_id"] == "A") & (frame["year"] == 2025)]["sales"].to_list()
    assert sales == [Decimal("49.99")]  # 5000 fen and the credit of one, none of the faulty rows


def test_a_table_that_the_warehouse_does_not_hold_is_no_evidence_and_never_zero(made):
    _, frame = asked(made())
    for column in ("answers", "complaints", "projects"):
        assert frame[column].isna().all(), column


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"contracts": "SELECT * FROM missing"}, "warehouse.select_failed"),
        ({"contracts": "SELECT contract_id FROM orders"}, "sources.missing_column"),
        ({"contracts": "SELECT *, 1 AS colour FROM orders"}, "sources.unknown_column"),
        ({"url": "duckdb:///nowhere.duckdb"}, "sources.file_missing"),
        ({"url": "mysql://db/crm"}, "warehouse.unknown_kind"),
        ({"url": "postgresql://hr:secret@db/crm"}, "warehouse.password"),
        ({"url": "postgresql://db/crm?password=secret"}, "warehouse.password"),
        ({"url": "postgresql://hr:${NO_SUCH_NAME}@db/crm"}, "warehouse.unset"),
        ({"url": "postgresql:///crm?host=/nowhere"}, "warehouse.unreachable"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_sentence_and_how_to_mend_it(made, change, code):
    with pytest.raises(MappingError) as caught:
        asked(made(**change))
    assert caught.value.code == code
    assert "secret" not in caught.value.text("en")
    for lang in ("zh", "en"):
        assert "\n" not in caught.value.text(lang)


def test_spark_without_its_library_is_told(made):
    with pytest.raises(MissingToolError) as caught:
        asked(made(url="spark://local"))
    assert caught.value.code == "warehouse.missing_driver"


def test_an_amount_kept_as_a_floating_number_is_refused(made):
    with pytest.raises((MappingError, FaultyInput)) as caught:
        asked(made(amount="DOUBLE"))
    assert caught.value.code in ("warehouse.wrong_type", "warehouse.faulty")
    assert "amount" in caught.value.text("en")


def test_a_credential_comes_from_the_environment_and_is_written_as_a_url_needs_it():
    assert (
        address("postgresql://hr:${PW}@db/crm", "crm.yaml", {"PW": "a@b"}) == "postgresql://hr:a%40b@db/crm"
    )


def test_everybody_stands_as_in_the_review(example):  # noqa: F811
    policy = make_policy()
    from cmreview.review.counting.backend import opened as in_memory

    frame = manager_years(example, policy)
    with in_memory(example) as fetch:
        marks = open_key_customers(fetch, policy, example.years)
    review = {case.person.manager_id: case for case in build_review(example, policy, frame=frame).cases}
    found = standings(example, frame, policy, marks)
    assert {each.manager_id for each in found} == set(review)
    for each in found:
        case = review[each.manager_id]
        assert [v.outcome for v in each.verdicts] == [v.outcome for v in case.verdicts], each.manager_id
        assert each.overall == case.overall
        assert (each.score and each.score.points) == (case.score and case.score.points)
