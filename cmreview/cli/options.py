"""Options that several commands share, with one help text each."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
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


LEDGER = Path("outputs", "ledger.db")
# The stages that a case can stand at; held against Stage by a test, since --help must not import it.
STAGES = (
    *("awaiting_admission", "applied", "returned", "refused", "reviewed", "in_committee", "decided"),
    *("publicised", "appealed", "appointed", "not_appointed", "withdrawn"),
)


def now() -> datetime:
    """The moment at which a step is taken: the only clock of the commands."""
    return datetime.now(UTC)


def ledger() -> Decorator:
    """``--ledger PATH-OR-URL``: where the record of decisions is kept."""
    return click.option(
        "--ledger",
        default=str(LEDGER),
        show_default=False,
        envvar="CMREVIEW_LEDGER",
        help=say("cli.option.ledger", LANG),
    )


def committee() -> Decorator:
    """``--committee FILE``: who may do what; without it the project's own."""
    return click.option("--committee", type=_FOLDER, default=None, help=say("cli.option.committee", LANG))


def acting(required: bool = False) -> Decorator:
    """``--as P01``: whoever acts, or reads."""
    key = "acting" if required else "reading"
    return click.option(
        "--as",
        "actor",
        required=required,
        envvar="CMREVIEW_AS",
        help=say(f"cli.option.{key}", LANG),
    )


def dry_run() -> Decorator:
    """``--dry-run``: say what would happen, and record nothing."""
    return click.option("--dry-run", is_flag=True, help=say("cli.option.dry_run", LANG))


def stage(option: str, key: str) -> Decorator:
    """A stage of the process, such as ``--stage decided``; ``key`` names the help's words."""
    told = (f"{one} {say(f'process.stage.{one}', LANG)}" for one in STAGES)
    text = say(key, LANG, stages=("、" if LANG == "zh" else ", ").join(told))
    return click.option(option, type=click.Choice(STAGES), default=None, metavar="STAGE", help=text)
