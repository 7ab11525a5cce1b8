"""The options of `cmreview step`: what a step may ask for, typed on the command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from cmreview.cli import options
from cmreview.cli.desk import shown
from cmreview.process.measures import LawStep, Measure, Standing
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.process.steps.typed import StepFields

# The kinds of steps, as Kind has them without the score sheets; held against it by a test.
KINDS = (
    *("applied", "admitted", "reviewed", "completed", "referred", "recused", "scores_opened", "decided"),
    *("publicised", "appealed", "appeal_heard", "appeal_settled", "appointed", "not_appointed"),
    *("withdrawn", "measure_decided", "legal_step", "voided"),
)
# Measures, what the figures say of them, and steps of the law, as process/measures.py has them.
MEASURES = tuple(one.value for one in Measure)
STANDINGS = tuple(one.value for one in Standing)
LAW_STEPS = tuple(one.value for one in LawStep)
_DAY = click.DateTime(["%Y-%m-%d"])
_NUMBER = click.IntRange(min=1)
_AMOUNT = re.compile(r"(?:\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.\d{1,2})?", re.ASCII)


class Kinds(click.Choice[str]):
    """A kind of step, typed with hyphens or underscores."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The kind, however it is hyphenated."""
        return super().convert(str(value).replace("-", "_"), param, ctx)


def _help(key: str, **values: object) -> str:
    return say(f"cli_process.step.{key}", options.LANG, **values)


def kinds_told() -> str:
    """Every kind of step with what it is called, for the help."""
    lang = options.LANG
    named = [
        say("cli_process.step.kind", lang, name=kind, label=say(f"process.step.{kind}", lang))
        for kind in KINDS
    ]
    return _help("kinds", kinds=("、" if lang == "zh" else ", ").join(named))


_OPTIONS = (
    click.option("--on", type=_DAY, default=None, help=_help("on")),
    click.option("--reason", default=None, help=_help("reason")),
    click.option(
        "--decision",
        type=click.Choice(("passed", "returned", "refused")),
        default=None,
        help=_help("decision"),
    ),
    click.option("--opinion", default=None, help=_help("opinion")),
    click.option("--reviewer", default=None, help=_help("reviewer")),
    click.option("--evidence", multiple=True, help=_help("evidence")),
    click.option("--member", default=None, help=_help("member")),
    click.option("--approve/--decline", "approve", default=None, help=_help("approve")),
    click.option("--present", default=None, help=_help("present")),
    click.option("--votes", default=None, help=_help("votes")),
    click.option("--last", type=_DAY, default=None, help=_help("last")),
    click.option("--appellant", default=None, help=_help("appellant")),
    click.option("--grounds", default=None, help=_help("grounds")),
    click.option("--appeal", type=_NUMBER, default=None, help=_help("appeal")),
    click.option("--uphold/--refuse", "uphold", default=None, help=_help("uphold")),
    click.option("--event", type=_NUMBER, default=None, help=_help("event")),
    click.option("--corrects", type=_NUMBER, default=None, help=_help("corrects")),
    click.option("--name", default=None, help=_help("name")),
    click.option("--of-department", default=None, help=_help("of_department")),
    click.option("--level", default=None, help=_help("level")),
    click.option("--target", default=None, help=_help("target")),
    click.option("--document-number", default=None, help=_help("document_number")),
    click.option("--certificate-number", default=None, help=_help("certificate_number")),
    click.option("--measure", type=click.Choice(MEASURES), default=None, help=_help("measure")),
    click.option("--agree/--disagree", "agree", default=None, help=_help("agree")),
    click.option("--advised", type=click.Choice(STANDINGS), default=None, help=_help("advised")),
    click.option("--effective-on", type=_DAY, default=None, help=_help("effective_on")),
    click.option("--to-level", default=None, help=_help("to_level")),
    click.option("--amount", default=None, help=_help("amount")),
    click.option("--legal-step", type=click.Choice(LAW_STEPS), default=None, help=_help("legal_step")),
    click.option("--document", default=None, help=_help("document")),
    click.option("--in-lieu/--with-notice", "in_lieu", default=None, help=_help("in_lieu")),
)


def step_fields(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of all that a step may ask for, added to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def given(typed: Mapping[str, Any]) -> StepFields:
    """The options as the fields of a step."""
    from cmreview.errors import ProcessError
    from cmreview.process.steps.step_list import listed
    from cmreview.process.steps.typed import Conclusion, StepFields

    conclusions = {
        "--decision": None if typed["decision"] is None else Conclusion(typed["decision"]),
        "--approve/--decline": {True: Conclusion.PASSED, False: Conclusion.REFUSED}.get(typed["approve"]),
        "--uphold/--refuse": {True: Conclusion.UPHELD, False: Conclusion.DISMISSED}.get(typed["uphold"]),
        "--agree/--disagree": {True: Conclusion.AGREED, False: Conclusion.NOT_AGREED}.get(typed["agree"]),
    }
    numbers = {"--appeal": typed["appeal"], "--event": typed["event"]}
    for several in (conclusions, numbers):
        named = tuple(option for option, value in several.items() if value is not None)
        if len(named) > 1:
            raise ProcessError("cli_process.two_conclusions", options=named)
    in_favour, against, abstained = _votes(typed["votes"])
    plain = ("opinion", "reviewer", "evidence", "member", "appellant", "grounds", "reason", "corrects")
    of_papers = ("name", "level", "target", "document_number", "certificate_number")
    after_review = ("to_level", "document", "in_lieu")
    return StepFields(
        on=_day(typed["on"]),
        last=_day(typed["last"]),
        conclusion=next((one for one in conclusions.values() if one is not None), None),
        event=next((one for one in numbers.values() if one is not None), None),
        present=listed(typed["present"]),
        in_favour=in_favour,
        against=against,
        abstained=abstained,
        department=typed["of_department"],
        effective_on=_day(typed["effective_on"]),
        amount=_amount(typed["amount"]),
        measure=None if typed["measure"] is None else Measure(typed["measure"]),
        advised=None if typed["advised"] is None else Standing(typed["advised"]),
        legal_step=None if typed["legal_step"] is None else LawStep(typed["legal_step"]),
        **{name: typed[name] for name in (*plain, *of_papers, *after_review)},
    )


def _votes(typed: str | None) -> tuple[int | None, int | None, int | None]:
    from cmreview.errors import ProcessError

    if typed is None:
        return None, None, None
    parts = [part.strip() for part in typed.replace("，", ",").split(",")]
    if len(parts) != 3 or not all(part.isdecimal() and part.isascii() for part in parts):
        raise ProcessError("cli_process.bad_votes", votes=shown(typed))
    in_favour, against, abstained = map(int, parts)
    return in_favour, against, abstained


def _amount(typed: str | None) -> Decimal | None:
    """An amount in digits, grouped by commas or not; nothing else is guessed."""
    from cmreview.errors import ProcessError

    if typed is None:
        return None
    if not _AMOUNT.fullmatch(typed):
        raise ProcessError("cli_process.bad_amount", amount=shown(typed))
    return Decimal(typed.replace(",", ""))


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
