"""From an executed notebook to a page: nbconvert with the template of this package (N12)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmreview.show.html import css_string
from cmreview.words import say

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATES = Path(__file__).parent / "template"
LOOK = Path(__file__).parent.parent / "show" / "look.css"
LANG_TAGS = {"zh": "zh-CN", "en": "en"}


def page(notebook: NotebookNode, *, lang: str, title: str, footer: str) -> str:
    """The page of an executed notebook: what its cells display, and nothing of how."""
    resources = {
        "packet": {
            "lang_tag": LANG_TAGS[lang],
            "title": title,
            "skip": say("packet.skip", lang),
            "style": style(footer, lang),
        }
    }
    # The exporter's template at once: on the way there it copies the whole notebook twice, for preprocessors.
    return str(_exporter().template.render(nb=notebook, resources=resources))


def written_page(title: str, body: str, lang: str) -> str:
    """A page that is no notebook's, in the look of the packets: no script, no request."""
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(default=True))
    made = environment.get_template("page.html.j2").render(
        lang_tag=LANG_TAGS[lang],
        title=title,
        skip=say("packet.skip", lang),
        style=style(title, lang),
        body=body,
    )
    return made.rstrip() + "\n"


def style(footer: str, lang: str) -> str:
    """The style sheet of a page, with its running foot: ``footer`` left, the page's number right."""
    before, between, after = (
        css_string(say(f"packet.page_of.{part}", lang)) for part in ("before", "between", "after")
    )
    number = f"{before} counter(page) {between} counter(pages) {after}"
    foot = "font: 8pt var(--sans); color: #4a5568;"
    return (
        LOOK.read_text(encoding="utf-8")
        + f"@page {{ @bottom-left {{ content: {css_string(footer)}; {foot} }} "
        + f"@bottom-right {{ content: {number}; {foot} }} }}\n"
        + "@page :first { @bottom-left { content: none; } @bottom-right { content: none; } }\n"
    )


@cache
def _exporter() -> Any:
    # Kept by the worker: a new one reads and compiles its template again (0.07 s). Not HTMLExporter:
    # that one parses every page it made a second time and writes it anew.
    from nbconvert import TemplateExporter

    make: Any = TemplateExporter  # published with its functions untyped
    return make(
        template_name="packet",
        template_file="index.html.j2",
        extra_template_basedirs=[str(TEMPLATES)],
    )
