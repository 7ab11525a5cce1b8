"""A small company's records as CSV files in Chinese headers: two departments, or those named."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from cmreview.records.schema import TABLES

Row = Mapping[str, str]
FIRST, SECOND = "销售一部", "销售二部"


def write_tables(folder: Path, tables: Mapping[str, Sequence[Row]]) -> Path:
    """Write each table as ``<table>.csv`` below ``folder``, its columns under their Chinese headers."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = [column for column in TABLES[name].columns if any(column.name in row for row in rows)]
        with (folder / f"{TABLES[name].label.zh}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column.label.zh for column in columns])
            writer.writerows([[row.get(column.name, "") for column in columns] for row in rows])
    return folder


def small_company(names: Sequence[str] = (FIRST, SECOND)) -> dict[str, list[Row]]:
    """In each department one applicant for junior and one other manager, over two years."""
    tables: dict[str, list[Row]] = {
        name: [] for name in ("managers", "customers", "contracts", "applications")
    }
    for place, department in enumerate(names, start=1):
        for role in ("a", "b"):
            manager = f"{place}{role}"
            tables["managers"].append(
                {
                    "manager_id": manager,
                    "name": f"{'甲' if role == 'a' else '乙'}{place}号",
                    "department": department,
                    "hired_on": "2020-01-01",
                    "account_manager_since": "2020-01-01",
                    "degree": "本科",
                }
            )
            for year in (2024, 2025):
                for number in range(6):
                    customer = f"C{manager}{year}{number}"
                    tables["customers"].append({"customer_id": customer, "name": f"客户{customer}"})
                    tables["contracts"].append(
                        {
                            "contract_id": f"HT{customer}",
                            "customer_id": customer,
                            "manager_id": manager,
                            "amount": str(200_000 + 1000 * number),
                            "signed_on": f"{year}-0{number + 1}-15",
                        }
                    )
        tables["applications"].append(
            {
                "manager_id": f"{place}a",
                "target_level": "初级",
                "applied_on": "2025-12-10",
                "evidence": "业绩表.pdf",
                "declared_sales": "1215000",
            }
        )
    return tables
