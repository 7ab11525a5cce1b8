"""A prepared file of the explorer: what one reader may see of a year, ready to be asked within a second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from cmreview.errors import FileError, InputError
from cmreview.exact_json import canonical, decode, encode, parse
from cmreview.policy.model import Policy
from cmreview.review.explorer import columns_file, stored_policy
from cmreview.review.explorer.blind import Pseudonyms
from cmreview.review.explorer.candidates import Candidates, candidates, texts
from cmreview.review.explorer.case_file import Members, write_members
from cmreview.review.explorer.discussion import Discussed
from cmreview.review.explorer.earlier import Company, earlier_year
from cmreview.review.explorer.sealing import sealed_case, sealed_earlier, sealed_people
from cmreview.review.explorer.stored_records import records_members, records_of
from cmreview.review.model import Case, Review
from cmreview.terms import Label

if TYPE_CHECKING:
    import pandas as pd

    from cmreview.process.committee import Committee
    from cmreview.process.stages import CaseState
    from cmreview.records.model import Records

FORMAT = "cmreview explorer"
FORMAT_VERSION = 1
_DISCUSSION = "discussion.json"


@dataclass(frozen=True)
class Explorer:
    """An opened file.

    ``department`` is whose people it holds, None for the whole company; ``left_out`` how many cases it lacks
    because its reader is recused from them; ``is_blind`` whether names are hidden. ``policies`` are those of
    the years it speaks for, the one in force (``policy``) last.
    """

    year: int
    department: str | None
    left_out: int
    is_blind: bool
    currency: str
    currency_label: Label
    policies: tuple[Policy, ...]
    policy_files: Mapping[str, str]
    earlier_years: tuple[int, ...]
    members: Members

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.policies[-1]

    @property
    def has_records(self) -> bool:
        """Whether facts can be counted anew by other definitions."""
        return "records.json" in self.members

    @cached_property
    def candidates(self) -> Candidates:
        """Everybody, as columns."""
        return columns_file.people_of(self._table("people.parquet"))

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        found = self._table("places.parquet").to_pydict()
        return {
            manager: (start, size)
            for manager, start, size in zip(found["id"], found["start"], found["size"], strict=True)
        }

    def case(self, manager_id: str) -> Case:
        """One person's case with everything in it. KeyError where the file holds nobody of this id."""
        start, size = self._places[manager_id]
        try:
            case: Case = decode(Case, parse(self.members.piece("cases.jsonl", start, size)))
        except (ValueError, RecursionError) as error:
            raise _damaged(self.members.path, error) from error
        return case

    def earlier(self, year: int) -> Candidates:
        """An earlier year's people and facts. KeyError for a year that is not among ``earlier_years``."""
        if year not in self.earlier_years:
            raise KeyError(year)
        return columns_file.people_of(self._table(f"earlier/{year}.parquet"))

    @cached_property
    def records(self) -> Records:
        """The records themselves. InputError in a file that holds none."""
        if not self.has_records:
            raise InputError("explorer_data.no_records")
        return records_of(self.members)

    @cached_property
    def discussion(self) -> tuple[Discussed, ...] | None:
        """What the committee discusses first; None in a file that was not to hold it."""
        if _DISCUSSION not in self.members:
            return None
        try:
            found = parse(self.members.read(_DISCUSSION))
            return tuple(decode(Discussed, each) for each in found)
        except (BadZipFile, TypeError, ValueError, RecursionError) as error:
            raise _damaged(self.members.path, error) from error

    def _table(self, name: str) -> Any:
        import pyarrow as pa

        try:
            return columns_file.opened(self.members.read(name))
        except (BadZipFile, pa.ArrowInvalid, KeyError) as error:
            raise _damaged(self.members.path, error) from error


