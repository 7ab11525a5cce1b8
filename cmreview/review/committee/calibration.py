"""Performance against panel score as a grid, and cases by level in the order of discussion (Policy 4.3)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from cmreview.policy.model import Policy
from cmreview.process.timeline import Entry
from cmreview.review.committee.agenda import AgendaItem
from cmreview.review.committee.alterations import Alteration, alterations
from cmreview.review.committee.cases import CommitteeCase
from cmreview.review.panel.decision import decision_rules
from cmreview.review.told import Told

# The policy's parameters for the grid, where it has them: two values each make nine cells.
PERFORMANCE_KEY, PANEL_KEY = "calibration_performance", "calibration_panel"
GUIDELINE_KEY = "calibration_guideline"
_ON_THE_THRESHOLDS = Fraction(1)  # a performance score of 100 % is just on the thresholds, by its definition


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Where the bands of the grid begin, lowest first; whoever is on a boundary is in the band above it.

    ``performance`` are fractions of one, ``panel`` points. ``from_policy`` False: the policy sets no
    boundaries of its own, so that only the lines that it has are drawn, and ``remark`` says so.
    """

    performance: tuple[Fraction, ...]
    panel: tuple[Fraction, ...]
    from_policy: bool
    remark: Told | None


@dataclass(frozen=True, slots=True)
class Spot:
    """One case on the grid: its exact scores and its bands, counted from 0, the lowest.

    ``coverage`` below 1 warns that a part of the performance score's weights is not evidenced.
    """

    case: str
    performance: Fraction
    panel: Fraction
    coverage: Fraction
    performance_band: int
    panel_band: int


@dataclass(frozen=True, slots=True)
class OffGrid:
    """A case that is on no field of the grid, and why."""

    case: str
    reason: Told


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a level's cases lie in a band of the performance score, beside the guideline's share.

    ``guideline`` and ``expected`` (cases) are None where the policy has no guideline. It is one to look at:
    nobody is moved into a band to fit it.
    """

    band: int
    count: int
    of: int
    guideline: Fraction | None
    expected: Fraction | None


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One case in the list of a level, with all that was altered in its record."""

    case: CommitteeCase
    item: AgendaItem | None  # None: it does not wait for a decision
    spot: Spot | None
    alterations: tuple[Alteration, ...]


