"""The company's bonuses and advice as a workbook for payroll and human resources (Policy 5.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cmreview.review.after.measures_recorded import agreed_bonuses
from cmreview.review.after.model import CLAUSES, BonusPool, Consequences, Measure, RecordedMeasure
from cmreview.review.model import Case, PolicySentence
from cmreview.review.told import Told
from cmreview.show.appendix_rows import Cell, Sheet
from cmreview.show.figures import Figures
from cmreview.show.voice import Voice
from cmreview.terms import OUTCOMES
from cmreview.words import say

_CLAUSES = "5.4."
_BASES = ("sales_growth", "sales_share")


@dataclass(frozen=True)
class Payroll:
    """What the workbook is made of; ``level`` names a level, ``rules`` are the policy's sentences.

    ``stopped`` are departments whose records must be put right first; ``earlier`` is the year whose policy
    the alternatives were worked out by, None without one.
    """

    cases: Sequence[Case]
    pool: BonusPool
    rules: Sequence[PolicySentence]
    year: int
    figures: Figures
    level: Callable[[str | None], str]
    stopped: frozenset[str] = frozenset()
    earlier: int | None = None

    @property
    def lang(self) -> str:
        """The reader's language."""
        return self.figures.lang

    def entry(self, key: str, **values: object) -> str:
        """The text ``payroll.<key>``."""
        return say(f"payroll.{key}", self.lang, unit=self.figures.currency(self.lang), **values)

    def tell(self, told: Told) -> str:
        """A sentence of the review."""
        return told.text(self.lang, self.figures.currency)


def payroll_sheets(payroll: Payroll) -> tuple[Sheet, ...]:
    """The sheets of the company's workbook: bonuses, advice, the budget, the rules, and what is beside them.

    Bonuses stand person by person with their arithmetic and a total that they add up to, to the fen. What
    nobody has decided yet is advice, and says so. Beside them stand what another year's policy would have
    said, and everybody for whom nothing was worked out, with the reason.
    """
    beside = (_alternatives(payroll), _left_out(payroll))
    found = tuple(sheet for sheet in beside if sheet is not None)
    return _bonuses(payroll), _advice(payroll), _pool(payroll), *found, _rules(payroll)


def department_sheets(voice: Voice) -> tuple[Sheet, ...]:
    """The same of one department's people, for the appendix of its packet; none where nobody is concerned."""
    review = voice.review
    pool = review.totals.bonuses
    cases = (*review.applicants, *review.others)
    if pool is None or all(case.consequences is None for case in cases):
        return ()
    payroll = Payroll(cases, pool, review.policy_sentences, review.year, voice.figures, voice.level)
    return _bonuses(payroll), _advice(payroll)


def _known(payroll: Payroll) -> list[tuple[Case, Consequences]]:
    known = [(case, case.consequences) for case in payroll.cases if case.consequences is not None]
    return sorted(known, key=lambda pair: (pair[0].person.department, pair[0].person.manager_id))


def _bonuses(payroll: Payroll) -> Sheet:
    keys: tuple[str, ...] = (
        "id",
        "name",
        "department",
        "level",
        "outcome",
        "growth",
        "by_growth",
        "share",
        "by_share",
    )
    keys += ("dropped", "reduction", "paid", "standing", "decided", "why")
    rows, total, agreed = [], Fraction(0), Fraction(0)
    for case, found in _known(payroll):
        bonus = found.bonus
        if bonus is None:
            continue
        decided = found.decision(Measure.BONUS)
        total += bonus.paid or 0
        amount = decided.amount if decided and decided.agreed else None
        agreed += amount or 0
        parts = {part.basis: part for part in bonus.parts}
        cells = [*_who(case, payroll), Cell(OUTCOMES[found.outcome](payroll.lang))]
        for basis in _BASES:
            part = parts.get(basis)
            cells += [
                Cell(part.figure if part else None, "share"),
                Cell(part.amount if part else None, "money"),
            ]
        # where nothing is computed nothing is dropped either: blank, and not zero
        less = (None, None) if bonus.computed is None else (bonus.dropped, bonus.reduction)
        cells += [Cell(amount, "money") for amount in (*less, bonus.paid)]
        told = (*(part.because for part in bonus.parts), bonus.because)
        cells += [
            Cell(say(f"consequences.standing.{bonus.standing.value}", payroll.lang)),
            Cell(amount, "money"),
            Cell(" ".join(dict.fromkeys(payroll.tell(one) for one in told))),
        ]
        rows.append(tuple(cells))
    sums = {
        "name": Cell(payroll.entry("total")),
        "paid": Cell(total, "money"),
        "decided": Cell(agreed, "money"),
    }
    rows.append(tuple(sums.get(key, Cell(None)) for key in keys))
    return Sheet(
        payroll.entry("sheet.bonuses"), tuple(payroll.entry(f"head.{key}") for key in keys), tuple(rows), 2
    )


