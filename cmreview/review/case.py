"""A year of the whole company put together: from records and policy to every person's case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cmreview.policy.model import Group, Policy
from cmreview.records.model import Expectations
from cmreview.review import people
from cmreview.review.after.consequences import Beside, with_consequences
from cmreview.review.after.measures_recorded import recorded
from cmreview.review.applications import Applied, applied
from cmreview.review.committee.recorded import ProcessRecord, admitted, reviewed, with_proceedings
from cmreview.review.counting.sources import Behind, behind
from cmreview.review.criteria import has_enough_answers, judge, overall
from cmreview.review.declared import reconcile
from cmreview.review.department import department_reviews
from cmreview.review.dossier import Dossier, Row, dossiers, handed_in
from cmreview.review.evidence import Evidence
from cmreview.review.facts import facts
from cmreview.review.model import Case, Person, Review, Told, Verdict
from cmreview.review.questions import Circumstances, questions
from cmreview.review.scoring import Contender, performance_score, ranking
from cmreview.review.year_end import December, decembers

if TYPE_CHECKING:
    import pandas as pd

    from cmreview.records.model import Records

_NO_CONTRACTS = December(0, 0, 0, 0)


def expectations(policy: Policy) -> Expectations:
    """What intake must know of the policy to read cells: levels, the survey's scale, plausible amounts."""
    return Expectations(
        levels={
            name: level.id
            for level in policy.levels
            for name in dict.fromkeys((level.id, level.label.zh, level.label.en))
        },
        satisfaction_scale=_pair(policy, "satisfaction_scale"),
        contract_range=_pair(policy, "contract_range"),
    )


def build_review(
    records: Records,
    policy: Policy,
    *,
    frame: pd.DataFrame | None = None,
    record: ProcessRecord | None = None,
    earlier: Policy | None = None,
) -> Review:
    """The review of the policy's year: a case for everybody on the roster (Policy 1.2, 3, 5.2).

    ``frame`` is the manager-year frame where it is at hand already; it must come from the same
    records and policy. ``record`` is what was recorded of the process (``recorded.process_record``):
    each case then carries its proceedings (Policy 4), and what was decided beside it (Policy 5.4).
    ``earlier`` is another year's policy: what it would have said of rewards and penalties is told. Whoever
    joined after the year or left before it is kept among the others, with a remark. The score is computed
    and ranked once for the company; the people of a department that errors stop are left out of ranks,
    rewards and penalties, since their figures may still change.
    """
    company = _company(records, policy, frame, record)
    everybody = [_case(manager, company) for manager in company.dossiers]
    stopped = records.stopped
    ranked = _ranked(everybody, company, stopped)
    if record is not None:
        ranked = with_proceedings(ranked, record, policy)
    ranked, pool = with_consequences(ranked, _beside_cases(company, stopped), policy, earlier)
    names = sorted({case.person.department for case in ranked} | stopped)
    return Review(
        year=policy.year,
        cases=ranked,
        departments=tuple(names),
        stopped=stopped,
        by_department=department_reviews(ranked, names, records, policy, record, pool),
        bonuses=pool,
    )


@dataclass(frozen=True)
class _Company:
    """What every case is taken from; ``rows`` are those of the frame by manager and year."""

    policy: Policy
    currency: str
    dossiers: Mapping[str, Dossier]
    tables: frozenset[str]
    years: tuple[int, ...]
    rows: Mapping[str, dict[int, Row]]
    behind: Behind
    decembers: Mapping[str, December]
    record: ProcessRecord | None


def _company(
    records: Records, policy: Policy, frame: pd.DataFrame | None, record: ProcessRecord | None
) -> _Company:
    from cmreview.review.counting.backend import opened  # here, since Ibis is slow to import
    from cmreview.review.counting.indicators import manager_years

    rows: dict[str, dict[int, Row]] = {}
    with opened(records) as fetch:
        figures = manager_years(records, policy, fetch) if frame is None else frame
        found = behind(records, policy, fetch)
    for row in _plain(figures):
        rows.setdefault(row["manager_id"], {})[row["year"]] = row
    return _Company(
        policy=policy,
        currency=records.currency.code,
        dossiers=dossiers(records),
        tables=handed_in(records),
        years=records.years,
        rows=rows,
        behind=found,
        decembers=decembers({manager: found.rows(manager, "sales") for manager in found.managers}),
        record=record,
    )


