"""The file of working days is read strictly, and whoever typed it is told all faults at once. Policy 4.4."""

from __future__ import annotations

import pickle
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.errors import FileError, InputError
from cmreview.process import calendar_file
from cmreview.process.calendar_file import (
    HOLIDAYS,
    MAX_BYTES,
    CalendarFindings,
    default_file,
    load_calendar,
    read_calendar,
)
from cmreview.process.workdays import Arrangement, Notice
from cmreview.terms import Severity

HEADER = "年度,日期,安排,名称,文号"
# A year as small as it can be: one day for each holiday, each but the New Year on a weekday.
SOUND = (
    HEADER,
    "2025,2024-11-12,通知,2025年节假日安排,国办发明电〔2024〕12号",
    "2025,2025-01-01,放假,元旦,",
    "2025,2025-01-26,上班,春节,",
    "2025,2025-01-28,放假,春节,",
    "2025,2025-01-29,放假,春节,",
    "2025,2025-04-04,放假,清明节,",
    "2025,2025-05-01,放假,劳动节,",
    "2025,2025-06-02,放假,端午节,",
    "2025,2025-10-01,放假,国庆节、中秋节,",
)
NEXT_YEAR = tuple(
    line.replace("2025,2025", "2026,2026") for line in SOUND[2:] if "上班" not in line
)  # 2026 without its notice


@pytest.fixture
def file(tmp_path):
    """Writes lines, or bytes, as the calendar and gives its path."""

    def write(lines, encoding="utf-8-sig", newline="\r\n"):
        path = tmp_path / "calendar_cn.csv"
        path.write_bytes(
            lines if isinstance(lines, bytes) else (newline.join(lines) + newline).encode(encoding)
        )
        return path

    return write


def changed(*changes: tuple[int, str]) -> tuple[str, ...]:
    """The sound file with some rows replaced, counted from 1 as a spreadsheet does."""
    lines = dict(enumerate(SOUND, start=1)) | dict(changes)
    return tuple(lines[number] for number in sorted(lines))


def told(path) -> list[tuple[str, int | None, str | None, str | None]]:
    """Code, row, column and value of all findings of a refused file."""
    with pytest.raises(CalendarFindings) as caught:
        read_calendar(path)
    assert isinstance(caught.value, InputError)
    assert all(finding.file == "calendar_cn.csv" for finding in caught.value.findings)
    return [(one.code, one.row, one.column, one.value) for one in caught.value.findings]


# --- what is read


def test_a_sound_file_is_read_as_it_stands(file):
    calendar = read_calendar(file(SOUND))
    assert calendar.notices == (
        Notice(2025, "2025年节假日安排", "国办发明电〔2024〕12号", date(2024, 11, 12)),
    )
    assert calendar.arranged[date(2025, 1, 26)] == Arrangement(True, "春节", 2025)
    assert calendar.arranged[date(2025, 10, 1)] == Arrangement(False, "国庆节、中秋节", 2025)
    assert len(calendar.arranged) == 8
    assert calendar.findings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
def test_the_encoding_that_a_program_saves_in_changes_nothing(file, encoding, newline):
    plain = read_calendar(file(SOUND))
    assert read_calendar(file(SOUND, encoding, newline)) == plain


def test_the_file_as_excel_saves_it_again_is_the_same_calendar(file, root):
    """Excel writes dates its own way, empty rows as commas, and in China the whole file in GBK."""
    path = root / "params" / "calendar_cn.csv"
    text = path.read_text("utf-8-sig")
    again = re.sub(r",(\d{4})-0?(\d+)-0?(\d+),", r",\1/\2/\3,", text) + "\r\n,,,,\r\n,,,,\r\n"
    assert "2026/1/4" in again
    assert read_calendar(file(again.encode("gbk"))) == read_calendar(path)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_another_delimiter_changes_nothing(file, delimiter):
    lines = [line.replace(",", delimiter) for line in SOUND]
    assert read_calendar(file(lines)) == read_calendar(file(SOUND))


