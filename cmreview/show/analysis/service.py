"""Satisfaction and complaints, as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cmreview.review.analysis.service import ServiceLine
from cmreview.show.analysis import pictures
from cmreview.show.analysis.blocks import Block, because, heading
from cmreview.show.analysis.grid import Column, Grid, Kind
from cmreview.show.analysis.voice import Voice


def service(voice: Voice) -> list[Block]:
    """What customers answered and complained of, by department and by year."""
    found = voice.parts.service
    blocks: list[Block] = [heading(voice.say("service.satisfaction"))]
    blocks += because([found.answers_reason], voice)
    if found.answers_reason is None:
        blocks += [
            *_picture(found.departments, voice, is_answers=True),
            _answers(found.departments, voice, "department"),
            _answers(found.years, voice, "year"),
            voice.say("service.answers_note", least=voice.figures.count(voice.analysis.settings.min_answers)),
        ]
    blocks.append(heading(voice.say("service.complaints")))
    blocks += because([found.complaints_reason], voice)
    if found.complaints_reason is None:
        blocks += [
            *_picture(found.departments, voice, is_answers=False),
            _complaints(found.departments, voice, "department"),
            _complaints(found.years, voice, "year"),
            voice.say("service.complaints_note"),
        ]
    return blocks


def _picture(lines: Sequence[ServiceLine], voice: Voice, *, is_answers: bool) -> list[Block]:
    spans = []
    for line in lines:
        name = line.department or ""
        low: Fraction | None
        if is_answers:
            own = line.answers
            interval = None if own is None else own.interval
            low, high = (None, None) if interval is None else (interval.low, interval.high)
            point, kept = (None, None) if own is None else (own.share, own.kept)
        else:
            rates = line.complaints
            low, high = (None, None) if rates is None else (rates.low, rates.high)
            point, kept = (None, None) if rates is None else (rates.rate, rates.kept)
        figure = voice.kept(kept) or voice.say("no_data")
        if point is not None and low is not None and high is not None:
            figure = voice.say("span", **_percents(voice, point=point, low=low, high=high))
        spans.append(pictures.Span(name, low, point, high, figure))
    if all(span.point is None for span in spans):
        return []
    whole = _company(voice, is_answers=is_answers)
    line_ = None if whole is None else (whole, voice.say("company_at", share=voice.figures.percent(whole)))
    key = "answers" if is_answers else "complaints"
    told = voice.say("list").join(f"{span.name} {span.figure}" for span in spans)
    return [pictures.intervals(f"service-{key}", voice.say(f"service.picture_{key}"), told, spans, line_)]


def _company(voice: Voice, *, is_answers: bool) -> Fraction | None:
    now = voice.parts.service.now
    if now is None:
        return None
    if is_answers:
        return None if now.answers is None else now.answers.share
    return None if now.complaints is None else now.complaints.rate


def _percents(voice: Voice, **shares: Fraction) -> dict[str, str]:
    return {name: voice.figures.percent(value) for name, value in shares.items()}


def _answers(lines: Sequence[ServiceLine], voice: Voice, first: str) -> Grid:
    columns = (
        Column(voice.say("dimension_name.department" if first == "department" else "head.year")),
        Column(voice.say("head.managers"), Kind.COUNT),
        Column(voice.say("service.asked"), Kind.COUNT),
        Column(voice.say("service.answers"), Kind.COUNT),
        Column(voice.say("service.satisfied"), Kind.COUNT),
        Column(voice.say("service.share"), Kind.SHARE),
        Column(voice.say("head.interval"), Kind.RANGE),
        Column(voice.say("service.bounds"), Kind.RANGE),
    )
    rows = []
    for line in lines:
        own = line.answers
        if own is None:
            continue
        interval = None if own.interval is None else (own.interval.low, own.interval.high)
        bounds = None if own.low is None or own.high is None else (own.low, own.high)
        rows.append(
            (
                _first(line),
                line.people,
                own.asked,
                own.answers,
                own.satisfied,
                own.share if own.share is not None else voice.kept(own.kept),
                interval,
                bounds,
            )
        )
    caption = voice.say(f"service.answers_by_{first}")
    return Grid(voice.say(f"sheet.answers_{first}"), caption, columns, tuple(rows), class_="wide")


def _complaints(lines: Sequence[ServiceLine], voice: Voice, first: str) -> Grid:
    columns = (
        Column(voice.say("dimension_name.department" if first == "department" else "head.year")),
        Column(voice.say("head.managers"), Kind.COUNT),
        Column(voice.say("service.served"), Kind.COUNT),
        Column(voice.say("service.counted"), Kind.COUNT),
        Column(voice.say("service.rate"), Kind.SHARE),
        Column(voice.say("head.interval"), Kind.RANGE),
    )
    rows = []
    for line in lines:
        own = line.complaints
        if own is None:
            continue
        interval = None if own.low is None or own.high is None else (own.low, own.high)
        rate = own.rate if own.rate is not None else voice.kept(own.kept)
        rows.append((_first(line), line.people, own.served, own.complaints, rate, interval))
    caption = voice.say(f"service.complaints_by_{first}")
    return Grid(voice.say(f"sheet.complaints_{first}"), caption, columns, tuple(rows))


def _first(line: ServiceLine) -> str:
    return str(line.year) if line.department is None else line.department
