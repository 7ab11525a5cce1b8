"""A committee's room for tests of its commands: a policy, a committee, a ledger and a clock that is set."""

from __future__ import annotations

import io
import shutil
from datetime import datetime
from pathlib import Path

import openpyxl

from cmreview.cli import options

COMMITTEE = """
name: {zh: 评审委员会, en: Committee}
time_zone: "+08:00"
papers:
  issuer: {zh: 示例公司, en: Example}
  rules: {zh: 办法, en: Rules}
  appointment_number: 聘〔{year}〕{number}号
  certificate_number: ZS-{year}-{number}
  contact: {zh: 人力资源部, en: HR}
people:
  - {id: P01, name: 周建国, department: 公司领导, roles: [chair, member]}
  - {id: P02, name: 方慧敏, department: 财务部, roles: [deputy, member]}
  - {id: P03, name: 陈志强, department: 电子商务部, roles: [member, reviewer]}
  - {id: P05, name: 宋立新, department: 市场部, roles: [member]}
  - {id: P07, name: 曾国平, department: 法务部, roles: [member], relations: ["001046"]}
  - {id: P09, name: 杜鹃, department: 审计部, roles: [member], until: 2020-12-31}
  - {id: R03, name: 郭美华, department: 销售一部, roles: [reviewer]}
  - {id: S01, name: 刘敏, department: 人力资源部, roles: [secretary]}
"""
MEMBERS = ("P01", "P02", "P03", "P05", "P07")


class Room:
    """Types commands of the process: ledger, committee and policy are added to every line."""

    def __init__(self, run, root: Path, folder: Path, monkeypatch) -> None:
        self.run = run
        self.folder = folder
        self.ledger = folder / "ledger.db"
        self.committee = folder / "committee.yaml"
        self.committee.write_text(COMMITTEE, "utf-8")
        self.policy = shutil.copytree(root / "params" / "policy", folder / "policy")
        edition = self.policy / "edition.yaml"
        kept = [
            line
            for line in edition.read_text("utf-8").splitlines()
            if not line.startswith(("first_year:", "confirmed_through:"))
        ]
        edition.write_text("\n".join([*kept, "first_year: 2021", "confirmed_through: 2025", ""]), "utf-8")
        self._monkeypatch = monkeypatch
        for name in ("CMREVIEW_AS", "CMREVIEW_LEDGER", "CMREVIEW_LANG"):
            monkeypatch.delenv(name, raising=False)
        self.clock("2026-01-20")

    def clock(self, day: str, hour: int = 10) -> None:
        """Set the day on which the next commands are typed, where the committee sits."""
        moment = datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00")
        self._monkeypatch.setattr(options, "now", lambda: moment)

    def type(self, command: str, *arguments):
        """One command of the year's process; exit code, what it printed, what it said on the side."""
        place = ("--ledger", self.ledger, "--committee", self.committee, "--policy", self.policy)
        return self.run(*command.split(), "--year", "2025", *arguments, *place)

    def must(self, command: str, *arguments) -> str:
        """A command that must end well; what it printed."""
        code, printed, said = self.type(command, *arguments)
        assert code == 0, printed + said
        return printed

    def step(self, kind: str, actor: str, *arguments) -> str:
        """A step that must be recorded."""
        return self.must(f"step {kind}", "--as", actor, *arguments)

    # --- a case's way, each on its own day

    def applied(self, *managers: str, department: str = "销售一部") -> None:
        """Applications of these managers, made on 12 December 2025."""
        for manager in managers:
            self.step(
                *("applied", "S01", "--case", manager, "--name", f"申报人{manager}", "--level", "中级"),
                *("--of-department", department, "--target", "高级", "--on", "2025-12-12"),
                *("--evidence", "业绩证明.pdf"),
            )

    def referred(self, *managers: str, department: str = "销售一部") -> None:
        """Their cases before the committee."""
        self.applied(*managers, department=department)
        cases = [part for manager in managers for part in ("--case", manager)]
        passed = ("--decision", "passed", "--on", "2025-12-19", "--reviewer", "郭美华")
        self.step("reviewed", "S01", *cases, *passed)
        self.step("referred", "S01", *cases)

    def scores(self, member: str, **points) -> tuple[int, str, str]:
        """A member's sheet, filled in for manager -> points and handed in."""
        path = self.folder / f"{member}-{len(list(self.folder.iterdir()))}.xlsx"
        self.must("scores template", "--member", member, "--out", path)
        fill(path, lambda row: {"业绩汇报": points.get(f"m{row['工号']}")})
        return self.type("scores read", path, "--as", member)

    def decided(self, manager: str) -> None:
        """A case that the committee decided on 20 January 2026, all members present."""
        self.step("scores_opened", "P01", "--case", manager)
        self.step(
            *("decided", "P01", "--case", manager, "--approve", "--reason", "业绩突出"),
            *("--present", ",".join(MEMBERS), "--votes", "5,0,0"),
        )


def fill(path: Path, cells) -> None:
    """Fill in a workbook: ``cells`` gives for each row, as a dict by header, what is typed into it."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    for number in range(2, sheet.max_row + 1):
        row = dict(zip(heads, (cell.value for cell in sheet[number]), strict=True))
        for head, value in cells(row).items():
            if value is not None:
                sheet.cell(number, heads.index(head) + 1).value = value
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(stream.getvalue())
