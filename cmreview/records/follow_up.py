"""Tables of what is kept beside the figures: incidents, coaching, opinions (Policy 5.4.h, 7.1, 7.2)."""

from __future__ import annotations

from cmreview.records.columns import Column, Kind, Table
from cmreview.records.shared_columns import EVIDENCE, MANAGER
from cmreview.terms import Label

FOLLOW_UP = (
    Table(
        "incidents",
        Label("重大损失", "incidents"),
        (
            Column("incident_id", Label("事件编号", "incident id"), Kind.ID, required=True),
            MANAGER,
            Column("happened_on", Label("发生日期", "happened on"), Kind.DATE, required=True),
            Column("description", Label("事件经过", "what happened"), Kind.TEXT, required=True),
            Column(
                "loss",
                Label("评估损失", "assessed loss"),
                Kind.MONEY,
                note=Label(
                    "由评估人认定，单位元；尚未评估则留空",
                    "as assessed by people, in yuan; blank while not assessed",
                ),
            ),
            Column(
                "severity",
                Label("情节", "severity"),
                Kind.CHOICE,
                choices={
                    "minor": Label("较轻", "minor"),
                    "serious": Label("较重", "serious"),
                    "grave": Label("严重", "grave"),
                },
            ),
            Column("assessed_by", Label("评估人", "assessed by"), Kind.TEXT),
            Column("assessed_on", Label("评估日期", "assessed on"), Kind.DATE),
            Column("proposed_discipline", Label("拟议处理", "proposed discipline"), Kind.TEXT),
            EVIDENCE,
        ),
        key=("incident_id",),
        references={"manager_id": "managers"},
        note=Label("因工作失误造成的损失", "losses by errors at work"),
    ),
    Table(
        "coaching",
        Label("辅导记录", "coaching"),
        (
            MANAGER,
            Column("held_on", Label("辅导日期", "held on"), Kind.DATE, required=True),
            Column("coach", Label("辅导人", "coach"), Kind.TEXT, required=True),
            Column("progress", Label("工作进展", "progress"), Kind.TEXT),
            Column("difficulties", Label("困难", "difficulties"), Kind.TEXT),
            Column("support", Label("商定的支持", "support agreed"), Kind.TEXT),
            Column("next_on", Label("下次辅导日期", "next on"), Kind.DATE),
        ),
        key=("manager_id", "held_on"),
        references={"manager_id": "managers"},
    ),
    Table(
        "opinions",
        Label("意见建议", "opinions"),
        (
            Column("opinion_id", Label("意见编号", "opinion id"), Kind.ID, required=True),
            Column("raised_on", Label("提出日期", "raised on"), Kind.DATE, required=True),
            Column("about", Label("主题", "subject"), Kind.TEXT),
            Column("opinion", Label("意见建议", "opinion"), Kind.TEXT, required=True),
            Column("answer", Label("答复", "answer"), Kind.TEXT),
            Column("answered_by", Label("答复人", "answered by"), Kind.TEXT),
            Column("answered_on", Label("答复日期", "answered on"), Kind.DATE),
        ),
        key=("opinion_id",),
        note=Label("可不记名，不填写提出人", "may be anonymous: who raised it is not asked"),
    ),
)
