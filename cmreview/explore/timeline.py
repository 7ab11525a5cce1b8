"""A case's entries as a table tells them: what was recorded, by whom, why, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from cmreview.explore.sight import shows_content
from cmreview.process import events as record
from cmreview.process.committee import Committee, Person
from cmreview.process.events import Event
from cmreview.process.labels import label
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState, standing
from cmreview.show.figures import NOTHING
from cmreview.show.html import Content
from cmreview.show.tables import stacked
from cmreview.words import say

Row = tuple[Content, ...]


def timeline(
    history: Sequence[Event], state: CaseState, person: Person, setting: Setting, lang: str
) -> list[Row]:
    """Number, time, kind, by whom, what it says and why, of every entry that ``person`` may see.

    Of a closed score sheet only its member reads more than that it is there, and that not by name.
    Entries that were corrected or taken back stay, and say so.
    """
    counted = {events[-1].number for events in standing(history).values()}
    corrected = {event.corrects for event in history}
    rows: list[Row] = []
    for event in history:
        is_shown = shows_content(event, state, person, setting.rules)
        what = label(event.kind)(lang)
        if event.corrects is not None:
            what = _say("correction", lang, kind=what, number=event.corrects)
        elif event.number in corrected:
            what = _say("corrected", lang, kind=what)
        elif event.number not in counted and not isinstance(event.payload, record.Voided):
            what = _say("taken_back", lang, kind=what)
        at = event.at.astimezone(setting.committee.zone)
        rows.append(
            (
                str(event.number),
                f"{at:%Y-%m-%d %H:%M}",
                what,
                setting.committee.name_of(event.actor) if is_shown else NOTHING,
                stacked(*content(event, setting, lang)) if is_shown else _say("closed", lang),
                event.reason if is_shown else NOTHING,
            )
        )
    return rows


def content(event: Event, setting: Setting, lang: str) -> list[str]:
    """What an entry says, line by line."""
    match event.payload:
        case record.Applied() as application:
            lines = [_day(application.applied_on), *application.evidence]
        case record.Reviewed() as review:
            lines = [f"{label(review.decision)(lang)} · {review.reviewer} · {_day(review.reviewed_on)}"]
            lines += [review.opinion] if review.opinion else []
        case record.Completed() as completion:
            lines = [_day(completion.completed_on), *completion.evidence]
        case record.Recused(member=member):
            lines = [setting.committee.name_of(member)]
        case record.Scored() as sheet:
            lines = _sheet(sheet, setting, lang)
        case record.Decided() as decision:
            lines = _decision(decision, setting.committee, lang)
        case record.Publicised() as shown:
            lines = [f"{_day(shown.first)} – {_day(shown.last)}"]
        case record.Appealed() as appeal:
            lines = [f"{appeal.appellant} · {_day(appeal.received_on)}", appeal.grounds]
        case record.AppealHeard() as hearing:
            lines = [_day(hearing.heard_on), _names(hearing.present, setting.committee, lang)]
        case record.AppealSettled() as settled:
            upheld = _say("upheld" if settled.upheld else "dismissed", lang)
            lines = [f"{upheld} · {_day(settled.settled_on)}"]
        case record.Appointed() as appointment:
            lines = [appointment.document_number, appointment.certificate_number]
        case record.MeasureDecided() as measure:
            lines = _measure(measure, lang)
        case record.LegalStep() as step:
            lines = [f"{label(step.step)(lang)} · {_day(step.done_on)}", step.document]
        case record.Voided(event=number):
            lines = [_say("of_entry", lang, number=number)]
        case _:  # admission, referral, opening and ends: kind, day and reason say all
            lines = []
    return lines


def _sheet(sheet: record.Scored, setting: Setting, lang: str) -> list[str]:
    names = {item.id: item.label(lang) for item in setting.rules.items}
    marks = [
        f"{names.get(score.item, score.item)} {NOTHING if score.points is None else score.points}"
        for score in sheet.scores
    ]
    between = "；" if lang == "zh" else "; "
    return [between.join(marks), *([sheet.comment] if sheet.comment else [])]


def _decision(decision: record.Decided, committee: Committee, lang: str) -> list[str]:
    made = say(f"session.case.{'approved' if decision.approved else 'declined'}", lang)
    advised = label(decision.recommendation)(lang)
    lines = [
        f"{made} · {_day(decision.decided_on)}",
        _say("advised", lang, advice=advised),
        _say("present", lang, names=_names(decision.present, committee, lang)),
    ]
    votes = (decision.in_favour, decision.against, decision.abstained)
    if None not in votes:
        counts = dict(zip(("in_favour", "against", "abstained"), votes, strict=True))
        lines.append(_say("votes", lang, **counts))
    return lines


def _measure(measure: record.MeasureDecided, lang: str) -> list[str]:
    key = "agreed" if measure.agreed else "not_agreed"
    made = say(f"measures.{key}", lang, measure=label(measure.measure)(lang))
    return [
        f"{made} · {_day(measure.decided_on)}",
        _say("advised", lang, advice=label(measure.advised)(lang)),
    ]


def _names(ids: Sequence[str], committee: Committee, lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(committee.name_of(one) for one in ids)


def _day(day: object) -> str:
    return str(day)


def _say(key: str, lang: str, **values: object) -> str:
    return say(f"session.timeline.{key}", lang, **values)
