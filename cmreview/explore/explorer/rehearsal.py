"""Every control of the explorer used once on the example: what a smoke test runs (N20)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

from cmreview.errors import InputError
from cmreview.explore.explorer import names_seen
from cmreview.explore.explorer.board import View
from cmreview.explore.explorer.exploration import Exploration
from cmreview.explore.explorer.view import ExplorerView
from cmreview.explore.session import NoteKind
from cmreview.explore.session_view import Trouble
from cmreview.review.explorer.changes import Part
from cmreview.review.explorer.prepared import open_explorer

Step = tuple[str, Callable[[], object], Callable[[], bool]]


def rehearse(view: ExplorerView | Trouble) -> str:
    """Use every control once, on a temporary copy of the example; one sentence comes back.

    On real data nothing is done. InputError where a control does not do what it should.
    """
    if isinstance(view, Trouble):
        return repr(view)
    board = view.board
    if not board.opened.is_example:
        return board.say("rehearsal.not_here")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(copyfile(board.opened.file, Path(folder) / board.opened.file.name))
        look = Exploration(open_explorer(copy), lang=board.exploration.lang)
        own = ExplorerView(replace(board.opened, exploration=look, file=copy))
        count = walk(own)
    return board.say("rehearsal.done", steps=count)


def walk(view: ExplorerView) -> int:
    """Take the steps one after the other; returned is how many there were."""
    steps = [*_filters(view), *_views(view), *_trying_out(view), *_replayed(view), *_after(view)]
    for name, act, is_right in steps:
        act()
        note = view.board.notice.last
        failed = note is not None and note.kind is NoteKind.FAILED
        if failed or not is_right():
            raise InputError("explorer.not_rehearsed", step=name, said=" ".join(note.lines) if note else "—")
    return len(steps)


def _filters(view: ExplorerView) -> list[Step]:
    boxes, look = view.filters, view.board.exploration
    people = look.table.people
    department, level = str(people.departments[0]), look.policy.levels[0].id

    def chose(box: str, value: object) -> Callable[[], None]:
        return lambda: setattr(getattr(boxes, box), "value", value)

    def fewer() -> bool:
        return 0 <= look.chosen().count < look.chosen().total

    return [
        ("department", chose("department", department), lambda: look.asked.departments == {department}),
        ("level", chose("level", level), lambda: look.asked.levels == {level}),
        ("result", chose("result", "eligible"), lambda: len(look.asked.results) == 1),
        ("clear", boxes.clear.click, lambda: not look.asked.departments),
        ("stage", chose("stage", "in_committee"), lambda: look.asked.stages == {"in_committee"}),
        ("text", chose("text", str(people.ids[0])), lambda: look.asked.text != "" and fewer()),
        ("clear again", boxes.clear.click, lambda: boxes.text.value == ""),
        ("everybody", chose("applicants", False), lambda: look.chosen().count == look.chosen().total),
        ("hidden names", chose("hides", True), lambda: look.teller.numbers is not None),
        ("names", chose("hides", False), lambda: look.teller.numbers is None),
        ("applicants", chose("applicants", True), fewer),
    ]


def _views(view: ExplorerView) -> list[Step]:
    cases, line, ranking = view.cases, view.line, view.ranking

    def turned_to(each: View) -> Callable[[], None]:
        return lambda: view.show(each)

    found: list[Step] = [(each.key, turned_to(each), lambda: _is_fresh(view)) for each in view.views]
    found += [
        ("cases", lambda: view.show(cases), lambda: _is_fresh(view)),
        ("next page", cases.pager.after.click, lambda: True),
        ("previous page", cases.pager.before.click, lambda: True),
        (
            "a case",
            lambda: setattr(cases.chooser, "value", cases.chooser.options[1][1]),
            lambda: "<h3" in cases._case.value,
        ),
        (
            "a figure",
            lambda: setattr(cases.indicator, "value", cases.indicator.options[-1][1]),
            lambda: bool(cases._rows.value),
        ),
        ("line", lambda: view.show(line), lambda: _is_fresh(view)),
        (
            "a criterion",
            lambda: setattr(line.criterion, "value", line.criterion.options[-1][1]),
            lambda: line.criterion.options[-1][1] in line._body.value,
        ),
        ("back-test", lambda: view.show(view.back_test), lambda: _is_fresh(view)),
        (
            "by department",
            lambda: setattr(view.back_test.departments, "value", True),
            lambda: "<table" in view.back_test._body.value,
        ),
        ("ranking", lambda: view.show(ranking), lambda: _is_fresh(view)),
        (
            "a level",
            lambda: setattr(ranking.level, "value", ranking.level.options[-1][1]),
            lambda: bool(ranking._body.value),
        ),
        ("compare", lambda: view.show(view.compare), lambda: len(view.compare.rows()) > 1),
        ("nobody", lambda: setattr(view.compare.who, "value", "?"), lambda: _refused(view)),
        (
            "two",
            lambda: setattr(view.compare.who, "value", _two(view)),
            lambda: len(view.compare.rows()) == 2 and not _refused(view),
        ),
    ]
    return found


def _trying_out(view: ExplorerView) -> list[Step]:
    tab, look = view.what_if, view.board.exploration
    policy = look.policy
    sales = next(each.id for each in reversed(policy.criteria) if each.indicator == "sales")
    level = policy.criterion(sales).level

    def typed(text: str) -> Callable[[], None]:
        return lambda: setattr(tab.box(Part.THRESHOLD, sales).box, "value", text)

    def slid() -> None:
        slider = tab.box(Part.THRESHOLD, sales).slider
        if slider is not None:
            slider.value = slider.min

    return [
        ("what-if", lambda: view.show(tab), lambda: _is_fresh(view)),
        ("definitions", lambda: tab.show("definitions"), lambda: bool(tab._section_box.children)),
        ("weights", lambda: tab.show(f"{level} weights"), lambda: bool(tab._section_box.children)),
        ("thresholds", lambda: tab.show(level), lambda: bool(tab._section_box.children)),
        ("names of nothing", tab.ask.click, lambda: _refused(view)),
        ("no number", typed("x"), lambda: _refused(view)),
        ("a threshold", typed("1"), lambda: look.is_changed and "→" in view._totals.value),
        ("a slider", slid, lambda: tab.box(Part.THRESHOLD, sales).typed == "0"),
        ("no reason", tab.ask.click, lambda: _refused(view)),
        ("reason", lambda: setattr(tab.reason, "value", "试运行"), lambda: True),
        ("who", lambda: setattr(tab.who, "value", "试运行"), lambda: True),
        ("names", tab.ask.click, lambda: names_seen.place_of(view.board.opened.file).is_file()),
        ("draft", tab.write.click, lambda: (view.board.opened.file.parent / tab.folder.value).is_dir()),
        ("reset", tab.reset.click, lambda: not look.is_changed),
    ]


def _replayed(view: ExplorerView) -> list[Step]:
    tab, look = view.replay, view.board.exploration
    rows = look.explorer.records.tables["contracts"]
    first = rows.iloc[0]
    manager, contract = str(first["manager_id"]), str(first["contract_id"])

    def filled(text: str) -> Callable[[], None]:
        def fill() -> None:
            tab.who.value, tab.row.value = manager, f"{contract},{manager}"
            tab.column.value, tab.value.value = "amount", text
            tab.run.click()

        return fill

    def is_kept(whose: str) -> bool:
        return any(view.board.opened.file.parent.glob(f"*.appeal-*.{whose}-*.json"))

    return [
        ("ranked", lambda: view.show(view.ranking), lambda: _is_fresh(view)),
        ("sampling", view.ranking.sample.click, lambda: "<table" in view.ranking._weights.value),
        ("replay", lambda: view.show(tab), lambda: _is_fresh(view)),
        (
            "another table",
            lambda: setattr(tab.table, "value", "surveys"),
            lambda: tab.column.value == "score",
        ),
        ("table", lambda: setattr(tab.table, "value", "contracts"), lambda: bool(tab.row.placeholder)),
        ("no amount", filled("x"), lambda: _refused(view) and tab.found is None),
        ("an amount", filled("1"), lambda: tab.found is not None and "<h2" in tab._body.value),
        ("exhibit", tab.keep.click, lambda: is_kept("appellant")),
        ("whole exhibit", tab.keep_whole.click, lambda: is_kept("committee")),
        ("a value instead", lambda: setattr(tab.kind, "value", "policy"), lambda: tab.box is not None),
        ("its own value", tab.run.click, lambda: _refused(view) and tab.found is None),
        (
            "a cell again",
            lambda: setattr(tab.kind, "value", "cell"),
            lambda: tab.row.layout.display != "none",
        ),
    ]


def _after(view: ExplorerView) -> list[Step]:
    look = view.board.exploration
    before = look.lang
    other = next(one for _, one in view.language.options if one != before)
    return [
        ("language", lambda: setattr(view.language, "value", other), lambda: look.lang == other),
        ("language back", lambda: setattr(view.language, "value", before), lambda: look.lang == before),
    ]


def _is_fresh(view: ExplorerView) -> bool:
    return view.visible.key not in view.stale and not _refused(view)


def _refused(view: ExplorerView) -> bool:
    note = view.board.notice.last
    return note is not None and note.kind is NoteKind.REFUSED


def _two(view: ExplorerView) -> str:
    people = view.board.exploration.table.people
    rows = [row for row in range(len(people)) if people.is_applicant[row]][:2]
    return ",".join(str(people.ids[row]) for row in rows)
