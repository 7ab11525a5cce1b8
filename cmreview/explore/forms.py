"""The member's forms: the own score sheet, recusal, and entries made by mistake (Policy 1.3.a, 4.3)."""

from __future__ import annotations

from cmreview.explore import widgets
from cmreview.explore.session import Note, NoteKind
from cmreview.explore.widgets import Kept, Notice, Page, Widget, set_choices, shown, tried
from cmreview.process.committee import Role
from cmreview.process.events import Kind
from cmreview.process.labels import label
from cmreview.show.figures import number
from cmreview.show.html import element, visible


class ScoreForm:
    """The own score sheet of the case: a labelled box an item, a comment, recorded at once."""

    def __init__(self, page: Page) -> None:
        self._page = page
        items = page.session.desk.setting.rules.items
        self.heading, self.notice = widgets.html(), Notice()
        self.points: dict[str, Widget] = {item.id: widgets.text("points") for item in items}
        self.comment, self.reason = widgets.textarea(), widgets.textarea()
        self.save = widgets.button(primary=True)
        self._kept = Kept(*self.points.values(), self.comment, self.reason)
        self.box = widgets.form(
            self.heading, *self.points.values(), self.comment, self.reason, self.save, self.notice.widget
        )
        self.save.on_click(self._save)

    def show(self) -> None:
        """Draw the form for the case on the page; hidden where the person may not score it."""
        page, case = self._page, self._page.shown
        is_open = case is not None and page.sight.may_take(Kind.SCORED, case.state.case)
        shown(self.box, is_open)
        if case is None or not is_open:
            return
        rules = page.session.desk.setting.rules
        own = case.state.sheet_of(page.session.person.id)
        given = {} if own is None else {score.item: score.points for score in own[1].scores}
        lowest, highest = rules.scale or (None, None)
        for item in rules.items:
            self.points[item.id].description = page.say(
                "score.item",
                item=item.label(page.session.lang),
                weight=number(item.weight * 100),
                lowest=lowest,
                highest=highest,
            )
        lead = page.say("score.none") if own is None else page.say("score.recorded", number=own[0])
        blank = page.say("score.open" if case.state.scores_open else "score.closed")
        note = element("p", lead, " ", blank, class_="note")
        self.heading.value = element("h3", page.say("score.heading")) + note
        self.comment.description = page.say("score.comment")
        self.reason.description = page.say("score.reason")
        shown(self.reason, own is not None)
        self.save.description = page.say("score.save" if own is None else "score.correct")
        marks = [given.get(item.id) for item in rules.items]
        texts = tuple("" if mark is None else str(mark) for mark in marks)
        self._kept.turn_to(case.state.case, (*texts, (own and own[1].comment) or "", ""))

    def _save(self, _: Widget) -> None:
        page = self._page
        typed = {item: box.value for item, box in self.points.items()}

        def step() -> Note:
            return page.session.score(page.case or "", typed, self.comment.value, self.reason.value)

        self.notice.tell(tried(step, page))
        if self.notice.last and self.notice.last.kind is NoteKind.DONE:
            self._kept.recorded()
        page.refresh()


class RecusalForm:
    """A recusal with its reason: the own one, and for chair and secretaries that of any member."""

    def __init__(self, page: Page, gone: Notice) -> None:
        self._page, self._gone = page, gone
        self.heading, self.notice = widgets.html(), Notice()
        self.member, self.reason, self.save = widgets.dropdown(), widgets.textarea(), widgets.button()
        self._kept = Kept(self.reason)
        self.box = widgets.form(self.heading, self.member, self.reason, self.save, self.notice.widget)
        self.save.on_click(self._save)

    def show(self) -> None:
        """Draw the form for the case on the page."""
        page, case = self._page, self._page.shown
        is_open = case is not None and page.sight.may_take(Kind.RECUSED, case.state.case)
        shown(self.box, is_open)
        if case is None or not is_open:
            return
        person = page.session.person
        names_others = bool({Role.CHAIR, Role.DEPUTY, Role.SECRETARY} & set(person.roles))
        members = page.session.judges(case.state.case) if names_others else (person,)
        choices = [(page.say("person", name=one.name, id=one.id), one.id) for one in members]
        self.heading.value = element("h3", page.say("recuse.heading")) + element(
            "p", page.say("recuse.note"), class_="note"
        )
        self.member.description = page.say("recuse.member")
        set_choices(self.member, choices, self.member.value or person.id)
        shown(self.member, names_others)
        self.reason.description = page.say("recuse.reason")
        self.save.description = page.say("recuse.save")
        self._kept.turn_to(case.state.case, ("",))

    def _save(self, _: Widget) -> None:
        page = self._page
        case, member = page.case or "", self.member.value or page.session.person.id
        note = tried(lambda: page.session.recuse(case, member, self.reason.value), page)
        if note.kind is NoteKind.DONE:
            self._kept.recorded()
        page.refresh()
        has_gone = page.case != case  # the case is hidden now from who is recused from it
        self.notice.tell(None if has_gone else note)
        self._gone.tell(note if has_gone else None)


class TakeBackForm:
    """An entry that was made by mistake is taken back, with a reason; it stays readable."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.heading, self.notice = widgets.html(), Notice()
        self.entry, self.reason, self.save = widgets.dropdown(), widgets.textarea(), widgets.button()
        self._kept = Kept(self.reason)
        self.box = widgets.form(self.heading, self.entry, self.reason, self.save, self.notice.widget)
        self.save.on_click(self._save)

    def show(self) -> None:
        """Draw the form for the case on the page; hidden where the person has nothing to take back."""
        page, case = self._page, self._page.shown
        history = () if case is None else page.sight.histories[case.state.case]
        entries = () if case is None else page.session.may_take_back(case.state.case, history)
        shown(self.box, bool(entries))
        if case is None or not entries:
            return
        self.heading.value = element("h3", page.say("take_back.heading")) + element(
            "p", page.say("take_back.note"), class_="note"
        )
        choices = [
            (
                visible(
                    page.say(
                        "take_back.entry",
                        number=event.number,
                        kind=label(event.kind)(page.session.lang),
                        who=page.session.desk.setting.committee.name_of(event.actor),
                    )
                ),
                event.number,
            )
            for event in reversed(entries)
        ]
        self.entry.description = page.say("take_back.which")
        set_choices(self.entry, choices, self.entry.value)
        self.reason.description = page.say("take_back.reason")
        self.save.description = page.say("take_back.save")
        self._kept.turn_to(case.state.case, ("",))

    def _save(self, _: Widget) -> None:
        page = self._page
        if self.entry.value is None:
            self.notice.tell(Note(NoteKind.REFUSED, (page.say("take_back.none"),)))
            return
        number_, case = self.entry.value, page.case or ""
        self.notice.tell(tried(lambda: page.session.take_back(case, number_, self.reason.value), page))
        if self.notice.last and self.notice.last.kind is NoteKind.DONE:
            self._kept.recorded()
        page.refresh()
