"""How a case went: the piece 评审进程 of an applicant's section, and the stage for the tables of people."""

from __future__ import annotations

from collections.abc import Iterator

from cmreview.process.labels import label
from cmreview.process.stages import Stage
from cmreview.review.committee.proceedings import DecisionMade, Entry, Objection, PanelShown, Proceedings
from cmreview.review.figures import written
from cmreview.review.model import Case, DepartmentReview
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import Head, pairs, stacked, table
from cmreview.show.voice import Voice
from cmreview.terms import Outcome, Unit
from cmreview.words import say


def are_shown(review: DepartmentReview) -> bool:
    """Whether the record of the process was asked for this packet."""
    return any(case.proceedings is not None for case in (*review.applicants, *review.others))


def heading(voice: Voice) -> str:
    """The heading of the piece."""
    return _say("heading", voice)


def column(voice: Voice) -> str:
    """The header of the column of stages."""
    return _say("column", voice)


def stage_mark(case: Case, voice: Voice) -> Html | None:
    """Where a case stands, for a cell of a table; None where no record was asked."""
    if case.proceedings is None:
        return None
    stage = case.proceedings.stage
    return element("span", label(stage)(voice.lang), class_=f"stage {stage.value}")


def proceedings_part(case: Case, voice: Voice) -> Html:
    """The whole piece: where the case stands, what was decided, and its course (Policy 4)."""
    went = case.proceedings
    if went is None or went.stage is Stage.NOTHING:
        return element("p", _say("none", voice))
    name = voice.person(case)
    rows = [(_say(key, voice), content) for key, content in _particulars(went, voice)]
    return join(
        (
            pairs(_say("caption", voice, name=name), rows, headed=True),
            _course(went, name, voice),
            element("p", _say("note", voice), class_="note"),
        )
    )


def _particulars(went: Proceedings, voice: Voice) -> Iterator[tuple[str, Content]]:
    figures = voice.figures
    stage = label(went.stage)(voice.lang)
    # after a refused appeal a case is publicised again, on days that stand in the row of their own
    if went.since is not None and went.stage is not Stage.PUBLICISED:
        stage = _say("since", voice, stage=stage, day=figures.day(went.since))
    yield "stage", stage
    if went.opinion is not None:
        opinion = went.opinion
        told = {"decision": label(opinion.decision)(voice.lang), "day": figures.day(opinion.reviewed_on)}
        key = "opinion_with" if opinion.opinion else "opinion_told"
        yield "opinion", _say(key, voice, reviewer=opinion.reviewer, opinion=opinion.opinion or "", **told)
    if went.recused:
        yield "recused", _say("members", voice, count=went.recused)
    if went.scores != "closed" or went.stage is Stage.IN_COMMITTEE:
        yield "scores", _scores(went, voice)
    if went.decision is not None:
        yield from _decision(went.decision, voice)
    if went.publicity is not None:
        first, last = figures.day(went.publicity.first), figures.day(went.publicity.last)
        yield "publicity", _say("days", voice, first=first, last=last)
    if went.appeals:
        yield "appeals", stacked(*(appeal_told(appeal, voice) for appeal in went.appeals))
    if went.appointment is not None:
        made = went.appointment
        numbers = {"document": made.document_number, "certificate": made.certificate_number}
        level, day = voice.level(made.level), figures.day(made.effective_on)
        yield "appointment", _say("appointed", voice, level=level, day=day, **numbers)
    if went.closing_reason:
        yield "closing", went.closing_reason


def _scores(went: Proceedings, voice: Voice) -> Content:
    if went.panel is None:
        return _say("hidden" if went.scores == "hidden" else "closed", voice)
    panel = went.panel
    items = [
        _say(
            "item",
            voice,
            item=item.label(voice.lang),
            points=written(item.points, Unit.COUNT, voice.lang),
            count=item.counted,
        )
        for item in panel.items
    ]
    return stacked(score_told(panel, voice), voice.say("semicolon").join(items))


def score_told(panel: PanelShown, voice: Voice) -> str:
    """A panel score with the number of scores behind it and its line, or why there is none."""
    if panel.score is None:
        told = _say("no_score", voice, count=panel.counted)
        return " ".join(part for part in (told, voice.tell(panel.reason)) if part)
    line = "" if panel.line is None else written(panel.line, Unit.COUNT, voice.lang)
    against = "no_rule" if panel.outcome is Outcome.NO_RULE else panel.outcome.value
    return _say(
        "score_told",
        voice,
        score=written(panel.score, Unit.COUNT, voice.lang, apart_from=panel.line),
        count=panel.counted,
        against=_say(f"against.{against}", voice, line=line),
    )


def _decision(made: DecisionMade, voice: Voice) -> Iterator[tuple[str, Content]]:
    key = "approved" if made.approved else "declined"
    told = _say(key, voice, day=voice.figures.day(made.decided_on))
    yield "decision", stacked(told, _say("anew", voice) if made.earlier else None)
    yield "recommendation", label(made.recommendation)(voice.lang)
    if made.reason:
        yield "decision_reason", made.reason


def appeal_told(appeal: Objection, voice: Voice) -> str:
    """That there is an appeal, and what became of it."""
    day, settled = voice.figures.day(appeal.received_on), voice.figures.day(appeal.settled_on)
    return _say(f"appeal.{appeal.state}", voice, day=day, settled=settled)


def _course(went: Proceedings, name: str, voice: Voice) -> Html:
    heads = [
        Head(_say("course.day", voice), width=22),
        Head(_say("course.step", voice), width=64),
        Head(_say("course.number", voice), figures=True, width=14),
    ]
    rows = [
        (voice.figures.day(entry.on), entry_told(entry, voice), voice.figures.count(entry.number))
        for entry in went.entries
    ]
    return table(_say("caption_course", voice, name=name), heads, rows, class_="course")


def entry_told(entry: Entry, voice: Voice) -> str:
    """One step of the course; one that was put right later says so."""
    told = voice.tell(entry.told) or ""
    return _say("course.corrected", voice, told=told) if entry.corrected else told


def _say(key: str, voice: Voice, **values: object) -> str:
    return say(f"proceedings.{key}", voice.lang, **values)
