"""criteria.yaml and scoring.yaml over the years: criteria, their weights, and what scores nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmreview.findings import Finding
from cmreview.policy.dated import DatedValue, in_force, read_years, value_fault, wrong_unit
from cmreview.policy.faults import fault, unknown
from cmreview.policy.keys import CRITERION_UNITS, Form
from cmreview.policy.model import Compare, Criterion, Group, Parameter, Place
from cmreview.policy.values import Fault, read
from cmreview.strict_yaml import Document, NodePath
from cmreview.terms import INDICATORS, Unit

if TYPE_CHECKING:
    from cmreview.policy.files import CriterionEntry, WeightsEntry, ZeroEntry

# Indicators that speak of a level: its tenure or its exam.
OVER_A_LEVEL = ("level_years", "new_customer_growth", "exam")


@dataclass(frozen=True)
class Rule:
    """One criterion with all its years."""

    id: str
    level: str
    entry: CriterionEntry
    compare: Compare
    threshold: DatedValue | None
    place: Place

    @property
    def group(self) -> Group:
        """Qualification or performance, as the id says."""
        return Group.QUALIFICATION if ".Q" in self.id else Group.PERFORMANCE

    @property
    def is_scored(self) -> bool:
        """Whether it counts in the performance score (Policy 1.3.b): it has a value to attain."""
        return self.group is Group.PERFORMANCE and self.compare is not Compare.PASSED

    def at(self, year: int, found: list[Finding], scoring: Scoring) -> Criterion:
        """The criterion in a year."""
        return Criterion(
            id=self.id,
            level=self.level,
            group=self.group,
            indicator=self.entry.indicator,
            compare=self.compare,
            threshold=self.threshold.at(year, found) if self.threshold else None,
            over_level=self.entry.over_level,
            weight=scoring.weight(self, year, found) if self.is_scored else None,
            zero_at=scoring.zero_at[self.id].at(year, found) if self.is_scored else None,
            place=self.place,
        )


@dataclass(frozen=True)
class Scoring:
    """Weights and zero values of all criteria and years (Policy 1.3.b)."""

    document: Document
    weights: WeightsEntry
    zero_at: Mapping[str, DatedValue]

    def weight(self, rule: Rule, year: int, found: list[Finding]) -> Parameter | None:
        """One criterion's weight in a year, a fraction of one; a finding and None where it has none."""
        path: NodePath = ("weights", "value", rule.level)
        by_year = self.weights.value.get(rule.level, {})
        since = in_force(by_year, year)
        if since is None or rule.id not in by_year[since]:
            where = path if since is None else (*path, str(since))
            details = {"criterion": rule.id, "year": str(year)}
            found.append(fault(self.document, where, "policy.no_weight", None, details))
            return None
        # read once before (read_scoring), so it can be read
        value = read(by_year[since][rule.id], Form.NUMBER, "percent")(year)
        return Parameter(
            key=f"{rule.id}.weight",
            clause=self.weights.clause,
            unit=self.weights.unit,
            value=value,
            since=since,
            label=self.weights.label.label,
            choose=self.weights.choose.label,
            place=Place(self.document.file, self.document.line((*path, str(since), rule.id))),
        )


def read_criteria(
    document: Document,
    content: Mapping[str, Mapping[str, CriterionEntry]],
    levels: tuple[str, ...] | None,
    found: list[Finding],
) -> tuple[Rule, ...]:
    """Every criterion of criteria.yaml, in the order of the file; ``levels`` None are not known."""
    rules: dict[str, Rule] = {}
    for level, entries in content.items():
        if levels is not None and level not in levels:
            found.append(unknown(document, (level,), "policy.unknown_level_name", level, levels))
        for criterion_id, entry in entries.items():
            if criterion_id in rules:
                found.append(
                    fault(document, (level, criterion_id), "policy.repeated_criterion", criterion_id)
                )
            rules[criterion_id] = _rule(document, level, criterion_id, entry, levels, found)
    return tuple(rules.values())


def _rule(
    document: Document,
    level: str,
    criterion_id: str,
    entry: CriterionEntry,
    levels: tuple[str, ...] | None,
    found: list[Finding],
) -> Rule:
    path: NodePath = (level, criterion_id)
    given = [compare for compare in Compare if getattr(entry, compare) is not None]
    indicator = INDICATORS.get(entry.indicator)
    is_flag = indicator is not None and indicator.unit is Unit.FLAG
    if indicator is None:
        where = (*path, "indicator")
        found.append(unknown(document, where, "policy.no_indicator", entry.indicator, INDICATORS))
    if len(given) != 1 or (indicator and is_flag != (given == [Compare.PASSED])):
        code = "policy.must_be_passed" if is_flag else "policy.one_comparison"
        found.append(fault(document, path, code))
    compare = given[0] if given else Compare.PASSED
    if indicator and (entry.indicator in OVER_A_LEVEL) != (entry.over_level is not None):
        code = "policy.over_level_missing" if entry.over_level is None else "policy.over_level_idle"
        found.append(fault(document, path, code, None, {"indicator": entry.indicator}))
    if entry.over_level is not None and levels is not None and entry.over_level not in levels:
        where = (*path, "over_level")
        found.append(unknown(document, where, "policy.unknown_level_name", entry.over_level, levels))
    threshold = None
    if compare is not Compare.PASSED:
        threshold = _threshold(document, (*path, compare.value), criterion_id, entry, found)
    return Rule(criterion_id, level, entry, compare, threshold, Place(document.file, document.line(path)))


