"""Foreign tables: strictly mapped, locked in, no row lost, doubled or bent without a finding."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmreview.errors import FileError, InputError, MappingError
from cmreview.records import open_records
from cmreview.records.mapping import read_mapping
from cmreview.records.model import Expectations, Records
from cmreview.records.selects import map_tables
from cmreview.records.sources import open_foreign
from cmreview.terms import Severity

HEAD = """\
name: {zh: 小公司, en: small company}
currency: {code: CNY, zh: 元, en: yuan}
faulty_rows: set_aside
"""
ORDERS = """\
files: {Orders: orders.csv}
tables:
  contracts:
    rows_of: [Orders]
    units: {amount: currency}
    select: |
      SELECT id AS contract_id, customer AS customer_id, seller AS manager_id, amount,
        day AS signed_on, _file, _row
      FROM Orders
"""
CSV = "id,customer,seller,amount,day\n1,C1,007,100.25,2025-01-02\n2,C2,007,200,2025-01-03\n"


def write(folder: Path, mapping: str = HEAD + ORDERS, **files: str | bytes) -> Path:
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.csv").write_bytes(raw)
    path = folder / "small.yaml"
    path.write_text(mapping, "utf-8")
    return path


def mapped(path: Path):
    mapping, document = read_mapping(path)
    foreign = open_foreign(mapping, path.parent, document.file)
    try:
        return map_tables(mapping, document, foreign)
    finally:
        foreign.close()


def told(result) -> list[tuple[str, str, int | None]]:
    return [(finding.code, finding.file, finding.row) for finding in result.findings]


# -- the mapping file ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["adventureworks", "northwind"])
def test_the_shipped_mappings_are_read_strictly(root, name):
    mapping, _ = read_mapping(root / "params" / "sources" / f"{name}.yaml")
    assert mapping.money.code == "USD"
    assert mapping.faulty_rows == "set_aside"


def test_the_example_in_the_guide_is_a_mapping(root, tmp_path):
    _, _, rest = (root / "docs" / "real-records.md").read_text("utf-8").partition("```yaml\n")
    mapping, _ = read_mapping(write(tmp_path, rest.partition("```")[0]))
    assert set(mapping.files) == {"Orders", "People", "Lines"}
    assert mapping.files["Lines"].file == ("lines-2024.csv", "lines-2025.csv")


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("faulty_rows:", "faulty_row:", "sources.unknown_key", 3),
        ("faulty_rows: set_aside\n", "", "sources.missing_key", 1),
        ("set_aside", "drop", "sources.not_a_choice", 3),
        ("code: CNY", "code: yuan", "sources.wrong_value", 2),
        (", en: yuan", "", "sources.missing_key", 2),
        (", en: yuan", ", en: yuan, de: Yuan", "sources.unknown_key", 2),
        ("orders.csv", "../orders.csv", "sources.file_outside", 4),
        ("orders.csv", "/etc/orders.csv", "sources.file_outside", 4),
        ("orders.csv", "C:orders.csv", "sources.file_outside", 4),
        ("orders.csv", "orders.xlsx", "sources.file_kind", 4),
        ("orders.csv", "{file: orders.csv, encoding: gb1803}", "sources.unknown_encoding", 4),
        ("orders.csv", "{file: orders.csv, delimiter: ab}", "sources.wrong_value", 4),
        ("orders.csv", "{file: []}", "sources.wrong_value", 4),
        ("orders.csv}", "orders.csv, ORDERS: more.csv}", "sources.name_twice", 4),
        ("orders.csv}", "orders.csv, More: a/orders.csv}", "sources.name_twice", 4),
        ("files: {Orders: orders.csv}\n", "", "sources.files_or_url", 1),
        ("files:", "url: sqlite:///crm.sqlite\nfiles:", "sources.files_or_url", 1),
        ("rows_of: [Orders]", "rows_of: [Order]", "sources.unknown_file", 7),
        ("rows_of: [Orders]", "rows_of: Orders", "sources.wrong_value", 7),
        ("files:", "references: {Orders.seller: Sellers.id}\nfiles:", "sources.unknown_file", 4),
        ("files:", "references: {Orders: Orders.id}\nfiles:", "sources.unknown_file", 4),
        ("  contracts:", "  contract:", "sources.unknown_table", 6),
        ("amount: currency", "amount: yuan", "sources.not_a_choice", 8),
        ("amount: currency", "amount: percent", "sources.wrong_unit", 8),
        ("amount: currency", "amount: currency, day: currency", "sources.wrong_unit", 8),
        ("    select: |\n", "    selects: |\n", "sources.unknown_key", 9),
    ],
)
def test_a_fault_of_a_mapping_file_is_told_with_its_line(tmp_path, old, new, code, line):
    text = HEAD + ORDERS
    assert text.count(old) == 1
    path = write(tmp_path, text.replace(old, new), orders=CSV)
    with pytest.raises(MappingError) as caught:
        read_mapping(path)
    error = caught.value
    assert (error.code, error.values["file"], error.values.get("line", 1)) == (code, "small.yaml", line)
    assert "small.yaml" in error.text("zh")
    assert "small.yaml" in error.text("en")
    assert error.exit_code == 2


def test_a_repeated_key_of_a_mapping_file_is_refused(tmp_path):
    path = write(tmp_path, HEAD + "faulty_rows: stop\n" + ORDERS)
    with pytest.raises(FileError, match="第 4 行"):
        read_mapping(path)


@pytest.mark.parametrize("text", ["", "- a list", "just a word"])
def test_a_file_that_is_no_mapping_at_all_is_told(tmp_path, text):
    with pytest.raises(MappingError) as caught:
        read_mapping(write(tmp_path, text))
    assert caught.value.code == "sources.missing_key"


# -- the select ---------------------------------------------------------------------------------


def select_instead(select: str) -> str:
    head, _, _ = ORDERS.partition("    select: |\n")
    return HEAD + head + "    select: |\n" + "      " + select + "\n"


REACHES = [
    "SELECT * FROM read_csv('{outside}')",
    "SELECT * FROM '{outside}'",
    "SELECT * FROM read_text('{outside}')",
    "SELECT * FROM glob('/*')",
    "COPY Orders TO '{outside}.copy'",
    "ATTACH '{outside}.db' AS other",
    "SET enable_external_access = true",
    "CREATE TABLE other AS SELECT 1",
    "SELECT 1; SELECT 2",
    "INSTALL httpfs",
    "",
    "not SQL at all",
    "SELECT * FROM here_is_a_frame",
]


@pytest.mark.parametrize("select", REACHES)
def test_a_select_reaches_nothing_but_the_listed_files(tmp_path, select):
    here_is_a_frame = pa.table({"contract_id": ["x"]})
    assert here_is_a_frame.num_rows == 1
    outside = tmp_path / "outside.csv"
    outside.write_text("contract_id\nsecret\n")
    records = tmp_path / "records"
    records.mkdir()
    path = write(records, select_instead(select.format(outside=outside) or "''"), orders=CSV)
    with pytest.raises(MappingError) as caught:
        mapped(path)
    assert caught.value.code == "sources.select_failed"
    assert caught.value.values["line"] == 9
    assert {each.name for each in tmp_path.iterdir()} == {"outside.csv", "records"}


def test_a_link_out_of_the_records_folder_is_refused(tmp_path):
    (tmp_path / "outside.csv").write_text(CSV)
    records = tmp_path / "records"
    records.mkdir()
    (records / "orders.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(MappingError) as caught:
        mapped(write(records))
    assert caught.value.code == "sources.link_outside"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("amount,\n", "amount, amount,\n", "sources.column_twice"),
        ("amount,\n", "amount, 1 AS turnover,\n", "sources.unknown_column"),
        ("seller AS manager_id, ", "", "sources.missing_column"),
        ("_file, _row", "_row", "sources.place_missing"),
        ("_file, _row", "_file, NULL AS _row", "sources.place_missing"),
        ("    units: {amount: currency}\n", "", "sources.unit_missing"),
    ],
)
def test_a_select_must_give_the_columns_of_its_table(tmp_path, old, new, code):
    text = HEAD + ORDERS
    assert text.count(old) == 1
    with pytest.raises(MappingError) as caught:
        mapped(write(tmp_path, text.replace(old, new), orders=CSV))
    assert caught.value.code == code
    assert "contracts" in caught.value.text("en")


# -- no row lost, none doubled ------------------------------------------------------------------


def test_every_row_comes_with_its_file_and_its_row_as_a_spreadsheet_counts(tmp_path):
    text = 'id,customer,seller,amount,day\n\n1,C1,007,"1,5",2025-01-02\n,,,,\n2,"C\n2",007,2,2025-01-03\n'
    (name, raw), *more = mapped(write(tmp_path, orders=text)).tables
    assert more == []
    assert (name, raw.file, list(raw.rows)) == ("contracts", "orders.csv", [3, 5])
    assert list(raw.columns["customer_id"].values) == ["C1", "C\n2"]
    assert list(raw.columns["manager_id"].values) == ["007", "007"]


def test_a_row_that_a_join_loses_is_found_and_counted(tmp_path):
    text = HEAD + ORDERS.replace("FROM Orders", "FROM Orders WHERE customer <> 'C2'")
    result = mapped(write(tmp_path, text, orders=CSV))
    assert told(result) == [("sources.row_lost", "orders.csv", 3)]
    assert result.findings[0].set_aside
    assert result.not_used == Counter({("contracts", "orders.csv"): 1})


def test_a_row_that_a_join_doubles_is_used_in_neither_form(tmp_path):
    text = HEAD + ORDERS.replace(
        "FROM Orders", "FROM Orders, (VALUES (1), (2)) AS two(n) WHERE id = '2' OR n = 1"
    )
    result = mapped(write(tmp_path, text, orders=CSV))
    assert told(result) == [("sources.row_twice", "orders.csv", 3)]
    assert [list(raw.rows) for _, raw in result.tables] == [[2]]
    assert result.not_used == Counter({("contracts", "orders.csv"): 1})


def test_a_row_with_too_many_or_too_few_cells_is_told_once_and_counted(tmp_path):
    result = mapped(write(tmp_path, orders=CSV + "3,C3,007\n4,C4,007,1,2025-01-04,what\n"))
    assert told(result) == [("sources.ragged_row", "orders.csv", 4), ("sources.ragged_row", "orders.csv", 5)]
    assert all(finding.set_aside for finding in result.findings)
    assert result.not_used == Counter({("contracts", "orders.csv"): 2})
    assert [list(raw.rows) for _, raw in result.tables] == [[2, 3]]


def test_a_value_that_a_reference_does_not_find_is_told(tmp_path):
    files = "references: {Orders.seller: Sellers.id}\nfiles: {Sellers: sellers.csv, Orders: orders.csv}\n"
    text = HEAD + ORDERS.replace("files: {Orders: orders.csv}\n", files)
    orders = CSV + "3,C3,,1,2025-01-04\n4,C3,7,1,2025-01-04\n"
    result = mapped(write(tmp_path, text, orders=orders, sellers="id\n007\n"))
    assert told(result) == [("sources.not_found", "orders.csv", 5)]
    assert result.findings[0].value == "7"
    assert "Sellers.id" in result.findings[0].line("en")


def test_a_reference_to_a_column_that_is_not_there_is_told_with_its_line(tmp_path):
    text = HEAD + ORDERS.replace("files:", "references: {Orders.seller: Orders.sellers}\nfiles:")
    with pytest.raises(MappingError) as caught:
        mapped(write(tmp_path, text, orders=CSV))
    assert (caught.value.code, caught.value.values["line"]) == ("sources.check_failed", 4)


CONTRADICTION = """\
contradictions:
  - column: Orders.seller
    by: Orders.customer
    select: SELECT _file, _row, seller AS value, customer AS expected FROM Orders WHERE customer = 'C2'
