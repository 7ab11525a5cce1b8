"""The people whom the example company has on purpose: each case, who it is about, and why it is there.

Figures are chosen against the shipped example policy of 2025, so that every criterion of every level
is met, missed and unevidenced by an applicant. Sales are in 万元. In a table that was handed in, no row
is a zero and not a gap; so customers won, sales, share of sales and key customers can only lack evidence
for somebody whose year the records don't cover (``hired_after_year_…``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

YEARS = range(2021, 2026)
REVIEW_YEAR = YEARS[-1]


@dataclass(frozen=True, slots=True)
class Year:
    """One person's year: sales in 万元, customers won, earlier customers kept, key ones among the won.

    ``surveyed`` is (satisfied, answered, asked), ``complaints`` (upheld, unjustified); None leaves them
    to chance. ``spike`` puts that many contracts, and this part of the sales, into the last days of
    December. ``largest`` is one kept customer's part of the sales.
    """

    sales: float
    new: int
    kept: int = 0
    key: int | None = None
    surveyed: tuple[int, int, int] | None = None
    complaints: tuple[int, int] | None = None
    spike: tuple[int, float] | None = None
    largest: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One person on purpose. ``steps`` are (first day, level) and, where it changes, the department.

    ``department`` counts from 0. ``exact``: the sales are met to the yuan instead of varying by some
    percent. ``settled``: hired on that very day and not some months around it. ``projects`` are
    (completed, benefit in 万元); ``achievements`` are (kind, day, with evidence). ``declared`` are factors
    on computed figures. ``also`` lists further things that the person stands for.
    """

    key: str
    why: str
    department: int
    target: str | None
    hired: date | None
    steps: tuple[tuple[date, str | None] | tuple[date, str | None, int], ...]
    years: Mapping[int, Year]
    since: date | None = None
    left: date | None = None
    degree: str | None = "bachelor"
    exam: str | None = "passed"  # passed, failed, or None for no sitting at all
    name: str | None = None
    exact: bool = False
    leaves: tuple[tuple[date, date], ...] = ()
    projects: tuple[tuple[date | None, float | None], ...] = ()
    achievements: tuple[tuple[str, date, bool], ...] = ()
    applied: date | None = None  # None: a day within the window
    evidence: bool = True
    admitted_by: str | None = None
    declared: Mapping[str, float] = field(default_factory=dict)
    preliminary: tuple[str, ...] = ("passed",)
    also: tuple[str, ...] = ()
    settled: bool = False


_JUNIOR = Case(
    key="",
    why="",
    department=0,
    target="junior",
    hired=date(2023, 3, 13),
    since=date(2023, 3, 13),
    steps=((date(2023, 3, 13), None),),
    years={
        2023: Year(52, 4),
        2024: Year(83, 5, 2),
        2025: Year(126, 7, 4, surveyed=(7, 8, 11)),
    },
)
_INTERMEDIATE = replace(
    _JUNIOR,
    target="intermediate",
    hired=date(2019, 5, 20),
    since=date(2019, 5, 20),
    steps=((date(2019, 5, 20), None), (date(2022, 3, 1), "junior")),
    years={
        2021: Year(112, 6),
        2022: Year(156, 6, 3),
        2023: Year(208, 7, 6),
        2024: Year(262, 7, 9),
        2025: Year(342, 9, 12, key=2, complaints=(0, 1)),
    },
)
_SENIOR = replace(
    _JUNIOR,
    target="senior",
    hired=date(2013, 7, 8),
    since=date(2013, 7, 8),
    steps=((date(2013, 7, 8), None), (date(2016, 3, 1), "junior"), (date(2019, 3, 1), "intermediate")),
    years={
        2021: Year(430, 12),
        2022: Year(480, 10, 8),
        2023: Year(535, 7, 12),
        2024: Year(610, 6, 14),
        2025: Year(735, 11, 18),
    },
    projects=((date(2025, 9, 26), 128),),
    achievements=(("article", date(2024, 6, 18), True),),
)
_BASES = (_JUNIOR, _INTERMEDIATE, _SENIOR)


