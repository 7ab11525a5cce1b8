"""Values of the policy as somebody types them, in the unit of its files, read exactly and back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from cmreview.errors import InputError
from cmreview.explore.entries import plain
from cmreview.policy.keys import KEYS, MEASURES, Form
from cmreview.policy.model import Parameter, Policy, Value
from cmreview.review.explorer.changes import Change, Part, parameter_of
from cmreview.review.explorer.verdict_column import defining_values
from cmreview.terms import DEGREES

_NUMBER = re.compile(r"-?[0-9]{1,12}([.][0-9]{1,6})?")
_DEGREE = "degree"


@dataclass(frozen=True, slots=True)
class Tried:
    """One value that can be tried out: where it stands, and its parameter in the policy in force.

    ``recounts`` says that the figures themselves are counted anew, which takes longer. ``words`` are the
    choices where it is a word and no number.
    """

    part: Part
    key: str
    parameter: Parameter
    recounts: bool
    words: tuple[str, ...]

    @property
    def is_number(self) -> bool:
        """Whether a number is typed."""
        return not self.words


def tried_values(policy: Policy) -> tuple[Tried, ...]:
    """Every value that the results follow from, in the order of the policy (Policy 3, 5.1, 1.3.b).

    The lines of the panel and of the combined score are not among them: they move no result, and what the
    committee decides is not tried out.
    """
    found = []
    for part in (Part.THRESHOLD, Part.WEIGHT, Part.ZERO_AT):
        for criterion in policy.criteria:
            parameter: Parameter | None = getattr(criterion, part.value)
            if parameter is not None:
                words = tuple(DEGREES) if parameter.unit == _DEGREE else ()
                found.append(Tried(part, criterion.id, parameter, False, words))
    counted = defining_values(policy)
    for key in sorted(policy.parameters):
        known = KEYS.get(key)
        is_used = key in counted or key in ("score_cap", "leave_treatment", "min_answers")
        if known is not None and is_used and known.form in (Form.NUMBER, Form.WORD):
            found.append(Tried(Part.PARAMETER, key, policy.parameters[key], key in counted, known.words))
    return tuple(found)


def written(parameter: Parameter, value: Value) -> str:
    """A value as it is typed: in the unit of the file, a blank still X as nothing.

    >>> from cmreview.terms import Label
    >>> share = Parameter("p", "3.2.P3", "percent", Decimal("0.15"), 2021, Label("", ""), Label("", ""))
    >>> written(share, share.value), written(share, None)
    ('15', '')
    """
    if value is None:
        return ""
    if isinstance(value, Decimal):
        shown = value / MEASURES[parameter.unit].scale
        return f"{shown.normalize():f}"
    return str(value)


def change_of(tried: Tried, typed: str) -> Change | None:
    """The change that ``typed`` makes; None where it is the value in force. Blank leaves the value open.

    InputError for something else than a number of the unit.
    """
    text = plain(typed).replace(",", "")
    value: Value
    if tried.words:
        value = text or None
    elif not text:
        value = None
    else:
        measure = MEASURES[tried.parameter.unit]
        if not _NUMBER.fullmatch(text) or (measure.whole and Decimal(text) != int(Decimal(text))):
            raise InputError("explorer.not_a_number", parameter=tried.parameter.label, typed=typed[:40])
        value = Decimal(text) * measure.scale
        _check_bounds(tried, value, typed)
    return None if value == tried.parameter.value else Change(tried.part, tried.key, value)


def _check_bounds(tried: Tried, value: Decimal, typed: str) -> None:
    known = KEYS.get(tried.key) if tried.part is Part.PARAMETER else None
    lowest = Decimal(0) if known is None else known.lowest
    highest = None if known is None else known.highest
    if tried.part is Part.WEIGHT:
        highest = Decimal(1)
    is_low = lowest is not None and value < lowest and tried.part is not Part.ZERO_AT
    if is_low or (highest is not None and value > highest):
        raise InputError("explorer.out_of_bounds", parameter=tried.parameter.label, typed=typed[:40])


def described(policy: Policy, change: Change) -> tuple[Parameter, str, str]:
    """What a change touches: its parameter, and the values before and after as typed."""
    parameter = parameter_of(policy, change)
    return parameter, written(parameter, parameter.value), written(parameter, change.value)
