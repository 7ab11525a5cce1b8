"""An appeal's exhibit as a page of its own, without script and without any request (Policy 4.4)."""

from __future__ import annotations

from importlib.resources import files

from cmreview.policy.model import Policy
from cmreview.review.scrutiny.replay import Replay
from cmreview.show.figures import Figures
from cmreview.show.html import Html, element, join
from cmreview.show.papers.appeal_exhibit import exhibit_part
from cmreview.words import say

_ALLOWED = "default-src 'none'; style-src 'unsafe-inline'"


def exhibit_page(found: Replay, policy: Policy, figures: Figures) -> bytes:
    """``exhibit_part`` as a whole page; the same replay gives the same bytes.

    Whoever may not see other people's cases is given ``found.for_appellant()``.
    """
    style = files("cmreview.show").joinpath("look.css").read_text("utf-8")
    head = element(
        "head",
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_ALLOWED}">'),
        element("title", say("explorer_figures.exhibit.title", figures.lang)),
        Html(f"<style>{style}</style>"),
    )
    body = element("body", element("main", exhibit_part(found, policy, figures)))
    lang = "en" if figures.lang == "en" else "zh-CN"
    return join((Html("<!DOCTYPE html>\n"), element("html", head, body, lang=lang), Html("\n"))).encode()
