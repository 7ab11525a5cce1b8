"""A small company as its departments hand it in: a book each, and what review follows from the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cmreview.exact_json import canonical, encode
from cmreview.records.tray import FaultPolicy
from cmreview.review.case import build_review, expectations
from cmreview.review.model import DepartmentReview, Review
from tests.builders import make_policy
from tests.records.handed_in import assembled

FIRST, SECOND, THIRD = "一部", "二部", "三部"
POLICY = make_policy()
EXPECTED = expectations(POLICY)

Books = dict[str, dict[str, list[dict[str, Any]]]]


def company() -> Books:
    """Three departments' books and one of customers: ties, shared contracts, blanks, and some faults."""
    books: Books = {"客户": {"customers": []}}
    for place, department in enumerate((FIRST, SECOND, THIRD), start=1):
        one, two = f"{place}a", f"{place}b"
        people = [
            {
                "manager_id": who,
                "name": f"{'甲乙'[number]}{place}号",
                "department": department,
                "hired_on": "2018-01-01",
                "account_manager_since": "2018-01-01",
                "degree": "本科",
            }
            for number, who in enumerate((one, two))
        ]
        contracts = []
        for year in ("2024", "2025"):
            for number, (who, month) in enumerate(((one, 3), (one, 6), (two, 6), (two, 12))):
                customer = f"K{place}{number}{year}"
                books["客户"]["customers"].append({"customer_id": customer, "name": f"客户{customer}"})
                contracts.append(
                    {
                        "contract_id": f"HT{customer}",
                        "customer_id": customer,
                        "manager_id": who,
                        "amount": str(200_000 + 100_000 * place + 2_000 * number),
                        "signed_on": f"{year}-{month:02}-15",
                    }
                )
        # one contract of two people, and on the day of another one of the same customer
        together = contracts[0] | {"contract_id": f"HT{place}共", "share": "50%", "amount": "300000"}
        contracts += [together, together | {"manager_id": two}]
        contracts += [contracts[1], contracts[2] | {"amount": "7"}]  # repeated in full; contradicted
        contracts.append(contracts[3] | {"contract_id": f"HT{place}坏", "amount": "五千"})
        asked = [(one, f"K{place}02025", score) for score in ("5", "3")]
        asked += [(two, f"K{place}22025", ""), (one, f"K{place}12025", "4")]
        books[department] = {
            "managers": people,
            "contracts": contracts,
            "surveys": [
                {
                    "manager_id": who,
                    "customer_id": customer,
                    "surveyed_on": f"2025-11-0{number}",
                    "score": score,
                }
                for number, (who, customer, score) in enumerate(asked, start=1)
            ],
            "applications": [
                {
                    "manager_id": who,
                    "target_level": "初级",
                    "applied_on": "2025-12-10",
                    "evidence": "业绩表.pdf",
                    "declared_sales": "600000",
                }
                for who in (one, two)
            ],
            "exams": [{"manager_id": one, "level": "初级", "taken_on": "2024-05-01", "passed": "是"}],
        }
    return books


def reviewed(books: Mapping[str, Mapping[str, Any]]) -> Review:
    """The review of these books, whose faulty rows are set aside and told."""
    return build_review(assembled(FaultPolicy.SET_ASIDE, EXPECTED, **books), POLICY)


def as_saved(review: DepartmentReview) -> bytes:
    """What stands in the file of a department's review."""
    return canonical(encode(review))


def without_places(review: DepartmentReview) -> bytes:
    """The same without where each row stood, which is all that may tell one order of rows from another."""
    told = sorted(
        {str(replace(finding, file="", sheet=None, row=None, details=())) for finding in review.findings}
    )
    plain = replace(review, findings=(), row_counts=(), data_sha256="")
    return as_saved(plain) + "\n".join(told).encode()
