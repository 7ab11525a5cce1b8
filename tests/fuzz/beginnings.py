"""From what a search begins: inputs of each target, and words that it would take long to come upon."""

from __future__ import annotations

import json

from cmreview.exact_json import canonical, encode
from cmreview.records.schema import TABLES
from tests.fuzz.small_files import sealed, workbook_parts
from tests.fuzz.targets import COLUMNS
from tests.process.drafts import EVERY_PAYLOAD, draft

# What a search that knows nothing of a format would take long to come upon.
WORDS: dict[str, tuple[str, ...]] = {
    "cells": (
        "万元",
        "亿",
        "%",
        "年",
        "月",
        "日",
        "至今",
        "1E",
        "¥",
        "\u200b",
        "\u202e",
        "．",
        "１",
        "#N/A",
        "_x0041_",
        "E+999999",
    ),
    "yaml_file": (
        "- ",
        ": ",
        "? ",
        "|",
        ">",
        "&a",
        "*a",
        "!!",
        "<<",
        "{",
        "}",
        "[",
        "]",
        "\u0085",
        "%YAML",
        "---",
    ),
    "headers": (
        "合同编号",
        "客户编号",
        "工号",
        "（万元）",
        "(%)",
        "部门",
        "姓名",
        "评审年度",
        "\t",
        "\n",
        "*",
    ),
    "sheet_xml": (
        *(
            "<c>",
            "<c r=",
            "<v>",
            "</v>",
            "<f>",
            "<t>",
            "<row>",
            "<row r=",
            "</row>",
            "<mergeCell ref=",
            "<is>",
        ),
        *(
            't="s"',
            't="e"',
            't="d"',
            't="n"',
            's="3"',
            '"XFD1048576"',
            '"A0"',
            "-1",
            "<col hidden=",
            'min="',
            'max="',
        ),
        *(
            "<x:worksheet xmlns:x=",
            "<rPh>",
            "<sheet ",
            "Target=",
            "<xf ",
            "<numFmt ",
            "<si>",
            "&#x0;",
            "1E999",
        ),
    ),
    "csv_file": (
        '"',
        '""',
        ",",
        ";",
        "\t",
        "|",
        "\r",
        "\n",
        '="',
        "\0",
        "\ufeff",
        "合同编号",
        "工号",
        "客户编号",
    ),
    "ledger_import": (
        '{"payload":',
        '"reason":null',
        '"salt":',
        "null",
        "true",
        "1e9",
        "NaN",
        "\\ud800",
        '"2025-12-01"',
    ),
}


def seeds(name: str) -> list[bytes]:
    """Inputs from which a target's search begins when its corpus is empty."""
    if name == "cells":
        texts = (
            "00123",
            "12.5万元",
            "85%",
            "2025年3月1日",
            "45000",
            "(1,234.50)",
            "1E+20",
            "是",
            "初级",
            "2025/3/1 8:00",
        )
        return [
            bytes([column, kind, column]) + text.encode()
            for column in range(len(COLUMNS))
            for kind, text in enumerate(texts)
        ]
    if name == "yaml_file":
        return [
            b"a: 1\nb:\n  - x\n  - c: [1, 2]\n",
            b"\"k\": {a: 'x', b: |\n  text\n}\n",
            b"? a\n: b\n--- \n",
        ]
    if name == "headers":
        lines = ["\t".join(column.label.zh for column in table.columns) for table in TABLES.values()]
        texts = (
            *lines,
            "合同编号\t客户编号\t合同金额（万元，含税）",
            "客户_2025",
            "工号*\t姓名：\t部门\n1\t2\t3",
        )
        return [bytes([at]) + text.encode() for at, text in enumerate(texts)]
    if name == "sheet_xml":
        return [bytes([at]) + content for at, content in enumerate(workbook_parts().values())]
    if name == "csv_file":
        text = '合同编号,客户编号,工号,合同金额,签订日期\nHT1,C1,="001","1,000",2025-03-01\n'
        return [text.encode(code) for code in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le")]
    return _ledger_seeds()


def _ledger_seeds() -> list[bytes]:
    lines = []
    for payload in EVERY_PAYLOAD:
        made = draft(payload)
        inside = {"payload": encode(payload), "reason": made.reason, "salt": "0"}
        lines.append(f"{made.kind.value} {canonical(inside).decode().strip()}".encode())
    whole = sealed(b"\n".join(lines[:2]))
    return [
        *(b"\1" + line for line in lines),
        b"\0" + whole,
        b"\0" + json.dumps({"format": 1}).encode() + b"\n",
    ]
