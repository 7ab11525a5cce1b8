"""A small company by hand: two departments, three levels, awkward figures."""

from __future__ import annotations

from tests.builders import make_records

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


def company_records():
    """Their records of 2023 to 2025."""
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
    return make_records(
        managers=[
            {"manager_id": m, "name": n, "department": d, "hired_on": "2018-01-01"} for m, n, d, *_ in PEOPLE
        ],
        level_history=[
            {"manager_id": m, "department": d, "level": level, "start": "2021-01-01"}
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
            if target
        ],
        contracts=contracts,
        customers=customers,
        surveys=surveys,
    )


def _contract(contract, manager, customer, day, amount):
    return {
        "contract_id": contract,
        "manager_id": manager,
        "customer_id": customer,
        "signed_on": day,
        "amount": amount,
    }
