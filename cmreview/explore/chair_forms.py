"""The chair's forms: scores are opened, and the committee's decision is recorded (Policy 4.3)."""

from __future__ import annotations

import ipywidgets

from cmreview.explore import widgets
from cmreview.explore.entries import DecisionTyped
from cmreview.explore.panel_page import missing_sheets
from cmreview.explore.session import Note, NoteKind
from cmreview.explore.widgets import Kept, Notice, Page, Widget, shown, tried
from cmreview.process.committee import Role
from cmreview.process.events import Kind
from cmreview.process.labels import label
from cmreview.process.stages import Stage
from cmreview.show.html import Html, element, visible

_VOTES = ("in_favour", "against", "abstained")


class OpenForm:
    """The chair opens the scores, told beforehand whose sheets are missing."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.heading, self.notice = widgets.html(), Notice()
        self.save = widgets.button(primary=True)
        self._controls = widgets.form(self.heading, self.save)
        self.box = ipywidgets.VBox([self._controls, self.notice.widget])
        self.save.on_click(self._save)

    def show(self) -> None:
        """Draw the form for the case on the page; hidden where there is nothing to open."""
        page, case = self._page, self._page.shown
        is_open = (
            case is not None
            and page.sight.may_take(Kind.SCORES_OPENED, case.state.case)
            and not case.state.scores_open
        )
        shown(self._controls, is_open)
        if case is None or not is_open:
            return
        self.heading.value = element("h3", page.say("open.heading")) + element(
            "p", missing_sheets(case, page.session)
        )
        self.save.description = page.say("open.save")

    def _save(self, _: Widget) -> None:
        page = self._page
        self.notice.tell(tried(lambda: page.session.open_scores(page.case or ""), page))
        page.refresh()


class DecisionForm:
    """The committee's decision: who is present, votes, yes or no, and why, beside the recommendation."""

    def __init__(self, page: Page) -> None:
        self._page = page
        setting = page.session.desk.setting
        self._members = setting.committee.members(page.session.today)
        self.heading, self.present_heading, self.notice = widgets.html(), widgets.html(), Notice()
        self.present: dict[str, Widget] = {one.id: ipywidgets.Checkbox(indent=False) for one in self._members}
        self.votes: dict[str, Widget] = {key: widgets.text("points") for key in _VOTES}
        self.approved = ipywidgets.RadioButtons(
            options=[("", True), (" ", False)], value=None, style={"description_width": "17em"}
        )
        self.decided_on, self.reason = widgets.text("points"), widgets.textarea()
        self.save = widgets.button(primary=True)
        self._kept = Kept(
            *self.present.values(), *self.votes.values(), self.approved, self.decided_on, self.reason
        )
        present = ipywidgets.Box(list(self.present.values()), layout={"flex_flow": "row wrap"})
        present.add_class("present")
        self._controls = widgets.form(
            self.heading,
            self.present_heading,
            present,
            *self.votes.values(),
            self.approved,
            self.decided_on,
            self.reason,
            self.save,
        )
        self.box = ipywidgets.VBox([self._controls, self.notice.widget])
        self.save.on_click(self._save)

    def show(self) -> None:
        """Draw the form for the case on the page; hidden from who does not lead, and before the opening."""
        page, case = self._page, self._page.shown
        leads = bool({Role.CHAIR, Role.DEPUTY} & set(page.session.person.roles))
        is_open = (
            case is not None
            and leads
            and case.state.case in page.sight.inside
            and case.state.scores_open
            and case.state.stage in (Stage.IN_COMMITTEE, Stage.DECIDED)
        )
        shown(self._controls, is_open)
        if case is None or not is_open:
            return
        is_correction = case.state.stage is Stage.DECIDED
        self.heading.value = self._lead(is_correction)
        self._speak(is_correction)
        may_judge = {one.id for one in page.session.judges(case.state.case)}
        for member in self._members:
            shown(self.present[member.id], member.id in may_judge)
        nobody, no_votes = (False,) * len(self.present), ("",) * len(self.votes)
        today = page.session.today.isoformat()
        self._kept.turn_to(case.state.case, (*nobody, *no_votes, None, today, ""))

    def _lead(self, is_correction: bool) -> Html:
        page = self._page
        case = page.shown
        advised = "" if case is None else label(case.advice.recommendation)(page.session.lang)
        key = "decide.correction" if is_correction else "decide.heading"
        heading = element("h3", page.say(key))
        return Html(heading + element("p", page.say("decide.advised", advice=advised)))

    def _speak(self, is_correction: bool) -> None:
        page = self._page
        self.present_heading.value = element("p", element("strong", page.say("decide.present")))
        for member in self._members:
            named = page.say("person", name=member.name, id=member.id)
            self.present[member.id].description = visible(named)
        for key, box in self.votes.items():
            box.description = page.say(f"decide.{key}")
        chosen = self.approved.value
        yes_no = [(page.say("decide.approve"), True), (page.say("decide.decline"), False)]
        if tuple(self.approved.options) != tuple(yes_no):
            self.approved.options = yes_no
            self.approved.value = chosen
        self.approved.description = page.say("decide.decision")
        self.decided_on.description = page.say("decide.day")
        key = "decide.reason_correction" if is_correction else "decide.reason"
        self.reason.description = page.say(key)
        self.save.description = page.say("decide.correct" if is_correction else "decide.save")

    def typed(self) -> DecisionTyped:
        """The decision as it stands in the form; who may not judge the case is never among those present."""
        page = self._page
        may_judge = {one.id for one in page.session.judges(page.case or "")}
        present = tuple(who for who, box in self.present.items() if box.value and who in may_judge)
        in_favour, against, abstained = (box.value for box in self.votes.values())
        votes = (in_favour, against, abstained)
        return DecisionTyped(self.approved.value, present, votes, self.decided_on.value, self.reason.value)

    def _save(self, _: Widget) -> None:
        page = self._page

        def step() -> Note:
            return page.session.decide(page.case or "", self.typed())

        self.notice.tell(tried(step, page))
        if self.notice.last and self.notice.last.kind is NoteKind.DONE:
            self._kept.recorded()
        page.refresh()