def is_usual(year: int, plan: Year) -> bool:
    """Whether a case's customers of a year are the usual ones, so that they may vary a little."""
    usual = [base.years[year] for base in _BASES if year in base.years]
    return (plan.new, plan.kept) in {(one.new, one.kept) for one in usual}


def _case(base: Case, key: str, department: int, why: str, **changes: Any) -> Case:
    """A case like ``base``; ``y2025={...}`` changes single figures of a year."""
    years = dict(changes.pop("years", base.years))
    for name in [name for name in changes if name.startswith("y20")]:
        year = int(name[1:])
        years[year] = replace(years[year], **changes.pop(name))
    settled = "hired" in changes
    return replace(base, key=key, department=department, why=why, years=years, settled=settled, **changes)


_AFTER = date(2026, 1, 5)
_NEWCOMER: dict[str, Any] = {
    "hired": _AFTER,
    "since": date(2020, 7, 1),
    "years": {},
    "steps": ((_AFTER, None),),
}
_NEWCOMER |= {"applied": date(2026, 1, 13), "exam": None, "projects": (), "achievements": ()}

# fmt: off
CASES: tuple[Case, ...] = (
    # --- applicants for junior -----------------------------------------------------------------------
    _case(_JUNIOR, "junior_all_met", 1, "meets everything", also=("markup_name",), name="王<b>伟"),
    _case(_JUNIOR, "exact_new_customers", 2, "exactly 5 new customers", y2025={"new": 5}),
    _case(_JUNIOR, "exact_satisfaction", 3,
          "4 of 5 answers: exactly 80 %, and the fewest answers that count", y2025={"surveyed": (4, 5, 9)}),
    _case(_JUNIOR, "few_new_customers", 4, "3 new customers; degree too low", degree="secondary_vocational",
          y2025={"new": 3, "kept": 6, "surveyed": (6, 7, 9)}, preliminary=("refused",)),
    _case(_JUNIOR, "low_sales_junior", 5, "sales too low, exam failed", exam="failed", y2025={"sales": 84}),
    _case(_JUNIOR, "dissatisfied", 0, "6 of 10 satisfied; nobody wrote down since when an account manager",
          since=None, y2025={"surveyed": (6, 10, 11)}, name="张伟", also=("same_name_second",)),
    _case(_JUNIOR, "no_survey", 1, "nobody asked the customers", y2025={"surveyed": (0, 0, 0)}),
    _case(_JUNIOR, "few_answers", 2, "3 answers are too few; no exam on record; declares 100 %", exam=None,
          y2025={"surveyed": (3, 3, 9)}, preliminary=("returned",)),
    _case(_JUNIOR, "no_degree", 3, "degree left blank", degree=None),
    _case(_JUNIOR, "hired_mid_year", 4, "hired in June 2025, first job: less than a year of service",
          hired=date(2025, 6, 16), since=date(2025, 6, 16), steps=((date(2025, 6, 16), None),),
          years={2025: Year(104, 6, surveyed=(5, 6, 6))}),
    _case(_JUNIOR, "hired_after_year_junior", 5, "came after the year: no figures at all", **_NEWCOMER),
    _case(_JUNIOR, "shared_contract_partner", 1, "passes the sales line only by a share of 30 %",
          y2025={"sales": 106}, exact=True),
    _case(_JUNIOR, "late_application", 2, "applied after the window, not admitted",
          applied=date(2026, 1, 22), preliminary=()),
    _case(_JUNIOR, "without_evidence", 3, "handed in no evidence, not admitted", evidence=False,
          preliminary=()),
    # --- applicants for intermediate -----------------------------------------------------------------
    _case(_INTERMEDIATE, "intermediate_all_met", 4, "meets everything", also=("rare_character",),
          name="周𬭎"),
    _case(_INTERMEDIATE, "exact_sales", 1, "exactly 300 万元; exactly 3 years of service and 2 at junior",
          hired=date(2023, 1, 1), since=date(2023, 1, 1),
          steps=((date(2023, 1, 1), None), (date(2024, 1, 1), "junior")),
          years={2023: Year(148, 6), 2024: Year(245, 7, 3), 2025: Year(300, 9, 8, key=2, complaints=(0, 0))},
          exact=True),
    _case(_INTERMEDIATE, "exact_growth", 2, "600 to 690 万元: exactly 15 %, which floating point misses",
          y2024={"sales": 600}, y2025={"sales": 690}, exact=True),
    _case(_INTERMEDIATE, "exact_complaint_rate", 3,
          "1 complaint, 20 customers: exactly 5 % is not below 5 %",
          y2025={"new": 8, "kept": 12, "complaints": (1, 0)}),
    _case(_INTERMEDIATE, "exact_new_customer_growth", 4, "10 a year at junior, then 11: exactly 10 %",
          steps=((date(2019, 5, 20), None), (date(2023, 1, 1), "junior")), y2023={"new": 10},
          y2024={"new": 10}, y2025={"new": 11}),
    _case(_INTERMEDIATE, "low_sales_intermediate", 5, "sales too low; degree too low", degree="associate",
          y2024={"sales": 215}, y2025={"sales": 256}, preliminary=("refused",)),
    _case(_INTERMEDIATE, "falling_sales", 0, "sales fell; exam failed", exam="failed", y2024={"sales": 371},
          y2025={"sales": 328}, name="张伟", also=("same_name_first",)),
    _case(_INTERMEDIATE, "no_key_customers", 1, "one key customer of two; no exam on record", exam=None,
          y2025={"key": 1}, preliminary=("returned", "passed")),
    _case(_INTERMEDIATE, "fewer_new_customers", 2,
          "wins fewer customers than as a junior; since when is blank", since=None,
          y2025={"new": 5, "kept": 15}),
    _case(_INTERMEDIATE, "without_junior_years", 3,
          "never held junior: no tenure to grow over; degree blank", degree=None, hired=date(2024, 3, 4),
          since=date(2024, 3, 4), steps=((date(2024, 3, 4), None),),
          years={2024: Year(238, 7), 2025: Year(325, 9, 5, key=2, complaints=(0, 0))}),
    _case(_INTERMEDIATE, "hired_last_year", 4,
          "hired in July 2024: growth against a part year is no evidence", hired=date(2024, 7, 1),
          since=date(2015, 9, 1), steps=((date(2024, 7, 1), "junior"),),
          years={2024: Year(140, 4), 2025: Year(335, 9, 3, key=3, complaints=(0, 0))}),
    _case(_INTERMEDIATE, "no_customers", 5, "on leave all of 2025: no customers, so no complaint rate",
          y2025={"sales": 0, "new": 0, "kept": 0, "key": None, "complaints": (0, 0)},
          leaves=((date(2025, 1, 2), date(2025, 12, 26)),), preliminary=("returned",)),
    _case(_INTERMEDIATE, "no_level_history", 0, "the department wrote down no levels", steps=()),
    _case(_INTERMEDIATE, "on_leave", 1, "four months of leave in 2025",
          y2025={"sales": 268, "new": 6, "kept": 9}, leaves=((date(2025, 3, 3), date(2025, 6, 30)),)),
    _case(_INTERMEDIATE, "mid_year_transfer", 3, "changed department on 1 July 2025",
          steps=((date(2019, 5, 20), None, 2), (date(2022, 3, 1), "junior", 2),
                 (date(2025, 7, 1), "junior", 3))),
    _case(_INTERMEDIATE, "december_spike", 4, "the last fortnight alone lifts the sales over the line",
          y2025={"sales": 318, "spike": (8, 0.38)}),
    _case(_INTERMEDIATE, "cancelled_contract", 5, "a cancelled contract is declared as sales",
          y2025={"sales": 276}, declared={"sales": 1.17}),
    _case(_INTERMEDIATE, "shared_contract_lead", 0,
          "holds the largest share of a contract across departments"),
    _case(_INTERMEDIATE, "hired_after_year_intermediate", 1, "came after the year: no figures at all",
          **_NEWCOMER),
    _case(_INTERMEDIATE, "late_admitted", 2, "applied late and was admitted by name",
          applied=date(2026, 1, 19), admitted_by="人力资源部 刘敏"),
    # --- applicants for senior -----------------------------------------------------------------------
    _case(_SENIOR, "senior_all_met", 3, "meets everything", degree="master"),
    _case(_SENIOR, "share_below", 4, "enough sales, but less than 1.5 % of the company's", exact=True,
          y2025={"sales": 606}),
    _case(_SENIOR, "exact_share", 5, "exactly 1.5 % of the company's sales", exact=True,
          y2025={"sales": 645}),
    _case(_SENIOR, "exact_long_term_share", 0, "12 of 20 customers long-term: exactly 60 %",
          y2021={"new": 8}, y2022={"new": 7, "kept": 5}, y2023={"new": 6, "kept": 7},
          y2024={"new": 5, "kept": 9}, y2025={"new": 8, "kept": 12}),
    _case(_SENIOR, "low_sales_senior", 1, "sales too low; degree too low", degree="associate",
          y2025={"sales": 557}, declared={"sales": 1.12}),
    _case(_SENIOR, "fewer_new_customers_senior", 2, "wins fewer customers than before; exam failed",
          exam="failed", y2025={"new": 7, "kept": 20}),
    _case(_SENIOR, "few_long_term", 3, "most customers are recent; no exam on record", exam=None,
          y2025={"new": 16, "kept": 15}),
    _case(_SENIOR, "no_project", 4, "led no major project; since when is blank", projects=(), since=None),
    _case(_SENIOR, "project_without_benefit", 5, "the project's benefit is blank; so is the degree",
          projects=((date(2025, 11, 14), None),), degree=None),
    _case(_SENIOR, "small_project", 0, "the project's benefit is too small; no article or award",
          projects=((date(2025, 5, 30), 32),), achievements=()),
    _case(_SENIOR, "achievement_without_evidence", 1, "an award without its evidence",
          achievements=(("award", date(2025, 4, 11), False),), preliminary=("returned",)),
    _case(_SENIOR, "mid_year_promotion", 2, "intermediate only since 1 July 2025: no year to grow over",
          steps=((date(2013, 7, 8), None), (date(2018, 3, 1), "junior"), (date(2025, 7, 1), "intermediate"))),
    _case(_SENIOR, "one_customer_over_half", 3, "one customer carries more than half of the sales",
          y2025={"largest": 0.58}),
    _case(_SENIOR, "hired_after_year_senior", 4,
          "came after the year: no figures, no levels, short service", **(_NEWCOMER | {"steps": ()})),
    # --- no applicants -------------------------------------------------------------------------------
    _case(_INTERMEDIATE, "shared_contract_third", 2,
          "holds the smallest share of that contract; in 2023 an amount typed in 万元 instead of 元",
          target=None, also=("wrong_unit",)),
    _case(_INTERMEDIATE, "left", 3, "left on 31 August 2025; in 2024 a customer entered under a second id",
          target=None, left=date(2025, 8, 31), y2025={"sales": 170, "new": 4, "kept": 7, "key": None},
          also=("customer_twice",)),
    _case(_JUNIOR, "contract_before_start", 4, "a contract six days before the first day", target=None,
          hired=date(2024, 4, 15), since=date(2024, 4, 15), steps=((date(2024, 4, 15), None),), name="刘䶮",
          years={2024: Year(61, 4), 2025: Year(97, 6, 2)}, also=("rare_character_extension_a",)),
)
# fmt: on
