"""What a run rests on, as one hash over contents: records, policy, notebook, program, libraries, options."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmreview.errors import LedgerError
from cmreview.packets import record

if TYPE_CHECKING:
    from cmreview.packets.prepare import Request

# Records are files of these kinds; of any other one below the folder intake says no more than its name.
RECORDS = frozenset({".xlsx", ".xlsm", ".xls", ".csv", ".parquet"})
# Beside a database's file lies what was written last.
_BESIDE = ("", "-wal", "-journal", ".wal")
_ADDRESS = re.compile(r"[\w+.-]+://")
_FILE_DATABASE = re.compile(r"(?:sqlite|duckdb):///(.+)")
_COMMITTEE = Path("params", "committee.yaml")
ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Foundation:
    """``sha256`` over everything that a run rests on; ``contents``, the hashes of the files in it.

    ``files`` are those files: what each is, beginning with its kind, where it lies, and its hash.
    """

    sha256: str
    contents: frozenset[str]
    files: tuple[tuple[str, Path, str], ...] = field(default=(), compare=False)


def foundation(request: Request, notebook: Path) -> Foundation | None:
    """What a run on ``request`` rests on now; None where only reading it would tell: a company's server.

    Files are hashed by content, never judged by size and time, which a copy or a tool can keep. Nothing
    is opened as what it is, so this takes no library but Python's own, and a tenth of a second a
    hundred megabytes.
    """
    databases = _databases(request)
    if databases is None:
        return None
    files = {
        **_records(request.records, everything=request.mapping is not None),
        **_below("policy", _policy(request)),
        **{f"database {place}": path for place, path in enumerate(databases)},
        **_ledger(request),
        **_committee(request),
        "notebook": notebook,
    }
    if request.mapping is not None:
        files["mapping"] = request.mapping
    contents = dict(zip(files, file_hashes(files.values()), strict=True))
    rests = {
        "options": _options(request),
        "files": contents,
        "ledger": _ledger_end(request),
        "names": _names(request.records),
        "package": record.package_sha256(),
        "python": [sys.version, sys.platform],
        "installed": installed(),
        "browser": _browser(request),
    }
    text = json.dumps(rests, sort_keys=True).encode("utf-8", "surrogatepass")
    listed = tuple((name, path, contents[name]) for name, path in files.items())
    return Foundation(hashlib.sha256(text).hexdigest(), frozenset(contents.values()), listed)


def file_hashes(paths: Iterable[Path]) -> list[str]:
    """SHA-256 of each file's content, or a word for why there is none."""
    with ThreadPoolExecutor() as threads:  # hashing and reading let other threads run
        return list(threads.map(_file_hash, paths))


def _file_hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ABSENT
    except OSError as error:
        return f"unreadable: {error.errno}"


def _options(request: Request) -> dict[str, Any]:
    """What was asked for; a file is the same however its path was typed."""
    return {
        "year": request.year,
        "departments": sorted(request.departments),
        "lang": request.lang,
        "strict": request.strict,
        "pdf": request.pdf,
        "engine": request.engine,
        "ledger": request.ledger is not None,
        **{
            name: None if path is None else str(path.resolve())
            for name, path in (
                ("records", request.records),
                ("mapping", request.mapping),
                ("policy", request.policy),
                ("committee", request.committee),
                ("notebook", request.notebook),
            )
        },
    }


def _records(folder: Path, everything: bool) -> dict[str, Path]:
    """The files whose content matters; a mapping may name any, intake reads its own kinds."""
    return {
        f"records {name}": path
        for name, path in _walked(folder)
        if everything or (path.suffix.lower() in RECORDS and not path.name.startswith((".", "~$")))
    }


def _names(folder: Path) -> list[str]:
    """The names of all files: intake tells of some that it can't read."""
    return sorted(name for name, _ in _walked(folder) if not Path(name).name.startswith((".", "~$")))


def _walked(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below, hidden folders aside, by its path there; a folder that can't be opened as well."""
    refused: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=refused.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            yield path.relative_to(folder).as_posix(), path
    for error in refused:
        path = Path(str(error.filename))
        yield f"{path.name} refused {error.errno}", path


def _below(kind: str, folder: Path) -> dict[str, Path]:
    return {f"{kind} {name}": path for name, path in _walked(folder)}


def _policy(request: Request) -> Path:
    from cmreview.policy.load import default_folder

    return request.policy or default_folder()


def _committee(request: Request) -> dict[str, Path]:
    """The committee's file, or where the project's own is looked for."""
    if request.ledger is None:
        return {}
    if request.committee is not None:
        return {"committee": request.committee}
    project = Path(__file__).resolve().parents[2]
    return {"committee here": _COMMITTEE, "committee of the project": project / _COMMITTEE}


def _is_address(ledger: str | None) -> bool:
    return ledger is not None and "://" in ledger


def _ledger(request: Request) -> dict[str, Path]:
    """A ledger's file as it lies there."""
    if request.ledger is None or _is_address(request.ledger):
        return {}
    return {f"ledger {end}": Path(f"{request.ledger}{end}") for end in _BESIDE}


def _ledger_end(request: Request) -> list[Any]:
    """Where a ledger on a server ends, once it was seen to be whole. Raises LedgerError.

    Its file is not at hand, so every event is looked at: only that tells one that was altered.
    """
    if request.ledger is None or not _is_address(request.ledger):
        return []
    from cmreview.process.ledger.ledger import Ledger

    with Ledger.open(request.ledger) as ledger:
        if ledger.verify():
            raise LedgerError("ledger.broken", place=ledger.place)
        head = ledger.head()
    return [head.ledger_id, head.number, head.hash]


def _databases(request: Request) -> list[Path] | None:
    """The database files that a mapping names, with what lies beside them; None where it names a server."""
    if request.mapping is None:
        return []
    found: list[Path] = []
    for text in _texts(request.mapping):
        if _ADDRESS.search(text) is None:
            continue
        place = _FILE_DATABASE.fullmatch(text.strip())
        if place is None:
            return None
        found += [Path(f"{request.records / place[1]}{end}") for end in _BESIDE]
    return found


def _texts(mapping: Path) -> list[str]:
    """Every text in the mapping; a file that is no YAML has none, and the run will say so."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        tokens = yaml.scan(mapping.read_text(encoding="utf-8"), Loader=loader)
        return [token.value for token in tokens if isinstance(token, yaml.ScalarToken)]
    except (OSError, ValueError, yaml.YAMLError):
        return []


def installed() -> list[str]:
    """Every installed distribution with its version, which stands in its folder's name."""
    return sorted(
        {
            entry.name
            for place in sys.path
            if Path(place).is_dir()
            for entry in os.scandir(place or ".")
            if entry.name.endswith((".dist-info", ".egg-info"))
        }
    )


def _browser(request: Request) -> list[Any]:
    """The browser that prints. MissingToolError where it is asked for and absent."""
    if not request.pdf:
        return []
    from cmreview.packets.pdf import find_chromium

    path = find_chromium()
    state = Path(path).stat()
    return [path, state.st_size, state.st_mtime_ns]
