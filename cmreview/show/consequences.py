"""What follows from the year, as a part of a packet: advice, bonuses, goals, losses (Policy 5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cmreview.review.after.model import (
    Advice,
    Bonus,
    Consequences,
    RecordedMeasure,
    Standing,
)
from cmreview.review.model import Case
from cmreview.show.figures import NOTHING, indicator_label, number
from cmreview.show.html import Content, Html, breakable, element, join
from cmreview.show.tables import Head, listing, stacked, table
from cmreview.show.voice import Voice, outcome_mark
from cmreview.words import say

OPEN = (Standing.DUE, Standing.COMMITTEE)


def consequences(voice: Voice) -> Html:
    """All that follows for the department's people: advice until a named person decides (Policy 5.4)."""
    own = concerned(voice)
    if not own:
        return element("p", words("none", voice))
    parts = (_measures, _bonuses, _goals, _incidents, _alternatives)
    shown = (part(own, voice) for part in parts)
    return join((element("p", words("lead", voice)), *(one for one in shown if one)))


def concerned(voice: Voice) -> list[tuple[Case, Consequences]]:
    """Everybody for whom something was worked out, by id."""
    review = voice.review
    everybody = sorted((*review.applicants, *review.others), key=lambda case: case.person.manager_id)
    return [(case, case.consequences) for case in everybody if case.consequences is not None]


def words(key: str, voice: Voice, **values: object) -> str:
    """The text ``consequences_show.<key>``."""
    return say(f"consequences_show.{key}", voice.lang, **values)


def measure_words(advice: Advice, voice: Voice) -> str:
    """A measure with how far it follows: 警告与改进计划（建议）."""
    name = say(f"measures.measure.{advice.measure.value}", voice.lang)
    if advice.to_level is not None:
        name = words("to_level", voice, measure=name, level=voice.level(advice.to_level))
    standing = say(f"consequences.standing.{advice.standing.value}", voice.lang)
    return words("measure", voice, measure=name, standing=standing)


def open_measures(found: Consequences) -> Iterator[Advice]:
    """The measures that people have to decide on."""
    return (advice for advice in found.advice if advice.standing in OPEN)


def _measures(own: list[tuple[Case, Consequences]], voice: Voice) -> Html:
    heads = [
        Head(words("name", voice), width=17),
        Head(words("level", voice), width=8),
        Head(words("outcome", voice), width=10),
        Head(words("run", voice), True, width=9),
        Head(words("advice", voice), width=20),
        Head(words("why", voice), width=36),
    ]
    rows = [
        (
            breakable(voice.person(case)),
            voice.level(case.person.level),
            outcome_mark(found.outcome, voice.lang),
            voice.figures.count(found.streak.length),
            stacked(*(measure_words(advice, voice) for advice in open_measures(found))),
            _why(found, voice),
        )
        for case, found in own
    ]
    return table(words("caption", voice), heads, rows, class_="wide people consequences")


def _why(found: Consequences, voice: Voice) -> Content:
    told = [voice.tell(why) for advice in open_measures(found) for why in advice.because]
    told += [voice.tell(why) for why in found.streak.contradictions]
    told += [_decided(one, voice) for one in found.decided]
    return listing(dict.fromkeys(text for text in told if text))


def _decided(one: RecordedMeasure, voice: Voice) -> str:
    """What was decided, by whom and when, with all that it fixed to the fen; a reason where one was given."""
    what = say(f"measures.measure.{one.measure.value}", voice.lang)
    if one.amount is not None:
        unit = voice.figures.currency(voice.lang)
        what = words("decided.amount", voice, measure=what, amount=yuan(one.amount), unit=unit)
    if one.to_level is not None:
        what = words("to_level", voice, measure=what, level=voice.level(one.to_level))
    if one.effective_on is not None:
        what = words("decided.effective", voice, what=what, day=voice.figures.day(one.effective_on))
    key = "decided.agreed" if one.agreed else "decided.not_agreed"
    told = words(key, voice, what=what, day=voice.figures.day(one.decided_on), by=one.decided_by)
    return told if not one.reason else words("decided.because", voice, told=told, reason=one.reason)


