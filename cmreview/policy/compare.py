"""What changed between two years' policies, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cmreview.policy.clauses import clause_order
from cmreview.policy.model import Compare, Criterion, Parameter, Policy
from cmreview.policy.sentences import Sentence, criterion_sentence
from cmreview.policy.wording import in_words, indicator_name, threshold_in_words
from cmreview.terms import DEGREES
from cmreview.words import say


def diff(old: Policy, new: Policy, lang: str = "zh") -> list[Sentence]:
    """A sentence for each thing that the newer policy says otherwise, in the order of the clauses.

    Levels, criteria (with the direction: stricter or easier), weights, values that score nothing and
    every reading. Empty where both say the same. Labels and comments do not count.
    """
    order = clause_order()
    told = [*_levels(old, new, lang), *_criteria(old, new, lang), *_parameters(old, new, lang)]
    return sorted(told, key=lambda one: order.get(one.clause, len(order)))


def _levels(old: Policy, new: Policy, lang: str) -> Iterator[Sentence]:
    before, after = ([level.id for level in policy.levels] for policy in (old, new))
    if before == after:
        return
    joint = say("policy.word_joint", lang)
    names = [joint.join(level.label(lang) for level in policy.levels) for policy in (old, new)]
    yield Sentence("2", say("policy.diff.levels", lang, old=names[0], new=names[1]))


def _criteria(old: Policy, new: Policy, lang: str) -> Iterator[Sentence]:
    before = {criterion.id: criterion for criterion in old.criteria}
    after = {criterion.id: criterion for criterion in new.criteria}
    for criterion_id in dict.fromkeys([*before, *after]):
        if criterion_id not in after:
            gone = criterion_sentence(old, before[criterion_id], lang)
            yield Sentence(criterion_id, say("policy.diff.removed", lang, what=gone))
        elif criterion_id not in before:
            come = criterion_sentence(new, after[criterion_id], lang)
            yield Sentence(criterion_id, say("policy.diff.added", lang, what=come))
        else:
            yield from _criterion(old, new, before[criterion_id], after[criterion_id], lang)


def _criterion(
    old: Policy, new: Policy, before: Criterion, after: Criterion, lang: str
) -> Iterator[Sentence]:
    """Threshold, weight and zero value of one criterion that both years know."""
    level = new.level(after.level).label(lang)
    name = say("policy.diff.name", lang, level=level, indicator=indicator_name(after, lang))
    if _rule(before) != _rule(after):
        told = (criterion_sentence(old, before, lang), criterion_sentence(new, after, lang))
        yield Sentence(after.id, say("policy.diff.rewritten", lang, old=told[0], new=told[1]))
    elif _value(before.threshold) != _value(after.threshold):
        yield Sentence(
            after.id,
            say(
                f"policy.diff.{_direction(before, after)}",
                lang,
                what=name,
                old=threshold_in_words(before, lang, old.currency),
                new=threshold_in_words(after, lang, new.currency),
            ),
        )
    for part in ("weight", "zero_at"):
        was: Parameter | None = getattr(before, part)
        now: Parameter | None = getattr(after, part)
        if was is None or now is None or was.value == now.value:
            continue
        what = say("policy.diff.part", lang, name=name, part=now.label(lang))
        yield _changed(old, new, was, now, what, lang)


def _rule(criterion: Criterion) -> tuple[object, ...]:
    return (criterion.level, criterion.indicator, criterion.compare, criterion.over_level)


def _value(parameter: Parameter | None) -> object:
    return None if parameter is None else parameter.value


def _direction(before: Criterion, after: Criterion) -> str:
    """Whether the newer threshold asks more; a blank on either side has no direction."""
    was, now = _value(before.threshold), _value(after.threshold)
    if isinstance(was, str) and isinstance(now, str):
        was, now = (Decimal(list(DEGREES).index(degree)) for degree in (was, now))
    if not isinstance(was, Decimal) or not isinstance(now, Decimal):
        return "changed"
    asks_more = now < was if after.compare is Compare.BELOW else now > was
    return "stricter" if asks_more else "easier"


def _parameters(old: Policy, new: Policy, lang: str) -> Iterator[Sentence]:
    for key, now in new.parameters.items():
        was = old.parameters[key]
        if key == "application_window" and _without_year(was, old.year) == _without_year(now, new.year):
            continue  # the same days of another year
        if was.value != now.value:
            yield _changed(old, new, was, now, now.label(lang), lang)


def _without_year(parameter: Parameter, year: int) -> object:
    if not isinstance(parameter.value, tuple):
        return parameter.value
    return tuple((int(str(day)[:4]) - year, str(day)[4:]) for day in parameter.value)


def _changed(old: Policy, new: Policy, was: Parameter, now: Parameter, what: str, lang: str) -> Sentence:
    before, after = in_words(was, lang, old.currency), in_words(now, lang, new.currency)
    return Sentence(now.clause, say("policy.diff.changed", lang, what=what, old=before, new=after))
