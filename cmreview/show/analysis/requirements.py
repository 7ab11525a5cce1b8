"""Pass rates, and indicators against their thresholds, as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cmreview.review.analysis.thresholds import Spread
from cmreview.review.scrutiny.leniency import Comparison, Passing
from cmreview.show.analysis import pictures
from cmreview.show.analysis.blocks import Block, heading
from cmreview.show.analysis.grid import Column, Grid, Kind, Value
from cmreview.show.analysis.voice import Voice
from cmreview.show.figures import indicator_label, needed_places, number
from cmreview.words import say


def passing(voice: Voice) -> list[Block]:
    """Applicants by department; everybody by department and level against the requirements held."""
    found = voice.parts.passing
    blocks: list[Block] = [heading(voice.say("passing.applicants"))]
    blocks += _rates(found.applicants, voice, "applicants", found.comparison)
    blocks.append(heading(voice.say("passing.held")))
    blocks += _rates(found.held, voice, "held", found.held_comparison)
    if found.by_level:
        blocks.append(_table(found.by_level, voice, "level", None))
    return [*blocks, voice.say("passing.note")]


def _rates(found: Sequence[Passing], voice: Voice, key: str, comparison: Comparison) -> list[Block]:
    if not found:
        return [voice.say(f"passing.nobody_{key}")]
    blocks: list[Block] = []
    if any(each.rate.interval for each in found):
        blocks.append(_picture(found, voice, key))
    blocks.append(_table(found, voice, key, comparison))
    not_compared = voice.not_compared(comparison)
    return [*blocks, *([not_compared] if not_compared else [])]


def _picture(found: Sequence[Passing], voice: Voice, key: str) -> Block:
    spans = []
    for each in found:
        rate, interval = each.rate, each.rate.interval
        if rate.share is None or interval is None:
            spans.append(pictures.Span(rate.group, None, None, None, voice.say("kept.few_people")))
            continue
        low, high = interval.low, interval.high
        shown = {name: voice.figures.percent(value) for name, value in (("low", low), ("high", high))}
        figure = voice.say("span", point=voice.figures.percent(rate.share), **shown)
        spans.append(pictures.Span(rate.group, low, rate.share, high, figure))
    told = voice.say("list").join(f"{span.name} {span.figure}" for span in spans)
    return pictures.intervals(f"passing-{key}", voice.say(f"passing.picture_{key}"), told, spans)


def _table(found: Sequence[Passing], voice: Voice, key: str, comparison: Comparison | None) -> Grid:
    is_level = key == "level"
    first = "dimension_name.level" if is_level else "dimension_name.department"
    columns = [Column(voice.say(first))]
    names = ("eligible", "not_eligible", "undecided")
    columns += [Column(voice.say(f"passing.{name}"), Kind.COUNT) for name in names]
    columns += [Column(voice.say("passing.awaiting"), Kind.COUNT)] if key == "applicants" else []
    columns += [
        Column(voice.say("passing.share"), Kind.SHARE),
        Column(voice.say("head.interval"), Kind.RANGE),
        Column(voice.say("passing.bounds"), Kind.RANGE),
    ]
    ratios = {} if comparison is None else {each.group: each for each in comparison.ratios}
    columns += [Column(voice.say("passing.ratio"), Kind.SHARE)] if ratios else []
    rows: list[tuple[Value, ...]] = []
    for each in found:
        rate, interval = each.rate, each.rate.interval
        cells: list[Value] = [voice.level(rate.group) if is_level else rate.group]
        cells += [getattr(each, name) for name in names]
        cells += [each.awaiting] if key == "applicants" else []
        cells.append(rate.share if rate.share is not None else voice.say("kept.few_people"))
        cells.append(None if interval is None else (interval.low, interval.high))
        cells.append(None if each.low is None or each.high is None else (each.low, each.high))
        if ratios:
            cells.append(_ratio(rate.group, comparison, voice))
        rows.append(tuple(cells))
    return Grid(
        voice.say(f"sheet.passing_{key}"), voice.say(f"passing.by_{key}"), tuple(columns), tuple(rows)
    )


def _ratio(group: str, comparison: Comparison | None, voice: Voice) -> Value:
    found = next((each for each in comparison.ratios if each.group == group), None) if comparison else None
    if found is None:
        return voice.say("passing.best")
    shown = voice.figures.percent(found.ratio)
    if not found.is_below:
        return found.ratio
    key = "reversed" if found.is_reversed_by_one else "below"
    return voice.say(f"passing.{key}", ratio=shown)


def thresholds(voice: Voice) -> list[Block]:
    """Level by level: where people lie beside each threshold, and what another one would do."""
    found = voice.parts.thresholds
    if not found:
        return [voice.say("thresholds.nobody")]
    blocks: list[Block] = [voice.say("thresholds.note")]
    for level in dict.fromkeys(each.level for each in found):
        own = [each for each in found if each.level == level]
        blocks.append(heading(voice.say("thresholds.level", level=voice.level(level), people=own[0].people)))
        if own[0].few:
            least = voice.parts.fewest_for_rate
            few = "thresholds.few" if least is not None else "thresholds.few_open"
            blocks.append(voice.say(few, least="" if least is None else least))
            continue
        blocks += [*_bands(own, voice), _spread(own, voice), *_changes(own, voice)]
    return blocks


def _name(each: Spread, voice: Voice) -> str:
    label = indicator_label(each.indicator, voice.lang)
    if each.over_level is not None:
        label = say(
            "packet.criteria.growth_level", voice.lang, criterion=label, level=voice.level(each.over_level)
        )
    return f"{each.criterion} {label}"


def _asked(each: Spread, voice: Voice) -> str:
    sign = "<" if each.lower_is_better else "≥"
    if each.threshold is None:
        return voice.say("thresholds.open")
    return f"{sign} {voice.figures.exactly(each.unit, each.threshold)}"


def _bands(own: Sequence[Spread], voice: Voice) -> list[Block]:
    rows = [pictures.Bands(_name(each, voice), each.bands) for each in own if each.bands is not None]
    if not rows:
        return []
    level = own[0].level
    told = voice.say("list").join(
        voice.say("thresholds.told", name=row.name, below=sum(row.counts[:3]), above=sum(row.counts[3:]))
        for row in rows
    )
    ends = (
        voice.say("thresholds.below"),
        voice.say("thresholds.at"),
        voice.say("thresholds.above"),
    )
    title = voice.say("thresholds.picture", level=voice.level(level))
    return [
        pictures.bands(f"thresholds-{level}", title, told, rows, ends),
        _bands_note(voice),
    ]


def _bands_note(voice: Voice) -> str:
    ends = voice.analysis.settings.bands or ()
    shown = [number(end * 100, needed_places(end * 100)) for end in ends]
    between = [f"{low}–{high}%" for low, high in pairwise(shown)]
    values = {"first": shown[0], "between": voice.say("comma").join(between), "last": shown[-1]}
    return voice.say("thresholds.bands_note", **values)


def _spread(own: Sequence[Spread], voice: Voice) -> Grid:
    names = ("met", "missed", "no_evidence", "no_rule")
    columns = [Column(voice.say("head.criterion")), Column(voice.say("head.threshold"))]
    columns += [Column(voice.say(f"thresholds.{name}"), Kind.COUNT) for name in names]
    columns += [Column(voice.say(f"thresholds.quartile_{at}")) for at in ("low", "middle", "high")]
    rows = []
    for each in own:
        quartiles: Sequence[Value] = (None, None, None)
        if each.quartiles is not None:
            quartiles = [voice.figures.value(each.unit, value, each.threshold) for value in each.quartiles]
        counts = (getattr(each, name) for name in names)
        rows.append((_name(each, voice), _asked(each, voice), *counts, *quartiles))
    level = voice.level(own[0].level)
    caption = voice.say("thresholds.spread", level=level)
    sheet = voice.say("sheet.spread", level=level)
    return Grid(sheet, caption, tuple(columns), tuple(rows), class_="wide")


def _changes(own: Sequence[Spread], voice: Voice) -> list[Block]:
    steps = voice.analysis.settings.tried_steps
    if steps is None:
        return [voice.say("thresholds.steps_open")]
    columns = [Column(voice.say("head.criterion")), Column(voice.say("thresholds.now"), Kind.COUNT)]
    columns += [
        Column(
            voice.say(
                "thresholds.step", step=voice.figures.percent(step, needed_places(step * 100), sign=True)
            )
        )
        for step in steps
    ]
    rows = []
    for each in own:
        cells: list[Value] = [_name(each, voice), each.met]
        by_step = {change.step: change for change in each.changes}
        for step in steps:
            change = by_step.get(step)
            if change is None or each.met is None or each.all_met is None:
                cells.append(None)
                continue
            more, all_more = change.met - each.met, change.all_met - each.all_met
            values = {
                "more": voice.figures.count(more, sign=True),
                "all": voice.figures.count(all_more, sign=True),
            }
            at = voice.figures.exactly(each.unit, change.threshold)
            cells.append(voice.say("thresholds.changed", threshold=at, **values))
        rows.append(tuple(cells))
    level = voice.level(own[0].level)
    sheet = voice.say("sheet.changes", level=level)
    caption = voice.say("thresholds.changes", level=level)
    return [Grid(sheet, caption, tuple(columns), tuple(rows), class_="wide")]