def _bonuses(own: list[tuple[Case, Consequences]], voice: Voice) -> Html:
    paid = [(case, found.bonus) for case, found in own if found.bonus is not None]
    if not paid:
        return Html("")
    heads = [Head(words("name", voice), width=17)]
    heads += [Head(words(f"bonus.{key}", voice), True, width=10) for key in ("growth", "share")]
    heads += [Head(words(f"bonus.{key}", voice), True, width=9) for key in ("dropped", "reduction", "paid")]
    heads.append(Head(words("bonus.why", voice), width=36))
    rows = [
        (breakable(voice.person(case)), *_bonus_cells(bonus, voice))
        for case, bonus in paid
        if bonus.standing is not Standing.NOT_DUE
    ]
    total = sum((bonus.paid for _, bonus in paid if bonus.paid is not None), start=Fraction(0))
    foot = (words("bonus.sum", voice), None, None, None, None, yuan(total), _pool(voice))
    heading = element("h3", words("bonus.heading", voice))
    if not rows:
        return join((heading, element("p", words("bonus.nobody", voice))))
    shown = table(
        words("bonus.caption", voice, unit=voice.figures.currency(voice.lang)), heads, rows, foot=foot
    )
    return join((heading, shown))


def _bonus_cells(bonus: Bonus, voice: Voice) -> tuple[Content, ...]:
    amounts = {part.basis: part.amount for part in bonus.parts}
    return (
        yuan(amounts.get("sales_growth")),
        yuan(amounts.get("sales_share")),
        yuan(bonus.dropped or None),
        yuan(bonus.reduction or None),
        yuan(bonus.paid),
        stacked(
            *(voice.tell(part.because) for part in bonus.parts),
            voice.tell(bonus.because),
        ),
    )


def yuan(amount: Fraction | None) -> str:
    """An amount to the fen, without its unit; a dash where there is none."""
    return NOTHING if amount is None else number(amount, 2)


def _pool(voice: Voice) -> str | None:
    pool = voice.review.totals.bonuses
    if pool is None:
        return None
    key = "pool.no_budget" if pool.budget is None else "pool.capped" if pool.is_capped else "pool.within"
    return words(
        key,
        voice,
        paid=voice.figures.money(pool.paid),
        computed=voice.figures.money(pool.computed),
        budget=voice.figures.money(pool.budget),
        unsettled=voice.figures.counted("people", pool.unsettled),
    )


def _goals(own: list[tuple[Case, Consequences]], voice: Voice) -> Html:
    rows = [
        (
            breakable(voice.person(case)),
            goal.criterion,
            indicator_label(goal.indicator, voice.lang),
            voice.tell(goal.told),
        )
        for case, found in own
        for advice in open_measures(found)
        for goal in advice.goals
    ]
    if not rows:
        return Html("")
    heads = [
        Head(words(f"goals.{key}", voice), width=width)
        for key, width in (("name", 20), ("clause", 10), ("criterion", 22), ("goal", 48))
    ]
    months = next(advice.months for _, found in own for advice in open_measures(found) if advice.goals)
    term = words("goals.open", voice) if months is None else words("goals.months", voice, months=months)
    return join(
        (
            element("h3", words("goals.heading", voice)),
            element("p", term),
            table(words("goals.caption", voice), heads, rows),
        )
    )


def _incidents(own: list[tuple[Case, Consequences]], voice: Voice) -> Html:
    rows = [
        (
            breakable(voice.person(case)),
            voice.figures.short_day(one.happened_on),
            one.description,
            voice.figures.money(one.loss),
            None if one.severity is None else words(f"incidents.severity.{one.severity}", voice),
            one.proposed_discipline,
            outcome_words(one.is_major.value, voice),
        )
        for case, found in own
        for one in found.incidents
    ]
    if not rows:
        return Html("")
    keys = (
        ("name", 17),
        ("day", 10),
        ("what", 24),
        ("loss", 11),
        ("grade", 8),
        ("proposed", 18),
        ("major", 12),
    )
    heads = [Head(words(f"incidents.{key}", voice), key == "loss", width=width) for key, width in keys]
    note = element("p", words("incidents.note", voice), class_="note")
    return join(
        (
            element("h3", words("incidents.heading", voice)),
            table(words("incidents.caption", voice), heads, rows),
            note,
        )
    )


def outcome_words(outcome: str, voice: Voice) -> str:
    """Whether a loss is major, in words."""
    return words(f"incidents.is_major.{outcome}", voice)


def _alternatives(own: list[tuple[Case, Consequences]], voice: Voice) -> Html:
    lines: list[Content] = [
        words(
            "alternative",
            voice,
            person=voice.person(case),
            measure=say(f"measures.measure.{one.measure.value}", voice.lang),
            told=voice.tell(one.told),
        )
        for case, found in own
        for one in found.alternatives
    ]
    if not lines:
        return Html("")
    return join((element("h3", words("alternatives", voice)), listing(lines)))
