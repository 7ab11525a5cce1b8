"""The two sheets of the Excel appendix that tell how each case went."""

from __future__ import annotations

from cmreview.process.labels import label
from cmreview.review.committee.proceedings import Proceedings
from cmreview.review.model import Case
from cmreview.show.appendix_rows import Cell, Sheet
from cmreview.show.proceedings import are_shown, entry_told
from cmreview.show.voice import Voice
from cmreview.words import say

_CASES = (
    "column",
    "sheet.since",
    "opinion",
    "recused",
    "sheet.score",
    "sheet.counted",
    "decision",
    "sheet.decided_on",
    "recommendation",
    "decision_reason",
    "sheet.first",
    "sheet.last",
    "appeals",
    "sheet.open_appeals",
    "sheet.level",
    "sheet.effective_on",
    "sheet.document",
    "sheet.certificate",
)
_COURSE = ("course.day", "course.step", "course.number", "sheet.corrected")


def sheets(voice: Voice) -> tuple[Sheet, ...]:
    """A sheet of cases and one of their steps; none where the record of the process was not asked."""
    if not are_shown(voice.review):
        return ()
    told = [
        (case, case.proceedings)
        for case in (*voice.review.applicants, *voice.review.others)
        if case.proceedings is not None
    ]
    cases = tuple((*_who(case), *_case(went, voice)) for case, went in told)
    course = tuple(
        (
            *_who(case),
            Cell(entry.on),
            Cell(entry_told(entry, voice)),
            Cell(entry.number, "whole"),
            Cell(_say("sheet.corrected_yes", voice) if entry.corrected else None),
        )
        for case, went in told
        for entry in went.entries
    )
    who = (voice.say("sheet.id"), voice.say("sheet.name"))
    return (
        Sheet(_say("sheet.cases", voice), who + tuple(_say(key, voice) for key in _CASES), cases, 2),
        Sheet(_say("sheet.course", voice), who + tuple(_say(key, voice) for key in _COURSE), course, 2),
    )


def _case(went: Proceedings, voice: Voice) -> tuple[Cell, ...]:
    opinion, panel, made = went.opinion, went.panel, went.decision
    publicity, appointment = went.publicity, went.appointment
    open_appeals = sum(appeal.settled_on is None for appeal in went.appeals)
    decided = None
    if made is not None:
        decided = _say("sheet.decision_yes" if made.approved else "sheet.decision_no", voice)
    return (
        Cell(label(went.stage)(voice.lang)),
        Cell(went.since),
        Cell(None if opinion is None else label(opinion.decision)(voice.lang)),
        Cell(went.recused, "whole"),
        Cell(None if panel is None else panel.score, "count"),
        Cell(None if panel is None else panel.counted, "whole"),
        Cell(decided),
        Cell(None if made is None else made.decided_on),
        Cell(None if made is None else label(made.recommendation)(voice.lang)),
        Cell(None if made is None else made.reason),
        Cell(None if publicity is None else publicity.first),
        Cell(None if publicity is None else publicity.last),
        Cell(len(went.appeals), "whole"),
        Cell(open_appeals, "whole"),
        Cell(None if appointment is None else voice.level(appointment.level)),
        Cell(None if appointment is None else appointment.effective_on),
        Cell(None if appointment is None else appointment.document_number),
        Cell(None if appointment is None else appointment.certificate_number),
    )


def _who(case: Case) -> tuple[Cell, Cell]:
    return Cell(case.person.manager_id), Cell(case.person.name)


def _say(key: str, voice: Voice) -> str:
    return say(f"proceedings.{key}", voice.lang)
