"""Level review of account managers (客户经理): from records and a dated policy to signed papers.

The names below are what a notebook or a script of an analyst needs; each is imported when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmreview.packets.opening import open_analysis, open_packet
    from cmreview.policy.load import load_policy
    from cmreview.records.opening import open_records
    from cmreview.review.case import build_review, expectations
    from cmreview.review.counting.indicators import manager_years

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "build_review",
    "expectations",
    "load_policy",
    "manager_years",
    "open_analysis",
    "open_packet",
    "open_records",
]

_HOMES = {
    "build_review": "cmreview.review.case",
    "expectations": "cmreview.review.case",
    "load_policy": "cmreview.policy.load",
    "manager_years": "cmreview.review.counting.indicators",
    "open_analysis": "cmreview.packets.opening",
    "open_packet": "cmreview.packets.opening",
    "open_records": "cmreview.records.opening",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'cmreview' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
