"""The papers that show one person's figures: what the department found, why a level is not given."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cmreview.process import events as record
from cmreview.process.events import ReviewDecision
from cmreview.process.stages import CaseState
from cmreview.review import rules
from cmreview.review.committee.course import PLAIN_REASONS
from cmreview.review.model import Case, Declared, Verdict
from cmreview.review.panel.decision import ELIGIBILITY, PANEL, Part
from cmreview.show.figures import Figures, indicator_label, needed_places, number, telling_places
from cmreview.show.papers.fields import POINTS, Prose
from cmreview.show.papers.shapes import DeclaredFigure, Opinion, Refusal, Unmet
from cmreview.show.papers.source import Archive, Moment
from cmreview.show.voice import criterion_label
from cmreview.terms import Outcome, Unit
from cmreview.words import say

_PANEL_CLAUSE = "4.3"
_NONE = "none"  # of scores_shown_to_department


def opinion(moment: Moment, archive: Archive) -> Opinion:
    """The preliminary review recorded at ``moment``, declared figures beside computed ones (Policy 4.2)."""
    review, state, own = moment.event.payload, moment.state, moment.state.application
    if not isinstance(review, record.Reviewed) or own is None:
        raise TypeError(f"event {moment.event.number} reviews no application")
    case = _case(state, archive)
    figures = Figures(archive.lang, archive.currency)
    tolerance = rules.number(archive.policy, "declared_tolerance")
    return Opinion(
        company=archive.company,
        dated=review.reviewed_on,
        year=archive.policy.year,
        rule_title=archive.rule_title,
        edition=archive.policy.edition,
        name=own.name,
        manager_id=state.manager_id,
        department=own.department,
        level_held=archive.level(own.level),
        level_applied=archive.level(own.target_level) or "",
        applied_on=own.applied_on,
        evidence=state.evidence,
        figures=() if case is None else tuple(_declared(one, figures) for one in case.declared),
        tolerance=None if tolerance is None else figures.exactly(Unit.SHARE, tolerance),
        verdict=review.decision.value,
        opinion=Prose(review.opinion or ""),
        reviewer=archive.committee.name_of(review.reviewer),
        reviewed_on=review.reviewed_on,
    )


def is_refused(state: CaseState) -> bool:
    """Whether the department or the committee did not give the level, as it stands."""
    if state.decision is not None:
        return not state.decision.approved
    return state.review is not None and state.review.decision is ReviewDecision.REFUSED


def refusal(state: CaseState, archive: Archive) -> Refusal:
    """The letter to one person: what was missed or not evidenced, how to appeal until when (Policy 4.4)."""
    own, shown, review = state.application, state.publicity, state.review
    if own is None or shown is None:
        raise TypeError(f"{state.case} has no result that was made known")
    by_committee = state.decision is not None
    said = state.decision_reason if by_committee or review is None else review.opinion
    unmet = tuple(_unmet(state, archive))
    return Refusal(
        company=archive.company,
        dated=shown.posted_on,
        number=None,
        year=archive.policy.year,
        rule_title=archive.rule_title,
        edition=archive.policy.edition,
        name=own.name,
        manager_id=state.manager_id,
        department=own.department,
        level_held=archive.level(own.level),
        level_applied=archive.level(own.target_level) or "",
        by_committee=by_committee,
        unmet=unmet,
        lacks_evidence=any(one.outcome == Outcome.NO_EVIDENCE.value for one in unmet),
        reason=Prose(said) if said else None,
        appeal_until=shown.last,
        contact=archive.contact,
        appeal_body=archive.appeal_body,
    )


def _case(state: CaseState, archive: Archive) -> Case | None:
    """What the records say of the very level that was applied for; None where they speak of another."""
    case, own = archive.known.get(state.manager_id), state.application
    if case is None or case.application is None or own is None:
        return None
    return case if case.application.target_level == own.target_level else None


def _declared(found: Declared, figures: Figures) -> DeclaredFigure:
    agreement, note = _compared(found, figures)
    apart = None if agreement == "agrees" else found.computed  # what agrees need not be told apart
    beside = None if apart is None else found.declared
    return DeclaredFigure(
        indicator_label(found.indicator, figures.lang),
        None if found.declared is None else figures.value(found.unit, found.declared, apart),
        None if found.computed is None else figures.value(found.unit, found.computed, beside),
        agreement,
        note,
    )


def _compared(found: Declared, figures: Figures) -> tuple[str, str | None]:
    if found.declared is None:
        return "not_declared", None
    if found.computed is None:
        return "no_record", None
    # where the policy sets no tolerance, only what is equal agrees
    if found.agrees if found.agrees is not None else not found.difference:
        return "agrees", None
    difference = figures.difference(found.unit, found.difference)
    return "differs", say("paper_making.differs_by", figures.lang, difference=difference)


def _unmet(state: CaseState, archive: Archive) -> Iterator[Unmet]:
    """The criteria that are not met, then what was missed of the committee's scores."""
    case = _case(state, archive)
    figures = Figures(archive.lang, archive.currency)
    for verdict in () if case is None else case.verdicts:
        if verdict.outcome is not Outcome.MET:
            yield _criterion(verdict, figures, archive)
    if state.decision is not None:
        for part in archive.advice(state.decision.decided_on)[state.case].parts:
            if part.name != ELIGIBILITY and part.outcome is not Outcome.MET:
                yield _score(part, figures, archive)


def _criterion(verdict: Verdict, figures: Figures, archive: Archive) -> Unmet:
    is_there = verdict.fact.value is not None or verdict.fact.unbounded
    wanted = None
    if verdict.outcome is not Outcome.MISSED and verdict.reason is not None:
        wanted = verdict.reason.text(archive.lang, archive.currency).rstrip("。.")
    return Unmet(
        verdict.criterion,
        criterion_label(verdict, lambda level: archive.level(level) or "", archive.lang),
        figures.threshold(verdict, verdict.threshold),
        figures.fact(verdict.fact, verdict.threshold) if is_there else None,
        verdict.outcome.value,
        wanted,
    )


def _score(part: Part, figures: Figures, archive: Archive) -> Unmet:
    """A line of the scores, with its value where the policy shows scores to those outside the committee."""
    shows = rules.word(archive.policy, "scores_shown_to_department") not in (None, _NONE)
    reason = part.reason if part.reason is not None and _is_plain(part) else None
    return Unmet(
        _PANEL_CLAUSE,
        say(f"decision.part.{part.name}", archive.lang),
        _line(part, figures),
        _points(part.value, part, figures) if shows and part.value is not None else None,
        part.outcome.value,
        None if reason is None else reason.text(archive.lang).rstrip("。."),
    )


def _is_plain(part: Part) -> bool:
    """Whether its reason speaks of this person alone: some name members."""
    if part.reason is None or part.outcome is Outcome.MISSED:
        return False
    return part.name != PANEL or part.reason.key in PLAIN_REASONS


def _line(part: Part, figures: Figures) -> str:
    if part.line is None:
        return say("packet.figure.not_set", figures.lang)
    if part.name == PANEL:
        points = number(part.line, needed_places(part.line))
        return say("paper_making.points", figures.lang, points=points)
    return say("paper_making.share", figures.lang, share=figures.exactly(Unit.SHARE, part.line))


def _points(value: Fraction, part: Part, figures: Figures) -> str:
    """A score as it is written, with as many decimals as tell it from its line."""
    if part.name != PANEL:
        return figures.value(Unit.SHARE, value, part.line)
    return number(value, POINTS if part.line is None else telling_places(value, part.line, POINTS))
