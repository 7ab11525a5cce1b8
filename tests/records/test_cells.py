"""One cell is read for what it says, or its fault is told; nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmreview.records.cells import LONGEST_SHOWN, read_id, reader, shown
from cmreview.records.columns import Column, Kind
from cmreview.records.raw import ErrorCell, Formula, Number, RawColumn
from cmreview.records.reading import Reading
from cmreview.records.schema import TABLES
from cmreview.records.text import bare, fold, is_unseen
from cmreview.terms import Label
from tests.records.handed_in import EXPECTATIONS

WAN = Decimal(10_000)


def read(kind: Kind, cell: object, *, epoch_1904: bool = False, **unit: object) -> Reading:
    column = Column("it", Label("它", "it"), kind)
    return reader(column, RawColumn("它", [], **unit), EXPECTATIONS.levels, epoch_1904=epoch_1904)(cell)


def codes(reading: Reading) -> list[str]:
    return [remark.code for remark in reading.remarks]


def is_lost(reading: Reading) -> bool:
    return reading.value is None and any(remark.lost for remark in reading.remarks)


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.50"),
        ("１，２３４．５０", "1234.50"),
        (" 1 234 567.8 ", "1234567.8"),
        ("¥1,234", "1234"),
        ("￥ 12.5 万", "125000"),
        ("人民币1234元", "1234"),
        ("12.5万", "125000"),
        ("12.5万元", "125000"),
        ("０．０７亿元", "7000000"),
        ("-1,000", "-1000"),
        ("−3", "-3"),
        ("（1,234.50）", "-1234.50"),
        (".5", "0.5"),
        ("0.1234", "0.1234"),
        (Number("0.30000000000000004"), "0.3"),
        (Number("1234567890123.125"), "1234567890123.13"),
        (Number("1.1E-3"), "0.0011"),
        (Number("1234567.89", "#,##0.00_);[Red](#,##0.00)"), "1234567.89"),
        (Number("1234567.89", '0!.0,"万"'), "1234567.89"),
        (Decimal("99999999999999.9999"), "99999999999999.9999"),
        (0.1 + 0.2, "0.3"),
        (12, "12"),
    ],
)
def test_money_is_read_exactly_however_it_is_typed(cell, yuan):
    reading = read(Kind.MONEY, cell)
    assert reading == Reading(Decimal(yuan))


def test_a_unit_in_the_header_multiplies_bare_numbers_exactly():
    assert read(Kind.MONEY, Number("38.57"), factor=WAN).value == 385_700
    assert read(Kind.MONEY, "0.0001", factor=WAN).value == 1
    assert read(Kind.MONEY, Number("12.5"), factor=WAN).remarks == ()


def test_a_unit_in_the_cell_wins_over_the_header():
    assert read(Kind.MONEY, "125000元", factor=WAN).value == 125_000
    assert read(Kind.MONEY, "12.5万元", factor=WAN).value == 125_000


@given(st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False))
def test_what_a_spreadsheet_shows_of_an_amount_is_what_is_read(amount):
    # as a spreadsheet stores it: the nearest binary fraction, written with 17 digits
    assert read(Kind.MONEY, Number(f"{float(amount):.17g}")).value == amount


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "12,34",
            "1.234,50",
            "1,23,456",
            "1 2",
            "十二万",
            "$500",
            "1e5",
            "12..5",
            "12%",
            "abc",
            "1-2",
            "- -1",
        ),
        *("5 USD", "12.5w", "约500", True, date(2025, 1, 1), b"1", Decimal("NaN"), float("inf")),
    ],
)
def test_money_that_can_be_read_two_ways_is_not_read(cell):
    assert is_lost(read(Kind.MONEY, cell))


def test_more_decimals_than_money_has_are_rounded_half_up_and_told():
    reading = read(Kind.MONEY, "0.00005")
    assert reading.value == Decimal("0.0001")
    assert codes(reading) == ["rounded"]
    assert read(Kind.MONEY, "0.00004").value == 0
    assert read(Kind.MONEY, "-0.00005").value == Decimal("-0.0001")


@pytest.mark.parametrize("cell", ["99999999999999999", Number("1E+999999"), Number("9.9E+14"), "1" * 60])
def test_a_number_that_no_column_holds_is_reported(cell):
    assert codes(read(Kind.MONEY, cell)) == ["too_large"]


def test_a_tiny_number_is_rounded_without_being_written_out():
    assert read(Kind.MONEY, Number("1E-999999")).value == 0
    assert codes(read(Kind.MONEY, Number("1E-999999"))) == ["rounded"]


def test_a_unit_that_only_the_format_writes_is_not_taken_for_yuan():
    for code in ('0.0"万元"', '#,##0.00"亿"', "0.00\\万"):
        assert codes(read(Kind.MONEY, Number("12.5", code))) == ["unit_in_format"]
    for code in ('0!.0,"万"', '#,##0,"千元"', '0.00"元"', "0\\.0,\\万"):
        assert read(Kind.MONEY, Number("125000", code)) == Reading(Decimal(125_000))


def test_a_percent_sign_that_the_format_only_writes_makes_the_number_percent():
    assert read(Kind.SHARE, Number("85", '0"%"')) == Reading(Decimal("0.85"))
    assert read(Kind.SHARE, Number("0.5", "0.0\\%")) == Reading(Decimal("0.005"))
    assert shown(Number("85", '0"%"')) == "85%"


def test_an_amount_that_the_spreadsheet_made_a_date_is_reported():
    assert codes(read(Kind.MONEY, Number("45717", "yyyy-mm-dd"))) == ["number_became_date"]


@pytest.mark.parametrize(
    ("cell", "fraction"),
    [
        ("85%", "0.85"),
        ("85％", "0.85"),
        ("８５．５％", "0.855"),
        ("0.5%", "0.005"),
        ("-3%", "-0.03"),
        (Number("0.85", "0%"), "0.85"),
        (Number("1.25", "0.00%"), "1.25"),
        (Number("0.3333", "General"), "0.3333"),
        ("0.85", "0.85"),
        (1, "1"),
        (0, "0"),
    ],
)
def test_shares_are_read_as_fractions_of_one(cell, fraction):
    assert read(Kind.SHARE, cell) == Reading(Decimal(fraction))


def test_a_bare_number_above_one_is_percent_only_where_the_header_says_so():
    assert codes(read(Kind.SHARE, Number("85"))) == ["fraction_or_percent"]
    assert codes(read(Kind.SHARE, "85")) == ["fraction_or_percent"]
    assert read(Kind.SHARE, Number("85"), percent=True).value == Decimal("0.85")
    assert read(Kind.SHARE, "85%", percent=True).value == Decimal("0.85")
    assert read(Kind.SHARE, Number("0.85", "0%"), percent=True).value == Decimal("0.85")
    assert read(Kind.SHARE, Number("0"), percent=True).value == 0


def test_a_bare_number_up_to_one_under_a_percent_header_is_not_guessed():
    assert codes(read(Kind.SHARE, Number("0.5"), percent=True)) == ["percent_or_fraction"]
    assert codes(read(Kind.SHARE, "1", percent=True)) == ["percent_or_fraction"]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025年3月1日", date(2025, 3, 1)),
        ("2025年03月01号", date(2025, 3, 1)),
        ("２０２５年３月１日", date(2025, 3, 1)),
        ("2025 年 3 月 1 日", date(2025, 3, 1)),
        ("2025/3/1", date(2025, 3, 1)),
        ("2025.3.1", date(2025, 3, 1)),
        ("2025-03-01", date(2025, 3, 1)),
        (" 2025-03-01 00:00:00", date(2025, 3, 1)),
        ("2025-03-01T00:00:00Z", date(2025, 3, 1)),
        ("20250301", date(2025, 3, 1)),
        (Number("20250301"), date(2025, 3, 1)),
        (Number("45717"), date(2025, 3, 1)),
        (Number("45717.0", "yyyy-mm-dd"), date(2025, 3, 1)),
        (Number("45717", "[$-804]aaaa;@"), date(2025, 3, 1)),
        (date(2025, 3, 1), date(2025, 3, 1)),
        (datetime(2025, 3, 1), date(2025, 3, 1)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_dates_are_read_however_they_are_typed(cell, day):
    assert read(Kind.DATE, cell) == Reading(day)


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_serial_dates_count_from_the_workbook_s_own_epoch(day):
    from_1900 = Number(str((day - date(1899, 12, 30)).days), "yyyy-mm-dd")
    from_1904 = Number(str((day - date(1904, 1, 1)).days), "yyyy-mm-dd")
    assert read(Kind.DATE, from_1900).value == day
    assert read(Kind.DATE, from_1904, epoch_1904=True).value == day


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("01/03/2025", "ambiguous_date"),
        ("3/1/25", "ambiguous_date"),
        ("25.3.1", "ambiguous_date"),
        ("2025-02-30", "no_such_day"),
        ("20251301", "no_such_day"),
        ("2025年3月", "not_a_date"),
        ("2025/3-1", "not_a_date"),
        ("去年三月", "not_a_date"),
        ("1899-12-31", "implausible_date"),
        ("3025-01-01", "implausible_date"),
        (Number("2025"), "implausible_date"),
        (Number("60"), "not_a_date"),
        (Number("-5"), "not_a_date"),
        (Number("1E+300"), "not_a_date"),
        (True, "not_a_date"),
        (2025.5, "not_a_date"),
    ],
)
def test_a_date_that_is_none_or_could_be_two_is_not_read(cell, code):
    reading = read(Kind.DATE, cell)
    assert is_lost(reading)
    assert codes(reading) == [code]


def test_a_serial_date_stored_as_text_is_read_and_told():
    reading = read(Kind.DATE, "45717")
    assert reading.value == date(2025, 3, 1)
    assert codes(reading) == ["serial_text"]


def test_a_time_of_day_is_dropped_with_a_word():
    for cell in (Number("45717.5"), "2025-03-01 12:30", datetime(2025, 3, 1, 12, 30)):
        reading = read(Kind.DATE, cell)
        assert reading.value == date(2025, 3, 1)
        assert codes(reading) == ["time_dropped"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("00123", "00123"),
        ("ht-001", "ht-001"),
        ("NA", "NA"),
        ("None", "None"),
        (Number("123"), "123"),
        (Number("123", "000000"), "000123"),
        (Number("1234567", "000000"), "1234567"),
        (Number("7", '"HT"0000'), "HT0007"),
        (Number("123.0"), "123"),
        (Number("123456789012345"), "123456789012345"),
        (279, "279"),
        (279.0, "279"),
        (Decimal("279"), "279"),
    ],
)
def test_ids_keep_their_zeros_and_their_case(cell, text):
    assert read(Kind.ID, cell) == Reading(text)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("C001 ", "C001"),
        ("\u3000C001", "C001"),
        ("C001\u200b", "C001"),
        ("\u202eC001", "C001"),
        ("Ｃ００１", "C001"),
        ("C001\x07", "C001"),
        ("C\n001", "C 001"),
        ("C 001", "C 001"),
        ("C\u00a0001", "C 001"),
    ],
)
def test_an_id_that_looks_otherwise_than_it_is_is_made_plain_and_told(cell, text):
    reading = read(Kind.ID, cell)
    assert reading.value == text
    assert codes(reading) == ([] if cell == text else ["id_normalised"])


@pytest.mark.parametrize("cell", [Number("110101199003070000"), Number("1.1010119900307E+17"), "1.10101E+17"])
def test_an_id_that_lost_digits_as_a_number_is_reported(cell):
    assert codes(read(Kind.ID, cell)) == ["digits_lost"]


def test_an_id_that_became_a_date_or_a_fraction_is_reported():
    assert codes(read(Kind.ID, Number("45717", "m-d"))) == ["id_became_date"]
    assert codes(read(Kind.ID, Number("1.5"))) == ["not_an_id"]
    assert codes(read(Kind.ID, True)) == ["not_an_id"]
    assert codes(read(Kind.ID, float("1e300"))) == ["not_an_id"]


def test_a_department_keeps_the_width_of_its_brackets():
    column = TABLES["managers"].column("department")
    read_it = reader(column, RawColumn("部门", []), {})
    assert read_it("销售（一）部") == Reading("销售（一）部")
    assert read_it("销售一部 ").value == "销售一部"
    assert codes(read_it("销售一部 ")) == ["id_normalised"]


@pytest.mark.parametrize(
    ("cell", "text", "code"),
    [
        ("张三", "张三", None),
        ("𠮷田\U000e0100", "𠮷田\U000e0100", None),
        ("\ue863", "\ue863", None),
        ("  张三 ", "张三", "spaces_trimmed"),
        ("张\x00三", "张三", "control_characters"),
        ("张\ufffe三", "张三", "control_characters"),
        ("\ud800张三", "张三", "control_characters"),
        ("张\u200d三\u202e", "张三", "invisible_characters"),
        ("一\r\n二", "一\n二", None),
        ("NA", "NA", None),
        ("无", "无", None),
        ("=1+1", "=1+1", None),
        (Number("12.50", "0.00"), "12.5", None),
    ],
)
def test_text_stays_as_typed_but_for_what_cannot_be_seen(cell, text, code):
    reading = read(Kind.TEXT, cell)
    assert reading.value == text
    assert codes(reading) == ([] if code is None else [code])


def test_text_longer_than_a_cell_can_hold_is_reported():
    assert codes(read(Kind.TEXT, "长" * 32_768)) == ["too_long"]


@pytest.mark.parametrize("cell", ["是", "Yes", "ｙ", "TRUE", True, "√", Number("1"), 1])
def test_yes_is_understood(cell):
    assert read(Kind.YES_NO, cell) == Reading(True)


@pytest.mark.parametrize("cell", ["否", "no", "N", "false", False, "×", Number("0"), 0])
def test_no_is_understood(cell):
    assert read(Kind.YES_NO, cell) == Reading(False)


@pytest.mark.parametrize("cell", ["大概", "通过", Number("2"), 2, "10"])
def test_neither_yes_nor_no_is_reported(cell):
    assert codes(read(Kind.YES_NO, cell)) == ["not_yes_or_no"]


def test_levels_are_read_in_either_language_and_by_their_full_name():
    for cell in ("初级", "Junior", "ＪＵＮＩＯＲ", "初级客户经理", " 初 级 "):
        assert read(Kind.LEVEL, cell) == Reading("junior")
    reading = read(Kind.LEVEL, "特级")
    assert codes(reading) == ["unknown_level"]
    assert dict(reading.remarks[0].details)["known"] == "junior/初级, intermediate/中级"


def test_choices_are_read_by_name_or_label():
    column = TABLES["managers"].column("degree")
    read_it = reader(column, RawColumn("学历", []), {})
    assert [read_it(cell).value for cell in ("本科", "Bachelor", "bachelor", "专科")] == [
        "bachelor",
        "bachelor",
        "bachelor",
        None,
    ]


@pytest.mark.parametrize(
    ("cell", "count"), [("12个", 12), ("１２", 12), ("1,200", 1200), (Number("12.0"), 12)]
)
def test_counts_are_whole_numbers(cell, count):
    assert read(Kind.COUNT, cell) == Reading(count)


@pytest.mark.parametrize("cell", ["-1", "1.5", "12%", Number("0.12", "0%"), "十二", "3万"])
def test_what_is_no_count_is_reported(cell):
    assert is_lost(read(Kind.COUNT, cell))


@pytest.mark.parametrize(("cell", "year"), [("2025年", 2025), ("2025年度", 2025), (Number("2025"), 2025)])
def test_years_are_read(cell, year):
    assert read(Kind.YEAR, cell) == Reading(year)


@pytest.mark.parametrize(
    "cell", ["25", Number("20255"), Number("2025", "yyyy"), "2025.5", "今年", "1949", "2101"]
)
def test_an_implausible_year_is_reported(cell):
    assert is_lost(read(Kind.YEAR, cell))


def test_a_score_may_carry_its_word():
    assert read(Kind.SCORE, "4.5分") == Reading(Decimal("4.5"))
    assert is_lost(read(Kind.SCORE, "满意"))
    assert is_lost(read(Kind.SCORE, Number("0.9", "0%")))


@pytest.mark.parametrize("kind", list(Kind))
def test_an_error_cell_is_never_a_value(kind):
    for cell in (ErrorCell("#N/A"), "#N/A", "#div/0!", "＃REF!"):
        assert codes(read(kind, cell)) == ["error_cell"]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_formula_without_a_stored_result_is_never_a_value(kind):
    assert codes(read(kind, Formula("A1*2", None, pending=False))) == ["formula_without_value"]
    assert codes(read(kind, Formula("A1*2", Number("0"), pending=True))) == ["formula_without_value"]


def test_a_formula_with_its_result_is_read_as_the_result():
    assert read(Kind.MONEY, Formula("A1*2", Number("500"), pending=True)) == Reading(Decimal(500))
    assert read(Kind.TEXT, Formula("A1", "张三", pending=False)) == Reading("张三")
    assert codes(read(Kind.MONEY, Formula("A1/0", ErrorCell("#DIV/0!"), pending=False))) == ["error_cell"]


def test_a_formula_that_came_to_zero_or_looks_outside_is_read_with_a_word():
    assert codes(read(Kind.COUNT, Formula("COUNT(A:A)", Number("0"), pending=False))) == ["formula_zero"]
    assert codes(read(Kind.COUNT, Formula("[1]Sheet1!A1", Number("3"), pending=False))) == ["formula_outside"]


def test_a_placeholder_is_blank_with_a_word_except_in_text():
    for kind in (Kind.DATE, Kind.MONEY, Kind.ID, Kind.YES_NO, Kind.LEVEL):
        reading = read(kind, "—")
        assert reading.value is None
        assert codes(reading) == ["placeholder"]
    assert read(Kind.DATE, "至今").value is None
    assert codes(read(Kind.DATE, "至今")) == ["still"]


@pytest.mark.parametrize("kind", list(Kind))
def test_blank_is_blank_and_never_zero(kind):
    for cell in (None, "", "   ", "\u3000", "\u200b", float("nan")):
        assert read(kind, cell) == Reading(None)


ANY_CELL = st.one_of(
    st.text(),
    st.from_regex(r"[-+]?[0-9,.]{1,30}[%万元年月日]?"),
    st.builds(
        Number, st.text(max_size=30) | st.floats().map(repr), st.sampled_from(["General", "0%", "000", "@"])
    ),
    st.builds(
        Formula, st.text(), st.none() | st.text() | st.builds(Number, st.floats().map(repr)), st.booleans()
    ),
    st.builds(ErrorCell, st.text()),
    st.integers() | st.floats() | st.booleans() | st.dates() | st.datetimes() | st.binary() | st.decimals(),
)


@settings(deadline=None)
@given(st.sampled_from(list(Kind)), ANY_CELL)
def test_any_cell_of_any_kind_gives_a_value_of_the_column_s_type_or_says_why_not(kind, cell):
    reading = read(kind, cell)
    pa.array([reading.value], Column("it", Label("它", "it"), kind).arrow_type)
    held = cell.value if isinstance(cell, Formula) else cell
    is_blank = held is None or shown(held) == "nan" or (isinstance(held, str) and not fold(held))
    assert reading.value is not None or is_blank or reading.remarks


@given(ANY_CELL)
def test_a_cell_is_shown_short_and_without_what_cannot_be_seen(cell):
    text = shown(cell)
    assert len(text) <= LONGEST_SHOWN
    assert not any(is_unseen(character) for character in text)
    text.encode("utf-8")


def test_a_cell_is_shown_as_the_spreadsheet_shows_it():
    assert shown(Number("0.85", "0%")) == "85%"
    assert shown(Number("45717", "yyyy-mm-dd")) == "2025-03-01"
    assert shown(Number("44255", "yyyy-mm-dd"), epoch_1904=True) == "2025-03-01"
    assert shown(Number("123", "000000")) == "000123"
    assert shown(Number("0.30000000000000004")) == "0.3"
    assert shown(Formula("A1+1", None, pending=False)) == "=A1+1"


def test_folding_makes_spellings_of_one_word_equal_and_no_others():
    assert fold("Ｈ t\u200b１") == fold("ht1")
    assert fold("HT-1") != fold("HT1")
    assert bare("ＨＴ－００１（补）") == bare("ht 001 补")
    assert bare("HT1") != bare("HT2")


@pytest.mark.parametrize("digits", ["1E+202107073", "1E+999999", "1E309", "1E-999999999"])
def test_a_number_that_no_spreadsheet_holds_is_told_and_never_written_out(digits):
    raw = Number(digits)
    assert len(shown(raw)) <= 200
    for column in (column for table in TABLES.values() for column in table.columns):
        reading = reader(column, RawColumn("x", [raw], Decimal(10_000)), {})(raw)
        if column.kind is Kind.TEXT:
            assert reading.value == shown(raw)
        elif not digits.startswith("1E-"):
            assert reading.value is None
            assert reading.remarks


@pytest.mark.parametrize(("typed", "latin"), [("НТ1", "HT1"), ("Α001", "A001"), ("а1", "a1")])
def test_an_id_that_only_looks_latin_stays_another_one_and_is_told(typed, latin):
    reading = read_id(typed)
    assert reading.value == typed
    assert [(remark.code, dict(remark.details)) for remark in reading.remarks] == [
        ("id_lookalike", {"latin": latin})
    ]
