"""The first scenes: applications, the departments' reviews, referral to the committee (Policy 4.1, 4.2)."""

from __future__ import annotations

from datetime import date

from cmreview.process.events import (
    Admitted,
    Applied,
    Completed,
    Draft,
    Recused,
    Referred,
    ReviewDecision,
    Reviewed,
    Voided,
    Withdrawn,
    case_id,
)
from cmreview.process.stages import Stage
from cmreview.review.example_process import story
from cmreview.review.example_process.play import Play
from cmreview.review.model import Application, Case


def take_in(play: Play) -> None:
    """What departments handed in is taken in on a few days, the reviews by each department's reviewer."""
    before = date.min
    for day in story.TAKEN_IN:
        _applications(play, before, day)
        _reviews(play, before, day)
        if day < story.COMPLETED_ON <= _next(day):
            _completions(play)
        before = day
    _second_reviews(play)


def refer(play: Play) -> None:
    """What passed goes to the committee; some are taken back, one of them by mistake for a namesake."""
    day = story.REFERRED_ON
    held_back = play.case(story.HELD_BACK)
    passed = [state.case for state in play.at(Stage.REVIEWED) if state.case != held_back]
    play.course.take(day, "16:00", [play.by_secretary(day, case, Referred()) for case in passed])
    _late_on_paper(play)
    for key, (day, reason) in story.WITHDRAWN_EARLY.items():
        play.course.take(day, "09:40", [play.by_secretary(day, play.case(key), Withdrawn(day), reason)])
    _namesakes(play)
    _recusals(play)


def _next(day: date) -> date:
    later = [one for one in story.TAKEN_IN if one > day]
    return later[0] if later else date.max


def _applications(play: Play, before: date, day: date) -> None:
    found = [
        (case, case.application)
        for case in play.review.cases
        if case.application is not None and before < case.application.applied_on <= day
    ]
    drafts = [
        play.by_secretary(day, case_id(play.policy.year, case.person.manager_id), _applied(case, application))
        for case, application in found
    ]
    play.course.take(day, "09:10", drafts)
    for key, reason in story.ADMITTED.items():
        if play.course.state(play.case(key)).stage is Stage.AWAITING_ADMISSION:
            play.course.take(day, "09:40", [play.by_secretary(day, play.case(key), Admitted(), reason)])


def _applied(case: Case, application: Application) -> Applied:
    return Applied(
        name=case.person.name,
        department=case.person.department,
        level=case.person.level,
        target_level=application.target_level,
        applied_on=application.applied_on,
        evidence=application.evidence,
    )


def _reviews(play: Play, before: date, day: date) -> None:
    """Each department's reviews up to the day; one returned is handed in again before it passes."""
    completed = {play.case(key): added for key, added in story.COMPLETED.items()}
    by_department: dict[str, list[Draft]] = {}
    for case, state in play.course.states().items():
        if state.application is None or state.stage not in (Stage.APPLIED, Stage.RETURNED):
            continue
        department = state.application.department
        actor = play.reviewer(department, day)
        stage: Stage = state.stage
        for review in play.reviews.get(state.manager_id, ()):
            if review in state.reviews or review.reviewed_on > day:
                continue
            own = by_department.setdefault(department, [])
            if stage is Stage.RETURNED:
                own.append(Draft(case, Completed(review.reviewed_on, completed.get(case, ())), actor))
            own.append(Draft(case, review, actor))
            stage = Stage.RETURNED if review.decision is ReviewDecision.RETURNED else Stage.REVIEWED
    for number, (_, drafts) in enumerate(sorted(by_department.items())):
        play.course.take(day, f"{10 + number // 6:02}:{number % 6}5", drafts)


def _completions(play: Play) -> None:
    day = story.COMPLETED_ON
    drafts = []
    for key, added in story.COMPLETED.items():
        state = play.course.state(play.case(key))
        if state.stage is Stage.RETURNED and state.application is not None:
            actor = play.reviewer(state.application.department, day)
            drafts.append(Draft(state.case, Completed(day, added), actor))
    play.course.take(day, "14:20", drafts)


def _second_reviews(play: Play) -> None:
    """Reviews after the completion: the departments' workbooks were handed in before it."""
    day = story.TAKEN_IN[-1]
    for key, opinion in story.PASSED_LATER.items():
        state = play.course.state(play.case(key))
        if state.stage is Stage.APPLIED and state.application is not None:
            actor = play.reviewer(state.application.department, day)
            review = Reviewed(ReviewDecision.PASSED, opinion, play.committee.name_of(actor), day)
            play.course.take(day, "15:10", [Draft(state.case, review, actor)])


def _late_on_paper(play: Play) -> None:
    day, _ = story.WITHDRAWN_EARLY[story.ON_PAPER]
    person = next(
        one.person for one in play.review.cases if one.person.manager_id == play.who[story.ON_PAPER]
    )
    application = Applied(
        person.name, person.department, person.level, story.ON_PAPER_TARGET, day, (story.ON_PAPER_EVIDENCE,)
    )
    play.course.take(day, "09:20", [play.by_secretary(day, play.case(story.ON_PAPER), application)])


def _namesakes(play: Play) -> None:
    day = story.NAMESAKES_ON
    wrong, right = (play.case(key) for key in story.WITHDRAWN_BY_MISTAKE)
    withdrawn = Withdrawn(day)
    (number,) = play.course.take(
        day, "10:30", [play.by_secretary(day, wrong, withdrawn, story.NAMESAKE_REASON)]
    )
    undone = play.by_secretary(day, wrong, Voided(number), story.MISTAKE_REASON)
    meant = play.by_secretary(day, right, withdrawn, story.NAMESAKE_REASON)
    play.course.take(day, "10:50", [undone, meant])


def _recusals(play: Play) -> None:
    day = story.NAMESAKES_ON
    drafts = [
        Draft(play.case(key), Recused(play.person(member, day)), play.person(actor, day), reason)
        for key, member, actor, reason in story.RECUSED
    ]
    for number, draft in enumerate(drafts):
        play.course.take(day, f"11:{number}5", [draft])
