"""The company's analysis as a file: canonical JSON, the same bytes for the same analysis."""

from __future__ import annotations

from pathlib import Path

from cmreview.errors import FileError
from cmreview.exact_json import NotAsExpected, canonical, decode, encode, parse
from cmreview.review.analysis.analysis import CompanyAnalysis

FORMAT = "cmreview company analysis"
FORMAT_VERSION = 1


def save(analysis: CompanyAnalysis, path: Path) -> None:
    """Write ``analysis`` to ``path``; a file that is there already is replaced at once or not at all."""
    stored = {"format": FORMAT, "format_version": FORMAT_VERSION, "analysis": encode(analysis)}
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(canonical(stored))
    part.replace(path)


def load(path: Path) -> CompanyAnalysis:
    """The analysis stored at ``path``. FileError where it is missing or not exactly such a file."""
    if not path.is_file():
        raise FileError("file.missing", file=str(path))
    try:
        stored = parse(path.read_bytes())
        if not isinstance(stored, dict) or stored.keys() != {"format", "format_version", "analysis"}:
            raise NotAsExpected("$")
        if (stored["format"], stored["format_version"]) != (FORMAT, FORMAT_VERSION):
            found = {"found": stored["format_version"], "known": FORMAT_VERSION}
            raise FileError("analysis.stored.other_format", file=path.name, **found)
        analysis: CompanyAnalysis = decode(CompanyAnalysis, stored["analysis"])
    except (ValueError, RecursionError) as error:
        raise FileError("analysis.stored.damaged", file=path.name, problem=str(error)[:200]) from error
    return analysis
