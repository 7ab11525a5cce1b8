"""Whether a run succeeded: our own look at notebook and page, since a finished call proves nothing (N6).

papermill calls every cell "completed" when a kernel was killed, and ``sys.exit(0)`` passes silently.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any

from cmreview.errors import PacketError
from cmreview.show.packet import END_MIME

if TYPE_CHECKING:
    from nbformat import NotebookNode

# What a packet is made of; anything else on a page came from somewhere that did not escape.
_PAGE = "html head meta title style body main header section nav div figure"
_TEXT = "h1 h2 h3 h4 p a ul ol li strong small span code br wbr"
_TABLE = "table caption colgroup col thead tbody tfoot tr th td"
_PICTURE = "svg g desc text rect line circle"
ELEMENTS = frozenset(f"{_PAGE} {_TEXT} {_TABLE} {_PICTURE}".split())
END = "end-of-packet"
_LOADING = ("src", "srcset", "background", "formaction", "xlink:href")

# How our own code writes a tag (show/html.py). What isn't written so is not ours, however it would be read.
_TAG = re.compile(r"<[^>]*>?")
_START = re.compile(r'<([a-z][a-z0-9]*)((?: [A-Za-z][A-Za-z0-9:_-]*(?:="[^"<>]*")?)*)>')
_END = re.compile(r"</([a-z][a-z0-9]*)>")
_ATTRIBUTE = re.compile(r' ([^ =]+)(?:="([^"]*)")?')
_DOCTYPE = "<!DOCTYPE html>"


def check_executed(notebook: NotebookNode, source: NotebookNode, expected: dict[str, Any]) -> None:
    """Every code cell of ``source`` ran once, in order, without error, and the last handed over ``expected``.

    Raises PacketError otherwise.
    """
    from cmreview.packets.notebook import code_cells, heading_of_failure, is_injected, outputs

    ran = code_cells(notebook)
    wanted = [cell.source for cell in code_cells(source)]
    if [cell.source for cell in ran if not is_injected(cell)] != wanted:
        raise PacketError("cli_packets.error.other_cells")
    error = next(outputs(notebook, "error"), None)
    if error is not None:  # papermill passes SystemExit
        told = {"cell": heading_of_failure(notebook) or "—", "error": f"{error.ename}: {error.evalue}"}
        raise PacketError("cli_packets.error.cell_with_error", **told)
    if [cell.execution_count for cell in ran] != list(range(1, len(ran) + 1)):
        raise PacketError("cli_packets.error.not_in_order")
    handed = [output.data[END_MIME] for output in ran[-1].outputs if END_MIME in output.get("data", {})]
    if handed != [expected]:
        raise PacketError("cli_packets.error.not_handed_over")


def check_page(page: str, applicants: int) -> None:
    """The page is whole, holds every applicant, runs nothing, loads nothing, and no id is used twice.

    Raises PacketError otherwise.
    """
    problems: set[str] = set()
    ids: Counter[str] = Counter()
    # a tag is looked at once, however often it stands there: a parser takes longer than the template
    for tag, count in Counter(_TAG.findall(page)).items():
        wrong, named = _read(tag)
        problems |= wrong
        ids.update(named * count)
    problems |= {f"id={name!r} ×{count}" for name, count in ids.items() if count > 1}
    if END not in ids or not page.rstrip().endswith("</html>"):
        raise PacketError("cli_packets.error.page_without_end")
    missing = [place for place in range(1, applicants + 1) if f"applicant-{place}" not in ids]
    if missing:
        raise PacketError("cli_packets.error.page_without_applicant", count=len(missing))
    if problems:
        raise PacketError("cli_packets.error.page_not_safe", problem="; ".join(sorted(problems)[:5]))


@lru_cache(maxsize=1 << 12)  # the next department's tags are much the same
def _read(tag: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """What is wrong with a tag, and the ids that it gives."""
    if tag == _DOCTYPE:
        return frozenset(), ()
    written = _START.fullmatch(tag)
    if written is None:
        ended = _END.fullmatch(tag)
        if ended is not None and ended[1] in ELEMENTS:
            return frozenset(), ()
        name = re.split(r"[\s/>]", tag.lstrip("</"), maxsplit=1)[0]
        return frozenset({tag[:40] if name in ELEMENTS else f"<{name}>"}), ()
    problems, ids = set(), []
    if written[1] not in ELEMENTS:
        problems.add(f"<{written[1]}>")
    for key, raw in _ATTRIBUTE.findall(written[2]):
        name, value = key.lower(), unescape(raw)
        if name == "id":
            ids.append(value)
        if name.startswith("on") or name in _LOADING:
            problems.add(f"{name}=")
        if name == "href" and not value.startswith("#"):
            problems.add("href=")
        if name == "style" and "url(" in value.lower():
            problems.add("style=")
    return frozenset(problems), tuple(ids)