files:"""


def test_where_the_source_contradicts_itself_is_told_with_both_values(tmp_path):
    text = HEAD + ORDERS.replace("files:", CONTRADICTION)
    result = mapped(write(tmp_path, text, orders=CSV))
    assert told(result) == [("sources.contradicted", "orders.csv", 3)]
    assert result.findings[0].value == "007"
    assert "C2" in result.findings[0].reason("en")
    assert not result.findings[0].set_aside
    for old, new, code in (
        ("Orders.seller", "Sellers.id", "sources.unknown_file"),
        (" AS expected", " AS wanted", "sources.check_failed"),
        ("seller AS value", "sellers AS value", "sources.check_failed"),
    ):
        with pytest.raises(MappingError) as caught:
            mapped(write(tmp_path, text.replace(old, new), orders=CSV))
        assert caught.value.code == code


def test_a_bad_row_of_a_table_that_is_only_looked_up_is_told_but_is_no_row_of_ours(tmp_path):
    files = "files: {Sellers: sellers.csv, Orders: orders.csv}\n"
    text = HEAD + ORDERS.replace("files: {Orders: orders.csv}\n", files)
    result = mapped(write(tmp_path, text, orders=CSV, sellers="id\n007\n1,2\n"))
    assert told(result) == [("sources.ragged_row", "sellers.csv", 3)]
    assert not result.findings[0].set_aside
    assert result.not_used == Counter()


def test_several_files_make_one_table(tmp_path):
    text = HEAD + ORDERS.replace("orders.csv", "[orders.csv, later.csv]")
    later = CSV.replace("1,C1", "3,C1").replace("2,C2", "4,C2")
    result = mapped(write(tmp_path, text, orders=CSV, later=later))
    assert [(raw.file, list(raw.columns["contract_id"].values)) for _, raw in result.tables] == [
        ("later.csv", ["3", "4"]),
        ("orders.csv", ["1", "2"]),
    ]
    with pytest.raises(MappingError) as caught:
        mapped(write(tmp_path, text, orders=CSV, later="id\n1\n"))
    assert caught.value.code == "sources.headers_differ"


def test_without_a_place_rows_are_numbered_the_same_in_whatever_order_they_come(tmp_path):
    text = HEAD + ORDERS.replace(", _file, _row", "").replace("    rows_of: [Orders]\n", "")
    lines = CSV.splitlines(keepends=True)
    first = mapped(write(tmp_path, text, orders=CSV)).tables
    second = mapped(write(tmp_path, text, orders=lines[0] + lines[2] + lines[1])).tables
    assert first == second
    assert first[0][1].file == "small.yaml"


# -- reading files ------------------------------------------------------------------------------


def test_bytes_are_read_in_the_declared_encoding_and_no_other(tmp_path):
    text = CSV.replace("C1", "成都蜀锦")
    declared = HEAD + ORDERS.replace("orders.csv", "{file: orders.csv, encoding: gb18030}")
    for mapping, raw in ((declared, text.encode("gb18030")), (HEAD + ORDERS, text.encode("utf-8-sig"))):
        (_, table), *_ = mapped(write(tmp_path, mapping, orders=raw)).tables
        assert list(table.columns["customer_id"].values) == ["成都蜀锦", "C2"]
        assert list(table.columns["contract_id"].values) == ["1", "2"]
    with pytest.raises(MappingError) as caught:
        mapped(write(tmp_path, orders=text.encode("gb18030")))
    assert caught.value.code == "sources.wrong_encoding"
    assert caught.value.values["file"] == "orders.csv"


def test_text_garbled_by_a_wrong_encoding_is_told_and_kept(tmp_path):
    garbled = "Königlich".encode().decode("cp1252")
    result = mapped(write(tmp_path, orders=CSV.replace("C1", garbled).replace("C2", "Königlich")))
    assert told(result) == [("sources.garbled", "orders.csv", 2)]
    assert "Königlich" in result.findings[0].reason("en")
    assert list(result.tables[0][1].columns["customer_id"].values) == [garbled, "Königlich"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "sources.odd_header"),
        ("id,ID\n1,2\n", "sources.odd_header"),
        ("id,\n1,2\n", "sources.odd_header"),
        ("id,_row\n1,2\n", "sources.odd_header"),
        ('id,name\n1,"unclosed\n', "sources.not_readable"),
        (None, "sources.file_missing"),
    ],
)
def test_a_file_that_is_no_table_is_told_by_name(tmp_path, content, code):
    files = {} if content is None else {"orders": content}
    with pytest.raises(InputError) as caught:
        mapped(write(tmp_path, **files))
    assert caught.value.code == code
    assert "orders.csv" in caught.value.text("zh")


def test_a_header_without_rows_is_an_empty_table(tmp_path):
    result = mapped(write(tmp_path, orders=CSV.splitlines(keepends=True)[0]))
    assert (result.tables, result.findings, result.not_used) == ((), (), Counter())


def test_parquet_keeps_its_types_and_counts_its_rows_from_one(tmp_path):
    table = pa.table(
        {
            "id": ["1", "2"],
            "customer": ["C1", "C2"],
            "seller": ["007", "007"],
            "amount": [Decimal("100.25"), Decimal("200.00")],
            "day": [date(2025, 1, 2), date(2025, 1, 3)],
        }
    )
    parquet.write_table(table, tmp_path / "orders.parquet")
    result = mapped(write(tmp_path, HEAD + ORDERS.replace("orders.csv", "orders.parquet")))
    (_, raw), *_ = result.tables
    assert list(raw.rows) == [1, 2]
    assert list(raw.columns["amount"].values) == [Decimal("100.25"), Decimal("200.00")]
    assert list(raw.columns["signed_on"].values) == [date(2025, 1, 2), date(2025, 1, 3)]
    (tmp_path / "orders.parquet").write_bytes(b"no parquet")
    with pytest.raises(MappingError) as caught:
        mapped(tmp_path / "small.yaml")
    assert caught.value.code == "sources.not_readable"


def test_units_say_what_a_bare_number_means(tmp_path):
    text = HEAD + ORDERS.replace("amount: currency", "amount: ten_thousand, share: percent").replace(
        "amount,\n", "amount, '50' AS share,\n"
    )
    (_, raw), *_ = mapped(write(tmp_path, text, orders=CSV)).tables
    assert raw.columns["amount"].factor == 10_000
    assert raw.columns["share"].percent


# -- databases ----------------------------------------------------------------------------------

DATABASE = HEAD + dedent("""\
    url: URL
    tables:
      contracts:
        units: {amount: currency}
        select: >
          SELECT id AS contract_id, customer AS customer_id, seller AS manager_id, amount, day AS signed_on
          FROM orders
    """)
CREATE = "CREATE TABLE orders (id TEXT, customer TEXT, seller TEXT, amount TEXT, day TEXT)"
INSERT = """INSERT INTO orders VALUES
    ('2', 'C2', '007', '200', '2025-01-03'), ('1', 'C1', '007', '100.25', '2025-01-02')"""
WRITING = ["DELETE FROM orders", "ATTACH '{}/other.db' AS other", "PRAGMA user_version"]


def sqlite_file(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(CREATE)
    connection.execute(INSERT)
    connection.commit()
    connection.close()


def duckdb_file(path: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute(CREATE)
        connection.execute(INSERT)


@pytest.mark.parametrize(("kind", "make"), [("sqlite", sqlite_file), ("duckdb", duckdb_file)])
def test_a_database_file_gives_the_same_rows_as_a_csv(tmp_path, kind, make):
    make(tmp_path / f"crm {kind}?.db")
    before = (tmp_path / f"crm {kind}?.db").read_bytes()
    result = mapped(write(tmp_path, DATABASE.replace("URL", f"'{kind}:///crm {kind}?.db'")))
    (_, raw), *_ = result.tables
    assert raw.file == f"crm {kind}?.db"
    assert list(raw.columns["contract_id"].values) == ["1", "2"]
    assert list(raw.columns["amount"].values) == ["100.25", "200"]
    assert (tmp_path / f"crm {kind}?.db").read_bytes() == before


@pytest.mark.parametrize(
    "statement", ["DELETE FROM orders", "ATTACH '{}/other.db' AS other", "PRAGMA user_version"]
)
@pytest.mark.parametrize(("kind", "make"), [("sqlite", sqlite_file), ("duckdb", duckdb_file)])
def test_a_database_is_only_read(tmp_path, kind, make, statement):
    make(tmp_path / "crm.db")
    text = DATABASE.replace("URL", f"{kind}:///crm.db")
    head, _, _ = text.partition("SELECT id")
    with pytest.raises(MappingError) as caught:
        mapped(write(tmp_path, head + statement.format(tmp_path) + "\n"))
    assert caught.value.code == "sources.select_failed"
    assert not (tmp_path / "other.db").exists()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite:///crm.db", "sources.file_missing"),
        ("duckdb:///crm.db", "sources.file_missing"),
        ("postgresql://host/crm", "sources.unknown_database"),
        ("mysql:///crm", "sources.unknown_database"),
    ],
)
def test_a_database_that_can_not_be_opened_is_told(tmp_path, url, code):
    with pytest.raises(MappingError) as caught:
        mapped(write(tmp_path, DATABASE.replace("URL", url)))
    assert caught.value.code == code


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_file_that_is_no_database_is_told(tmp_path, kind):
    (tmp_path / "crm.db").write_text("no database, only text, and a little longer than a page header " * 20)
    with pytest.raises(MappingError) as caught:
        mapped(write(tmp_path, DATABASE.replace("URL", f"{kind}:///crm.db")))
    assert "crm" in caught.value.text("en") or "small.yaml" in caught.value.text("en")


# -- as records ---------------------------------------------------------------------------------

COMPANY = (
    HEAD
    + """\
