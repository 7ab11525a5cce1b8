"""What may be corrected or taken back, and what stands because others acted on it (Policy 1.3.a)."""

from __future__ import annotations

from cmreview.errors import ProcessError
from cmreview.process.committee import Person, Role
from cmreview.process.events import (
    Applied,
    Decided,
    Draft,
    Event,
    LegalStep,
    MeasureDecided,
    Recused,
    Scored,
    ScoresOpened,
    Voided,
)
from cmreview.process.labels import label
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState, Stage

# Who may undo a recusal: those who may also declare one for somebody else.
_OVER_RECUSALS = frozenset({Role.CHAIR, Role.DEPUTY, Role.SECRETARY})


def check(draft: Draft, wrong: Event, state: CaseState, person: Person, setting: Setting) -> None:
    """That the entry ``wrong`` may be replaced or taken back by ``person`` as the case stands in ``state``.

    Raises ProcessError where it may not.
    """
    is_taken_back = isinstance(draft.payload, Voided)
    match wrong.payload, draft.payload:
        case Scored(member=member), _:
            _score(member, is_taken_back, state, person, setting)
        case ScoresOpened(), Voided():  # what was seen stays seen
            raise ProcessError("process.scores_are_open", case=state.case)
        case Recused(), _ if not _OVER_RECUSALS & set(person.roles):
            raise ProcessError("process.recusal_stands", case=state.case, person=person.name)
        case Decided(approved=before), Decided(approved=after) if before is not after:
            if state.publicity is not None:
                raise ProcessError("process.result_is_public", case=state.case)
        case Applied() as before, Applied() as after if state.reviews:
            told = (before.target_level, before.department), (after.target_level, after.department)
            if told[0] != told[1]:
                raise ProcessError("process.application_is_reviewed", case=state.case)
        case MeasureDecided(measure=before), MeasureDecided(measure=after) if before is not after:
            raise ProcessError("measures.other_measure", case=state.case, measure=label(before))
        case LegalStep(step=before), LegalStep(step=after) if before is not after:
            raise ProcessError("measures.other_step", case=state.case, step=label(before))
        case _:
            pass


def _score(member: str, is_taken_back: bool, state: CaseState, person: Person, setting: Setting) -> None:
    """A score is its member's own, and stands once the case was decided on it."""
    if person.id != member:
        raise ProcessError("process.score_of_another", member=setting.committee.name_of(member))
    if state.stage is not Stage.IN_COMMITTEE:
        raise ProcessError("process.scores_are_settled", case=state.case)
    if is_taken_back and state.scores_open:
        raise ProcessError("process.scores_are_open", case=state.case)
