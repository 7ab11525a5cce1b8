"""A case file without names: every known name and id replaced, what can't be proved clean named."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from cmreview.errors import FileError
from cmreview.privacy.names import Names
from cmreview.privacy.reading import text_of
from cmreview.process.committee import Committee
from cmreview.records.model import Records
from cmreview.show.papers.docx_package import refuse_unfit, same_bytes
from cmreview.words import say

ENDINGS = (".html", ".docx")
# What people type of others: who reviewed, talked, answered. Their names stand in no list of people.
_TYPED_NAMES = ("reviewer", "coach", "answered_by", "assessed_by")
# Before an id that is not looked for: no text holds it.
_NO_ID = "\0"
_FIGURE = re.compile(r"[1-9]\d{0,3}|\d{1,2}", re.ASCII)
_BREAK = re.compile(r"<wbr ?/?>")
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_RUN = re.compile(r"(<w:t(?: [^>]*)?>)([^<]*)(</w:t>)")
# Numbers that name somebody wherever they stand, and words behind which a name often stands.
_NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_TITLED = re.compile(
    r"[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐|处长|科长|部长|主任|总监|老师)|\b(?:Mr|Ms|Mrs|Dr)\.? [A-Z]\w+"
)


@dataclass(frozen=True, slots=True)
class Redacted:
    """The file without names, and what people must look at before they pass it on.

    ``replaced`` counts who was hidden. ``left`` are known names that still stand in it, so that it is not
    clean; ``untold`` are ids that can't be told from figures and were therefore not looked for;
    ``look_at`` are passages in which somebody unknown seems to be named.
    """

    data: bytes
    replaced: int
    left: tuple[str, ...]
    untold: tuple[str, ...]
    look_at: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """Everybody and everything with a name: managers, customers, and others who acted or were written of."""

    managers: Mapping[str, str]
    customers: Mapping[str, str]
    others: Mapping[str, str]

    @classmethod
    def of(cls, records: Records, committee: Committee) -> Known:
        """Whoever the records and the committee's file know."""
        people, customers = records.tables["managers"], records.tables["customers"]
        managers = dict(zip(people["manager_id"], people["name"], strict=True))
        others = {one: person.name for one, person in committee.people.items()}
        for table in records.tables.values():
            for column in _TYPED_NAMES:
                if column in table.columns:
                    # a name is its own id, where no list knows the person
                    others |= {str(name): str(name) for name in table[column].dropna().unique()}
        named = set(managers.values())
        return cls(
            _told_apart(managers),
            _told_apart(dict(zip(customers["customer_id"], customers["name"].fillna(""), strict=True))),
            {one: name for one, name in others.items() if one not in managers and name not in named},
        )


def redacted(name: str, data: bytes, known: Known, lang: str) -> Redacted:
    """A letter, paper, page or packet without names, ids and customers; the same file gives the same bytes.

    Pseudonyms count in the order in which people first stand in the file, so they tell nothing of other
    files. Dates, figures, departments and numbers of contracts stay, since they are what is reviewed:
    whoever knows a person well may still recognise them. FileError for a file of another kind, or one
    that holds what can't be looked through (pictures of text aside).
    """
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        raise FileError("privacy.not_redactable", file=name)
    if ending == ".docx":
        refuse_unfit(data, name)
    names = Names({**known.customers, **known.others, **known.managers})
    instead = _pseudonyms(text_of(f"x{ending}", data), names, known, lang)
    change = _Change(names, instead)
    made = change.page(data) if ending == ".html" else change.document(data)
    text = text_of(f"x{ending}", made)
    return Redacted(
        data=made,
        replaced=len(instead),
        left=tuple(sorted(names.found_in(text))),
        untold=tuple(sorted(one.removeprefix(_NO_ID) for one in names.people if one.startswith(_NO_ID))),
        look_at=tuple(sorted(set(_TITLED.findall(text)))),
    )


def _told_apart(people: Mapping[str, str]) -> dict[str, str]:
    """The same, with ids that a figure could be made such as stand in no text: only names count then."""
    return {f"{_NO_ID}{one}" if _FIGURE.fullmatch(one) else one: name for one, name in people.items()}


def _pseudonyms(text: str, names: Names, known: Known, lang: str) -> dict[str, str]:
    """A stand-in for everybody who stands in the text, in the order in which they first do."""
    found: dict[str, str] = {}
    counts = {"manager": 0, "customer": 0, "other": 0}
    for one in names.in_order(text):
        sort = "manager" if one in known.managers else "customer" if one in known.customers else "other"
        counts[sort] += 1
        found[one] = say(f"privacy.redact.{sort}", lang, number=f"{counts[sort]:02}")
    return found


class _Change:
    """Names replaced in the parts of a file."""

    def __init__(self, names: Names, instead: Mapping[str, str]) -> None:
        self._names = names
        self._instead = instead

    def text(self, text: str) -> str:
        """Plain text, or markup in which names stand whole."""
        return _NUMBERS.sub("…", self._names.replaced(text, self._instead))

    def page(self, data: bytes) -> bytes:
        """A page: its breaks inside words go first, since names are spread over them."""
        return self.text(_BREAK.sub("", data.decode("utf-8", "replace"))).encode("utf-8", "backslashreplace")

    def document(self, data: bytes) -> bytes:
        """A Word file: each paragraph whole, whatever runs its text is spread over; properties as well."""
        packed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(packed, "w") as after:
            for part in before.namelist():
                inside = before.read(part)
                if part.endswith((".xml", ".rels")):
                    text = _PARAGRAPH.sub(self._paragraph, inside.decode("utf-8"))
                    inside = self.text(text).encode("utf-8")
                after.writestr(part, inside)
        return same_bytes(packed.getvalue())

    def _paragraph(self, match: re.Match[str]) -> str:
        paragraph = match[0]
        runs = _RUN.findall(paragraph)
        whole = "".join(html.unescape(text) for _, text, _ in runs)
        clean = self.text(whole)
        if clean == whole:
            return paragraph
        texts = iter([html.escape(clean, quote=False)])  # all of it in the first run, nothing in the others
        return _RUN.sub(lambda run: f'<w:t xml:space="preserve">{next(texts, "")}</w:t>', paragraph)