def test_commas_in_a_title_do_not_hide_another_delimiter(file):
    lines = [line.replace(",", ";").replace("节假日安排", "节假日,安排" + "," * 99) for line in SOUND]
    assert read_calendar(file(lines)).arranged == read_calendar(file(SOUND)).arranged


def test_english_headers_and_kinds_in_any_order_of_columns_give_the_same_calendar(file):
    kinds = {"安排": "kind", "通知": "Notice", "放假": "off", "上班": "WORKING"}
    lines = []
    for line in SOUND:
        year, day, kind, name, number = line.split(",")
        lines.append(",".join((day, number, kinds[kind], name, year)))
    lines[0] = "date,number,kind,name,year"
    assert read_calendar(file(lines)) == read_calendar(file(SOUND))


def test_the_order_of_rows_changes_nothing(file):
    turned = (HEADER, *reversed(SOUND[1:]))
    assert read_calendar(file(turned)) == read_calendar(file(SOUND))


def test_two_notices_may_arrange_one_year(file):
    """As in 2019 and 2020, when a holiday was changed in the year itself."""
    second = "2025,2025-03-22,通知,2025年劳动节安排的调整,国办发明电〔2025〕1号"
    assert [one.number for one in read_calendar(file((*SOUND, second))).notices] == [
        "国办发明电〔2024〕12号",
        "国办发明电〔2025〕1号",
    ]


def test_a_weekend_day_that_is_off_passes_as_notices_list_such_days(file):
    calendar = read_calendar(file((*SOUND, "2025,2025-04-05,放假,清明节,")))
    assert not calendar.is_workday(date(2025, 4, 5))
    assert calendar.findings == ()


def test_a_weekday_marked_as_working_changes_nothing_and_is_told(file):
    calendar = read_calendar(file((*SOUND, "2025,2025-01-27,上班,春节,")))
    assert calendar.is_workday(date(2025, 1, 27))
    (finding,) = calendar.findings
    assert finding.severity is Severity.WARNING
    assert (finding.code, finding.row, finding.column) == ("workdays.working_weekday", 11, "日期")


def test_a_gap_in_a_holiday_is_told_as_it_may_be_a_mistyped_date(file):
    calendar = read_calendar(file((*SOUND, "2025,2025-01-31,放假,春节,")))
    (finding,) = calendar.findings
    assert finding.severity is Severity.WARNING
    assert (finding.code, finding.row, finding.value) == ("workdays.gap", 11, "2025-01-31")
    assert "2025-01-29" in finding.reason()
    assert "2025-01-29" in finding.reason("en")


# --- what is refused: the file


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileError, match=r"calendar_cn\.csv"):
        read_calendar(tmp_path / "calendar_cn.csv")


def test_a_file_that_is_no_calendar_by_its_size_is_refused_unread(file):
    with pytest.raises(FileError, match=str(MAX_BYTES)):
        read_calendar(file(b"x" * (MAX_BYTES + 1)))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "workdays.no_rows"),
        (b"\r\n\r\n", "workdays.no_rows"),
        ((HEADER + "\r\n").encode(), "workdays.no_rows"),
        (b"\x81\xff\xfe\xff\x80", "workdays.unknown_encoding"),
        ("\n".join((*SOUND, '2025,"2025-05-02,放假,劳动节,')).encode(), "workdays.csv_quotes"),
    ],
    ids=["empty", "blank lines", "header only", "no text", "open quote"],
)
def test_a_file_without_readable_rows_is_refused(file, content, code):
    assert [code for code, *_ in told(file(content))] == [code]


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("年度,日期,安排,名称", [("workdays.missing_column", None)]),
        ("年度,日期,安排,名称,文号,备注", [("workdays.unknown_column", "备注")]),
        ("年度,日期,安排,名称,文号,日期", [("workdays.repeated_column", "日期")]),
        (
            "年,日期,安排,名称,文号",
            [("workdays.missing_column", None), ("workdays.unknown_column", "年")],
        ),
    ],
    ids=["missing", "unknown", "repeated", "misnamed"],
)
def test_a_header_that_is_not_the_calendars_is_refused(file, header, codes):
    found = told(file((header, *SOUND[1:])))
    assert [(code, value) for code, _, _, value in found] == codes
    assert {row for _, row, _, _ in found} == {1}


