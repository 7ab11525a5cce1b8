"""Columns that several tables have."""

from __future__ import annotations

from cmreview.records.columns import Column, Kind
from cmreview.terms import Label

MANAGER = Column("manager_id", Label("工号", "manager id"), Kind.ID, required=True)
CUSTOMER = Column("customer_id", Label("客户编号", "customer id"), Kind.ID, required=True)
EVIDENCE = Column(
    "evidence",
    Label("证明材料", "evidence"),
    Kind.TEXT,
    note=Label("多份材料用分号隔开", "several documents are separated by semicolons"),
)
