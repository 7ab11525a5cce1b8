"""What stands on each sheet of the Excel appendix, before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cmreview.policy.model import Compare
from cmreview.review.figures import WAN, degree
from cmreview.review.model import Case, Verdict
from cmreview.show.criteria import quotient
from cmreview.show.figures import indicator_label
from cmreview.show.sections import OTHERS_SHOWN
from cmreview.show.voice import Voice, criterion_name, decision_label
from cmreview.terms import INDICATORS, OUTCOMES, RESULTS, SEVERITIES, Unit

_KINDS = {Unit.SHARE: "share", Unit.COUNT: "count", Unit.YEARS: "years"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: text, date, or a number with the kind of its format (workbook._Look)."""

    value: str | date | Fraction | int | None
    kind: str = "count"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, headers, rows, and how many columns stay in sight."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    frozen: int = 0


def sheets(voice: Voice) -> tuple[Sheet, ...]:
    """All sheets, in their order."""
    makers = (_applicants, _criteria, _declared, _sources, _others, _findings, _policy)
    return tuple(maker(voice) for maker in makers)


def _applicants(voice: Voice) -> Sheet:
    rows = []
    for case in voice.review.applicants:
        application, overall, score = case.application, case.overall, case.score
        if application is None:
            raise ValueError("an applicant without an application")
        counts = (
            (overall.met, overall.missed, overall.no_evidence, overall.no_rule) if overall else (None,) * 4
        )
        result = RESULTS[overall.result](voice.lang) if overall else voice.say("summary.awaiting")
        rows.append(
            (
                *_who(case),
                Cell(voice.level(application.target_level)),
                Cell(voice.level(case.person.level)),
                Cell(application.applied_on),
                Cell(result),
                Cell(voice.tell(overall.reason) if overall else None),
                *(Cell(count, "whole") for count in counts),
                Cell(score.points * 100 if score and score.points is not None else None, "wan"),
                Cell(score.coverage if score else None, "share"),
                Cell(score.rank_in_company if score else None, "whole"),
                Cell(score.of_company if score and score.rank_in_company is not None else None, "whole"),
                Cell(decision_label(case.preliminary, voice)),
            )
        )
    outcomes = tuple(label(voice.lang) for label in OUTCOMES.values())
    keys = ("target", "held", "applied_on", "result", "reason", *outcomes, "score", "coverage", "rank", "of")
    heads = tuple(key if key in outcomes else voice.say(f"sheet.{key}") for key in (*keys, "preliminary"))
    return Sheet(voice.say("sheet.applicants"), _who_heads(voice) + heads, tuple(rows), 2)


def _criteria(voice: Voice) -> Sheet:
    cases = (*voice.review.applicants, *voice.review.others)
    rows = tuple((*_who(case), *_verdict(verdict, voice)) for case in cases for verdict in case.verdicts)
    keys = (
        "level",
        "clause",
        "criterion",
        "unit_head",
        "value",
        "sense",
        "threshold",
        "margin",
        "verdict",
        "close",
    )
    heads = [voice.say(f"sheet.{key}") for key in keys]
    heads.append(voice.say("sheet.exact", currency=_currency(voice)))
    heads += [voice.say(f"sheet.{key}") for key in ("rows", "made_of", "reason")]
    return Sheet(voice.say("sheet.criteria"), _who_heads(voice) + tuple(heads), rows, 2)


def _verdict(verdict: Verdict, voice: Voice) -> tuple[Cell, ...]:
    fact = verdict.fact
    is_money = fact.unit is Unit.MONEY
    told = (voice.tell(note) for note in (verdict.reason, fact.remark) if note is not None)
    return (
        Cell(voice.level(verdict.level)),
        Cell(verdict.criterion),
        Cell(criterion_name(verdict, voice)),
        Cell(_unit(fact.unit, voice)),
        _figure(fact.unit, fact.value, voice, unbounded=fact.unbounded),
        Cell({Compare.AT_LEAST: "≥", Compare.BELOW: "<", Compare.PASSED: "="}[verdict.compare]),
        _figure(fact.unit, _asked(verdict), voice),
        _difference(fact.unit, verdict.margin),
        Cell(OUTCOMES[verdict.outcome](voice.lang)),
        Cell(voice.say("criteria.close") if verdict.close else None),
        Cell(fact.value if is_money else None, "money"),
        Cell(fact.rows, "whole"),
        Cell(quotient(fact, voice)),
        Cell(" ".join(text for text in dict.fromkeys(told) if text) or None),
    )


def _asked(verdict: Verdict) -> Fraction | None:
    return Fraction(1) if verdict.compare is Compare.PASSED else verdict.threshold


def _declared(voice: Voice) -> Sheet:
    rows = []
    for case in voice.review.applicants:
        for item in case.declared:
            agrees = (
                None
                if item.agrees is None
                else voice.say("declared.agrees" if item.agrees else "declared.differs")
            )
            rows.append(
                (
                    *_who(case),
                    Cell(indicator_label(item.indicator, voice.lang)),
                    Cell(_unit(item.unit, voice)),
                    _figure(item.unit, item.declared, voice),
                    _figure(item.unit, item.computed, voice),
                    _difference(item.unit, item.difference),
                    Cell(item.relative, "share"),
                    Cell(agrees),
                    *(
                        Cell(amount if item.unit is Unit.MONEY else None, "money")
                        for amount in (item.declared, item.computed)
                    ),
                )
            )
    keys = ("indicator", "unit_head", "declared_value", "computed", "difference", "relative", "agree")
    heads = [voice.say(f"sheet.{key}") for key in keys]
    heads += [
        voice.say(f"sheet.{key}", currency=_currency(voice)) for key in ("exact_declared", "exact_computed")
    ]
    return Sheet(voice.say("sheet.declared"), _who_heads(voice) + tuple(heads), tuple(rows), 2)


