"""An appeal's exhibit in files beside the prepared one: data to check, a page to read (Policy 4.4)."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from cmreview.errors import FileError
from cmreview.naming import safe_name
from cmreview.policy.model import Policy
from cmreview.review.scrutiny.replay import Replay, exhibit
from cmreview.show.explorer.exhibit_page import exhibit_page
from cmreview.show.figures import Figures


def keep(prepared: Path, found: Replay, policy: Policy, figures: Figures, whose: str) -> tuple[Path, Path]:
    """Write a replay; the files' names have the appellant, ``whose`` version it is, and what is in it.

    The same replay gives the same files, another one others, so that none is written over. They are
    readable by their owner only. FileError where they can't be written.
    """
    content = exhibit(found)
    mark = sha256(content).hexdigest()[:8]
    stem = f"{prepared.name}.appeal-{safe_name(found.manager_id)}.{whose}-{mark}"
    data = prepared.with_name(f"{stem}.json")
    page = prepared.with_name(f"{stem}.{figures.lang}.html")
    for place, each in ((data, content), (page, exhibit_page(found, policy, figures))):
        _write(place, each)
    return data, page


def _write(place: Path, content: bytes) -> None:
    part = place.with_name(f"{place.name}.part")
    try:
        # private from the first byte on, and whole or not there
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        part.replace(place)
    except OSError as error:
        raise FileError("explorer.exhibit_not_kept", file=place.name, problem=error.strerror) from error