# --- what is refused: rows


@pytest.mark.parametrize(
    ("line", "code", "column", "value"),
    [
        ("2025,2025-02-30,放假,劳动节,", "records.no_such_day", "日期", "2025-02-30"),
        ("2025,五月二日,放假,劳动节,", "records.not_a_date", "日期", "五月二日"),
        ("2025,02/05/2025,放假,劳动节,", "records.ambiguous_date", "日期", "02/05/2025"),
        ("2025,2025-05-02 08:30,放假,劳动节,", "records.not_a_date", "日期", "2025-05-02 08:30"),
        ("2025,45779,放假,劳动节,", "records.serial_text", "日期", "45779"),
        ("2025,,放假,劳动节,", "workdays.blank", "日期", None),
        ("2025,2025-05-02,,劳动节,", "workdays.blank", "安排", None),
        ("2025,2025-05-02,放假,,", "workdays.blank", "名称", None),
        (",2025-05-02,放假,劳动节,", "workdays.blank", "年度", None),
        ("25,2025-05-02,放假,劳动节,", "workdays.not_a_year", "年度", "25"),
        ("0000,2025-05-02,放假,劳动节,", "workdays.not_a_year", "年度", "0000"),
        ("20255,2025-05-02,放假,劳动节,", "workdays.not_a_year", "年度", "20255"),
        ("2025,2025-05-02,调休,劳动节,", "workdays.unknown_kind", "安排", "调休"),
        ("2025,2025-05-01,放假,劳动节,", "workdays.repeated_day", "日期", "2025-05-01"),
        ("2025,2025-05-01,上班,劳动节,", "workdays.repeated_day", "日期", "2025-05-01"),
        ("2025,2026-05-01,放假,劳动节,", "workdays.day_of_other_year", "日期", "2026-05-01"),
        ("2025,2024-11-30,上班,元旦,", "workdays.day_of_other_year", "日期", "2024-11-30"),
        ("2025,2025-05-02,放假,劳动节,,外加", "workdays.extra_cell", None, "外加"),
        ("2025,2025-03-22,通知,调整,", "workdays.blank", "文号", None),
        ("2025,2023-12-31,通知,调整,1号", "workdays.notice_of_other_year", "日期", "2023-12-31"),
        ("2025,2026-01-01,通知,调整,1号", "workdays.notice_of_other_year", "日期", "2026-01-01"),
    ],
)
def test_a_faulty_cell_is_told_with_its_row_column_and_value(file, line, code, column, value):
    errors = [one for one in told(file((*SOUND, line))) if one[0] != "workdays.working_weekday"]
    assert errors == [(code, 11, column, value)]


@pytest.mark.parametrize("day", ["2024-12-01", "2025-12-31"])
def test_the_first_and_the_last_day_that_a_notice_can_arrange_are_accepted(file, day):
    calendar = read_calendar(file((*SOUND, f"2025,{day},放假,另一节日,")))
    assert date.fromisoformat(day) in calendar.arranged


@pytest.mark.parametrize("day", ["2024-01-01", "2025-12-31"])
def test_the_first_and_the_last_day_on_which_a_notice_can_come_out_are_accepted(file, day):
    assert read_calendar(file((*SOUND, f"2025,{day},通知,2025年节假日安排的调整,1号"))).years == (2025,)


def test_a_repeated_day_names_the_row_where_it_stands_first(file):
    with pytest.raises(CalendarFindings, match="第 8 行"):
        read_calendar(file((*SOUND, "2025,2025/5/1,放假,劳动节,")))


# --- what is refused: years


def test_days_without_a_notice_are_no_published_year(file):
    assert told(file((*SOUND, *NEXT_YEAR))) == [("workdays.no_notice", 11, "年度", "2026")]


def test_a_notice_without_days_is_no_published_year(file):
    """As in a data set that held an empty list for 2027 and let every weekday pass."""
    notice = "2026,2025-11-04,通知,2026年节假日安排,国办发明电〔2025〕7号"
    assert told(file((*SOUND, notice))) == [("workdays.empty_year", 11, "年度", "2026")]
    assert read_calendar(file((*SOUND, notice, *NEXT_YEAR))).years == (2025, 2026)


