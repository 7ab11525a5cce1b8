"""The commands, thin: each reads its options, calls one room, and prints what came of it."""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module

import click

from cmreview import __version__
from cmreview.errors import CmreviewError
from cmreview.words import LANGUAGES, say

# Command -> (module, attribute, its one-line help). Modules are imported only when their command is
# called: `cmreview --help` answers at once.
COMMANDS = {
    "packets": ("cmreview.cli.packets", "packets", "cli.packets"),
    "analysis": ("cmreview.cli.analysis", "analysis", "cli_analysis.short"),
    "check": ("cmreview.cli.records", "check", "cli.check"),
    "template": ("cmreview.cli.template", "template", "cli.template"),
    "indicators": ("cmreview.cli.review", "indicators", "cli.indicators"),
    "cases": ("cmreview.cli.cases", "cases", "cli.cases"),
    "step": ("cmreview.cli.steps", "step", "cli.step"),
    "take-in": ("cmreview.cli.take_in", "take_in", "cli.take_in"),
    "scores": ("cmreview.cli.scores", "scores", "cli.scores"),
    "ledger": ("cmreview.cli.ledger", "ledger", "cli.ledger"),
    "papers": ("cmreview.cli.papers", "papers", "cli_papers.short"),
    "training": ("cmreview.cli.training", "training", "cli_training.line"),
    "consequences": ("cmreview.cli.consequences", "consequences", "cli_consequences.line"),
    "letters": ("cmreview.cli.letters", "letters", "cli_feedback.short.letters"),
    "coaching": ("cmreview.cli.coaching", "coaching", "cli_feedback.short.coaching"),
    "meeting": ("cmreview.cli.meeting", "meeting", "cli_feedback.short.meeting"),
    "person": ("cmreview.cli.person", "person", "privacy.short.person"),
    "redact": ("cmreview.cli.redact", "redact", "privacy.short.redact"),
    "purge": ("cmreview.cli.purge", "purge", "privacy.short.purge"),
    "archive": ("cmreview.cli.archive", "archive", "archive.short.archive"),
    "replay": ("cmreview.cli.archive", "replay", "archive.short.replay"),
    "policy": ("cmreview.cli.policy", "policy", "cli.policy"),
    "trace": ("cmreview.cli.policy", "trace", "cli.trace"),
    "example": ("cmreview.cli.template", "example", "cli.example"),
    "session": ("cmreview.cli.session", "session", "session.help.line"),
    "explore": ("cmreview.cli.explore", "explore", "explorer.help.line"),
    "notebooks": ("cmreview.cli.packets", "notebooks", "cli.notebooks"),
}

INTERRUPTED = 130
# What a command makes it mostly keeps: at Python's own pace an eighth of its time goes to looking for waste.
_OBJECTS = 20_000
_OF_A_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)


def chosen_language(arguments: list[str]) -> str:
    """The reader's language: ``--lang en`` anywhere on the line, else CMREVIEW_LANG, else Chinese."""
    for index, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        if value in LANGUAGES:
            return value
    from_environment = os.environ.get("CMREVIEW_LANG", "zh")
    return from_environment if from_environment in LANGUAGES else "zh"


class _Commands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang = chosen_language(sys.argv[1:])
        rows = [(name, say(key, lang)) for name, (_, _, key) in COMMANDS.items()]
        with formatter.section(say("cli.commands", lang)):
            formatter.write_dl(rows)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cmreview")
def group() -> None:
    """客户经理等级评审：从业绩记录到评审材料 · Level review of account managers."""


def main(arguments: list[str] | None = None) -> None:
    """Run one command. A person's mistake ends in two sentences and an exit code, never a traceback."""
    arguments = sys.argv[1:] if arguments is None else arguments
    lang = chosen_language(arguments)
    gc.set_threshold(_OBJECTS, 10, 10)
    _write_utf8()
    try:
        code = group.main(args=arguments, prog_name="cmreview", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.UsageError as error:
        for sentence in _misused(error, arguments, lang):
            click.echo(sentence, err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.exceptions.Abort):
        click.echo(say("cli.interrupted", lang), err=True)
        sys.exit(INTERRUPTED)
    except CmreviewError as error:
        click.echo(error.what(lang), err=True)
        click.echo(error.mend(lang), err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.errno not in _OF_A_DISK:
            raise
        with suppress(OSError):
            sys.stdout.close()  # or Python says once more, at its end, what could not be written
        for part in ("what", "mend"):
            click.echo(say(f"cli.disk.{part}", lang, problem=error.strerror), err=True)
        sys.exit(2)
    if isinstance(code, int):  # what a command ended with by `ctx.exit`
        sys.exit(code)


def _misused(error: click.UsageError, arguments: list[str], lang: str) -> tuple[str, str]:
    """What is wrong with the line that was typed, and how to mend it: click tells it in English only."""
    if isinstance(error, click.NoSuchOption):
        key, name = "no_such_option", error.option_name
    elif isinstance(error, click.BadParameter):
        key = "missing_option" if isinstance(error, click.MissingParameter) else "bad_value"
        name = error.param.opts[-1] if error.param is not None else str(error.param_hint)
    else:
        key, name = "bad_line", " ".join(("cmreview", *arguments))
    command = "cmreview" if error.ctx is None else error.ctx.command_path
    name = "".join(char if char.isprintable() else "�" for char in name)  # it goes to a terminal
    return say(f"cli.{key}", lang, name=name), say("cli.see_help", lang, command=command)


def _write_utf8() -> None:
    # A Windows console or a C locale may not know Chinese; a replaced character beats a crash.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