def _active(row: Row | None) -> Fraction:
    """The share of the year's days without recorded leave."""
    return 1 - Fraction(row["days_on_leave"] or 0, row["days_in_year"]) if row else Fraction(1)


def _beside_cases(company: _Company, stopped: frozenset[str]) -> Beside:
    year = company.policy.year
    record = company.record
    return Beside(
        incidents={manager: dossier.incidents for manager, dossier in company.dossiers.items()},
        active={manager: _active(rows.get(year)) for manager, rows in company.rows.items()},
        currency=company.currency,
        stopped=stopped,
        recorded={} if record is None else recorded(record.states, record.committee),
    )


def _case(manager: str, company: _Company) -> Case:
    """One person's case, without the ranks, for which everybody's score is needed."""
    policy, dossier = company.policy, company.dossiers[manager]
    rows = company.rows.get(manager, {})
    row = rows.get(policy.year)
    person = people.person(dossier, policy.year, row)
    own = applied(dossier.applications, policy)
    preliminary = people.preliminary(dossier, policy.year)
    if own is not None and company.record is not None:
        asked = admitted(own.application, manager, policy.year, company.record)
        own = replace(own, application=asked)
        preliminary = preliminary or reviewed(manager, policy.year, company.record)
    level = own.application.target_level if own else person.level
    counted = company.behind.counted(manager)
    evidence = Evidence(
        year=policy.year,
        row=row,
        dossier=dossier,
        tables=company.tables,
        counted=counted,
        open_key_customers=company.behind.open_key_customers(manager),
        is_covered=policy.year in company.years,
        currencies=(company.currency, policy.currency),
    )
    found = facts(evidence, policy, level)
    case = Case(
        person=person,
        application=own.application if own else None,
        preliminary=preliminary,
        facts=found,
        verdicts=(),
        overall=None,
        score=None,
        declared=reconcile(own.row, found, policy) if own else (),
        questions=(),
        trend=people.trend(rows, policy.year),
        sources=company.behind.listed(manager),
    )
    days_on_leave = (row["days_on_leave"] or 0) if row else 0
    active = _active(row)
    case = _judged(case, level, active, company)
    case = _beside(case, level, evidence, active, company)
    if own is None:
        return replace(case, questions=_presence(person, policy.year))
    return replace(case, questions=_asked(case, own, active, days_on_leave, company))


def _judged(case: Case, level: str | None, active: Fraction, company: _Company) -> Case:
    policy = company.policy
    if case.application is not None:
        group = None
        is_judged = not case.application.awaits_admission
    else:
        group = Group.PERFORMANCE  # qualifications were settled when the level was given
        is_judged = people.was_there(case.person, policy.year)
    if level is None or not is_judged:
        return case
    verdicts = tuple(
        judge(criterion, case.facts, policy, active=active, currency=company.currency)
        for criterion in policy.criteria_for(level, group)
    )
    if not verdicts:
        return case
    score = performance_score(verdicts, policy)
    return replace(case, verdicts=verdicts, overall=overall(verdicts), score=score)


def _beside(case: Case, judged: str | None, evidence: Evidence, active: Fraction, company: _Company) -> Case:
    """The case with the verdicts on the level held and on the one above, whatever was applied for."""
    policy, person = company.policy, case.person
    if not people.was_there(person, policy.year):
        return case

    def verdicts(level: str, group: Group | None) -> tuple[Verdict, ...]:
        known = case.facts if level == judged else facts(evidence, policy, level)
        return tuple(
            judge(criterion, known, policy, active=active, currency=company.currency)
            for criterion in policy.criteria_for(level, group)
        )

    held = () if person.level is None else verdicts(person.level, Group.PERFORMANCE)
    above = policy.next_level(person.level)
    return replace(case, held=held, ahead=() if above is None else verdicts(above.id, None))