def _threshold(
    document: Document, path: NodePath, criterion_id: str, entry: CriterionEntry, found: list[Finding]
) -> DatedValue | None:
    missing = [name for name in ("label", "unit", "choose") if getattr(entry, name) is None]
    found.extend(fault(document, path[:-1], "policy.missing_key", None, {"name": name}) for name in missing)
    if entry.label is None or entry.unit is None or entry.choose is None:
        return None
    indicator = INDICATORS.get(entry.indicator)
    if indicator is None:
        return None  # told already; without it nobody knows the units
    units = CRITERION_UNITS[indicator.unit]
    if entry.unit not in units:
        found.append(wrong_unit(document, (*path[:-1], "unit"), entry.unit, units))
        return None
    years = entry.at_least or entry.below or {}
    form = None if entry.unit == "degree" else Form.NUMBER
    readings = read_years(document, path, years, found, form=form, unit=entry.unit)
    return DatedValue(
        criterion_id, criterion_id, entry.unit, entry.label, entry.choose, document, path, readings
    )


def read_scoring(
    document: Document,
    weights: WeightsEntry,
    zero_at: ZeroEntry,
    rules: tuple[Rule, ...] | None,
    found: list[Finding],
) -> Scoring:
    """Weights and zero values of scoring.yaml, held against the criteria.

    ``rules`` None: criteria.yaml is at fault itself, so that only the weights' own numbers are read.
    """
    for path, raw in _weights(weights):
        try:
            read(raw, Form.NUMBER, weights.unit)
        except Fault as reason:
            found.append(value_fault(document, path, reason))
    if rules is None:
        return Scoring(document, weights, {})
    scored = {rule.id: rule for rule in rules if rule.is_scored}
    _hold_names_against(scored, document, weights, zero_at, found)
    zeros = {
        criterion_id: _zero(document, zero_at, criterion_id, rule.threshold.unit, found)
        for criterion_id, rule in scored.items()
        if criterion_id in zero_at.value and rule.threshold is not None
    }
    return Scoring(document, weights, zeros)


def _weights(weights: WeightsEntry) -> Iterator[tuple[NodePath, object]]:
    for level, by_year in weights.value.items():
        for year, row in by_year.items():
            for criterion_id, raw in row.items():
                yield ("weights", "value", level, str(year), criterion_id), raw


def _hold_names_against(
    scored: Mapping[str, Rule],
    document: Document,
    weights: WeightsEntry,
    zero_at: ZeroEntry,
    found: list[Finding],
) -> None:
    """Every level and criterion named in scoring.yaml exists, and every scored one is named."""
    code = "policy.unknown_criterion_name"
    levels = tuple(dict.fromkeys(rule.level for rule in scored.values()))
    for level in weights.value:
        if level not in levels:
            where = ("weights", "value", level)
            found.append(unknown(document, where, "policy.unknown_level_name", level, levels))
    for path, _ in _weights(weights):
        level, criterion_id = str(path[2]), str(path[-1])
        of_level = [rule.id for rule in scored.values() if rule.level == level]
        if level in levels and criterion_id not in of_level:
            found.append(unknown(document, path, code, criterion_id, of_level))
    for criterion_id in zero_at.value:
        if criterion_id not in scored:
            where = ("zero_at", "value", criterion_id)
            found.append(unknown(document, where, code, criterion_id, scored))
    for criterion_id in scored:
        if criterion_id not in zero_at.value:
            details = {"criterion": criterion_id}
            found.append(fault(document, ("zero_at", "value"), "policy.no_zero_at", None, details))


def _zero(
    document: Document, zero_at: ZeroEntry, criterion_id: str, unit: str, found: list[Finding]
) -> DatedValue:
    path: NodePath = ("zero_at", "value", criterion_id)
    years = zero_at.value[criterion_id]
    readings = read_years(document, path, years, found, form=Form.NUMBER, unit=unit)
    key = f"{criterion_id}.zero_at"
    return DatedValue(key, zero_at.clause, unit, zero_at.label, zero_at.choose, document, path, readings)
