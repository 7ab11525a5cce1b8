"""Feedback letters written one by one; a run that was cut short goes on where it stopped (Policy 7.3).

What was written stands in ``letters.json`` beside the letters, with a hash of what each one says. A letter
that says the same is not written again; a file that somebody edited is not written over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from cmreview import __version__
from cmreview.errors import FileError
from cmreview.packets.render import LANG_TAGS, LOOK, TEMPLATES, style
from cmreview.records.writing import names_to_disk, write_whole
from cmreview.review.model import YearFigures
from cmreview.show.feedback.page import feedback_page, page_title
from cmreview.show.figures import Figures
from cmreview.show.papers.documents import Form
from cmreview.show.papers.feedback_shapes import Feedback
from cmreview.words import say

STATE = "letters.json"
ENDINGS = (".docx", ".html")
_FORMAT = 1
_CHUNK = 4  # letters that a worker is given at once


class Written(StrEnum):
    """What became of one letter."""

    MADE = "made"
    SAME = "same"  # it says what the one that is there says
    KEPT = "kept"  # somebody edited the one that is there


@dataclass(frozen=True, slots=True)
class Letter:
    """One person's letter: the name of its files without an ending, what it says, the years of its chart."""

    stem: str
    paper: Feedback
    years: tuple[YearFigures, ...]

    @property
    def manager_id(self) -> str:
        """Whose it is."""
        return self.paper.manager_id


@dataclass(frozen=True)
class Batch:
    """What is to be written where; ``template`` None is the one that is shipped.

    ``replace`` also writes over what somebody edited, ``resume`` False writes everything anew. A letter
    under another day that says the same stays, unless the day was asked for (``is_day_given``).
    """

    letters: Sequence[Letter]
    folder: Path
    figures: Figures
    template: Path | None = None
    resume: bool = True
    replace: bool = False
    jobs: int = 1
    is_day_given: bool = False
    is_whole: bool = True  # of the company, not of a part that was asked for


@dataclass
class State:
    """What ``letters.json`` knows: the day that the letters bear, and what was written of whom.

    ``finished`` is False from a run's beginning to its end: whoever finds it so goes on under its day.
    """

    dated: date
    finished: bool = False
    letters: dict[str, dict[str, Any]] = field(default_factory=dict)

    def store(self, folder: Path) -> None:
        """Write it whole."""
        held = {
            "format": _FORMAT,
            "dated": self.dated.isoformat(),
            "finished": self.finished,
            "letters": self.letters,
        }
        text = json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True)
        write_whole(folder / STATE, (text + "\n").encode("utf-8"), one_of_many=True)


def stored(folder: Path) -> State | None:
    """What an earlier run left in ``folder``, None where there was none.

    Raises FileError where the file is not one that a run wrote.
    """
    path = folder / STATE
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise FileError("letters.bad_state", file=path) from error
    try:
        if held["format"] != _FORMAT:
            raise ValueError(held["format"])
        letters = {str(key): dict(one, files=dict(one["files"])) for key, one in held["letters"].items()}
        return State(date.fromisoformat(held["dated"]), bool(held["finished"]), letters)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileError("letters.bad_state", file=path) from error


def day_of(folder: Path, given: date | None, today: date) -> date:
    """The day that letters bear: the one given, that of a run that was cut short, else today."""
    if given is not None:
        return given
    before = stored(folder)
    return today if before is None or before.finished else before.dated


def write_letters(batch: Batch, dated: date, watch: Callable[[Letter, Written], None]) -> State:
    """Write the letters of a batch, each file whole or not at all; ``watch`` is told of each.

    The state is written after each letter, so nothing is lost to whoever stops the run. Raises FileError
    where the template or a place can't be used; the template is checked before anything is written.
    """
    form = Form(Feedback, batch.template, batch.figures.lang)
    rest = _rest(form, batch.figures)
    state = stored(batch.folder) or State(dated)
    state = State(dated, False, dict(state.letters))
    state.store(batch.folder)
    due = []
    for letter in batch.letters:
        if batch.resume and _stands(letter, state, batch, rest):
            watch(letter, Written.SAME)
        else:
            due.append(letter)
    for letter, made in _made(due, form, batch):
        known = state.letters.get(letter.manager_id, {}).get("files", {})
        files = {f"{letter.stem}{ending}": data for ending, data in zip(ENDINGS, made, strict=True)}
        hashes = {name: sha256(data).hexdigest() for name, data in files.items()}
        if not batch.replace and any(
            _is_edited(batch.folder / name, {known.get(name), hashes[name]}) for name in files
        ):
            watch(letter, Written.KEPT)
            continue
        for name, data in files.items():
            write_whole(batch.folder / name, data, one_of_many=True)
        content = _content(letter, rest)
        state.letters[letter.manager_id] = {
            "content": content,
            "dated": letter.paper.dated.isoformat(),
            "files": hashes,
        }
        state.store(batch.folder)
        watch(letter, Written.MADE)
    state.finished = True
    state.store(batch.folder)
    names_to_disk(batch.folder)
    return state