@pytest.mark.parametrize("holiday", HOLIDAYS)
def test_a_year_typed_in_halfway_is_refused_by_the_holiday_that_it_lacks(file, holiday):
    lines = [line if "放假" not in line else line.replace(holiday, "另一节日") for line in SOUND]
    with pytest.raises(CalendarFindings) as caught:
        read_calendar(file(lines))
    (finding,) = caught.value.findings
    assert (finding.code, finding.row) == ("workdays.missing_holiday", 2)
    assert holiday in finding.reason()


def test_a_mistyped_cell_is_not_told_a_second_time_as_a_missing_holiday(file):
    for broken in (
        "2025,2025-06-31,放假,端午节,",
        "2025,2025-06-02,放价,端午节,",
        "25,2025-06-02,放假,端午节,",
    ):
        assert len(told(file(changed((9, broken))))) == 1


@given(st.data())
def test_no_slip_of_the_hand_ends_in_anything_but_a_calendar_or_a_told_fault(tmp_path_factory, data):
    lines = [line.split(",") for line in SOUND]
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.integers(0, len(lines) - 1))
        cell = data.draw(st.integers(0, 4))
        lines[row][cell] = data.draw(
            st.text(max_size=12) | st.sampled_from(["9999", "1000", '"', "2025/13/1"])
        )
    path = tmp_path_factory.mktemp("calendar") / "calendar_cn.csv"
    path.write_bytes("\n".join(",".join(cells) for cells in lines).encode("utf-8", "surrogatepass"))
    try:
        years, texts = read_calendar(path).years, []
    except CalendarFindings as error:
        years, texts = (), [error.text("zh"), error.text("en")]
    assert years or all(len(text.splitlines()) > 1 for text in texts)


# --- all at once


def test_all_faults_are_told_at_once_in_the_order_of_rows_errors_first(file):
    path = file(
        changed(
            (2, "2025,2024-11-12,通知,2025年节假日安排,"),
            (4, "2025,2025-01-27,上班,春节,"),
            (7, "2025,2025-04-31,放假,清明节,"),
            (9, "2025,2025-05-01,放假,端午节,"),
        )
    )
    assert told(path) == [
        ("workdays.blank", 2, "文号", None),
        ("records.no_such_day", 7, "日期", "2025-04-31"),
        ("workdays.repeated_day", 9, "日期", "2025-05-01"),
        ("workdays.working_weekday", 4, "日期", "2025-01-27"),
    ]
    with pytest.raises(CalendarFindings) as caught:
        read_calendar(path)
    assert str(caught.value).splitlines()[:3] == [
        "工作日历有 3 处必须先更正：",
        "[错误] calendar_cn.csv · 第2行 · 文号：“文号”必填，此处为空。请补填。",
        '[错误] calendar_cn.csv · 第7行 · 日期："2025-04-31" 没有这一天。请检查月份和日期。',
    ]
    assert caught.value.text("en").startswith("The calendar of working days has 3 faults")


def test_the_findings_survive_the_way_between_processes(file):
    with pytest.raises(CalendarFindings) as caught:
        read_calendar(file((*SOUND, "2025,2025-05-01,放假,劳动节,")))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.findings, str(again)) == (caught.value.findings, str(caught.value))


# --- the file that is found


def test_the_calendar_of_the_working_folder_comes_before_the_projects(tmp_path, monkeypatch, root):
    monkeypatch.chdir(tmp_path)
    assert default_file() == root / "params" / "calendar_cn.csv"
    own = tmp_path / "params" / "calendar_cn.csv"
    own.parent.mkdir()
    own.write_bytes((root / "params" / "calendar_cn.csv").read_bytes())
    assert default_file() == own
    assert load_calendar() == read_calendar(own)


def test_a_calendar_that_lies_nowhere_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(calendar_file, "DEFAULT", calendar_file.DEFAULT.with_name("no_calendar.csv"))
    with pytest.raises(FileError, match=r"params/no_calendar\.csv"):
        default_file()
