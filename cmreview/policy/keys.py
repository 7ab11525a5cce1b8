"""Every parameter outside the criteria: its file, its clause, and what its value must look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from cmreview.terms import Unit


class Form(StrEnum):
    """The shape of a value."""

    NUMBER = "number"
    PAIR = "pair"  # lowest and highest
    TWO = "two"  # two numbers, the smaller first, and nothing meant between them
    WORD = "word"
    WORDS = "words"  # in order, none twice
    WINDOW = "window"  # first and last day
    TIERS = "tiers"  # from which percent on, how much
    SHARES = "shares"  # percents of a whole, lowest band first
    RATIO = "ratio"  # 2/3: exact, where 0.67 would be another number
    ITEMS = "items"  # what members score, with names and weights


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit of the files: how many of the unit inside it is worth, and whether it must be whole."""

    scale: Decimal = Decimal(1)
    whole: bool = False


# Units of numbers. Money is yuan inside and percent a fraction of one; the rest stay as they are.
MEASURES = {
    "yuan": Measure(),
    "wan_yuan": Measure(scale=Decimal(10_000)),
    "percent": Measure(scale=Decimal("0.01")),
    "fraction": Measure(),
    "times": Measure(),
    "points": Measure(),
    "years": Measure(),
    "months": Measure(whole=True),
    "count": Measure(whole=True),
    "days": Measure(whole=True),
    "working_days": Measure(whole=True),
}
MONEY = ("wan_yuan", "yuan")

# Which units of the files a criterion may use, by the unit of its indicator.
CRITERION_UNITS: Mapping[Unit, tuple[str, ...]] = {
    Unit.MONEY: MONEY,
    Unit.SHARE: ("percent",),
    Unit.COUNT: ("count",),
    Unit.YEARS: ("years",),
    Unit.DEGREE: ("degree",),
    Unit.FLAG: (),
}


@dataclass(frozen=True, slots=True)
class Key:
    """One parameter: where it stands, its clause, and the form, units and words that it may take.

    ``lowest`` and ``highest`` bound a number in the unit inside (yuan, fraction); None is unbounded.
    """

    key: str
    file: str
    clause: str
    form: Form
    units: tuple[str, ...]
    words: tuple[str, ...] = ()
    lowest: Decimal | None = Decimal(0)
    highest: Decimal | None = None


def _word(key: str, file: str, clause: str, *words: str) -> Key:
    return Key(key, file, clause, Form.WORD, ("word",), words)


def _share(key: str, file: str, clause: str) -> Key:
    return Key(key, file, clause, Form.NUMBER, ("percent",), highest=Decimal(1))


_INDICATORS, _PROCESS, _SCORING = "indicators.yaml", "process.yaml", "scoring.yaml"
_PANEL, _REWARDS, _QUESTIONS = "panel.yaml", "rewards.yaml", "questions.yaml"
_PENALTIES, _DEVELOPMENT, _ANALYSIS = "penalties.yaml", "development.yaml", "analysis.yaml"
_SCALE = ("wan_yuan_by_percent",)

