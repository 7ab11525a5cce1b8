"""What came of a replay, in the reader's language: a line for each thing that differs, and who made which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from cmreview.packets.archive.differences import Line
from cmreview.packets.archive.libraries import Library
from cmreview.packets.archive.replaying import Replayed
from cmreview.terms import INDICATORS, OUTCOMES, RESULTS, Outcome, Result
from cmreview.words import exists, say

_FRACTION = re.compile(r"-?\d+/\d+", re.ASCII)
_MOST_FILES = 12  # named one by one; a hundred alike tell no more


def told(found: Replayed, lang: str) -> Iterator[str]:
    """All that there is to say, the conclusion last."""
    yield _say("programs", lang, then=found.then, now=found.now)
    yield from _libraries(found, lang)
    if found.prints:
        yield _say("prints", lang, count=found.prints)
    for line in found.lines:
        yield line_told(line, found, lang)
    if found.files:
        names = found.files[:_MOST_FILES]
        more = len(found.files) - len(names)
        key = "files_and_more" if more else "files"
        listed = _between(lang).join(names)
        yield _say(key, lang, count=len(found.files), names=listed, more=more)
    yield _say(
        conclusion(found), lang, year=found.year, departments=found.departments, lines=len(found.lines)
    )


def conclusion(found: Replayed) -> str:
    """The words that say whether the year came out as it was."""
    if found.lines:
        return "differs"
    if not found.files:
        return "equal" if found.is_same_environment else "equal_elsewhere"
    return "other_bytes" if found.is_same_environment else "equal_results"


def line_told(line: Line, found: Replayed, lang: str) -> str:
    """One line: department, person, what, then and now, and which program says which."""
    return _say(
        "line",
        lang,
        whose=line.department if line.person is None else f"{line.department} · {line.person}",
        what=" ".join(_named(part, lang) for part in line.what) or _say("row", lang),
        then=_value(line.what, line.then, lang),
        by_then=found.then,
        now=_value(line.what, line.now, lang),
        by_now=found.now,
    )


def _libraries(found: Replayed, lang: str) -> Iterator[str]:
    for key, libraries in (("libraries", found.libraries), ("unlocked", found.unlocked)):
        if libraries:
            listed = _between(lang).join(_library(one) for one in libraries)
            yield _say(key, lang, count=len(libraries), names=listed)


def _library(one: Library) -> str:
    return f"{one.name} {one.then or '—'} → {one.now or '—'}"


def _named(part: str, lang: str) -> str:
    """What a part, an entry or a field is called; a clause or an id stays as it is."""
    if part in INDICATORS:
        return INDICATORS[part].label(lang)
    key = f"archive.what.{part}"
    return say(key, lang) if re.fullmatch(r"[a-z_]+", part) and exists(key) else part


def _value(what: tuple[str, ...], value: str | None, lang: str) -> str:
    """A value as people read it; what is not understood is shown as it is stored."""
    field = what[-1] if what else ""
    if value is None:
        return _say("nothing", lang)
    if field == "outcome" and value in tuple(Outcome):
        return OUTCOMES[Outcome(value)](lang)
    if field == "result" and value in tuple(Result):
        return RESULTS[Result(value)](lang)
    if field == "state":
        kind, _, reason = value.partition(": ")
        return _say(f"state.{kind}", lang, reason=reason)
    if value in ("true", "false"):
        return _say(value, lang)
    return _number(value) if _FRACTION.fullmatch(value) else value


def _number(value: str) -> str:
    """An exact fraction as a decimal where it is one, else as it is: no two numbers look alike."""
    numerator, denominator = map(int, value.split("/"))
    if denominator == 0:
        return value
    number = Fraction(numerator, denominator)
    for places in range(13):
        if (number * 10**places).denominator == 1:
            digits = f"{abs(number.numerator) * 10**places // number.denominator:0{places + 1}d}"
            whole, part = digits[: len(digits) - places], digits[len(digits) - places :]
            return ("-" if number < 0 else "") + whole + (f".{part}" if part else "")
    return value


def _between(lang: str) -> str:
    return "、" if lang == "zh" else ", "


def _say(key: str, lang: str, **values: object) -> str:
    return say(f"archive.replay.{key}", lang, **values)