def _stands(letter: Letter, state: State, batch: Batch, rest: str) -> bool:
    """Whether the letter that is there says what this one would."""
    before = state.letters.get(letter.manager_id)
    if before is None or before.get("content") != _content(letter, rest):
        return False
    if batch.is_day_given and before["dated"] != letter.paper.dated.isoformat():
        return False
    names = {f"{letter.stem}{ending}" for ending in ENDINGS}
    return set(before["files"]) == names and all((batch.folder / name).is_file() for name in names)


def _is_edited(path: Path, ours: set[str | None]) -> bool:
    """Whether a file is there that no run wrote."""
    if not path.is_file():
        return False
    return sha256(path.read_bytes()).hexdigest() not in ours


def _rest(form: Form, figures: Figures) -> str:
    """What decides a letter's look beside what it says."""
    look = sha256(LOOK.read_bytes()).hexdigest()
    return repr((_FORMAT, __version__, form.sha256, look, figures))


def _content(letter: Letter, rest: str) -> str:
    """A hash of all that a letter says, but for the day that it bears."""
    said = repr((rest, replace(letter.paper, dated=date.min), letter.years))
    return sha256(said.encode("utf-8", "backslashreplace")).hexdigest()


def _made(
    letters: Sequence[Letter], form: Form, batch: Batch
) -> Iterator[tuple[Letter, tuple[bytes, bytes]]]:
    """Each letter as Word file and page, in their order; by several processes where that is worth it."""
    if batch.jobs < 2 or len(letters) <= _CHUNK:
        for letter in letters:
            yield letter, (form.fill(letter.paper), page_bytes(letter, batch.figures))
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(
        min(batch.jobs, len(letters)),
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(batch.template, batch.figures),
    ) as pool:
        yield from zip(letters, pool.map(_work, letters, chunksize=_CHUNK), strict=True)


_worker: dict[str, Any] = {}


def _begin(template: Path | None, figures: Figures) -> None:
    """What a worker reads once for all its letters."""
    _worker["form"] = Form(Feedback, template, figures.lang)
    _worker["figures"] = figures


def _work(letter: Letter) -> tuple[bytes, bytes]:
    return _worker["form"].fill(letter.paper), page_bytes(letter, _worker["figures"])


def page_bytes(letter: Letter, figures: Figures) -> bytes:
    """One letter as a page: the packet's look, no script, no request."""
    lang = figures.lang
    title = page_title(letter.paper, lang)
    page = _template().render(
        lang_tag=LANG_TAGS[lang],
        title=f"{title} · {letter.paper.name}",
        skip=say("packet.skip", lang),
        style=style(title, lang),
        body=feedback_page(letter.paper, letter.years, figures),
    )
    return f"{page.rstrip()}\n".encode("utf-8", "backslashreplace")


def _template() -> Any:
    """The page's template, compiled once."""
    if "page" not in _worker:
        from jinja2 import Environment, FileSystemLoader, select_autoescape

        environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(default=True)
        )
        _worker["page"] = environment.get_template("page.html.j2")
    return _worker["page"]


def left_behind(state: State, letters: Sequence[Letter]) -> tuple[str, ...]:
    """Files of earlier runs that none of these letters is: of people who get none now, or older names."""
    now = {f"{letter.stem}{ending}" for letter in letters for ending in ENDINGS}
    held: Mapping[str, Any] = state.letters
    return tuple(sorted(name for one in held.values() for name in one["files"] if name not in now))
