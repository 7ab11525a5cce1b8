"""A page that is not a notebook's, in the look of the packets."""

from __future__ import annotations

from cmreview.words import say


def written_page(title: str, body: str, lang: str) -> bytes:
    """The page, complete: no script, no request."""
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    from cmreview.packets.render import LANG_TAGS, TEMPLATES, style

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(default=True))
    page = environment.get_template("page.html.j2").render(
        lang_tag=LANG_TAGS[lang],
        title=title,
        skip=say("packet.skip", lang),
        style=style(title, lang),
        body=body,
    )
    return f"{page.rstrip()}\n".encode("utf-8", "backslashreplace")
