"""Criterion by criterion: value, threshold, margin, verdict, clause, and on which records it rests."""

from __future__ import annotations

from cmreview.review.model import Fact, Told, Verdict
from cmreview.show.html import Content, Html, element
from cmreview.show.tables import Head, stacked, table
from cmreview.show.voice import Voice, criterion_name, outcome_mark

# The noun for the rows behind an indicator, as `packet.counted` has it.
ROWS_OF = {
    "degree": "rows",
    "service_years": "rows",
    "level_years": "spells",
    "exam": "exams",
    "industry_influence": "achievements",
    "sales": "contracts",
    "sales_growth": "contracts",
    "sales_share": "contracts",
    "new_customers": "customers",
    "new_customer_growth": "customers",
    "satisfaction": "answers",
    "complaint_rate": "complaints",
    "key_customers": "customers",
    "long_term_share": "customers",
    "major_projects": "projects",
}
# What stands in no rows of its own.
_KEPT_IN = {"degree": "from_roster", "service_years": "from_roster", "level_years": "from_history"}
_QUOTIENTS_OF_MONEY = ("sales_growth", "sales_share")


def criteria_table(verdicts: tuple[Verdict, ...], caption: str, voice: Voice) -> Html:
    """Criterion by criterion: value, threshold, margin, verdict, clause, evidence."""
    keys = ("clause", "criterion", "value", "threshold", "margin", "verdict", "evidence")
    widths = (8, 17, 12, 13, 16, 10, 24)
    heads = [
        Head(voice.say(f"criteria.{key}"), key in ("value", "threshold", "margin"), width)
        for key, width in zip(keys, widths, strict=True)
    ]
    rows: list[tuple[Content, ...]] = []
    for verdict in verdicts:
        figures = voice.figures
        full = verdict.full_threshold
        adjusted = full is not None and voice.say(
            "criteria.full_threshold", threshold=figures.threshold(verdict, full)
        )
        close = voice.say("criteria.close") if verdict.close else None
        rows.append(
            (
                verdict.criterion,
                criterion_name(verdict, voice),
                figures.fact(verdict.fact, verdict.threshold),
                stacked(figures.threshold(verdict, verdict.threshold), _small(adjusted or None)),
                figures.margin(verdict),
                stacked(outcome_mark(verdict.outcome, voice.lang), _small(close)),
                evidence_lines(verdict.fact, verdict.reason, voice),
            )
        )
    return table(caption, heads, rows, class_="criteria", headed=True)


def evidence_lines(fact: Fact, reason: Told | None, voice: Voice) -> Html:
    """On what a value rests: its quotient, its rows, what was left out and why it may be missing."""
    lines: list[Content] = [quotient(fact, voice)]
    if fact.rows:
        rows = voice.figures.counted(ROWS_OF.get(fact.indicator, "rows"), fact.rows)
        lines.append(voice.say("criteria.from_rows", rows=rows))
    elif fact.value is not None and fact.indicator in _KEPT_IN:
        lines.append(voice.say(f"criteria.{_KEPT_IN[fact.indicator]}"))
    if fact.open_rows:
        rows = voice.figures.counted("rows", fact.open_rows)
        lines.append(voice.say("criteria.open_rows", rows=rows))
    told = list(dict.fromkeys(voice.tell(note) for note in (reason, fact.remark) if note is not None))
    return stacked(*lines, *(_small(note) for note in told))


def quotient(fact: Fact, voice: Voice) -> str | None:
    """What a share, rate or growth is made of; None where the value is no quotient."""
    if fact.numerator is None or fact.denominator is None:
        return None
    write = voice.figures.money if fact.indicator in _QUOTIENTS_OF_MONEY else voice.figures.count
    parts = {"numerator": write(fact.numerator), "denominator": write(fact.denominator)}
    return voice.say(f"quotient.{fact.indicator}", **parts)


def _small(words: str | None) -> Html | None:
    return element("small", words) if words else None
