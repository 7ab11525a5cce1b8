"""The one door to a session: settings, records, policy, people and ledger put together for one person."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cmreview.errors import CmreviewError
from cmreview.explore import settings
from cmreview.explore.example import PERSON, YEAR, open_example, project_folder
from cmreview.explore.opened import Opened
from cmreview.explore.session import Clock, Session
from cmreview.policy.load import default_folder, load_policy
from cmreview.process.calendar_file import load_calendar
from cmreview.process.committee_file import load_committee
from cmreview.process.desk import Desk
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.rules import process_rules
from cmreview.process.setting import Setting
from cmreview.records.opening import open_records
from cmreview.review.case import build_review, expectations

if TYPE_CHECKING:
    from cmreview.explore.session_view import SessionView, Trouble
    from cmreview.explore.settings import Settings
    from cmreview.policy.model import Policy
    from cmreview.review.model import Review


def open_session() -> SessionView | Trouble:
    """What the notebook shows: the session that the environment names, else the example's.

    Where it can't be opened, the page says what is wrong and how to mend it.
    """
    from cmreview.explore.session_view import SessionView, Trouble

    try:
        return SessionView(opened(os.environ))
    except CmreviewError as error:
        return Trouble(error, settings.language(os.environ))


def opened(environment: Mapping[str, str], clock: Clock | None = None, project: Path | None = None) -> Opened:
    """The session that ``environment`` names (see ``settings``), else that of the example below ``project``.

    ``clock`` gives the moment of each step, by default now. Raises CmreviewError for settings, records,
    policy, people or ledger that can't be used, also for a person who is not in the
    committee's file.
    """
    given = settings.read(environment)
    now = clock or _now
    if given is None:
        return _opened_example(environment, now, project or project_folder())
    policy = load_policy(given.policy or default_folder(), given.year)
    setting = _setting(policy, given.committee)
    person = setting.committee.person(given.person)
    review = _review(given, policy)
    desk = Desk(Ledger.open(given.ledger), setting)
    return Opened(Session(desk, review, policy, person, now, given.lang), None)


def _opened_example(environment: Mapping[str, str], now: Clock, project: Path) -> Opened:
    policy = load_policy(default_folder(), YEAR)
    setting = _setting(policy, None)
    example = open_example(policy, setting, project)
    person = setting.committee.person(environment.get(settings.PERSON) or PERSON)
    desk = Desk(Ledger.open(example.ledger), setting)
    lang = settings.language(environment)
    return Opened(Session(desk, example.review, policy, person, now, lang), example)


def _setting(policy: Policy, committee: Path | None) -> Setting:
    return Setting(process_rules(policy), load_committee(committee), load_calendar())


def _review(given: Settings, policy: Policy) -> Review:
    records = open_records(given.records, given.mapping, expectations=expectations(policy))
    return build_review(records, policy)


def _now() -> datetime:
    return datetime.now(UTC)
