"""The page of a committee's session: agenda, one case at a time, and the forms of whoever sits at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets

from cmreview.errors import CmreviewError
from cmreview.explore import pages, panel_page, widgets
from cmreview.explore.chair_forms import DecisionForm, OpenForm
from cmreview.explore.forms import RecusalForm, ScoreForm, TakeBackForm
from cmreview.explore.opened import Opened, as_person
from cmreview.explore.session import Note, NoteKind
from cmreview.explore.widgets import Notice, Page, Widget, set_choices, shown, tried
from cmreview.show.html import Html, element, visible
from cmreview.words import LANGUAGES, say


class Trouble:
    """What the page says where a session can't be opened."""

    def __init__(self, error: CmreviewError, lang: str) -> None:
        self._note = Note(NoteKind.REFUSED, (error.what(lang), error.mend(lang)))

    def __repr__(self) -> str:
        return "\n".join(self._note.lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        body = element("div", pages.look(), pages.note(self._note), class_="cmreview")
        return {"text/html": str(body), "text/plain": repr(self)}


class SessionView:
    """The session's page. ``widget`` is what a notebook displays; everything on it can be reached by keys."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        session = opened.session
        sight = session.look()
        order = sight.order
        self.page = Page(session, sight, order[0] if order else None, self._refresh)
        self.notice = Notice()
        self.language, self.person = widgets.dropdown(), widgets.dropdown()
        self.refresh, self.chooser = widgets.button(), widgets.dropdown()
        self.before, self.after = widgets.button(), widgets.button()
        self._head, self._agenda, self._summary = widgets.html(), widgets.html(), widgets.html()
        self._scores, self._documents, self._timeline = widgets.html(), widgets.html(), widgets.html()
        self._place = widgets.html()
        self._forms_box = ipywidgets.VBox()
        self._is_drawing = False  # new choices put a value of their own for a moment: nobody chose it
        self._make_forms()
        self.widget: Widget = ipywidgets.VBox(list(self._parts()))
        self.widget.add_class("cmreview")
        self._draw()
        self.refresh.on_click(self._news)
        self.before.on_click(lambda _: self._turn(-1))
        self.after.on_click(lambda _: self._turn(1))
        self.chooser.observe(self._chosen, "value")
        self.language.observe(self._spoken, "value")
        self.person.observe(self._seated, "value")

    def __repr__(self) -> str:
        return f"<{self.page.session.person.id} · {self.page.session.desk.year} · {self.page.session.lang}>"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_(**options)
        return bundle

    def _parts(self) -> Iterator[Widget]:
        yield widgets.html(pages.look())
        yield self._head
        yield self._place
        yield ipywidgets.VBox([self.language, self.person])
        yield self.refresh
        yield self.notice.widget
        yield self._agenda
        yield self.chooser
        yield ipywidgets.HBox([self.before, self.after])
        yield self._forms_box

    def _make_forms(self) -> None:
        """The forms of whoever sits here, in the order in which a case is taken."""
        page = self.page
        self.score, self.open, self.decision = ScoreForm(page), OpenForm(page), DecisionForm(page)
        self.recusal, self.take_back = RecusalForm(page, self.notice), TakeBackForm(page)
        self._forms = (self.score, self.open, self.decision, self.recusal, self.take_back)
        self._forms_box.children = (
            self._summary,
            self._documents,
            self.score.box,
            self.open.box,
            self._scores,
            self.decision.box,
            self.recusal.box,
            self.take_back.box,
            self._timeline,
        )

    def _draw(self) -> None:
        self._is_drawing = True
        try:
            self._draw_all()
        finally:
            self._is_drawing = False

    def _draw_all(self) -> None:
        page = self.page
        session, sight, case = page.session, page.sight, page.shown
        self._head.value = pages.heading(session, sight)
        self._place.value = self._where()
        self._agenda.value = pages.agenda(session, sight) + pages.others(session, sight)
        self.refresh.description = page.say("button.refresh")
        self.before.description, self.after.description = page.say("button.before"), page.say("button.after")
        self._draw_choices()
        self._summary.value = pages.case_summary(case, sight, session) if case else self._no_case()
        self._documents.value = pages.documents(case, session) if case else ""
        self._scores.value = panel_page.scores(case, sight, session) if case else ""
        self._timeline.value = pages.proceedings(case, sight, session) if case else ""
        for form in self._forms:
            form.show()

    def _draw_choices(self) -> None:
        page = self.page
        waiting = len(page.sight.agenda)
        choices = [
            (
                visible(pages.choice(page.sight.cases[case], n if n <= waiting else None, page.session)),
                case,
            )
            for n, case in enumerate(page.sight.order, start=1)
        ]
        self.chooser.description = page.say("choose.case")
        set_choices(self.chooser, choices, page.case)
        self.language.description = say("session.choose.language", page.session.lang)
        languages = [(say("session.choose.this_language", lang), lang) for lang in LANGUAGES]
        set_choices(self.language, languages, page.session.lang)
        people = page.session.desk.setting.committee.people
        named = [(page.say("person", name=one.name, id=one.id), one.id) for one in people.values()]
        self.person.description = page.say("choose.person")
        set_choices(self.person, named, page.session.person.id)
        shown(self.person, self.opened.example is not None)

    def _where(self) -> Html:
        page, example = self.page, self.opened.example
        if example is None:
            return element("p", page.say("place.ledger", place=page.session.desk.ledger.place), class_="note")
        key = "place.example" if example.stays else "place.passing"
        return element("p", page.say(key), class_="note")

    def _no_case(self) -> Html:
        return element("p", self.page.say("case.none"))

    def _refresh(self) -> None:
        """Look again and draw anew; a case that the person may not see any more gives way to the next."""
        page = self.page
        order = page.sight.order
        page.sight = page.session.look()
        if page.case not in page.sight.cases:
            after = order[order.index(page.case) :] if page.case in order else ()
            left = [case for case in (*after, *page.sight.order) if case in page.sight.cases]
            page.case = left[0] if left else None
        self._draw()

    def _news(self, _: Widget) -> None:
        def step() -> Note:
            before = self.page.sight
            self._refresh()
            return self.page.session.news(before, self.page.sight)

        self.notice.tell(tried(step, self.page))

    def _turn(self, by: int) -> None:
        order = self.page.sight.order
        if self.page.case in order:
            self.chooser.value = order[(order.index(self.page.case) + by) % len(order)]

    def _chosen(self, change: dict[str, Any]) -> None:
        case = change["new"]
        if self._is_drawing or case is None or case == self.page.case:
            return
        self.page.case = case
        for place in (self.notice, *(form.notice for form in self._forms)):
            place.tell(None)
        self._drawn()

    def _spoken(self, change: dict[str, Any]) -> None:
        lang = change["new"]
        if not self._is_drawing and lang is not None and lang != self.page.session.lang:
            self.page.session.lang = lang
            self._drawn()

    def _seated(self, change: dict[str, Any]) -> None:
        person = change["new"]
        if self._is_drawing or person is None or person == self.page.session.person.id:
            return

        def step() -> Note:
            self.opened = as_person(self.opened, person)
            self.page.session = self.opened.session
            self.page.sight = self.page.session.look()
            order = self.page.sight.order
            self.page.case = order[0] if order else None
            self._make_forms()
            self._draw()
            return Note(NoteKind.TOLD, (self.page.say("note.seated", name=self.page.session.person.name),))

        self.notice.tell(tried(step, self.page))

    def _drawn(self) -> None:
        def step() -> Note:
            self._draw()
            return Note(NoteKind.DONE, ())

        note = tried(step, self.page)
        if note.kind is not NoteKind.DONE:
            self.notice.tell(note)
