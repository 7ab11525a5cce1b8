"""How far the order of the candidates depends on the choice of weights (Policy 1.3.b)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from cmreview.review.model import Case, Figure, Told
from cmreview.terms import Unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

DRAWS = 2_000  # shares near 0 and 1 depend on them, so both stand in the result
SEED = 43
_PLACES = 12  # decimals to which sampled points are held equal


class Drawn(StrEnum):
    """How weights are sampled."""

    ANY = "any"  # every choice of weights alike: uniform on the simplex (SMAA-2)
    AROUND = "around"  # each published weight times a factor near one


@dataclass(frozen=True, slots=True)
class Standing:
    """One applicant as the ranking has it: ``reached`` are the attainments in the order of the weights.

    ``place`` is the published one, exact and with the policy's tie-breaks; None for whoever has none.
    """

    manager_id: str
    place: int | None
    coverage: Fraction
    reached: tuple[Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class PlaceShares:
    """One candidate's places over the sampled weights, shares exact over the draws.

    ``place`` is the published one, exact and with the policy's tie-breaks; ``keeps`` is the share of the
    samples that give it too. ``by_place`` lists every place that was held and its share (rank
    acceptability). ``coverage`` is the share of the published weights that is evidenced.
    """

    manager_id: str
    place: int
    coverage: Fraction
    keeps: Fraction
    best: int
    worst: int
    by_place: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, slots=True)
class PairOrder:
    """How often ``first`` has more points than ``second``, as many, and fewer; the three add up to one.

    ``by_weights`` False: ``first`` reaches at least as much on every criterion, or ``second`` does, all of
    it evidenced, so that no choice of weights turns their order. Exact, whatever was sampled.
    """

    first: str
    second: str
    ahead: Fraction
    equal: Fraction
    behind: Fraction
    by_weights: bool


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The candidates for one level, the published order first; ``neighbours`` are pairs next in that order.

    ``chosen`` are all pairs of the candidates who were asked for. ``within`` is how far a weight moves as a
    fraction of itself, None for any weights. ``not_ranked`` are applicants without points or place.
    """

    level: str
    drawn: Drawn
    within: Fraction | None
    draws: int
    seed: int
    weights: tuple[tuple[str, Fraction], ...]
    places: tuple[PlaceShares, ...]
    neighbours: tuple[PairOrder, ...]
    chosen: tuple[PairOrder, ...]
    not_ranked: tuple[str, ...]

    @property
    def told(self) -> Told:
        """How the weights were sampled, with draws and seed, and that the score decides nothing."""
        numbers: tuple[tuple[str, str | Figure], ...] = (("draws", str(self.draws)), ("seed", str(self.seed)))
        if self.within is not None:
            numbers += (("within", Figure(self.within, Unit.SHARE)),)
        return Told(f"explorer_figures.weights.{self.drawn.value}", numbers)


def sensitivity(
    cases: Iterable[Case],
    level: str,
    *,
    within: Fraction | None = None,
    among: Sequence[str] = (),
    draws: int = DRAWS,
    seed: int = SEED,
) -> Sensitivity:
    """How the ranking for ``level`` would move with other weights (Policy 1.3.b), from everybody's case.

    As ``sampled``.
    """
    applied = [
        case for case in cases if case.application is not None and case.application.target_level == level
    ]
    known: Sequence[Any] = max((case.score.lines for case in applied if case.score), key=len, default=())
    weights = [(line.criterion, line.weight) for line in known]
    standings = [_standing(case) for case in applied]
    return sampled(level, weights, standings, within=within, among=among, draws=draws, seed=seed)


def sampled(
    level: str,
    weights: Sequence[tuple[str, Fraction]],
    standings: Iterable[Standing],
    *,
    within: Fraction | None = None,
    among: Sequence[str] = (),
    draws: int = DRAWS,
    seed: int = SEED,
) -> Sensitivity:
    """How a ranking would move with other weights (Policy 1.3.b); ``weights`` are the published ones.

    Without ``within`` every choice of weights is alike likely; ``Fraction(1, 5)`` moves each published
    weight by up to 20 %. A sample's points are the weighted mean of the evidenced attainments, as the
    score's: missing evidence is not zero. Equal points keep the order of the published tie-breaks. It is
    a diagnostic: the published place stands. ``among`` are ids whose pairs are wanted; KeyError for one
    who is not ranked.
    """
    everybody = list(standings)
    ranked = sorted((each for each in everybody if each.place is not None), key=_order)
    drawn = weight_draws([weight for _, weight in weights], draws, seed, within) if ranked else None
    reached = [each.reached for each in ranked]
    found = None if drawn is None else points(reached, drawn)
    names = [each.manager_id for each in ranked]
    rows = {name: row for row, name in enumerate(names)}
    asked = sorted({rows[name] for name in among})
    return Sensitivity(
        level=level,
        drawn=Drawn.ANY if within is None else Drawn.AROUND,
        within=within,
        draws=draws,
        seed=seed,
        weights=tuple(weights),
        places=_shares(ranked, found),
        neighbours=tuple(_pair(names, reached, found, each) for each in pairwise(range(len(names)))),
        chosen=tuple(_pair(names, reached, found, each) for each in combinations(asked, 2)),
        not_ranked=tuple(sorted(each.manager_id for each in everybody if each.place is None)),
    )


