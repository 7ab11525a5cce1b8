"""Whether a run succeeded: our own look at notebook and page, since a finished call proves nothing (N6).

papermill calls every cell "completed" when a kernel was killed, and ``sys.exit(0)`` passes silently.
"""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
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
    reader = _Page()
    reader.feed(page)
    reader.close()
    problems = list(reader.problems)
    ids = Counter(reader.ids)
    problems += [f"id={name!r} ×{count}" for name, count in ids.items() if count > 1]
    if END not in ids or not page.rstrip().endswith("</html>"):
        raise PacketError("cli_packets.error.page_without_end")
    missing = [place for place in range(1, applicants + 1) if f"applicant-{place}" not in ids]
    if missing:
        raise PacketError("cli_packets.error.page_without_applicant", count=len(missing))
    if problems:
        raise PacketError("cli_packets.error.page_not_safe", problem="; ".join(sorted(problems)[:5]))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # an SVG's title is the page's title to this parser; both are in the list
        if tag not in ELEMENTS:
            self.problems.add(f"<{tag}>")
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name.startswith("on") or name in ("src", "srcset", "background", "formaction", "xlink:href"):
                self.problems.add(f"{name}=")
            if name == "href" and not (value or "").startswith("#"):
                self.problems.add("href=")
            if "url(" in (value or "").lower() and name == "style":
                self.problems.add("style=")
