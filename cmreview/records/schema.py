"""Every table that is handed in, column by column."""

from __future__ import annotations

from cmreview.records.columns import Column, Kind, Table
from cmreview.records.follow_up import FOLLOW_UP
from cmreview.records.shared_columns import CUSTOMER, EVIDENCE, MANAGER
from cmreview.terms import DEGREES, INDICATORS, Label

# The first sheet of a template. It explains the others and holds no table.
INSTRUCTIONS = Label("填写说明", "Instructions")

YES_NO = {"yes": Label("是", "yes"), "no": Label("否", "no")}


def _declared(indicator: str, kind: Kind) -> Column:
    label = INDICATORS[indicator].label
    return Column(f"declared_{indicator}", Label(f"申报{label.zh}", f"declared {label.en}"), kind)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "managers",
            Label("花名册", "managers"),
            (
                MANAGER,
                Column("name", Label("姓名", "name"), Kind.TEXT, required=True),
                Column("department", Label("部门", "department"), Kind.TEXT, required=True),
                Column("hired_on", Label("入职日期", "hired on"), Kind.DATE),
                Column(
                    "account_manager_since",
                    Label("从事客户经理起始日", "account manager since"),
                    Kind.DATE,
                    note=Label(
                        "首次从事客户经理工作的日期，可早于入职",
                        "first day as an account manager, may be before hiring",
                    ),
                ),
                Column("left_on", Label("离职日期", "left on"), Kind.DATE),
                Column("degree", Label("学历", "degree"), Kind.CHOICE, choices=DEGREES),
            ),
            key=("manager_id",),
        ),
        Table(
            "level_history",
            Label("等级履历", "level history"),
            (
                MANAGER,
                Column("department", Label("部门", "department"), Kind.TEXT, required=True),
                Column("level", Label("等级", "level"), Kind.LEVEL),
                Column("start", Label("开始日期", "from"), Kind.DATE, required=True),
                Column(
                    "end",
                    Label("结束日期", "to"),
                    Kind.DATE,
                    note=Label("最后一天（含）；至今则留空", "last day, inclusive; blank if still held"),
                ),
            ),
            key=("manager_id", "start"),
            references={"manager_id": "managers"},
        ),
        Table(
            "leaves",
            Label("离岗记录", "leaves"),
            (
                MANAGER,
                Column("start", Label("开始日期", "from"), Kind.DATE, required=True),
                Column("end", Label("结束日期", "to"), Kind.DATE),
            ),
            key=("manager_id", "start"),
            references={"manager_id": "managers"},
            note=Label("只填起止日期，不填原因", "dates only, never the reason"),
        ),
        Table(
            "exams",
            Label("考试", "exams"),
            (
                MANAGER,
                Column("level", Label("考试等级", "exam level"), Kind.LEVEL, required=True),
                Column("taken_on", Label("考试日期", "taken on"), Kind.DATE, required=True),
                Column("passed", Label("是否通过", "passed"), Kind.YES_NO, required=True),
            ),
            key=("manager_id", "level", "taken_on"),
            references={"manager_id": "managers"},
        ),
        Table(
            "customers",
            Label("客户", "customers"),
            (
                CUSTOMER,
                Column("name", Label("客户名称", "customer name"), Kind.TEXT, required=True),
                Column("credit_code", Label("统一社会信用代码", "credit code"), Kind.ID),
                Column("key_customer", Label("重点客户", "key customer"), Kind.YES_NO),
                Column(
                    "region",
                    Label("地区", "region"),
                    Kind.TEXT,
                    note=Label(
                        "选填，公司分析按此分地区统计", "optional; the company analysis is broken down by it"
                    ),
                ),
                Column(
                    "customer_group",
                    Label("客户类别", "customer group"),
                    Kind.TEXT,
                    note=Label(
                        "选填，如行业；公司分析按此分类统计",
                        "optional, such as the trade; the company analysis is broken down by it",
                    ),
                ),
            ),
            key=("customer_id",),
        ),
        Table(
            "contracts",
            Label("合同", "contracts"),
            (
                Column("contract_id", Label("合同编号", "contract id"), Kind.ID, required=True),
                CUSTOMER,
                MANAGER,
                Column(
                    "share",
                    Label("业绩份额", "share"),
                    Kind.SHARE,
                    note=Label(
                        "多人共享的合同每人一行，份额合计 100%；独立完成则留空（即 100%）",
                        "a shared contract has a row for each manager, shares add up to 100%; "
                        "blank means the whole contract",
                    ),
                ),
                Column(
                    "amount",
                    Label("合同金额", "amount"),
                    Kind.MONEY,
                    required=True,
                    note=Label("整份合同的金额，单位元", "amount of the whole contract, in yuan"),
                ),
                Column("signed_on", Label("签订日期", "signed on"), Kind.DATE, required=True),
                Column("end_on", Label("到期日期", "end on"), Kind.DATE),
                Column("cancelled_on", Label("取消日期", "cancelled on"), Kind.DATE),
            ),
            key=("contract_id", "manager_id"),
            references={"manager_id": "managers", "customer_id": "customers"},
        ),
        Table(
            "surveys",
            Label("满意度", "surveys"),
            (
                CUSTOMER,
                MANAGER,
                Column("surveyed_on", Label("调查日期", "surveyed on"), Kind.DATE, required=True),
                Column(
                    "score",
                    Label("满意度评分", "score"),
                    Kind.SCORE,
                    note=Label("客户未答复则留空", "blank where the customer did not answer"),
                ),
            ),
            key=("customer_id", "manager_id", "surveyed_on"),
            references={"manager_id": "managers", "customer_id": "customers"},
        ),
        Table(
            "complaints",
            Label("投诉", "complaints"),
            (
                Column("complaint_id", Label("投诉编号", "complaint id"), Kind.ID, required=True),
                CUSTOMER,
                MANAGER,
                Column("received_on", Label("投诉日期", "received on"), Kind.DATE, required=True),
                Column(
                    "upheld",
                    Label("是否属实", "upheld"),
                    Kind.YES_NO,
                    note=Label("仍在处理则留空", "blank while it is being handled"),
                ),
            ),
            key=("complaint_id",),
            references={"manager_id": "managers", "customer_id": "customers"},
        ),
        Table(
            "projects",
            Label("重大项目", "projects"),
            (
                Column("project_id", Label("项目编号", "project id"), Kind.ID, required=True),
                Column("name", Label("项目名称", "project name"), Kind.TEXT, required=True),
                Column("manager_id", Label("负责人工号", "leader id"), Kind.ID, required=True),
                Column("completed_on", Label("完成日期", "completed on"), Kind.DATE),
                Column("benefit", Label("经济效益", "benefit"), Kind.MONEY),
                EVIDENCE,
            ),
            key=("project_id",),
            references={"manager_id": "managers"},
        ),
        Table(
            "achievements",
            Label("行业成果", "achievements"),
            (
                MANAGER,
                Column(
                    "kind",
                    Label("类别", "kind"),
                    Kind.CHOICE,
                    required=True,
                    choices={"article": Label("专业文章", "article"), "award": Label("行业奖项", "award")},
                ),
                Column("title", Label("名称", "title"), Kind.TEXT, required=True),
                Column("dated_on", Label("日期", "dated on"), Kind.DATE, required=True),
                EVIDENCE,
            ),
            key=("manager_id", "kind", "title"),
            references={"manager_id": "managers"},
        ),
        Table(
            "applications",
            Label("申报", "applications"),
            (
                MANAGER,
                Column("target_level", Label("申报等级", "target level"), Kind.LEVEL, required=True),
                Column("applied_on", Label("申报日期", "applied on"), Kind.DATE, required=True),
                _declared("sales", Kind.MONEY),
                _declared("sales_growth", Kind.SHARE),
                _declared("new_customers", Kind.COUNT),
                _declared("satisfaction", Kind.SHARE),
                _declared("complaint_rate", Kind.SHARE),
                _declared("key_customers", Kind.COUNT),
                _declared("long_term_share", Kind.SHARE),
                _declared("major_projects", Kind.COUNT),
                EVIDENCE,
                Column(
                    "admitted_by",
                    Label("准予受理人", "admitted by"),
                    Kind.TEXT,
                    note=Label(
                        "逾期或缺材料的申报，由谁准予受理", "who admitted a late or unevidenced application"
                    ),
                ),
            ),
            key=("manager_id", "target_level", "applied_on"),
            references={"manager_id": "managers"},
        ),
        Table(
            "preliminary_reviews",
            Label("部门初审", "preliminary reviews"),
            (
                MANAGER,
                Column("year", Label("评审年度", "review year"), Kind.YEAR, required=True),
                Column(
                    "decision",
                    Label("初审结论", "decision"),
                    Kind.CHOICE,
                    required=True,
                    choices={
                        "passed": Label("通过", "passed"),
                        "returned": Label("退回补充", "returned for completion"),
                        "refused": Label("不通过", "refused"),
                    },
                ),
                Column("opinion", Label("初审意见", "opinion"), Kind.TEXT),
                Column("reviewer", Label("初审人", "reviewer"), Kind.TEXT, required=True),
                Column("reviewed_on", Label("初审日期", "reviewed on"), Kind.DATE, required=True),
            ),
            key=("manager_id", "year", "reviewed_on"),
            references={"manager_id": "managers"},
        ),
        Table(
            "outcomes",
            Label("年度结论", "earlier outcomes"),
            (
                MANAGER,
                Column("year", Label("年度", "year"), Kind.YEAR, required=True),
                Column("level", Label("等级", "level"), Kind.LEVEL, required=True),
                Column(
                    "outcome",
                    Label("结论", "outcome"),
                    Kind.CHOICE,
                    required=True,
                    choices={
                        "met": Label("达标", "met"),
                        "missed": Label("未达标", "missed"),
                        "no_evidence": Label("缺证据", "no evidence"),
                    },
                ),
                Column("honour", Label("荣誉称号", "honour"), Kind.TEXT),
            ),
            key=("manager_id", "year"),
            references={"manager_id": "managers"},
        ),
        *FOLLOW_UP,
    )
}
