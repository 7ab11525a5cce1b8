"""An appeal played through: one correction, and what it changes for the person and others (Policy 4.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from cmreview.errors import InputError
from cmreview.exact_json import canonical, encode
from cmreview.policy.model import Policy
from cmreview.review.case import build_review
from cmreview.review.committee.recorded import ProcessRecord
from cmreview.review.model import Case, Fact, Review, Verdict
from cmreview.review.scrutiny.corrections import Cell, Correction, corrected
from cmreview.terms import Result

if TYPE_CHECKING:
    from cmreview.records.model import Records

FORMAT = "cmreview appeal exhibit"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact before and after; None where there was or is none."""

    indicator: str
    over_level: str | None
    before: Fact | None
    after: Fact | None


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """One criterion's verdict before and after; ``is_turned`` says that the outcome is another one."""

    criterion: str
    before: Verdict | None
    after: Verdict | None

    @property
    def is_turned(self) -> bool:
        """Whether more than figures differ."""
        return _outcome(self.before) != _outcome(self.after)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: result, score in fractions of one, coverage, and place among its level.

    None throughout is a case that is not judged or not ranked.
    """

    level: str | None
    result: Result | None
    points: Fraction | None
    coverage: Fraction | None
    place: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class CaseChange:
    """All that the correction changes of one case; ``before`` and ``after`` may be the same."""

    manager_id: str
    department: str
    before: Standing
    after: Standing
    facts: tuple[FactChange, ...]
    verdicts: tuple[VerdictChange, ...]

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing differs."""
        return self.before == self.after and not self.facts and not self.verdicts


@dataclass(frozen=True, slots=True)
class Sums:
    """The company's totals: sales in the records' currency, and applicants by result."""

    company_sales: Fraction | None
    eligible: int
    not_eligible: int
    undecided: int
    awaiting: int


@dataclass(frozen=True, slots=True)
class Replay:
    """What one correction does.

    ``replaced`` is the value that stood in its place, ``source`` and ``row`` where it came from. ``own`` is
    the appellant's case; ``others`` are all other cases that change in anything, by id. ``others_changed``
    counts them, and ``others_moved`` those whose result, score or place changes, also where they are left
    out.
    """

    year: int
    manager_id: str
    policy_sha256: str
    correction: Correction
    replaced: Cell
    source: str
    row: int | None
    own: CaseChange
    others: tuple[CaseChange, ...]
    others_changed: int
    others_moved: int
    sums_before: Sums
    sums_after: Sums

    def for_appellant(self) -> Replay:
        """The same without other people's cases, of which only the number is told (Policy 1.3.a)."""
        return replace(self, others=())


def replay(
    records: Records,
    policy: Policy,
    manager_id: str,
    correction: Correction,
    *,
    record: ProcessRecord | None = None,
    before: Review | None = None,
) -> Replay:
    """Judge the whole company again with one correction, and tell what differs (Policy 4.4).

    One person's contract is part of the company's total and moves others' shares and places, so that
    everybody is judged again. Nothing is recorded: the committee decides, and the file that was handed in
    is put right where it came from. ``before`` is the review as it stands, where it is at hand; it must be
    of the same records, policy and ``record``. InputError as ``corrections.corrected``, and for somebody
    who is not on the roster.
    """
    now = build_review(records, policy, record=record) if before is None else before
    change = corrected(records, policy, correction)
    then = build_review(change.records, change.policy, record=record)
    was, becomes = _by_id(now), _by_id(then)
    if manager_id not in was:
        raise InputError("explorer_figures.replay.nobody", manager=manager_id)
    cases = {name: _change(was[name], becomes[name]) for name in sorted(was) if name in becomes}
    others = tuple(each for name, each in cases.items() if name != manager_id and not each.is_unchanged)
    return Replay(
        year=policy.year,
        manager_id=manager_id,
        policy_sha256=policy.sha256,
        correction=correction,
        replaced=change.before,
        source=change.source,
        row=change.row,
        own=cases[manager_id],
        others=others,
        others_changed=len(others),
        others_moved=sum(each.before != each.after for each in others),
        sums_before=_sums(now),
        sums_after=_sums(then),
    )


def exhibit(found: Replay) -> bytes:
    """A replay as a file to be kept with the appeal: canonical JSON, the same bytes for the same replay."""
    return canonical({"format": FORMAT, "format_version": FORMAT_VERSION, "replay": encode(found)})


def _by_id(review: Review) -> dict[str, Case]:
    return {case.person.manager_id: case for case in review.cases}


def _change(before: Case, after: Case) -> CaseChange:
    return CaseChange(
        manager_id=before.person.manager_id,
        department=before.person.department,
        before=_standing(before),
        after=_standing(after),
        facts=_facts(before, after),
        verdicts=_verdicts(before, after),
    )


def _facts(before: Case, after: Case) -> tuple[FactChange, ...]:
    was = {(fact.indicator, fact.over_level): fact for fact in before.facts}
    now = {(fact.indicator, fact.over_level): fact for fact in after.facts}
    return tuple(
        FactChange(*key, was.get(key), now.get(key))
        for key in dict.fromkeys((*was, *now))
        if was.get(key) != now.get(key)
    )


def _verdicts(before: Case, after: Case) -> tuple[VerdictChange, ...]:
    was = {verdict.criterion: verdict for verdict in before.verdicts}
    now = {verdict.criterion: verdict for verdict in after.verdicts}
    return tuple(
        VerdictChange(key, was.get(key), now.get(key))
        for key in dict.fromkeys((*was, *now))
        if was.get(key) != now.get(key)
    )


def _outcome(verdict: Verdict | None) -> str | None:
    return None if verdict is None else verdict.outcome


def _standing(case: Case) -> Standing:
    score = case.score
    return Standing(
        level=case.verdicts[0].level if case.verdicts else None,
        result=None if case.overall is None else case.overall.result,
        points=None if score is None else score.points,
        coverage=None if score is None else score.coverage,
        place=None if score is None else score.rank_in_company,
        of=score.of_company if score is not None and score.rank_in_company is not None else None,
    )


def _sums(review: Review) -> Sums:
    applicants = [case for case in review.cases if case.application is not None]
    results = [None if case.overall is None else case.overall.result for case in applicants]
    totals = next((each.totals for _, each in review.by_department), None)
    return Sums(
        company_sales=None if totals is None else totals.company_sales,
        eligible=results.count(Result.ELIGIBLE),
        not_eligible=results.count(Result.NOT_ELIGIBLE),
        undecided=results.count(Result.UNDECIDED),
        awaiting=results.count(None),
    )
