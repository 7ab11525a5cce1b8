"""The one door to the explorer: the prepared file that the environment names, else that of the example."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cmreview.errors import CmreviewError
from cmreview.explore import settings
from cmreview.explore.explorer.exploration import Exploration
from cmreview.explore.explorer.opened import Opened
from cmreview.explore.explorer.preparing import Wanted, prepare

if TYPE_CHECKING:
    from cmreview.explore.explorer.view import ExplorerView
    from cmreview.explore.session_view import Trouble

PREPARED = "CMREVIEW_PREPARED"
PLACE = Path("outputs", "explorer-example")


def open_explorer_page() -> ExplorerView | Trouble:
    """What the notebook shows. Where nothing can be opened, the page says why and how to mend it."""
    from cmreview.explore.explorer.view import ExplorerView
    from cmreview.explore.session_view import Trouble

    try:
        return ExplorerView(opened(os.environ))
    except CmreviewError as error:
        return Trouble(error, settings.language(os.environ))


def opened(environment: Mapping[str, str], project: Path | None = None) -> Opened:
    """The prepared file that ``environment`` names, else the example's, prepared below ``project``.

    Raises CmreviewError for a file that can't be read.
    """
    from cmreview.explore.example import project_folder
    from cmreview.review.explorer.prepared import open_explorer

    named = environment.get(PREPARED)
    file = Path(named) if named else _example(project or project_folder())
    lang, person = settings.language(environment), environment.get(settings.PERSON, "")
    return Opened(Exploration(open_explorer(file), person, lang), file, not named)


def _example(project: Path) -> Path:
    """The example's prepared file; made where there is none yet, or where its ledger has moved on."""
    from cmreview.explore.example import YEAR, open_example
    from cmreview.policy.load import default_folder, load_policy
    from cmreview.process.calendar_file import load_calendar
    from cmreview.process.committee_file import load_committee
    from cmreview.process.ledger.ledger import Ledger
    from cmreview.process.rules import process_rules
    from cmreview.process.setting import Setting

    policy = load_policy(default_folder(), YEAR)
    setting = Setting(process_rules(policy), load_committee(), load_calendar())
    example = open_example(policy, setting, project)
    with Ledger.open(example.ledger) as ledger:
        head = ledger.head()
    folder = project / PLACE if example.stays else Path(tempfile.mkdtemp(prefix="cmreview-explorer-"))
    file = folder / f"{YEAR}-{head.number}-{policy.sha256[:8]}.explorer"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        wanted = Wanted(YEAR, example.folder / "records", ledger=str(example.ledger))
        prepare(wanted, file, review=example.review)
    return file