files: {Orders: orders.csv, People: people.csv, Buyers: buyers.csv}
tables:
  managers:
    rows_of: [People]
    select: SELECT id AS manager_id, name, unit AS department, hired AS hired_on, _file, _row FROM People
  customers:
    rows_of: [Buyers]
    select: SELECT id AS customer_id, name, _file, _row FROM Buyers
"""
    + ORDERS.partition("tables:\n")[2]
)
PEOPLE = "id,name,unit,hired\n007,甲,东区,2020-01-01\n008,乙,西区,2025-01-03\n"
BUYERS = "id,name\nC1,一号客户\nC2,二号客户\n"
EXPECTATIONS = Expectations(levels={}, contract_range=(Decimal(10), Decimal(1000)))


def opened(folder: Path, mapping: str = COMPANY, **files: str) -> Records:
    wanted = {"orders": CSV, "people": PEOPLE, "buyers": BUYERS} | files
    return open_records(folder, write(folder, mapping, **wanted), expectations=EXPECTATIONS)


def count(records: Records, file: str) -> tuple[int, int, int]:
    (found,) = [each for each in records.counts if each.file == file]
    return found.rows_in, found.used, found.set_aside


def test_foreign_tables_become_typed_records(tmp_path):
    records = opened(tmp_path)
    contracts = records.tables["contracts"]
    assert contracts["amount"].tolist() == [Decimal("100.2500"), Decimal("200.0000")]
    assert contracts["signed_on"].tolist() == [date(2025, 1, 2), date(2025, 1, 3)]
    assert contracts["manager_id"].tolist() == ["007", "007"]
    assert contracts["source_row"].tolist() == [2, 3]
    assert records.departments == ("东区", "西区")
    assert records.findings == ()
    assert [source.file for source in records.sources] == [
        *("buyers.csv", "orders.csv", "people.csv", "small.yaml")
    ]
    assert records.tables["surveys"].empty


def test_ten_thousands_become_yuan_and_percent_a_fraction(tmp_path):
    mapping = COMPANY.replace("amount: currency", "amount: ten_thousand, share: percent").replace(
        "amount,\n", "amount, '100' AS share,\n"
    )
    contracts = opened(tmp_path, mapping, orders=CSV.replace("100.25", "0.025")).tables["contracts"]
    assert contracts["amount"].tolist() == [Decimal(250), Decimal(2_000_000)]
    assert contracts["share"].tolist() == [Decimal(1), Decimal(1)]


FAULTY = (
    CSV
    + "3,C1,009,100,2025-02-01\n4,,007,100,2025-02-01\n5,C1,007,plenty,2025-02-01\n6,C9,008,100,2025-02-01\n"
)


@pytest.mark.parametrize("choice", ["set_aside", "stop"])
def test_faulty_rows_are_set_aside_or_stop_as_the_company_declared(tmp_path, choice):
    records = opened(tmp_path, COMPANY.replace("set_aside", choice), orders=FAULTY)
    faults = {finding.row: finding for finding in records.findings if finding.file == "orders.csv"}
    assert set(faults) >= {4, 5, 6, 7}
    assert count(records, "orders.csv")[0] == 6
    if choice == "set_aside":
        assert records.stopped == frozenset()
        assert all(finding.severity == Severity.WARNING for finding in records.findings)
        assert count(records, "orders.csv") == (6, 2, 4)
        assert records.tables["contracts"]["contract_id"].tolist() == ["1", "2"]
    else:
        assert records.stopped == frozenset({"东区", "西区"})


def test_orders_before_hiring_are_told_and_used(tmp_path):
    records = opened(tmp_path, orders=CSV.replace("007", "008"))
    (finding,) = records.findings
    assert (finding.file, finding.row, finding.severity, finding.set_aside) == (
        *("orders.csv", 2, Severity.WARNING, False),
    )
    assert finding.department == "西区"
    assert count(records, "orders.csv") == (2, 2, 0)


def test_a_finding_on_a_person_s_row_goes_to_that_person_s_department_only(tmp_path):
    contradiction = CONTRADICTION.replace("Orders.seller", "People.id").replace(
        "SELECT _file, _row, seller AS value, customer AS expected FROM Orders WHERE customer = 'C2'",
        "SELECT _file, _row, unit AS value, '-' AS expected FROM People WHERE id = '008'",
    )
    records = opened(tmp_path, COMPANY.replace("files:", contradiction))
    assert [(finding.code, finding.department) for finding in records.findings] == [
        ("sources.contradicted", "西区")
    ]


def test_a_roster_of_several_departments_is_no_department_s_own_file(tmp_path):
    history = """\
  level_history:
    select: >
      SELECT id AS manager_id, unit AS department, hired AS start, _file, _row FROM People WHERE id = '008'
