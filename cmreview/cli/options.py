"""Options that several commands share, with one help text each."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cmreview.cli import chosen_language
from cmreview.words import LANGUAGES, say

LANG = chosen_language(sys.argv[1:])

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_FOLDER = click.Path(path_type=Path)


def language() -> Decorator:
    """``--lang zh|en``: the language of what people read."""
    return click.option(
        "--lang", type=click.Choice(LANGUAGES), default=LANG, help=say("cli.option.lang", LANG)
    )


def records() -> Decorator:
    """``--records FOLDER``: where the departments' workbooks lie."""
    return click.option("--records", type=_FOLDER, required=True, help=say("cli.option.records", LANG))


def mapping() -> Decorator:
    """``--mapping FILE``: how foreign tables become ours."""
    return click.option("--mapping", type=_FOLDER, default=None, help=say("cli.option.mapping", LANG))


def policy() -> Decorator:
    """``--policy FOLDER``: the dated policy; without it the project's own."""
    return click.option("--policy", type=_FOLDER, default=None, help=say("cli.option.policy", LANG))


def year(required: bool = False) -> Decorator:
    """``--year 2025``: the review year."""
    return click.option(
        "--year", type=click.IntRange(1900, 2999), required=required, help=say("cli.option.year", LANG)
    )
