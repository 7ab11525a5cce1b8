"""A year's policy in plain sentences: what its owner checks before release, and a packet prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cmreview.policy.clauses import clause_order
from cmreview.policy.model import Criterion, Group, Parameter, Policy
from cmreview.policy.wording import in_words, indicator_name, threshold_in_words
from cmreview.terms import INDICATORS
from cmreview.words import say

# What the policy and its readings fix without a parameter, by clause.
FIXED = (
    "1.1", "1.2", "1.3.a", "1.3.b", "4.1", "4.2",
    "5.1.a", "5.1.b", "5.1.c", "5.1.d", "5.1.e", "5.1.f", "5.2",
)  # fmt: skip


class Sentence(NamedTuple):
    """One sentence of the policy, under its clause."""

    clause: str
    text: str


def sentences(policy: Policy, lang: str = "zh") -> list[Sentence]:
    """The whole policy of its year, a sentence or more for each clause, in the order of the clauses.

    Both languages give the same number of sentences in the same order.
    """
    order = clause_order()
    told = [*_fixed(policy, lang), *_levels(policy, lang), *_criteria(policy, lang)]
    told += [*_scoring(policy, lang), *_parameters(policy, lang)]
    # sorted keeps the order within a clause: what is fixed first, then what is chosen
    return sorted(told, key=lambda one: order.get(one.clause, len(order)))


def heading(policy: Policy, lang: str = "zh") -> str:
    """Whose policy, of which year, in which edition, confirmed how far."""
    return say(
        "policy.heading",
        lang,
        company=policy.company(lang),
        year=policy.year,
        edition=policy.edition,
        confirmed=policy.confirmed_through or policy.year,
    )


def status_sentence(policy: Policy, lang: str = "zh") -> str:
    """How the rules were made and made known, or that this is not recorded (制度状态)."""
    status = policy.status
    if status.adopted_on is None or status.procedure is None or status.publicised_on is None:
        return say("policy.status.unknown", lang)
    return say(
        "policy.status.known",
        lang,
        adopted=status.adopted_on.isoformat(),
        procedure=status.procedure(lang),
        publicised=status.publicised_on.isoformat(),
    )


def _fixed(policy: Policy, lang: str) -> Iterator[Sentence]:
    for clause in FIXED:
        key = f"policy.fixed.c{clause.replace('.', '_')}"  # a bare 5_2 would be a number in YAML
        yield Sentence(clause, say(key, lang, company=policy.company(lang), year=policy.year))


def _levels(policy: Policy, lang: str) -> Iterator[Sentence]:
    names = say("policy.word_joint", lang).join(level.label(lang) for level in policy.levels)
    yield Sentence("2", say("policy.levels", lang, levels=names, count=len(policy.levels)))


def _criteria(policy: Policy, lang: str) -> Iterator[Sentence]:
    for level in policy.levels:
        for criterion in policy.criteria_for(level.id):
            yield Sentence(criterion.id, criterion_sentence(policy, criterion, lang))


def criterion_sentence(policy: Policy, criterion: Criterion, lang: str = "zh") -> str:
    """One criterion as a sentence; a blank says that it is one (Policy 1.3.a)."""
    level = policy.level(criterion.level).label(lang)
    if criterion.threshold is not None and criterion.threshold.value is None:
        return say("policy.requires.blank", lang, level=level, indicator=indicator_name(criterion, lang))
    name = criterion.indicator if criterion.indicator in INDICATORS else "other"
    return say(
        f"policy.requires.{name}",
        lang,
        level=level,
        indicator=indicator_name(criterion, lang),
        threshold=threshold_in_words(criterion, lang, policy.currency),
        over="" if criterion.over_level is None else policy.level(criterion.over_level).label(lang),
    )


def _scoring(policy: Policy, lang: str) -> Iterator[Sentence]:
    """Weights and zero values, a sentence a level (Policy 1.3.b)."""
    for level in policy.levels:
        scored = policy.criteria_for(level.id, Group.PERFORMANCE)
        for name in ("weight", "zero_at"):
            listed = _listed(policy, scored, name, lang)
            if listed:
                text = say(f"policy.says.{name}", lang, level=level.label(lang), listed=listed)
                yield Sentence("1.3.b", text)


def _listed(policy: Policy, scored: tuple[Criterion, ...], name: str, lang: str) -> str:
    parts = []
    for criterion in scored:
        parameter: Parameter | None = getattr(criterion, name)
        if parameter is not None:
            value = in_words(parameter, lang, policy.currency)
            parts.append(say("policy.named", lang, name=indicator_name(criterion, lang), value=value))
    return say("policy.word_joint", lang).join(parts)


def _parameters(policy: Policy, lang: str) -> Iterator[Sentence]:
    for parameter in policy.parameters.values():
        yield Sentence(parameter.clause, parameter_sentence(policy, parameter, lang))


def parameter_sentence(policy: Policy, parameter: Parameter, lang: str = "zh") -> str:
    """One parameter outside the criteria as a sentence."""
    if parameter.value is None:
        return say("policy.says.blank", lang, label=parameter.label(lang))
    value = in_words(parameter, lang, policy.currency)
    return say(f"policy.says.{parameter.key}", lang, value=value)
