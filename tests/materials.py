"""The bill of materials: every package of the lock as CycloneDX 1.6, the same bytes for the same lock.

``python tests/materials.py requirements.lock`` writes it to standard output, ``make sbom`` to a file.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

_PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[^\s;]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
ROOT = Path(__file__).resolve().parent.parent


def bill(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    """The bill of a lock's text; ``project`` is pyproject's table of that name.

    A package's hashes are those of all its files, one for each system: which of them is installed only the
    machine knows. No time stands in it, and its serial number follows from what it lists.
    """
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, lock)}",
        "version": 1,
        "metadata": {"component": _component("application", project["name"], project["version"])},
        "components": [_locked(entry) for entry in re.split(r"\n(?=[a-z0-9])", lock.strip())],
    }


def _locked(entry: str) -> dict[str, Any]:
    found = _PIN.match(entry)
    if found is None:
        raise ValueError(f"{entry.splitlines()[0]!r} is no pinned package")
    hashes = [{"type": "distribution", "hashes": _hashes(entry), "url": _address(**found.groupdict())}]
    return _component("library", **found.groupdict()) | {"externalReferences": hashes}


def _component(kind: str, name: str, version: str) -> dict[str, Any]:
    address = _address(name, version)
    return {"type": kind, "bom-ref": address, "name": name, "version": version, "purl": address}


def _address(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"


def _hashes(entry: str) -> list[dict[str, str]]:
    return [{"alg": "SHA-256", "content": each} for each in sorted(_HASH.findall(entry))]


def main() -> None:
    """Write the bill of the lock that is named."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    listed = bill(Path(sys.argv[1]).read_text("utf-8"), project)
    sys.stdout.write(json.dumps(listed, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
