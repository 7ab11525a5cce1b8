"""The page over all departments: totals, states, and where each packet lies. It names no people."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from cmreview.packets.job import State
from cmreview.packets.render import written_page
from cmreview.show.figures import Figures
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import Head, pairs, table
from cmreview.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cmreview.packets.prepare import Company
    from cmreview.packets.record import Entry, Left

# Ending of a published file -> the words for its column.
FILES = {".html": "packet", ".xlsx": "appendix", ".pdf": "pdf", ".ipynb": "notebook"}


def index_page(company: Company, entries: Sequence[Entry], lang: str, left: Sequence[Left] = ()) -> str:
    """The page, with what is ``left`` of departments that are no more.

    What a program said of a failure may name people, so it is only linked.
    """
    title = _say("title", lang, year=company.year)
    body = element(
        "div",
        element("p", company.label(lang), class_="company"),
        element("h1", title),
        element("p", say("packet.confidential", lang), class_="confidential"),
        _departments(entries, lang),
        *([_left(left, lang)] if left else []),
        _totals(company, entries, lang),
        class_="index",
    )
    return written_page(title, body, lang)


def _departments(entries: Sequence[Entry], lang: str) -> Html:
    shown = [ending for ending in FILES if any(_file(entry, ending) for entry in entries)]
    figures = Figures(lang)
    heads = [Head(_say("department", lang)), Head(_say("state", lang))]
    heads += [Head(_say(key, lang), True) for key in ("managers", "applicants")]
    heads += [Head(_say(FILES[ending], lang)) for ending in shown]
    heads.append(Head(_say("note", lang)))
    rows: list[tuple[Content, ...]] = [
        (
            entry.department,
            _state(entry, lang),
            figures.count(entry.managers),
            figures.count(entry.applicants),
            *(_link(entry, ending, lang) for ending in shown),
            _note(entry, lang),
        )
        for entry in entries
    ]
    return table(_say("caption", lang), heads, rows, class_="departments")


def _left(left: Sequence[Left], lang: str) -> Html:
    rows: list[tuple[Content, ...]] = [
        (one.department, element("a", one.folder, href=quote(f"{one.folder}/{one.folder}.html")))
        for one in left
    ]
    heads = [Head(say(f"outputs.left.{key}", lang)) for key in ("department", "folder")]
    told = element("p", say("outputs.left.told", lang), class_="left")
    return join((told, table(say("outputs.left.caption", lang), heads, rows, class_="left")))


def _state(entry: Entry, lang: str) -> Html:
    key = "stopped" if entry.is_stopped else entry.state.value
    return element("span", say(f"packet.state.{key}", lang), class_=f"state {entry.state.value}")


def _file(entry: Entry, ending: str) -> str | None:
    return next((name for name, _ in entry.files if name.endswith(ending)), None)


def _link(entry: Entry, ending: str, lang: str) -> Content:
    name = _file(entry, ending)
    if name is None:
        return None
    told = _say(f"open.{FILES[ending]}", lang, department=entry.department)
    return element("a", ending.lstrip(".").upper(), href=quote(f"{entry.folder}/{name}"), aria_label=told)


def _note(entry: Entry, lang: str) -> Content:
    lines: list[Content] = []
    if entry.state is State.FAILED:
        lines.append(_say(f"reason.{entry.reason}", lang))
        lines.append(_say("earlier" if entry.files else "none_kept", lang))
    elif entry.state is State.SKIPPED and not entry.files:
        lines.append(_say("none_kept", lang))
    if entry.warnings:
        lines.append(_say("warnings", lang, count=len(entry.warnings)))
    if entry.kept:
        words = _say("explanation", lang, department=entry.department)
        lines.append(element("a", words, href=quote(f"{entry.kept}.txt")))
    return join((line for line in lines if line), Html("<br>"))


def _totals(company: Company, entries: Sequence[Entry], lang: str) -> Html:
    figures = Figures(lang, company.currency)
    rows: list[tuple[Content, Content]] = [
        (say("packet.cover.edition", lang), company.edition),
        (_say("departments", lang), figures.count(len(entries))),
        (
            _say("with_errors", lang),
            figures.count(sum(entry.findings.get("error", 0) > 0 for entry in entries)),
        ),
        (_say("company_managers", lang), figures.count(sum(entry.managers for entry in entries))),
        (_say("applicants_total", lang), figures.count(sum(entry.applicants for entry in entries))),
        (_say("company_sales", lang), figures.money(company.sales)),
    ]
    rows += [
        (say(f"packet.state.{state.value}", lang), figures.count(_in(entries, state))) for state in State
    ]
    return pairs(_say("totals", lang), rows, across=2)


def _in(entries: Sequence[Entry], state: State) -> int:
    return sum(entry.state is state for entry in entries)


def _say(key: str, lang: str, **values: object) -> str:
    return say(f"packet.index.{key}", lang, **values)