KEYS: Mapping[str, Key] = {
    key.key: key
    for key in (
        Key("application_window", _PROCESS, "4.1", Form.WINDOW, ("window",)),
        _share("declared_tolerance", _PROCESS, "4.2"),
        Key("contract_range", _PROCESS, "4.2", Form.PAIR, MONEY),
        Key("publicity_days", _PROCESS, "4.4", Form.NUMBER, ("working_days",), lowest=Decimal(1)),
        _word("publicity_first_day", _PROCESS, "4.4", "next_day", "posting_day"),
        _word("appeal_hearing", _PROCESS, "4.4", "same", "others_recommended", "others_required"),
        Key("score_items", _PANEL, "4.3", Form.ITEMS, ("percent",)),
        Key("score_scale", _PANEL, "4.3", Form.PAIR, ("points",)),
        _word("score_method", _PANEL, "4.3", "mean", "trimmed_mean"),
        _word("trim_on", _PANEL, "4.3", "total", "each_item"),
        Key("trim_min_scores", _PANEL, "4.3", Form.NUMBER, ("count",), lowest=Decimal(3)),
        Key("fewest_scores", _PANEL, "4.3", Form.NUMBER, ("count",), lowest=Decimal(1)),
        Key("panel_line", _PANEL, "4.3", Form.NUMBER, ("points",)),
        _share("performance_weight", _PANEL, "4.3"),
        Key("decision_line", _PANEL, "4.3", Form.NUMBER, ("percent",), highest=Decimal(2)),
        _word("severity_correction", _PANEL, "4.3", "off", "on"),
        _share("interval_level", _PANEL, "4.3"),
        Key("quorum", _PANEL, "4.3", Form.RATIO, ("share",)),
        Key("votes_needed", _PANEL, "4.3", Form.RATIO, ("share",)),
        Key(
            "recusal_grounds",
            _PANEL,
            "1.3.a",
            Form.WORDS,
            ("words",),
            ("same_department", "preliminary_reviewer", "named_relation"),
        ),
        Key("calibration_performance", _PANEL, "4.3", Form.PAIR, ("percent",)),
        Key("calibration_panel", _PANEL, "4.3", Form.PAIR, ("points",)),
        Key("calibration_guideline", _PANEL, "4.3", Form.SHARES, ("percent",)),
        _word("scores_shown_to_department", _PANEL, "4.3", "none", "total", "items"),
        _word("cancellation", _INDICATORS, "5.1.a", "ever", "within_year"),
        _word("shared_customer_credit", _INDICATORS, "5.1.b", "lead", "each"),
        Key("satisfaction_scale", _INDICATORS, "5.1.c", Form.PAIR, ("points",)),
        Key("satisfied_from", _INDICATORS, "5.1.c", Form.NUMBER, ("points",)),
        Key("min_answers", _INDICATORS, "5.1.c", Form.NUMBER, ("count",), lowest=Decimal(1)),
        _word("unjustified_complaints", _INDICATORS, "5.1.d", "exclude", "include"),
        _word("customers_served", _INDICATORS, "3.2.P4", "in_force_or_signed", "signed"),
        Key("key_contract_amount", _INDICATORS, "5.1.e", Form.NUMBER, MONEY),
        Key("long_term_years", _INDICATORS, "3.3.P4", Form.NUMBER, ("years",), highest=Decimal(60)),
        Key("project_min_benefit", _INDICATORS, "3.3.P5", Form.NUMBER, MONEY),
        _word("part_years", _INDICATORS, "3.2.P1", "weighted", "full_years_only"),
        _word("growth_part_year", _INDICATORS, "3.2.P3", "no_evidence", "as_is"),
        Key("score_cap", _SCORING, "1.3.b", Form.NUMBER, ("times",), lowest=Decimal(1)),
        Key(
            "tie_breaks",
            _SCORING,
            "5.4.c",
            Form.WORDS,
            ("words",),
            ("promotion_priority", "sales", "new_customers", "satisfaction"),
        ),
        Key("bonus_growth_scale", _REWARDS, "5.4.a", Form.TIERS, _SCALE),
        Key("bonus_contribution_scale", _REWARDS, "5.4.a", Form.TIERS, _SCALE),
        Key("bonus_budget", _REWARDS, "5.4.a", Form.NUMBER, MONEY),
        _share("honour_quota", _REWARDS, "5.4.b"),
        Key("excellent_years", _REWARDS, "5.4.d", Form.NUMBER, ("years",), lowest=Decimal(1)),
        Key("excellent_benefits", _REWARDS, "5.4.d", Form.WORDS, ("words",), ("training", "allowance")),
        _word("bonus_reading", _REWARDS, "5.4.a", "steps", "linear"),
        _word("bonus_for", _REWARDS, "5.4.a", "met", "everyone"),
        _word("bonus_cap", _REWARDS, "5.4.a", "proportional", "in_order"),
        Key("bonus_unit", _REWARDS, "5.4.a", Form.NUMBER, ("yuan",), lowest=Decimal("0.01")),
        _word("bonus_unbounded_growth", _REWARDS, "5.4.a", "top_step", "committee"),
        _word("honour_rule", _REWARDS, "5.4.b", "quota", "line"),
        Key("honour_line", _REWARDS, "5.4.b", Form.NUMBER, ("percent",), highest=Decimal(2)),
        _word("honour_ties", _REWARDS, "5.4.b", "all", "none", "committee"),
        Key("warning_after", _PENALTIES, "5.4.e", Form.NUMBER, ("years",), lowest=Decimal(1)),
        Key("improvement_months", _PENALTIES, "5.4.e", Form.NUMBER, ("months",), lowest=Decimal(1)),
        Key("improvement_check_months", _PENALTIES, "5.4.e", Form.NUMBER, ("months",), lowest=Decimal(1)),
        _word("streak_no_evidence", _PENALTIES, "5.4.e", "neutral", "breaks"),
        _word("streak_part_year", _PENALTIES, "5.4.e", "neutral", "counts"),
        Key("streak_leave_days", _PENALTIES, "5.4.e", Form.NUMBER, ("days",), lowest=Decimal(1)),
        _word("streak_level_change", _PENALTIES, "5.4.f", "continues", "restarts"),
        _word("streak_transfer", _PENALTIES, "5.4.f", "continues", "restarts"),
        Key("demotion_after", _PENALTIES, "5.4.f", Form.NUMBER, ("years",), lowest=Decimal(1)),
        Key("dismissal_after", _PENALTIES, "5.4.g", Form.NUMBER, ("years",), lowest=Decimal(1)),
        Key("dismissal_notice_days", _PENALTIES, "5.4.g", Form.NUMBER, ("days",), lowest=Decimal(1)),
        Key("major_loss_from", _PENALTIES, "5.4.h", Form.NUMBER, MONEY),
        Key("training_days", _DEVELOPMENT, "6.1", Form.NUMBER, ("days",)),
        Key("objection_days", _DEVELOPMENT, "7.3", Form.NUMBER, ("working_days",), lowest=Decimal(1)),
        Key("largest_customers", _ANALYSIS, "5.3", Form.NUMBER, ("count",), lowest=Decimal(1)),
        Key("largest_managers", _ANALYSIS, "5.3", Form.NUMBER, ("count",), lowest=Decimal(3)),
        Key("forecast_years", _ANALYSIS, "5.3", Form.NUMBER, ("count",), lowest=Decimal(1)),
        Key("complaint_open_days", _ANALYSIS, "5.3", Form.NUMBER, ("days",), lowest=Decimal(1)),
        Key("fewest_in_sum", _ANALYSIS, "5.3", Form.NUMBER, ("count",), lowest=Decimal(3)),
        Key("tried_steps", _ANALYSIS, "5.3", Form.TWO, ("percent",), (), Decimal("0.01"), Decimal(1)),
        Key("bands_below", _ANALYSIS, "5.3", Form.TWO, ("percent",), (), Decimal("0.01"), Decimal("0.99")),
        Key("bands_above", _ANALYSIS, "5.3", Form.TWO, ("percent",), (), Decimal("1.01"), Decimal(10)),
        _share("close_to_line", _QUESTIONS, "1.3.a"),
        _share("concentration_limit", _QUESTIONS, "1.3.a"),
        Key("year_end_days", _QUESTIONS, "1.3.a", Form.NUMBER, ("days",), highest=Decimal(366)),
        Key("year_end_p", _QUESTIONS, "1.3.a", Form.NUMBER, ("fraction",), highest=Decimal(1)),
        _share("weight_variation", _QUESTIONS, "1.3.b"),
        Key("fewest_for_rate", _QUESTIONS, "1.3.a", Form.NUMBER, ("count",), lowest=Decimal(1)),
        Key("fewest_for_ratio", _QUESTIONS, "1.3.a", Form.NUMBER, ("count",), lowest=Decimal(1)),
        _share("least_ratio", _QUESTIONS, "1.3.a"),
        _word("leave_treatment", _QUESTIONS, "1.3.a", "none", "prorate_threshold"),
    )
}