@dataclass(frozen=True, slots=True)
class OfLevel:
    """The cases for one level: those to be discussed first, then the others by id."""

    level: str
    cases: tuple[Calibrated, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The grid and the lists, highest level first."""

    boundaries: Boundaries
    spots: tuple[Spot, ...]
    off_grid: tuple[OffGrid, ...]
    levels: tuple[OfLevel, ...]

    def field(self, performance_band: int, panel_band: int) -> tuple[Spot, ...]:
        """The cases on one field of the grid, in the order of their ids."""
        return tuple(
            spot
            for spot in self.spots
            if (spot.performance_band, spot.panel_band) == (performance_band, panel_band)
        )


def calibration(
    cases: Sequence[CommitteeCase],
    agenda: Sequence[AgendaItem],
    timelines: Mapping[str, Sequence[Entry]],
    policy: Policy,
) -> Calibration:
    """What a committee has before it when it looks at its cases together (Policy 4.3).

    ``cases`` are those that the reader may see, ``agenda`` theirs in the order of discussion and
    ``timelines`` their record by case id as the reader may see it. A case without one of the scores is on
    no field: missing is neither low nor high.
    """
    limits = boundaries(policy)
    spots, off = [], []
    for each in sorted(cases, key=lambda one: one.state.case):
        found = _spot(each, limits)
        if isinstance(found, Spot):
            spots.append(found)
        else:
            off.append(found)
    on_grid = {spot.case: spot for spot in spots}
    waiting = {item.case.state.case: (place, item) for place, item in enumerate(agenda)}
    listed: dict[str, list[Calibrated]] = {}
    for each in sorted(
        cases, key=lambda one: (waiting.get(one.state.case, (len(waiting),))[0], one.state.case)
    ):
        name = each.state.case
        item = waiting[name][1] if name in waiting else None
        altered = alterations(timelines.get(name, ()))
        listed.setdefault(_target(each), []).append(Calibrated(each, item, on_grid.get(name), altered))
    return Calibration(
        boundaries=limits,
        spots=tuple(spots),
        off_grid=tuple(off),
        levels=tuple(
            OfLevel(level, tuple(listed[level]), _distribution(listed[level], limits, policy))
            for level in _highest_first(listed, policy)
        ),
    )


def boundaries(policy: Policy) -> Boundaries:
    """The bands of the grid. PolicyError where the policy lacks a line altogether (Policy 4.3).

    Boundaries of the policy's own are ``calibration_performance`` and ``calibration_panel``. Without both,
    the grid has the two lines that the policy does have: a performance score of 100 %, which is just on
    the thresholds, and the line of the panel score.
    """
    performance, panel = _numbers(policy, PERFORMANCE_KEY), _numbers(policy, PANEL_KEY)
    if performance and panel:
        return Boundaries(performance, panel, True, None)
    line = decision_rules(policy).panel_line
    key = "open" if line is None else "lines"
    remark = Told(f"explorer_figures.boundaries.{key}")
    return Boundaries((_ON_THE_THRESHOLDS,), () if line is None else (line,), False, remark)


def _spot(each: CommitteeCase, limits: Boundaries) -> Spot | OffGrid:
    score = None if each.case is None else each.case.score
    if score is None or score.points is None:
        return OffGrid(each.state.case, Told("explorer_figures.off_grid.no_performance"))
    if each.panel is None:
        return OffGrid(each.state.case, Told("explorer_figures.off_grid.scores_closed"))
    if each.panel.score is None:
        reason = each.panel.reason or Told("explorer_figures.off_grid.no_panel_score")
        return OffGrid(each.state.case, reason)
    return Spot(
        case=each.state.case,
        performance=score.points,
        panel=each.panel.score,
        coverage=score.coverage,
        performance_band=bisect_right(limits.performance, score.points),
        panel_band=bisect_right(limits.panel, each.panel.score),
    )


def _distribution(cases: Iterable[Calibrated], limits: Boundaries, policy: Policy) -> tuple[Share, ...]:
    return distribution(
        [each.spot.performance_band for each in cases if each.spot is not None], limits, policy
    )


def distribution(bands: Sequence[int], limits: Boundaries, policy: Policy) -> tuple[Share, ...]:
    """The cases of one level, by the band of their performance score, beside the guideline (Policy 4.3)."""
    size = len(limits.performance) + 1
    guideline = _numbers(policy, GUIDELINE_KEY, rising=False)
    known = guideline if limits.from_policy and guideline and len(guideline) == size else None
    return tuple(
        Share(
            band=band,
            count=bands.count(band),
            of=len(bands),
            guideline=known[band] if known else None,
            expected=known[band] * len(bands) if known else None,
        )
        for band in range(size)
    )


def _numbers(policy: Policy, key: str, *, rising: bool = True) -> tuple[Fraction, ...] | None:
    """A parameter's list of numbers; None where the policy has no such parameter or leaves it open."""
    value = policy.parameters[key].value if key in policy.parameters else None
    if not isinstance(value, tuple):
        return None
    numbers = tuple(Fraction(each) for each in value if isinstance(each, Decimal))
    if rising and any(low >= high for low, high in pairwise(numbers)):
        return None
    return numbers


def _target(each: CommitteeCase) -> str:
    if each.case is not None and each.case.application is not None:
        return each.case.application.target_level
    return "" if each.state.application is None else each.state.application.target_level


def _highest_first(levels: Iterable[str], policy: Policy) -> list[str]:
    """Levels from the highest; those that the policy does not know last."""
    rank = {level.id: level.rank for level in policy.levels}
    return sorted(levels, key=lambda level: (-rank.get(level, 0), level))