"""
    mapping = COMPANY + history
    records = opened(tmp_path, mapping, people=PEOPLE + "009\n")
    (finding,) = [each for each in records.findings if each.code == "sources.ragged_row"]
    assert (finding.file, finding.row, finding.department, finding.value) == ("people.csv", 4, None, None)


def test_amounts_in_other_money_are_not_held_against_a_range_in_yuan(tmp_path):
    orders = CSV.replace("200", "5000")
    assert [finding.row for finding in opened(tmp_path, orders=orders).findings] == [3]
    dollars = COMPANY.replace("{code: CNY, zh: 元, en: yuan}", "{code: USD, zh: 美元, en: dollars}")
    records = opened(tmp_path, dollars, orders=orders)
    assert [finding.code for finding in records.findings] == ["sources.range_not_checked"]
    assert records.currency.code == "USD"
    assert records.currency.label("en") == "dollars"


def test_the_order_of_lines_in_a_file_changes_nothing_but_the_rows_that_are_named(tmp_path):
    head, *lines = FAULTY.splitlines()
    first = opened(tmp_path, orders=FAULTY)
    second = opened(tmp_path, orders="\n".join([head, *reversed(lines)]) + "\n")
    for table in ("contracts", "customers", "managers"):
        left, right = (each.tables[table].drop(columns="source_row") for each in (first, second))
        assert left.equals(right)
    assert Counter(finding.code for finding in first.findings) == Counter(
        finding.code for finding in second.findings
    )


cells = st.sampled_from(
    ["1", "2", "C1", "C2", "C9", "007", "008", "009", "", "x,y", '"', "2025-01-02", "12.5", "-"]
)
orders_at_random = st.lists(st.lists(cells, min_size=0, max_size=7), max_size=12)


@settings(max_examples=60, deadline=None)
@given(rows=orders_at_random, choice=st.sampled_from(["set_aside", "stop"]))
def test_whatever_an_export_holds_every_row_is_used_or_told(rows, choice):
    lines = [",".join('"' + cell.replace('"', '""') + '"' if cell else "" for cell in row) for row in rows]
    text = "id,customer,seller,amount,day\n" + "".join(f"{line}\n" for line in lines)
    not_blank = [number for number, row in enumerate(rows, start=2) if any(row)]
    with tempfile.TemporaryDirectory() as folder:
        records = opened(Path(folder), COMPANY.replace("set_aside", choice), orders=text)
    contracts = [each for each in records.counts if each.table == "contracts"]
    assert sum(each.rows_in for each in contracts) == len(not_blank)
    assert all(each.rows_in == each.used + each.set_aside for each in records.counts)
    used = records.tables["contracts"]["source_row"].tolist()
    aside = {
        finding.row for finding in records.findings if finding.set_aside and finding.file == "orders.csv"
    }
    assert sorted([*used, *aside]) == not_blank