def prepare_explorer(
    records: Records,
    policies: Policy | Sequence[Policy],
    review: Review,
    target: Path,
    *,
    states: Mapping[str, CaseState] | None = None,
    committee: Committee | None = None,
    day: date | None = None,
    department: str | None = None,
    without: frozenset[str] = frozenset(),
    blind_key: bytes | None = None,
    policy_files: Mapping[str, str] | None = None,
    discussed: Sequence[Discussed] | None = None,
    frame: pd.DataFrame | None = None,
) -> None:
    """Write what one reader may see of ``review`` to ``target``: the same input, the same bytes.

    ``policies`` are dated, the review's year among them and last; ``states`` are the cases as the ledger has
    them (``Desk.states``), from which with ``committee`` and ``day`` the opened panel scores come too.
    ``department`` leaves only its people in; ``without`` are the managers whose cases the reader is recused
    from: they are nowhere in the file, and what would tell them is sealed (``sealing``). With ``blind_key``
    people are numbers. ``policy_files`` are the texts of the policy folder by name, for a changed one to be
    written. ``discussed`` is what the reader may know of the committee's discussion (``discussion``); a
    department's file and a blind one never hold it, since it names people and tells what was said inside.
    ``frame`` is the manager-year frame where it is at hand.

    Only the whole company's file with names holds the records. InputError for a department that is not
    on the roster or that errors stop.
    """
    dated = (policies,) if isinstance(policies, Policy) else tuple(policies)
    policy = max(dated, key=lambda each: each.year)
    if policy.year != review.year:
        raise ValueError(f"the policy of {policy.year} can't be that of the review of {review.year}")
    cases = _chosen(review, department, without)
    company = Company.of(records, policy, frame)
    people = candidates(
        cases,
        policy,
        active={
            each.person.manager_id: company.active(each.person.manager_id, policy.year) for each in cases
        },
        honours_known="outcomes" in company.tables,
        stopped=review.stopped,
        stages=_stages(cases, states),
        panel=_panel(cases, states, committee, policy, day) if department is None else _shown(cases),
        pinyin=None if blind_key is not None else _readings(cases),
    )
    ids = [each.person.manager_id for each in cases]
    years = [year for year in records.years if year < policy.year]
    earlier = {year: earlier_year(company, policy, year, ids) for year in years}
    if without:
        people = sealed_people(people, cases)
        cases = [sealed_case(each) for each in cases]
        earlier = {year: sealed_earlier(each) for year, each in earlier.items()}
    if blind_key is not None:
        hidden = Pseudonyms.of((each.person.manager_id for each in review.cases), blind_key)
        cases, people = [hidden.hidden(each) for each in cases], _renamed(people, hidden)
        earlier = {year: _renamed(each, hidden) for year, each in earlier.items()}
        cases = sorted(cases, key=lambda each: each.person.manager_id)
    members: dict[str, bytes] = {
        "about.json": canonical(
            {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "year": policy.year,
                "department": department,
                "left_out": len(without & {each.person.manager_id for each in _all(review, department)}),
                "is_blind": blind_key is not None,
                "currency": records.currency.code,
                "currency_label": encode(records.currency.label),
                "policies": [
                    stored_policy.stored(each) for each in sorted(dated, key=lambda each: each.year)
                ],
                "policy_files": dict(policy_files or {}),
                "earlier_years": years,
            }
        ),
        "people.parquet": columns_file.parquet(columns_file.table(people)),
        **_cases(cases),
    }
    for year, each in earlier.items():
        members[f"earlier/{year}.parquet"] = columns_file.parquet(columns_file.table(each))
    if discussed is not None and department is None and blind_key is None:
        members[_DISCUSSION] = canonical(
            [encode(each) for each in discussed if each.manager_id not in without]
        )
    if department is None and not without and blind_key is None:
        members |= records_members(records)
    write_members(target, members)


