"""A department's review as a file: canonical JSON, the same bytes for the same review.

Nothing is guessed when reading: an unknown or missing field, another type or another format stops.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from cmreview.errors import FileError
from cmreview.exact_json import NotAsExpected, canonical, decode, encode, parse
from cmreview.review.model import DepartmentReview

FORMAT = "cmreview department review"
FORMAT_VERSION = 2

# What names the review rather than being part of what was handed in and judged.
_NOT_DATA = ("data_sha256", "policy_sha256", "version")


def save(review: DepartmentReview, path: Path) -> None:
    """Write ``review`` to ``path``; a file that is there already is replaced at once or not at all."""
    stored = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "review": encode(review),
    }
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(canonical(stored))
    part.replace(path)


def load(path: Path) -> DepartmentReview:
    """The review stored at ``path``. FileError where it is missing or not exactly such a file."""
    if not path.is_file():
        raise FileError("file.missing", file=str(path))
    try:
        stored = parse(path.read_bytes())
        if not isinstance(stored, dict) or stored.keys() != {"format", "format_version", "review"}:
            raise NotAsExpected("$")
        if (stored["format"], stored["format_version"]) != (FORMAT, FORMAT_VERSION):
            raise FileError(
                "review.stored.other_format",
                file=path.name,
                found=stored["format_version"],
                known=FORMAT_VERSION,
            )
        review: DepartmentReview = decode(DepartmentReview, stored["review"])
    except (ValueError, RecursionError) as error:
        raise FileError("review.stored.damaged", file=path.name, problem=str(error)[:200]) from error
    return review


def data_sha256(review: DepartmentReview) -> str:
    """SHA-256 over all that a review holds, but for its own hashes and the program's version.

    It changes when a department's own records change, and when company totals or ranks that it shows do;
    where the record of the process was asked, also when one of the department's cases moves on.
    """
    encoded = encode(review)
    for case in (*encoded["applicants"], *encoded["others"]):
        if case["proceedings"] is None:  # not asked for, so it can't tell one review from another
            del case["proceedings"]
    data = {name: value for name, value in encoded.items() if name not in _NOT_DATA}
    return sha256(canonical(data)).hexdigest()