def _sources(voice: Voice) -> Sheet:
    rows = []
    for case in (*voice.review.applicants, *voice.review.others):
        who = _who(case)  # once: these are nearly all rows of the book
        for source in case.sources:
            amount = source.amount
            rows.append(
                (
                    *who,
                    Cell(indicator_label(source.indicator, voice.lang)),
                    Cell(source.id),
                    Cell(source.on),
                    Cell(source.customer),
                    Cell(None if amount is None else amount / WAN, "wan"),
                    Cell(amount, "money"),
                    Cell(voice.tell(source.note)),
                )
            )
    heads = (
        *(voice.say(f"sheet.{key}") for key in ("indicator", "source_id", "source_date", "customer")),
        voice.say("sheet.amount", unit=_wan(voice)),
        voice.say("sheet.exact", currency=_currency(voice)),
        voice.say("sheet.note"),
    )
    return Sheet(voice.say("sheet.sources"), _who_heads(voice) + heads, tuple(rows), 2)


def _others(voice: Voice) -> Sheet:
    rows = []
    for case in voice.review.others:
        standing = voice.say(f"others.{case.overall.result.value}") if case.overall else None
        facts = [(INDICATORS[name].unit, case.fact(name)) for name in OTHERS_SHOWN]
        sales = case.fact("sales")
        rows.append(
            (
                *_who(case),
                Cell(voice.level(case.person.level)),
                Cell(standing),
                Cell(voice.tell(case.overall.reason) if case.overall else None),
                *(
                    _figure(
                        unit, fact.value if fact else None, voice, unbounded=bool(fact and fact.unbounded)
                    )
                    for unit, fact in facts
                ),
                Cell(sales.value if sales else None, "money"),
            )
        )
    heads = [voice.say(f"sheet.{key}") for key in ("held", "standing", "reason")]
    for name in OTHERS_SHOWN:
        unit = _wan(voice) if INDICATORS[name].unit is Unit.MONEY else None
        label = indicator_label(name, voice.lang)
        heads.append(voice.say("sheet.with_unit", name=label, unit=unit) if unit else label)
    heads.append(voice.say("sheet.exact", currency=_currency(voice)))
    return Sheet(voice.say("sheet.others"), _who_heads(voice) + tuple(heads), tuple(rows), 2)


def _findings(voice: Voice) -> Sheet:
    lang = voice.lang
    rows = tuple(
        (
            Cell(SEVERITIES[finding.severity](lang)),
            Cell(finding.file),
            Cell(finding.sheet),
            Cell(finding.row, "whole"),
            Cell(finding.column),
            Cell(finding.value),
            Cell(finding.reason(lang)),
            Cell(finding.remedy(lang)),
            Cell(voice.say("sheet.aside_yes") if finding.set_aside else None),
        )
        for finding in voice.review.findings
    )
    keys = ("severity", "file", "tab", "row", "column", "content", "reason", "remedy", "aside")
    return Sheet(voice.say("sheet.findings"), tuple(voice.say(f"sheet.{key}") for key in keys), rows)


def _policy(voice: Voice) -> Sheet:
    rows = tuple(
        (Cell(sentence.clause), Cell(sentence.text(voice.lang))) for sentence in voice.review.policy_sentences
    )
    return Sheet(voice.say("sheet.policy"), (voice.say("sheet.clause"), voice.say("sheet.sentence")), rows)


def _who(case: Case) -> tuple[Cell, Cell]:
    return Cell(case.person.manager_id), Cell(case.person.name)


def _who_heads(voice: Voice) -> tuple[str, ...]:
    return voice.say("sheet.id"), voice.say("sheet.name")


def _wan(voice: Voice) -> str:
    currency = voice.figures.currency
    return f"万{currency.zh}" if voice.lang == "zh" else f"10,000 {currency.en}"


def _currency(voice: Voice) -> str:
    return voice.figures.currency(voice.lang)


def _unit(unit: Unit, voice: Voice) -> str | None:
    return _wan(voice) if unit is Unit.MONEY else voice.say(f"sheet.unit.{unit.value}")


def _figure(unit: Unit, value: Fraction | None, voice: Voice, *, unbounded: bool = False) -> Cell:
    if unbounded:
        return Cell(voice.say("figure.from_nothing"))
    if value is None:
        return Cell(None)
    if unit is Unit.MONEY:
        return Cell(value / WAN, "wan")
    if unit is Unit.DEGREE:
        return Cell(degree(value)(voice.lang))
    if unit is Unit.FLAG:
        return Cell(voice.say("figure.passed" if value else "figure.not_passed"))
    return Cell(value, _KINDS[unit])


def _difference(unit: Unit, value: Fraction | None) -> Cell:
    if value is None or unit in (Unit.DEGREE, Unit.FLAG):
        return Cell(None)
    return Cell(value / WAN, "wan") if unit is Unit.MONEY else Cell(value, _KINDS[unit])