def weight_draws(
    published: Sequence[Fraction], draws: int, seed: int, within: Fraction | None = None
) -> Floats:
    """``draws`` rows of weights that add up to one, the same for the same seed.

    Without ``within`` uniform on the simplex (Dirichlet of ones); normalised uniforms would not be.
    ValueError where ``within`` is below 0, or so large that a weight could vanish.
    """
    import numpy as np

    if within is not None and not 0 <= within < 1:
        raise ValueError(f"within must be at least 0 and below 1, not {within}")

    rng = np.random.default_rng(seed)
    if within is None:
        return rng.dirichlet(np.ones(len(published)), draws)
    spread = float(within)
    moved = np.array([float(each) for each in published]) * rng.uniform(
        1 - spread, 1 + spread, (draws, len(published))
    )
    return np.asarray(moved / moved.sum(axis=1, keepdims=True))


def points(reached: Sequence[Sequence[Fraction | None]], weights: Floats) -> Floats:
    """The points of every draw (rows) and candidate (columns), over what is evidenced of each."""
    import numpy as np

    parts = np.array([[np.nan if part is None else float(part) for part in row] for row in reached])
    there = ~np.isnan(parts)
    sums = weights @ np.where(there, parts, 0.0).T
    evidenced = weights @ there.T.astype(float)
    return np.asarray(np.round(sums / evidenced, _PLACES))


def places(found: Floats, published: Sequence[int]) -> Whole:
    """The place of every candidate in every draw; equal points go by ``published``, and share it there."""
    import numpy as np

    draws, size = found.shape
    known = np.broadcast_to(np.asarray(published, dtype=np.int64), (draws, size))
    order = np.lexsort((known, -found), axis=1)
    in_order, place = np.take_along_axis(found, order, 1), np.take_along_axis(known, order, 1)
    is_next = np.ones((draws, size), dtype=bool)
    is_next[:, 1:] = (in_order[:, 1:] != in_order[:, :-1]) | (place[:, 1:] != place[:, :-1])
    position = np.where(is_next, np.arange(1, size + 1), 0)
    result = np.empty((draws, size), dtype=np.int64)
    np.put_along_axis(result, order, np.maximum.accumulate(position, axis=1), 1)
    return result


def _shares(ranked: Sequence[Standing], found: Floats | None) -> tuple[PlaceShares, ...]:
    import numpy as np

    if found is None:
        return ()
    published = [each.place or 0 for each in ranked]
    held = places(found, published)
    shares = []
    for column, each in enumerate(ranked):
        values, counts = np.unique(held[:, column], return_counts=True)
        by_place = tuple(
            (int(value), Fraction(int(count), len(found)))
            for value, count in zip(values, counts, strict=True)
        )
        shares.append(
            PlaceShares(
                manager_id=each.manager_id,
                place=published[column],
                coverage=each.coverage,
                keeps=dict(by_place).get(published[column], Fraction(0)),
                best=by_place[0][0],
                worst=by_place[-1][0],
                by_place=by_place,
            )
        )
    return tuple(shares)


def _pair(
    names: Sequence[str],
    reached: Sequence[Sequence[Fraction | None]],
    found: Floats | None,
    pair: tuple[int, int],
) -> PairOrder:
    one, other = pair
    if found is None:
        raise ValueError("no pair without points")
    apart: Any = found[:, one] - found[:, other]
    draws = len(found)
    return PairOrder(
        first=names[one],
        second=names[other],
        ahead=Fraction(int((apart > 0).sum()), draws),
        equal=Fraction(int((apart == 0).sum()), draws),
        behind=Fraction(int((apart < 0).sum()), draws),
        by_weights=not (_dominates(reached[one], reached[other]) or _dominates(reached[other], reached[one])),
    )


def _dominates(one: Sequence[Fraction | None], other: Sequence[Fraction | None]) -> bool:
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return len(pairs) == len(one) and all(a >= b for a, b in pairs)


def _standing(case: Case) -> Standing:
    score = case.score
    if score is None:
        return Standing(case.person.manager_id, None, Fraction(0), ())
    reached = tuple(line.attainment for line in score.lines)
    return Standing(case.person.manager_id, score.rank_in_company, score.coverage, reached)


def _order(each: Standing) -> tuple[int, str]:
    return each.place or 0, each.manager_id
