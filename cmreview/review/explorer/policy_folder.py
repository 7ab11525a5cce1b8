"""A changed policy as a policy folder: a year is added to each value that moved, all else stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from cmreview.errors import InputError
from cmreview.policy.keys import KEYS, MEASURES
from cmreview.policy.model import Parameter, Policy, Value
from cmreview.policy.values import BLANK
from cmreview.review.explorer.changes import Change, Part, changed, parameter_of
from cmreview.terms import DEGREES

_CRITERIA, _SCORING, _EDITION = "criteria.yaml", "scoring.yaml", "edition.yaml"
Keys = tuple[str, ...]


def as_policy_folder(
    files: Mapping[str, str], policy: Policy, changes: Iterable[Change], target: Path, year: int | None = None
) -> Policy:
    """Write the policy folder ``files`` (texts by name) with ``changes`` in force from ``year`` on.

    ``year`` is by default the one after the policy's. Earlier years are not touched, and comments stay;
    ``confirmed_through`` is raised to ``year`` where it ends before, so that ``cmreview policy --diff`` reads
    the proposal: adopting it is still the committee's to do. Returns the policy of ``year`` as it is read
    back. InputError for a year that is not after the policy's, for a value that can't be written, and where
    ``files`` are empty or ``target`` holds files already.
    """
    from cmreview.policy.load import load_policy

    year = policy.year + 1 if year is None else year
    if year <= policy.year:
        raise InputError("explorer_data.year_in_force", year=year, policy=policy.year)
    if not files:
        raise InputError("explorer_data.policy_text_missing")
    if target.exists() and any(target.iterdir()):
        raise InputError("explorer_data.folder_not_empty", folder=target.name)
    listed = tuple(changes)
    texts = dict(files)
    after = changed(policy, listed)
    for name, path, written in _entries(policy, after, listed):
        texts[name] = with_year(texts[name], path, year, written)
    if policy.confirmed_through is not None and policy.confirmed_through < year:
        texts[_EDITION] = _replaced(texts[_EDITION], ("confirmed_through",), str(year))
    target.mkdir(parents=True, exist_ok=True)
    for name, text in sorted(texts.items()):
        (target / name).write_text(text, encoding="utf-8", newline="\n")
    return load_policy(target, year)


def policy_files(folder: Path) -> dict[str, str]:
    """The texts of a policy folder by name, as ``prepare_explorer`` keeps them."""
    from cmreview.policy.files import FILES

    return {name: (folder / name).read_text(encoding="utf-8-sig") for name in FILES}


def with_year(text: str, path: Keys, year: int, written: str) -> str:
    """``text`` (YAML) with ``written`` for ``year`` added to the dated value at ``path``.

    A value that stands for that year already is replaced. KeyError where ``path`` leads nowhere.
    """
    import yaml

    node = _node(text, path)
    if not isinstance(node, yaml.MappingNode):
        raise KeyError(".".join(path))
    if str(year) in [key.value for key, _ in node.value]:
        return _replaced(text, (*path, str(year)), written)
    last_key, last = node.value[-1]
    end = _end(text, last)
    if node.flow_style:
        return f"{text[:end]}, {year}: {written}{text[end:]}"
    # behind what else stands in the line, which may be a comment on the value before
    end = len(text) if (line_end := text.find("\n", end)) < 0 else line_end
    return f"{text[:end]}\n{' ' * last_key.start_mark.column}{year}: {written}{text[end:]}"


def _entries(policy: Policy, after: Policy, changes: Iterable[Change]) -> list[tuple[str, Keys, str]]:
    """What is to be written: file, path of the dated value, and its text."""
    found: list[tuple[str, Keys, str]] = []
    levels: set[str] = set()
    for change in changes:
        parameter = parameter_of(after, change)
        if change.part is Part.PARAMETER:
            name = KEYS[change.key].file
            found.append((name, (change.key, "value"), _written(parameter, name)))
            continue
        criterion = after.criterion(change.key)
        if change.part is Part.THRESHOLD:
            path = (criterion.level, criterion.id, criterion.compare.value)
            found.append((_CRITERIA, path, _written(parameter, _CRITERIA)))
        elif change.part is Part.ZERO_AT:
            found.append((_SCORING, ("zero_at", "value", criterion.id), _written(parameter, _SCORING)))
        else:
            levels.add(criterion.level)
    for level in [each.id for each in policy.levels if each.id in levels]:
        weights = [
            f"{each.id}: {_written(each.weight, _SCORING)}"
            for each in after.criteria_for(level)
            if each.weight is not None
        ]
        found.append((_SCORING, ("weights", "value", level), f"{{{', '.join(weights)}}}"))
    return found


def _written(parameter: Parameter, file: str) -> str:
    """A value as the policy's files hold it, in the unit of the file."""
    value = parameter.value
    if value is None:
        return BLANK
    if isinstance(value, Decimal):
        return _number(value, parameter, file)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, str):
        return DEGREES[value].zh if parameter.unit == "degree" else value
    if all(isinstance(each, Decimal) for each in value):
        return f"[{', '.join(_number(each, parameter, file) for each in value if isinstance(each, Decimal))}]"
    if parameter.unit == "words" and all(isinstance(each, str) for each in value):
        return f"[{', '.join(str(each) for each in value)}]"
    raise _unwritable(parameter, value, file)


def _number(value: Decimal, parameter: Parameter, file: str) -> str:
    measure = MEASURES.get(parameter.unit)
    if measure is None:
        raise _unwritable(parameter, value, file)
    # the scales are powers of ten, so that the quotient is the number itself
    text = format((value / measure.scale).normalize(), "f")
    whole, _, places = text.lstrip("-").partition(".")
    if len(whole) > 13 or len(places) > 6 or (measure.whole and places):
        raise _unwritable(parameter, value, file)
    return text


def _unwritable(parameter: Parameter, value: Value, file: str) -> InputError:
    return InputError("explorer_data.not_writable", parameter=parameter.label, value=str(value), file=file)


def _replaced(text: str, path: Keys, written: str) -> str:
    node = _node(text, path)
    return text[: node.start_mark.index] + written + text[_end(text, node) :]


def _end(text: str, node: Any) -> int:
    """Where a node ends; the end of a block takes in blanks and comments after it, which are not its own."""
    import yaml

    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        return _end(text, node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        return _end(text, node.value[-1])
    end: int = node.end_mark.index
    return end


def _node(text: str, path: Keys) -> Any:
    """The node at ``path``; KeyError where there is none."""
    import yaml

    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    for key in path:
        entries = node.value if isinstance(node, yaml.MappingNode) else []
        found = [value for name, value in entries if name.value == key]
        if not found:
            raise KeyError(".".join(path))
        node = found[0]
    return node
