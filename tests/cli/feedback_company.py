"""A company of a few managers for the commands of feedback: some miss, one has no level, opinions wait."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl

from cmreview.process.events import Draft, MeasureDecided, case_id
from cmreview.process.ledger.ledger import Ledger

DEPARTMENT = "销售一部"
TABLES = {
    "花名册": """工号,姓名,部门,入职日期,从事客户经理起始日,学历
00123,王伟,销售一部,2020-01-01,2020-01-01,本科
00124,李娜,销售一部,2020-01-01,2020-01-01,本科
00125,赵敏,销售二部,2020-01-01,2020-01-01,
00126,钱多,销售二部,2025-03-01,2025-03-01,
""",
    "等级履历": """工号,部门,等级,开始日期,结束日期
00123,销售一部,初级,2021-01-01,
00124,销售一部,中级,2021-01-01,
00125,销售二部,初级,2021-01-01,
00126,销售二部,,2025-03-01,
""",
    "合同": """合同编号,客户编号,工号,合同金额,签订日期
HT1,K1,00123,500000,2024-01-05
HT2,K2,00123,600000,2025-01-05
HT3,K3,00124,400000,2025-06-01
HT4,K4,00125,900000,2025-06-01
HT5,K5,00126,100000,2025-11-01
""",
    "客户": "客户编号,客户名称\n" + "".join(f"K{n},公司{n}\n" for n in range(1, 6)),
    "辅导记录": """工号,辅导日期,辅导人,工作进展,困难,商定的支持,下次辅导日期
00123,2025-05-15,李处长,拜访按计划完成,报价审批慢,安排工程师陪同拜访,2026-01-15
""",
    "意见建议": """意见编号,提出日期,主题,意见建议,答复,答复人,答复日期
YJ1,2025-03-15,奖金,希望公布计算过程,已列入反馈信,刘敏,2025-03-28
YJ2,2025-06-15,流程,希望提前通知申报时间,,,
YJ3,2025-09-15,培训,希望增加线上课程,,,
""",
}


def write_records(folder: Path) -> Path:
    """The records, below ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def write_policy(root: Path, folder: Path) -> Path:
    """A policy that speaks for 2021 to 2025, whatever the shipped one says today."""
    shutil.copytree(root / "params" / "policy", folder)
    edition = folder / "edition.yaml"
    lines = edition.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("first_year:", "confirmed_through:"))]
    edition.write_text("\n".join([*kept, "first_year: 2021", "confirmed_through: 2025", ""]), "utf-8")
    return folder


def record(place: Path, manager: str, payload: MeasureDecided, at, reason: str = "经研究决定") -> None:
    """Put a decision into a new ledger."""
    with Ledger.open(place, create=True) as ledger:
        ledger.append([Draft(case_id(2025, manager), payload, "P01", reason)], at)


def fill(path: Path, row: int, **cells: object) -> None:
    """Fill in cells of a coaching sheet, by the header of the column."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for head, value in cells.items():
        sheet.cell(row, heads[head], value)
    book.save(path)
