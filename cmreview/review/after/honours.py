"""The honorary title, priority in promotion, and benefits after excellent years (Policy 5.4.b to 5.4.d)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from cmreview.policy.model import Policy
from cmreview.review import rules
from cmreview.review.after.bonus_sentences import named
from cmreview.review.after.model import Advice, Measure, Standing
from cmreview.review.model import Person
from cmreview.review.told import Figure, Told
from cmreview.terms import Label, Outcome, Unit

_ALL = Fraction(1)
# What keeps a manager out whose performance requirements are not known to be met.
_OUT = {
    Outcome.MISSED: (Standing.NOT_DUE, Told("rewards.honour.missed")),
    Outcome.NO_EVIDENCE: (Standing.COMMITTEE, Told("rewards.honour.no_evidence")),
    Outcome.NO_RULE: (Standing.NO_RULE, Told("rewards.honour.outcome_no_rule")),
}


@dataclass(frozen=True, slots=True)
class Contender:
    """One manager who may get the title; points and coverage are those of ``Score`` (Policy 5.4.b)."""

    manager_id: str
    outcome: Outcome
    points: Fraction | None
    coverage: Fraction


class _Finding(NamedTuple):
    standing: Standing
    told: Told


def honours(contenders: Sequence[Contender], policy: Policy) -> dict[str, Advice]:
    """Who is recommended for the honorary title, by manager id (优秀客户经理, Policy 5.4.b).

    Only those compete who met all performance requirements and whose score is evidenced in full. Under a
    quota, a share of all contenders rounded down gives the places, and the highest points fill them; equal
    points at the edge go by the policy's word. Under a line, everybody from the line on.
    """
    out = {one.manager_id: found for one in contenders if (found := _kept_out(one, policy)) is not None}
    competing = {
        one.manager_id: one.points
        for one in contenders
        if one.manager_id not in out and one.points is not None
    }
    rule = rules.word(policy, "honour_rule")
    if rule == "quota":
        inside = _by_quota(competing, len(contenders), policy)
    elif rule == "line":
        inside = _by_line(competing, policy)
    else:
        inside = dict.fromkeys(competing, _no_rule("rewards.honour.open", ("honour_rule",), policy))
    unsettled = sum(found.standing is not Standing.NOT_DUE for found in out.values())
    more = (Told("rewards.honour.may_change", (("count", str(unsettled)),)),)
    advice = {
        manager: _advice(Measure.HONOUR, found, more if unsettled and rule == "quota" else ())
        for manager, found in inside.items()
    }
    kept_out = {manager: _advice(Measure.HONOUR, found) for manager, found in out.items()}
    return {one.manager_id: (advice | kept_out)[one.manager_id] for one in contenders}


def priority(person: Person, policy: Policy) -> Advice:
    """Whether the person comes first among equals (优先晋升, Policy 5.4.c).

    The title recorded for the year before the review is a flag and the tie-break in the ranking, never a way
    around a failed criterion.
    """
    before = policy.year - 1
    year = ("year", str(before))
    recorded = next((one for one in person.outcomes if one.year == before), None)
    if recorded is None:
        return _advice(
            Measure.PRIORITY, _Finding(Standing.NOT_DUE, Told("rewards.priority.not_recorded", (year,)))
        )
    honour = (recorded.honour or "").strip()
    if not honour:
        return _advice(Measure.PRIORITY, _Finding(Standing.NOT_DUE, Told("rewards.priority.none", (year,))))
    tie_breaks = policy.value("tie_breaks")
    is_used = isinstance(tie_breaks, tuple) and "promotion_priority" in tie_breaks
    key = "rewards.priority.due" if is_used else "rewards.priority.not_in_ranking"
    return _advice(Measure.PRIORITY, _Finding(Standing.DUE, Told(key, (year, ("honour", honour)))))


def benefits(person: Person, honour: Advice, policy: Policy) -> Advice:
    """What a run of excellent years earns (连续优秀待遇, Policy 5.4.d).

    ``honour`` is the advice on this year's title, which ends the run; earlier years count by the titles
    recorded. A year without a recorded conclusion may be either, and is left to the committee unless a later
    or earlier year already makes the run too short.
    """
    if honour.standing is Standing.NOT_DUE:
        return _advice(Measure.BENEFITS, _Finding(Standing.NOT_DUE, Told("rewards.benefits.not_this_year")))
    left_open = [key for key in ("excellent_years", "excellent_benefits") if policy.value(key) is None]
    needed = rules.number(policy, "excellent_years")
    if left_open or needed is None:
        return _advice(Measure.BENEFITS, _no_rule("rewards.benefits.open", left_open, policy))
    found = _run(person, honour, needed, policy.year)
    words = policy.value("excellent_benefits") if found.standing is Standing.DUE else ()
    earned = tuple(str(word) for word in words) if isinstance(words, tuple) else ()
    return Advice(Measure.BENEFITS, found.standing, (found.told,), benefits=earned)


# --- the title


def _kept_out(one: Contender, policy: Policy) -> _Finding | None:
    if one.outcome is not Outcome.MET:
        return _Finding(*_OUT[one.outcome])
    if one.points is None and rules.number(policy, "score_cap") is None:
        return _Finding(Standing.NO_RULE, Told("rewards.honour.no_points"))
    if one.points is None or one.coverage != _ALL:
        coverage = Figure(one.coverage, Unit.SHARE, apart_from=_ALL)
        return _Finding(Standing.COMMITTEE, Told("rewards.honour.coverage", (("coverage", coverage),)))
    return None


def _by_line(competing: Mapping[str, Fraction], policy: Policy) -> dict[str, _Finding]:
    line = rules.number(policy, "honour_line")
    if line is None:
        return dict.fromkeys(competing, _no_rule("rewards.honour.open", ("honour_line",), policy))
    found = {}
    for manager, points in competing.items():
        figures = (
            ("points", Figure(points, Unit.SHARE, apart_from=line)),
            ("line", Figure(line, Unit.SHARE)),
        )
        if points >= line:
            found[manager] = _Finding(Standing.DUE, Told("rewards.honour.at_line", figures))
        else:
            found[manager] = _Finding(Standing.NOT_DUE, Told("rewards.honour.below_line", figures))
    return found


def _by_quota(competing: Mapping[str, Fraction], people: int, policy: Policy) -> dict[str, _Finding]:
    quota = rules.number(policy, "honour_quota")
    if quota is None:
        return dict.fromkeys(competing, _no_rule("rewards.honour.open", ("honour_quota",), policy))
    places = floor(quota * people)
    found = {}
    for manager, points in competing.items():
        ahead = sum(other > points for other in competing.values())
        equal = sum(other == points for other in competing.values())
        if ahead < places < ahead + equal:
            found[manager] = _at_edge(points, equal, places - ahead, policy)
            continue
        values = (
            ("points", Figure(points, Unit.SHARE)),
            ("competing", str(len(competing))),
            ("rank", str(ahead + 1)),
            ("places", str(places)),
            ("people", str(people)),
            ("quota", Figure(quota, Unit.SHARE)),
        )
        if ahead + equal <= places:
            found[manager] = _Finding(Standing.DUE, Told("rewards.honour.within", values))
        else:
            found[manager] = _Finding(Standing.NOT_DUE, Told("rewards.honour.beyond", values))
    return found


def _at_edge(points: Fraction, equal: int, left: int, policy: Policy) -> _Finding:
    values = (("points", Figure(points, Unit.SHARE)), ("count", str(equal)), ("left", str(left)))
    word = rules.word(policy, "honour_ties")
    if word is None:
        open_rule = ("rules", named(("honour_ties",), policy))
        return _Finding(Standing.NO_RULE, Told("rewards.honour.tied_open", (*values, open_rule)))
    standing = {"all": Standing.DUE, "none": Standing.NOT_DUE, "committee": Standing.COMMITTEE}[word]
    return _Finding(standing, Told(f"rewards.honour.tied_{word}", values))


# --- excellent years


def _run(person: Person, honour: Advice, needed: Fraction, year: int) -> _Finding:
    """What the years up to this one say, this one taken as excellent; the latest that breaks them decides."""
    asked = ("needed", _number(needed))
    titles = {one.year: bool((one.honour or "").strip()) for one in person.outcomes}
    earlier = range(year - 1, year - ceil(needed), -1)
    for before in earlier:
        is_new = not _was_manager(person, before)
        if is_new or titles.get(before) is False:
            key = "rewards.benefits.too_new" if is_new else "rewards.benefits.too_short"
            # years without a record in between are taken as excellent: even so the run is too short
            most = (("count", str(year - before)), ("year", str(before)), asked)
            return _Finding(Standing.NOT_DUE, Told(key, most))
    if honour.standing is Standing.NO_RULE:
        return _Finding(Standing.NO_RULE, Told("rewards.benefits.depends_no_rule"))
    unknown = sorted(before for before in earlier if before not in titles)
    if unknown:
        told = Told("rewards.benefits.not_recorded", (("years", _years(unknown)), asked))
        return _Finding(Standing.COMMITTEE, told)
    length = ceil(needed)
    while titles.get(year - length):
        length += 1
    if honour.standing is Standing.COMMITTEE:
        told = Told("rewards.benefits.depends", (("count", str(length)), asked))
        return _Finding(Standing.COMMITTEE, told)
    years = ("years", _years(range(year - length + 1, year + 1)))
    return _Finding(Standing.DUE, Told("rewards.benefits.due", (("count", str(length)), years, asked)))


def _was_manager(person: Person, year: int) -> bool:
    """Whether the person was an account manager on any day of the year, as far as the roster tells."""
    since = (person.hired_on, person.account_manager_since)
    return all(day is None or day.year <= year for day in since)


def _years(years: Sequence[int]) -> Label:
    return Label("、".join(str(year) for year in years), ", ".join(str(year) for year in years))


def _number(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):g}"


def _no_rule(key: str, left_open: Sequence[str], policy: Policy) -> _Finding:
    return _Finding(Standing.NO_RULE, Told(key, (("rules", named(left_open, policy)),)))


def _advice(measure: Measure, found: _Finding, more: tuple[Told, ...] = ()) -> Advice:
    return Advice(measure, found.standing, (found.told, *more))
