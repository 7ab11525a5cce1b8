"""The policy of a year from its folder, read strictly: all problems of all files at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cmreview.errors import PolicyError
from cmreview.terms import Severity

if TYPE_CHECKING:
    from cmreview.policy.model import Policy

DEFAULT = Path("params", "policy")


def load_policy(folder: Path, year: int) -> Policy:
    """The policy of one review year.

    Raises PolicyFindings (a PolicyError, policy/faults.py) that lists everything wrong in the
    folder, each with file, line and key; PolicyError for a year before the first or past
    ``confirmed_through``. A value is that of the latest year not after the one asked for.
    """
    from cmreview.policy.book import read_book  # here, so that a program without a policy does not pay for it

    book = read_book(folder)
    edition = book.edition
    if year < edition.first_year:
        raise PolicyError("policy.before_first_year", year=year, first=edition.first_year)
    if year > edition.confirmed_through:
        raise PolicyError("policy.year_not_confirmed", year=year, confirmed=edition.confirmed_through)
    return book.policy(year)


def load_sound_policy(folder: Path, year: int) -> Policy:
    """The policy of one year, fit to judge people by. Raises as ``load_policy``, and for errors of lint.

    A blank is fit (it gives no rule); a rule that can't be meant is not, such as weights that do not
    sum to one or a threshold that nobody can reach.
    """
    from cmreview.policy.faults import PolicyFindings
    from cmreview.policy.lint import lint

    policy = load_policy(folder, year)
    errors = [finding for finding in lint(policy) if finding.severity is Severity.ERROR]
    if errors:
        raise PolicyFindings(findings=tuple(errors))
    return policy


def earlier_policy(folder: Path, year: int) -> Policy | None:
    """The policy of the year before, to tell what it would have said; None in the folder's first year."""
    return load_policy(folder, year - 1) if year - 1 in years(folder) else None


def years(folder: Path) -> tuple[int, ...]:
    """The years that the folder speaks for, first to last confirmed. Raises as ``load_policy``."""
    from cmreview.policy.book import read_book

    edition = read_book(folder).edition
    return tuple(range(edition.first_year, edition.confirmed_through + 1))


def default_folder() -> Path:
    """params/policy of the working folder, else of the project in which this package lies.

    Raises PolicyError where neither exists.
    """
    project = Path(__file__).resolve().parents[2]
    for root in (Path.cwd(), project):
        if (root / DEFAULT).is_dir():
            return root / DEFAULT
    raise PolicyError("policy.no_folder", folder=DEFAULT.as_posix())
