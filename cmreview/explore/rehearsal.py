"""Every control of the session's page used once, on a copy of the example: what a smoke test runs (N20)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cmreview.errors import InputError
from cmreview.explore.example import copied
from cmreview.explore.opened import Opened
from cmreview.explore.session import Note, NoteKind, Session
from cmreview.explore.session_view import SessionView, Trouble
from cmreview.explore.widgets import Notice
from cmreview.process.access import JUDGES
from cmreview.process.desk import Desk
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.stages import Stage
from cmreview.words import LANGUAGES

DONE, TOLD, REFUSED = NoteKind.DONE, NoteKind.TOLD, NoteKind.REFUSED


@dataclass(frozen=True, slots=True)
class Step:
    """One use of a control: its name, what is done, where that is told, and what should come of it.

    Where it is told is asked for afterwards: another person at the desk brings new forms.
    """

    name: str
    act: Callable[[], object]
    notice: Callable[[], Notice]
    expected: NoteKind | None


def rehearse(view: SessionView | Trouble) -> str:
    """Use every control once, on a temporary copy of the example's ledger; one sentence comes back.

    In a real session nothing is done. InputError where a control does not do what it should.
    """
    if isinstance(view, Trouble):
        return repr(view)
    example, session = view.opened.example, view.opened.session
    if example is None:
        return session.say("rehearsal.not_here")
    with tempfile.TemporaryDirectory() as folder, Ledger.open(copied(example, Path(folder))) as ledger:
        desk = Desk(ledger, session.desk.setting)
        own = Session(desk, session.review, session.policy, session.person, session.clock, session.lang)
        count = walk(SessionView(Opened(own, example)))
    return session.say("rehearsal.done", steps=count)


def walk(view: SessionView) -> int:
    """Take the steps of a sitting one after the other; returned is how many there were."""
    steps = [*_around(view), *_sitting(view)]
    for step in steps:
        step.act()
        _check(step, step.notice().last)
    return len(steps)


def _check(step: Step, note: Note | None) -> None:
    kind = None if note is None else note.kind
    if kind is not step.expected:
        said = " ".join(note.lines) if note else "—"
        raise InputError("session.not_rehearsed", step=step.name, said=said)


def _around(view: SessionView) -> list[Step]:
    """The controls around the case: language, person, refresh, choice, next and previous."""
    chair, lang = view.page.session.person.id, view.page.session.lang
    other_lang = next(one for one in LANGUAGES if one != lang)
    people = view.page.session.desk.setting.committee.people.values()
    other = next(one.id for one in people if one.id != chair and JUDGES & set(one.roles))

    def around() -> Notice:
        return view.notice

    def choose(value: str, control: str) -> Callable[[], None]:
        return lambda: setattr(getattr(view, control), "value", value)

    return [
        Step("language", choose(other_lang, "language"), around, None),
        Step("language", choose(lang, "language"), around, None),
        Step("refresh", view.refresh.click, around, TOLD),
        Step("next", view.after.click, around, None),
        Step("previous", view.before.click, around, None),
        Step("person", choose(other, "person"), around, TOLD),
        Step("person", choose(chair, "person"), around, TOLD),
        Step("case", lambda: _turn_to_unscored(view), around, None),
    ]


def _sitting(view: SessionView) -> list[Step]:
    """One case from the first sheet to the recusal at its end; what must be refused is tried too."""

    def notice(form: str) -> Callable[[], Notice]:
        return lambda: getattr(view, form).notice

    return [
        Step("odd points", lambda: _score(view, "x"), notice("score"), REFUSED),
        Step("scores", lambda: _score(view, "80.5"), notice("score"), DONE),
        Step("corrected scores", lambda: _score(view, "81"), notice("score"), DONE),
        Step("opening", lambda: view.open.save.click(), notice("open"), DONE),
        Step("no decision chosen", lambda: view.decision.save.click(), notice("decision"), REFUSED),
        Step("decision", lambda: _decide(view), notice("decision"), DONE),
        Step("decision taken back", lambda: _take_back(view), notice("take_back"), DONE),
        Step("recusal without a reason", lambda: view.recusal.save.click(), notice("recusal"), REFUSED),
        Step("recusal", lambda: _recuse(view), lambda: view.notice, DONE),
    ]


def _turn_to_unscored(view: SessionView) -> None:
    person = view.page.session.person.id
    view.chooser.value = next(
        name
        for name in view.page.sight.order
        if name != view.page.case
        and view.page.sight.cases[name].state.stage is Stage.IN_COMMITTEE
        and not view.page.sight.cases[name].state.scores_open
        and view.page.sight.cases[name].state.sheet_of(person) is None
    )


def _score(view: SessionView, points: str) -> None:
    for box in view.score.points.values():
        box.value = points
    view.score.comment.value = "试运行"
    view.score.reason.value = "试运行"
    view.score.save.click()


def _decide(view: SessionView) -> None:
    form = view.decision
    judges = [one.id for one in view.page.session.judges(view.page.case or "")]
    for box in form.present.values():
        box.value = True
    for key, count in zip(form.votes, (len(judges), 0, 0), strict=True):
        form.votes[key].value = str(count)
    form.approved.value = True
    form.decided_on.value = view.page.session.today.isoformat()
    form.reason.value = "试运行"
    form.save.click()


def _take_back(view: SessionView) -> None:
    view.take_back.entry.value = view.take_back.entry.options[0][1]
    view.take_back.reason.value = "试运行"
    view.take_back.save.click()


def _recuse(view: SessionView) -> None:
    view.recusal.member.value = view.page.session.person.id
    view.recusal.reason.value = "试运行"
    view.recusal.save.click()
