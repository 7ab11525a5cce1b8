"""How strictly each member scores, and whether it changes the order: an analysis beside the score."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cmreview.review.panel.score_sheets import Totals, places
from cmreview.review.panel.two_way import Refused, fit, square_root
from cmreview.review.told import Told


@dataclass(frozen=True, slots=True)
class MemberSeverity:
    """How far a member's totals lie above (lenient) or below (strict) the panel's, in points.

    It allows for whom the member scored; over all members it adds up to zero. ``scored`` is the
    number of candidates behind it.
    """

    member: str
    above_panel: Fraction
    scored: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """A candidate's mean total as given and with the members' severity taken off, in points; both places."""

    candidate: str
    mean: Fraction
    corrected: Fraction
    place: int
    corrected_place: int


@dataclass(frozen=True, slots=True)
class SeverityEstimate:
    """Severity of all members, and the candidates' order with and without it.

    ``rest_sd`` is the standard deviation of what is left, in points, on ``freedom`` degrees of
    freedom, to six decimals; all else is exact. ``changes_order`` says whether any place differs.
    """

    members: tuple[MemberSeverity, ...]
    candidates: tuple[Corrected, ...]
    rest_sd: Fraction
    freedom: int
    remark: Told

    @property
    def changes_order(self) -> bool:
        """Whether any candidate's place differs with the correction."""
        return any(each.place != each.corrected_place for each in self.candidates)


def severity(totals: Totals) -> SeverityEstimate | Refused:
    """Additive two-way least squares on the members' totals; never scores in standard units.

    In a complete panel it changes nobody's mean. Where a member was recused from somebody, that
    candidate's mean is as high as the others were lenient: the correction shows by how much. It is
    a sensitivity analysis and takes the place of the official score only where the policy says so
    (``severity_correction``). Refused as ``two_way.fit`` refuses. Policy 4.3.
    """
    fitted = fit(totals)
    if isinstance(fitted, Refused):
        return fitted
    means = {who: sum(totals.of(who), Fraction(0)) / len(totals.of(who)) for who in totals.candidates}
    plain, corrected = places(means), places(fitted.candidates)
    return SeverityEstimate(
        members=tuple(
            MemberSeverity(member, above, sum(who == member for who, _ in totals.points))
            for member, above in fitted.members.items()
        ),
        candidates=tuple(
            Corrected(who, means[who], fitted.candidates[who], plain[who], corrected[who])
            for who in totals.candidates
        ),
        rest_sd=square_root(fitted.rest_variance),
        freedom=fitted.freedom,
        remark=Told("panel.remark.severity"),
    )