def _asked(
    case: Case, own: Applied, active: Fraction, days_on_leave: int, company: _Company
) -> tuple[Told, ...]:
    manager = case.person.manager_id
    about = Circumstances(
        person=case.person,
        applied=own,
        preliminary=case.preliminary,
        facts=case.facts,
        verdicts=case.verdicts,
        score=case.score,
        declared=case.declared,
        behind=company.behind.by_indicator(manager),
        customers=company.behind.customers,
        december=company.decembers.get(manager, _NO_CONTRACTS),
        days_on_leave=days_on_leave,
        active=active,
        currency=company.currency,
        complaints_open=company.behind.complaints_open(manager),
    )
    return questions(about, company.policy)


def _presence(person: Person, year: int) -> tuple[Told, ...]:
    joined, left = person.hired_on, person.left_on
    if joined is not None and joined.year > year:
        return (Told("review.remark.joined_after", (("day", joined),)),)
    if left is not None and left.year <= year:
        return (Told(f"review.remark.left_{_when(left, year)}", (("day", left),)),)
    return ()


def _when(left: date, year: int) -> str:
    return "during" if left.year == year else "before"


def _ranked(cases: Sequence[Case], company: _Company, stopped: frozenset[str]) -> tuple[Case, ...]:
    """The cases with everybody's place among the applicants for the same level."""
    contenders: dict[str, list[Case]] = {}
    for case in cases:
        is_ranked = case.application is not None and case.score is not None and case.score.points is not None
        if is_ranked and case.application is not None and case.person.department not in stopped:
            contenders.setdefault(case.application.target_level, []).append(case)
    placed: dict[str, Case] = {}
    for same_level in contenders.values():
        placed |= _placed(same_level, company)
    return tuple(placed.get(case.person.manager_id, case) for case in cases)


def _placed(cases: Sequence[Case], company: _Company) -> dict[str, Case]:
    entries = {case.person.manager_id: _contender(case, company) for case in cases}
    keys = company.policy.value("tie_breaks")
    tie_breaks = [str(key) for key in keys] if isinstance(keys, tuple) else []
    in_company = ranking(list(entries.values()), tie_breaks)
    found = {}
    for department in {case.person.department for case in cases}:
        own = [case for case in cases if case.person.department == department]
        in_department = ranking([entries[case.person.manager_id] for case in own], tie_breaks)
        for case in own:
            if case.score is None:
                continue
            place = in_company[case.person.manager_id]
            score = replace(
                case.score,
                rank_in_company=place.rank,
                of_company=len(cases),
                rank_in_department=in_department[case.person.manager_id].rank,
                of_department=len(own),
                tied=place.tied,
                tie_broken_by=place.broken_by,
            )
            found[case.person.manager_id] = replace(case, score=score)
    return found


def _contender(case: Case, company: _Company) -> Contender:
    dossier = company.dossiers[case.person.manager_id]
    values: dict[str, Fraction | None] = {
        fact.indicator: fact.value
        for fact in case.facts
        if fact.indicator != "satisfaction" or has_enough_answers(fact, company.policy)
    }
    values["promotion_priority"] = None
    if "outcomes" in company.tables:
        values["promotion_priority"] = Fraction(people.had_honour(dossier, company.policy.year - 1))
    points = case.score.points if case.score and case.score.points is not None else Fraction(0)
    return Contender(case.person.manager_id, points, values)


def _pair(policy: Policy, key: str) -> tuple[Decimal, Decimal] | None:
    value = policy.value(key)
    if not isinstance(value, tuple):
        return None
    lowest, highest = (each for each in value if isinstance(each, Decimal))
    return lowest, highest


def _plain(frame: pd.DataFrame) -> Iterable[dict[str, Any]]:
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
