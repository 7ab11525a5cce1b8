"""A small company whose packets rest on records, a policy and a ledger of its own: made once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from cmreview.packets.archive.archiving import archive
from cmreview.packets.batch import make_packets
from cmreview.packets.prepare import Request
from cmreview.process.events import Applied, Draft
from cmreview.process.ledger.ledger import Ledger
from tests.packets import plain_engine
from tests.packets.small import small_company, write_tables

AT = datetime.fromisoformat("2025-12-10T09:00:00+08:00")


def applied(manager: str) -> Draft:
    """An application as the ledger keeps it."""
    what = Applied("甲1号", "销售一部", None, "junior", AT.date(), ("业绩表.pdf",))
    return Draft(f"2025/{manager}", what, "P01")


@dataclass(frozen=True)
class Office:
    """Where everything lies: records, policy, ledger, and the outputs of a whole run on them."""

    folder: Path
    request: Request

    @property
    def run_file(self) -> Path:
        """What the run kept of itself."""
        return self.request.target / "run.json"

    @contextmanager
    def without(self, name: str) -> Iterator[Path]:
        """A file of the office, which may be changed or removed and is put back afterwards."""
        path = self.folder / name
        content = path.read_bytes()
        try:
            yield path
        finally:
            path.write_bytes(content)


def rewritten(office: Office, folder: Path, change: Callable[[dict], object]) -> Path:
    """The run's outputs at another place, what run.json keeps of it changed."""
    outputs = shutil.copytree(office.request.target, folder / "2025")
    stored = json.loads((outputs / "run.json").read_text("utf-8"))
    change(stored)
    (outputs / "run.json").write_text(json.dumps(stored), encoding="utf-8")
    return outputs / "run.json"


@pytest.fixture(scope="session")
def office(tmp_path_factory, executor, root) -> Office:
    """Two departments, both with a packet; one file that intake can't read and tells of."""
    folder = tmp_path_factory.mktemp("office")
    records = write_tables(folder / "records", small_company())
    (records / "旧表.ods").write_bytes(b"not read")
    shutil.copytree(root / "params/policy", folder / "policy")
    with Ledger.open(folder / "ledger.db", create=True) as ledger:
        ledger.append([applied("1a")], AT)
    request = Request(
        year=2025,
        records=records,
        outputs=folder / "out",
        policy=folder / "policy",
        engine=plain_engine.NAME,
        ledger=str(folder / "ledger.db"),
    )
    run = make_packets(request, executor=executor)
    assert not run.failed
    return Office(folder, request)


@pytest.fixture(scope="session")
def archived(office) -> Path:
    """The archive of that run."""
    return archive(office.run_file, office.folder / "archive-2025.zip").file
