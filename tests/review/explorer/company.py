"""A small company by hand: two departments, three levels, awkward figures."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cmreview.policy.load import default_folder, load_policy
from cmreview.review.case import build_review
from cmreview.review.explorer.policy_folder import policy_files
from cmreview.review.explorer.prepared import prepare_explorer
from cmreview.review.model import Review
from tests.builders import make_policy, make_records

# (id, name, department, level, applies for, sales of 2024, sales of 2025, customers won in 2025)
PEOPLE = (
    ("M01", "曾国", "销售一部", "junior", "intermediate", 2_500_000, 3_000_000, 3),
    ("M02", "单于飞", "销售一部", "junior", "intermediate", 2_000_000, 2_999_999, 2),
    ("M03", "王五", "销售一部", None, "junior", 0, 1_000_000, 5),
    ("M04", "赵六", "销售二部", None, "junior", 0, 999_999, 5),
    ("M05", "钱七", "销售二部", "intermediate", "senior", 4_000_000, 6_000_000, 4),
    ("M06", "孙八", "销售二部", "intermediate", "senior", 5_000_000, 6_100_000, 4),
    ("M07", "仇九", "销售二部", "intermediate", None, 3_000_000, 3_500_000, 1),
    ("M08", "李十", "销售一部", "junior", None, 900_000, 1_100_000, 4),
)


def company_records(*, applied=True):
    """Their records of 2023 to 2025; without applications where ``applied`` is False."""
    contracts, customers, surveys = [], [], []
    for manager, _, _, _, _, before, now, won in PEOPLE:
        old = f"K{manager}-old"
        customers.append({"customer_id": old, "name": f"老客户{manager}", "key_customer": False})
        contracts.append(_contract(f"H{manager}-0", manager, old, "2023-02-01", 500_000))
        if before:
            contracts.append(_contract(f"H{manager}-1", manager, old, "2024-03-01", before))
        for number in range(won):
            customer = f"K{manager}-{number}"
            customers.append({"customer_id": customer, "name": f"客户{customer}", "key_customer": None})
            amount = now - (won - 1) * 1000 if number == 0 else 1000
            day = f"2025-0{number + 1}-15"
            contracts.append(_contract(f"H{manager}-n{number}", manager, customer, day, amount))
            surveys.append(
                {
                    "customer_id": customer,
                    "manager_id": manager,
                    "surveyed_on": "2025-11-01",
                    "score": 5 if number else 3,
                }
            )
    # what each definition of an indicator is about
    customers.append({"customer_id": "K-shared", "name": "共同客户", "key_customer": None})
    shared = _contract("H-shared", "M07", "K-shared", "2025-06-01", 400_000) | {"share": "0.6"}
    contracts += [shared, shared | {"manager_id": "M08", "share": "0.4"}]
    customers.append({"customer_id": "K-mid", "name": "上年客户", "key_customer": False})
    contracts.append(_contract("H-mid", "M02", "K-mid", "2024-05-01", 1_000))
    late = _contract("H-late", "M07", "KM07-old", "2025-02-01", 900_000)
    contracts.append(late | {"cancelled_on": "2026-01-10"})
    return make_records(
        managers=[
            {"manager_id": m, "name": n, "department": d, "hired_on": "2018-01-01"} for m, n, d, *_ in PEOPLE
        ],
        level_history=[
            {
                "manager_id": m,
                "department": d,
                "level": level,
                "start": "2024-07-01" if m == "M02" else "2021-01-01",
            }
            for m, _, d, level, *_ in PEOPLE
            if level
        ],
        applications=[
            {
                "manager_id": m,
                "target_level": target,
                "applied_on": "2025-12-10",
                "evidence": f"{name}业绩.pdf",
            }
            for m, name, _, _, target, *_ in PEOPLE
            if target and applied
        ],
        contracts=contracts,
        customers=customers,
        surveys=surveys,
        complaints=[
            {
                "complaint_id": "T1",
                "manager_id": "M07",
                "customer_id": "KM07-old",
                "received_on": "2025-04-01",
                "upheld": False,
            }
        ],
        projects=[
            {"project_id": "X1", "manager_id": "M06", "completed_on": "2025-05-01", "benefit": 400_000},
            {"project_id": "X2", "manager_id": "M05", "completed_on": "2025-05-01", "benefit": None},
        ],
        leaves=[{"manager_id": "M08", "start": "2025-03-01", "end": "2025-04-30"}],
    )


@cache
def company_review() -> Review:
    """Their review under the tests' own policy, made once for all files of a worker."""
    return build_review(company_records(), make_policy())


FILE = "company.explorer"


def prepare_by_own_policy(folder: Path) -> None:
    """Their prepared file under the tests' own policy, for ``made_once``."""
    prepare_explorer(company_records(), make_policy(), company_review(), folder / FILE)


def prepare_by_shipped_policy(folder: Path) -> None:
    """Their prepared file under the shipped policy, for ``made_once``."""
    records, policy = company_records(), load_policy(default_folder(), 2025)
    files = policy_files(default_folder())
    prepare_explorer(records, policy, build_review(records, policy), folder / FILE, policy_files=files)


def _contract(contract, manager, customer, day, amount):
    return {
        "contract_id": contract,
        "manager_id": manager,
        "customer_id": customer,
        "signed_on": day,
        "amount": amount,
    }