def _advice(payroll: Payroll) -> Sheet:
    keys: tuple[str, ...] = (
        "id",
        "name",
        "department",
        "level",
        "outcome",
        "clause",
        "measure",
        "standing",
        "reason",
    )
    keys += ("decision", "decided_on", "decided_by")
    rows = []
    for case, found in _known(payroll):
        for advice in found.advice:
            decided = found.decision(advice.measure)
            rows.append(
                (
                    *_who(case, payroll),
                    Cell(OUTCOMES[found.outcome](payroll.lang)),
                    Cell(advice.clause),
                    Cell(say(f"measures.measure.{advice.measure.value}", payroll.lang)),
                    Cell(say(f"consequences.standing.{advice.standing.value}", payroll.lang)),
                    Cell(" ".join(payroll.tell(why) for why in advice.because) or None),
                    Cell(None if decided is None else payroll.entry(f"decision.{_word(decided)}")),
                    Cell(None if decided is None else decided.decided_on),
                    Cell(None if decided is None else decided.decided_by),
                )
            )
    return Sheet(
        payroll.entry("sheet.advice"), tuple(payroll.entry(f"head.{key}") for key in keys), tuple(rows), 2
    )


def _pool(payroll: Payroll) -> Sheet:
    pool = payroll.pool
    agreed = agreed_bonuses(payroll.cases, pool.budget)
    amounts: tuple[tuple[str, Fraction | None], ...] = (
        *(("budget", pool.budget), ("computed", pool.computed), ("paid", pool.paid), ("left", pool.left)),
        *(("decided", agreed.total), ("over", agreed.over)),
    )
    rows = [(Cell(payroll.entry(f"pool.{key}")), Cell(amount, "money")) for key, amount in amounts]
    counts = (("people", pool.people), ("unsettled", pool.unsettled), ("agreed", agreed.count))
    rows += [(Cell(payroll.entry(f"pool.{key}")), Cell(count, "whole")) for key, count in counts]
    capped = payroll.entry("pool.yes" if pool.is_capped else "pool.no")
    rows.append((Cell(payroll.entry("pool.capped")), Cell(capped)))
    if payroll.stopped:
        names = say("packet.comma", payroll.lang).join(sorted(payroll.stopped))
        rows.append((Cell(payroll.entry("pool.stopped")), Cell(names)))
    heads = (payroll.entry("head.item"), payroll.entry("head.amount"))
    return Sheet(payroll.entry("sheet.pool"), heads, tuple(rows))


def _alternatives(payroll: Payroll) -> Sheet | None:
    """What another year's policy would have said, by name and clause; None without such a policy."""
    if payroll.earlier is None:
        return None
    rows = [
        (
            *_who(case, payroll),
            Cell(CLAUSES[one.measure]),
            Cell(say(f"measures.measure.{one.measure.value}", payroll.lang)),
            Cell(payroll.tell(one.told)),
        )
        for case, found in _known(payroll)
        for one in found.alternatives
    ]
    keys = ("id", "name", "department", "level", "clause", "measure", "difference")
    if not rows:
        none = Cell(payroll.entry("no_difference", year=payroll.earlier))
        rows = [(*(Cell(None) for _ in keys[1:]), none)]
    heads = tuple(payroll.entry(f"head.{key}") for key in keys)
    return Sheet(payroll.entry("sheet.alternatives", year=payroll.earlier), heads, tuple(rows), 2)


def _left_out(payroll: Payroll) -> Sheet | None:
    """Everybody for whom nothing was worked out, with the reason: nobody is dropped in silence."""
    people = sorted(
        (case.person.department, case.person.manager_id, case)
        for case in payroll.cases
        if case.consequences is None
    )
    if not people:
        return None
    rows = tuple((*_who(case, payroll), Cell(_why_left_out(case, payroll))) for *_, case in people)
    heads = tuple(payroll.entry(f"head.{key}") for key in ("id", "name", "department", "level", "left_out"))
    return Sheet(payroll.entry("sheet.left_out"), heads, rows, 2)


def _why_left_out(case: Case, payroll: Payroll) -> str:
    person = case.person
    if person.department in payroll.stopped:
        return payroll.entry("left_out.stopped")
    if person.left_on is not None and person.left_on.year <= payroll.year:
        return payroll.entry("left_out.left", day=payroll.figures.day(person.left_on))
    return payroll.entry("left_out.not_there", year=payroll.year)


def _rules(payroll: Payroll) -> Sheet:
    rows = tuple(
        (Cell(rule.clause), Cell(rule.text(payroll.lang)))
        for rule in payroll.rules
        if rule.clause.startswith(_CLAUSES)
    )
    return Sheet(
        payroll.entry("sheet.rules"), (payroll.entry("head.clause"), payroll.entry("head.rule")), rows
    )


def _who(case: Case, payroll: Payroll) -> tuple[Cell, ...]:
    person = case.person
    return (
        Cell(person.manager_id),
        Cell(person.name),
        Cell(person.department),
        Cell(payroll.level(person.level)),
    )


def _word(decided: RecordedMeasure) -> str:
    return "agreed" if decided.agreed else "not_agreed"