def open_explorer(path: Path) -> Explorer:
    """Open a prepared file. FileError where it is missing, of another format or damaged."""
    if not path.is_file():
        raise FileError("file.missing", file=str(path))
    try:
        members = Members(path)
        about = parse(members.read("about.json"))
        if (about["format"], about["format_version"]) != (FORMAT, FORMAT_VERSION):
            raise FileError(
                "explorer_data.other_format",
                file=path.name,
                found=str(about["format_version"]),
                known=FORMAT_VERSION,
            )
        return Explorer(
            year=about["year"],
            department=about["department"],
            left_out=about["left_out"],
            is_blind=about["is_blind"],
            currency=about["currency"],
            currency_label=decode(Label, about["currency_label"]),
            policies=tuple(stored_policy.restored(each) for each in about["policies"]),
            policy_files=about["policy_files"],
            earlier_years=tuple(about["earlier_years"]),
            members=members,
        )
    except (BadZipFile, KeyError, TypeError, ValueError, RecursionError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> FileError:
    return FileError("explorer_data.damaged", file=path.name, problem=str(error)[:200])


def _all(review: Review, department: str | None) -> Iterable[Case]:
    return (each for each in review.cases if department in (None, each.person.department))


def _chosen(review: Review, department: str | None, without: frozenset[str]) -> list[Case]:
    if department is not None and department not in review.departments:
        raise InputError("explorer_data.unknown_department", department=department, known=review.departments)
    if department in review.stopped:
        raise InputError("explorer_data.stopped_department", department=department)
    own = [_without_what_follows(each) for each in _all(review, department)]
    kept = (each for each in own if each.person.manager_id not in without)
    return sorted(kept, key=lambda each: each.person.manager_id)


def _without_what_follows(case: Case) -> Case:
    # no view shows it, and sums of the company in it would tell what is sealed
    return replace(case, held=(), ahead=(), consequences=None)


def _cases(cases: Sequence[Case]) -> dict[str, bytes]:
    import pyarrow as pa

    lines = [canonical(encode(each)) for each in cases]
    sizes = [len(line) for line in lines]
    starts = [0, *np.cumsum(sizes).tolist()][: len(sizes)]
    places = pa.table(
        {
            "id": pa.array([each.person.manager_id for each in cases], pa.string()),
            "start": pa.array(starts, pa.int64()),
            "size": pa.array(sizes, pa.int64()),
        }
    )
    return {"places.parquet": columns_file.parquet(places), "cases.jsonl": b"".join(lines)}


def _stages(cases: Sequence[Case], states: Mapping[str, CaseState] | None) -> dict[str, str]:
    found = {
        each.person.manager_id: each.proceedings.stage.value for each in cases if each.proceedings is not None
    }
    return found | {
        state.manager_id: state.stage.value for state in (states or {}).values() if state.has_applied
    }


def _panel(
    cases: Sequence[Case],
    states: Mapping[str, CaseState] | None,
    committee: Committee | None,
    policy: Policy,
    day: date | None,
) -> dict[str, Fraction]:
    """The panel scores that are opened, by manager."""
    if states is None or committee is None or day is None:
        return _shown(cases)
    from cmreview.review.committee.cases import panel_scores

    scores = panel_scores(states, committee, policy, day)
    return {states[case].manager_id: score.score for case, score in scores.items() if score.score is not None}


def _shown(cases: Sequence[Case]) -> dict[str, Fraction]:
    """The panel scores as far as a department may know them."""
    found = {}
    for each in cases:
        panel = each.proceedings.panel if each.proceedings is not None else None
        if panel is not None and panel.score is not None:
            found[each.person.manager_id] = panel.score
    return found


def _readings(cases: Sequence[Case]) -> dict[str, str]:
    from cmreview.review.explorer.pinyin import readings

    return {each.person.manager_id: readings(each.person.name) for each in cases}


def _renamed(people: Candidates, hidden: Pseudonyms) -> Candidates:
    """The columns with numbers in place of names, in the order of the numbers."""
    numbers = [hidden.numbers[each] for each in people.ids]
    order = np.array(sorted(range(len(numbers)), key=lambda row: numbers[row]), dtype=np.int64)
    renamed = replace(
        people,
        ids=texts(numbers),
        names=texts([hidden.name(each) for each in people.ids]),
    )
    return renamed.take(order)
