"""Values of the policy as people write and read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from cmreview.policy.keys import KEYS, MEASURES, Form
from cmreview.policy.model import Criterion, Parameter, ScoreItem, Value
from cmreview.terms import DEGREES, INDICATORS
from cmreview.words import exists, say

YUAN = "CNY"
_TEN_THOUSAND = Decimal(10_000)


def plain(number: Decimal) -> str:
    """A number without exponent or trailing zeros: ``Decimal("1.50")`` -> ``1.5``."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(number: Decimal) -> str:
    """The same with thousands separators: ``1,000,000``."""
    return f"{Decimal(plain(number)):,}"


def as_written(parameter: Parameter, value: Value | Decimal = None) -> str:
    """A value in the unit of the file, the same in every language: ``300`` for three million yuan.

    Without ``value`` the parameter's own; a blank is ``X``.
    """
    value = parameter.value if value is None else value
    if value is None:
        return "X"
    if isinstance(value, Decimal):
        measure = MEASURES.get(parameter.unit)
        return plain(value / measure.scale if measure else value)
    if isinstance(value, str):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return ", ".join(_item_as_written(parameter, item) for item in value)


def _item_as_written(parameter: Parameter, item: Value | ScoreItem) -> str:
    if isinstance(item, ScoreItem):
        return f"{item.id}: {plain(item.weight * 100)}"
    if isinstance(item, tuple):  # a step of a scale: percent, then units of 10 000 yuan
        share, amount = (number for number in item if isinstance(number, Decimal))
        return f"{plain(share * 100)}: {plain(amount / _TEN_THOUSAND)}"
    return as_written(parameter, item)


def in_words(parameter: Parameter, lang: str, currency: str = YUAN) -> str:
    """A value with its unit, for people: ``100 万元``, ``15%``, ``3 年``; a blank is told as one."""
    value = parameter.value
    if value is None:
        return say("policy.blank_value", lang)
    key = KEYS.get(parameter.key)
    if isinstance(value, str):
        return DEGREES[value](lang) if parameter.unit == "degree" else _choice(parameter, value, lang)
    if isinstance(value, Decimal):
        return number_in_words(value, parameter.unit, lang, currency)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if key is not None and key.form is Form.ITEMS:
        items = (item for item in value if isinstance(item, ScoreItem))
        return say("policy.word_joint", lang).join(
            say("policy.named", lang, name=item.label(lang), value=f"{plain(item.weight * 100)}%")
            for item in items
        )
    if key is not None and key.form is Form.WINDOW:
        first, last = (_day(str(day), lang) for day in value)
        return say("policy.days_from_to", lang, first=first, last=last)
    if key is not None and key.form in (Form.PAIR, Form.TWO):
        lowest, highest = (
            number_in_words(item, parameter.unit, lang, currency)
            for item in value
            if isinstance(item, Decimal)
        )
        joined = "policy.from_to" if key.form is Form.PAIR else "policy.both"
        return say(joined, lang, first=lowest, last=highest)
    if key is not None and key.form is Form.SHARES:
        shares = (item for item in value if isinstance(item, Decimal))
        return say("policy.word_joint", lang).join(
            number_in_words(item, parameter.unit, lang, currency) for item in shares
        )
    if key is not None and key.form is Form.TIERS:
        steps = (_step(step, lang, currency) for step in value if isinstance(step, tuple))
        return say("policy.step_joint", lang).join(steps)
    return say("policy.word_joint", lang).join(_choice(parameter, str(word), lang) for word in value)


def threshold_in_words(criterion: Criterion, lang: str, currency: str = YUAN) -> str:
    """A criterion's threshold with its comparison: ``不低于 100 万元``, ``低于 5%``."""
    threshold = criterion.threshold
    if threshold is None:
        return say("policy.compare.passed", lang)
    value = in_words(threshold, lang, currency)
    if threshold.unit == "degree" and threshold.value is not None:
        return say("policy.degree", lang, value=value)
    if isinstance(threshold.value, Decimal) and exists(f"policy.counted.{criterion.indicator}"):
        value = say(f"policy.counted.{criterion.indicator}", lang, number=plain(threshold.value))
    return say(f"policy.compare.{criterion.compare}", lang, value=value)


def indicator_name(criterion: Criterion, lang: str) -> str:
    """The indicator's name; of one that nobody measures, the label or name in the file."""
    indicator = INDICATORS.get(criterion.indicator)
    if indicator is not None:
        return indicator.label(lang)
    return criterion.threshold.label(lang) if criterion.threshold else criterion.indicator


def number_in_words(number: Decimal, unit: str, lang: str, currency: str = YUAN) -> str:
    """A number in the unit inside, told in the unit of people."""
    if unit in ("yuan", "wan_yuan"):
        return _money(number, lang, currency)
    if unit == "percent":
        return f"{plain(number * 100)}%"
    if unit == "times":
        return f"{plain(number * 100)}%"
    if unit in ("fraction", "count"):
        return plain(number)
    amount = "one" if number == 1 else "many"
    return say(f"policy.unit.{unit}.{amount}", lang, number=plain(number))


def _money(yuan: Decimal, lang: str, currency: str) -> str:
    if currency != YUAN:
        return f"{currency} {grouped(yuan)}"
    if lang == "zh" and abs(yuan) >= _TEN_THOUSAND:
        return say("policy.unit.wan_yuan", lang, number=grouped(yuan / _TEN_THOUSAND))
    return say("policy.unit.yuan", lang, number=grouped(yuan))


def _step(step: tuple[object, ...], lang: str, currency: str) -> str:
    share, amount = (item for item in step if isinstance(item, Decimal))
    return say("policy.step", lang, share=f"{plain(share * 100)}%", amount=_money(amount, lang, currency))


def _choice(parameter: Parameter, word: str, lang: str) -> str:
    return say(f"policy.choice.{parameter.key}.{word}", lang)


def _day(text: str, lang: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else text
