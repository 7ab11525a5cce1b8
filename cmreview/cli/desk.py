"""What the commands of the process share: the desk they act at, and how they tell what came of steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmreview.cli import options
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.errors import CmreviewError
    from cmreview.findings import Finding
    from cmreview.policy.model import Policy
    from cmreview.process.committee import Person
    from cmreview.process.desk import Desk
    from cmreview.process.events import Draft, Event
    from cmreview.process.ledger.ledger import Ledger
    from cmreview.process.steps.steps import Checked
    from cmreview.process.timeline import Glossary

# What is wrong with a place where no ledger was made yet.
_NONE_THERE = ("ledger.missing", "ledger.not_a_ledger")
REFUSED = 2  # a step may not be recorded, or what was handed in must be mended first


@dataclass(frozen=True)
class Place:
    """What the options name: where the ledger, the committee and the policy of a year are."""

    year: int
    ledger: str
    committee: Path | None
    policy: Path | None
    lang: str


@dataclass(frozen=True)
class AtDesk:
    """A desk that is open, with the policy of its year and the moment at which somebody came to it."""

    desk: Desk
    policy: Policy
    at: datetime

    @property
    def today(self) -> date:
        """The day in the committee's zone."""
        return self.at.date()

    @property
    def glossary(self) -> Glossary:
        """What ids are called."""
        from cmreview.process.timeline import Glossary

        setting = self.desk.setting
        return Glossary(
            committee=setting.committee,
            levels={level.id: level.label for level in self.policy.levels},
            items={item.id: item.label for item in setting.rules.items},
        )

    def person(self, person_id: str) -> Person:
        """Whoever acts or reads, in office today. CommitteeError or ProcessError otherwise."""
        from cmreview.errors import ProcessError
        from cmreview.process.steps.fields import person_id as id_of

        committee = self.desk.setting.committee
        person = committee.person(id_of(person_id, committee))
        if not person.acts_on(self.today):
            raise ProcessError("process.acts_no_more", person=person.name, id=person.id)
        return person


@contextmanager
def at_desk(place: Place, *, create: bool = False, trial: bool = False) -> Iterator[AtDesk]:
    """The desk of a year. With ``create`` a ledger is made where there is none, and that is said.

    A ``trial`` makes none: it is held against an empty one that is thrown away.
    """
    from cmreview.policy.load import default_folder, load_policy
    from cmreview.process.calendar_file import load_calendar
    from cmreview.process.committee_file import load_committee
    from cmreview.process.desk import Desk
    from cmreview.process.rules import process_rules
    from cmreview.process.setting import Setting

    policy = load_policy(place.policy or default_folder(), place.year)
    committee = load_committee(place.committee)
    setting = Setting(process_rules(policy), committee, load_calendar())
    at = options.now().astimezone(committee.zone)
    with ExitStack() as stack:
        ledger = stack.enter_context(_opened(place, stack, create=create, trial=trial))
        yield AtDesk(Desk(ledger, setting), policy, at)


def _opened(place: Place, stack: ExitStack, *, create: bool, trial: bool) -> Ledger:
    from tempfile import TemporaryDirectory

    from cmreview.errors import LedgerError
    from cmreview.process.ledger.ledger import Ledger

    try:
        return open_ledger(place.ledger, place.lang, create=create and not trial)
    except LedgerError as error:
        if not (create and trial) or error.code not in _NONE_THERE:
            raise
    tell("cli_process.ledger.none_yet", place.lang, err=True)
    folder = stack.enter_context(TemporaryDirectory(prefix="cmreview-"))
    return Ledger.open(Path(folder, "empty.db"), create=True)


def open_ledger(location: str, lang: str, *, create: bool = False) -> Ledger:
    """The ledger at a path or URL; made where ``create`` allows it, never silently."""
    from cmreview.errors import LedgerError
    from cmreview.process.ledger.ledger import Ledger

    try:
        return Ledger.open(location)
    except LedgerError as error:
        if not create or error.code not in _NONE_THERE:
            raise
    if location == str(options.LEDGER):
        options.LEDGER.parent.mkdir(parents=True, exist_ok=True)
    ledger = Ledger.open(location, create=True)
    click.echo(say("cli_process.ledger.created", lang, place=shown(ledger.place)), err=True)
    return ledger


def read_bytes(file: Path) -> bytes:
    """A workbook that a person named, as far as one could be long. FileError where it can't be read."""
    from cmreview.errors import FileError
    from cmreview.process.sheet_reading import MAX_FILE

    try:
        with file.open("rb") as stream:
            return stream.read(MAX_FILE + 1)
    except OSError as error:
        raise FileError("file.missing", file=shown(file)) from error


def shown(text: object) -> str:
    """What a person typed, as it may go to a terminal."""
    from cmreview.show.html import visible

    return visible(str(text))


def shown_lines(text: str) -> str:
    """Several lines of an error or a finding, each as it may go to a terminal."""
    return "\n".join(shown(line) for line in text.splitlines())


def tell(key: str, lang: str, *, err: bool = False, **values: object) -> None:
    """Print the words of ``key``, what fills them made visible."""
    told = {name: shown(value) for name, value in values.items()}
    click.echo(say(key, lang, **told), err=err)


def tell_error(error: CmreviewError, lang: str, *, indent: str = "    ") -> None:
    """Print an error's two sentences as a part of a list."""
    for line in (*error.what(lang).splitlines(), *error.mend(lang).splitlines()):
        click.echo(f"{indent}{shown(line)}")


def tell_findings(findings: Sequence[Finding], lang: str) -> None:
    """Print what is wrong with a sheet, each with its place."""
    for finding in findings:
        click.echo(shown(finding.line(lang)))


def tell_step(draft: Draft, result: Checked | CmreviewError, here: AtDesk, lang: str) -> None:
    """Print what would come of one step: where the case would stand, or why it is refused."""
    from cmreview.errors import CmreviewError
    from cmreview.process.labels import label
    from cmreview.process.timeline import told

    kind = label(draft.kind)(lang)
    if isinstance(result, CmreviewError):
        tell("cli_process.step.refused", lang, case=draft.case, kind=kind)
        tell_error(result, lang)
        return
    name = result.state.name or ""
    stage = label(result.state.stage)(lang)
    tell("cli_process.step.allowed", lang, case=draft.case, name=name, kind=kind, stage=stage)
    said = told(draft.payload, here.glossary, lang)
    if said:
        click.echo(f"    {shown(said)}")
    for line in remarks(draft, result, here, lang):
        click.echo(f"    {shown(line)}")


def tell_recorded(events: Sequence[Event], lang: str) -> None:
    """Print how many events were recorded, and under which numbers."""
    first, last = events[0].number, events[-1].number
    key = "cli_process.step.recorded_one" if first == last else "cli_process.step.recorded"
    tell(key, lang, count=len(events), first=first, last=last)


def remarks(draft: Draft, result: Checked, here: AtDesk, lang: str) -> Iterator[str]:
    """What the people should know of a step that may be recorded."""
    from cmreview.process.events import Publicised
    from cmreview.process.workdays import Window

    for finding in result.remarks:
        gap = "" if lang == "zh" else " "
        yield f"{finding.reason(lang)}{gap}{finding.remedy(lang)}"
    payload = draft.payload
    if isinstance(payload, Publicised):
        may_change = here.desk.setting.calendar.may_change(payload.first, payload.last)
        yield from Window(payload.first, payload.last, None, payload.typed, may_change).remarks(lang)
