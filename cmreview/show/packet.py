"""A department's packet, part by part: what the cells of its notebook display."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cmreview.review.model import DepartmentReview
from cmreview.show import sections, summary
from cmreview.show.candidate import candidate
from cmreview.show.consequences import consequences
from cmreview.show.figures import Figures
from cmreview.show.html import Html, element, join
from cmreview.show.voice import Voice

END_MIME = "application/vnd.cmreview.packet+json"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a packet: HTML for people, a line of text for everything else.

    ``handed_over`` is what the last part hands to whoever ran the notebook (N6).
    """

    title: str
    html: Html
    handed_over: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{self.title}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/html": str(self.html), "text/plain": repr(self)}
        return bundle | ({END_MIME: self.handed_over} if self.handed_over else {})


class Packet:
    """The parts of one department's packet in one language.

    ``source_sha256`` names the prepared review that was read, so that the run can prove which it was.
    """

    def __init__(self, review: DepartmentReview, lang: str = "zh", source_sha256: str = "") -> None:
        self._voice = Voice(review, Figures(lang, review.currency_label))
        self._source_sha256 = source_sha256

    def __repr__(self) -> str:
        review = self._voice.review
        return f"<{review.department} · {review.year} · {self._voice.lang}>"

    def cover(self) -> Part:
        """Company, department, year, policy edition, purpose."""
        return Part(self._voice.say("title"), sections.cover(self._voice))

    def contents(self) -> Part:
        """The table of contents."""
        return Part(self._voice.say("heading.contents"), sections.contents(self._voice))

    def summary(self) -> Part:
        """Applicants by level and result, completeness of the data, what is to be decided."""
        voice = self._voice
        decide = element("h3", voice.say("heading.decisions"))
        body = (summary.lead, summary.by_level, summary.completeness)
        return self._part(
            "summary", lambda v: join((*(show(v) for show in body), decide, summary.decisions(v)))
        )

    def applicants(self) -> Part:
        """One table of all applicants."""
        return self._part("applicants", summary.all_applicants)

    def cases(self) -> Part:
        """A section per applicant."""
        applicants = self._voice.review.applicants
        nobody = element("p", self._voice.say("summary.nobody"))
        return self._part(
            "cases",
            lambda voice: (
                join(candidate(case, place, voice) for place, case in enumerate(applicants, start=1))
                or nobody
            ),
        )

    def others(self) -> Part:
        """Managers without an application."""
        return self._part("others", sections.others)

    def consequences(self) -> Part:
        """Rewards and penalties, as advice and as decided."""
        return self._part("consequences", consequences)

    def findings(self) -> Part:
        """Faults in the records."""
        return self._part("findings", sections.findings)

    def rows(self) -> Part:
        """Rows read, used and set aside."""
        return self._part("rows", sections.row_counts)

    def policy(self) -> Part:
        """The policy as applied."""
        return self._part("policy", sections.policy)

    def method(self) -> Part:
        """How it was computed."""
        return self._part("method", sections.method)

    def end(self) -> Part:
        """The end mark, with what the run is checked by."""
        handed = handed_over(self._voice.review, self._voice.lang, self._source_sha256)
        return Part(self._voice.say("heading.method"), sections.end(self._voice), handed)

    def _part(self, name: str, show: Callable[[Voice], Html]) -> Part:
        heading = sections.numbered(name, self._voice)
        head = element("h2", heading, id=f"{name}-heading")
        is_empty = name == "cases" and not self._voice.review.applicants
        html = element(
            "section",
            head,
            show(self._voice),
            id=name,
            class_=f"part {name}" + (" nobody" if is_empty else ""),
            aria_labelledby=f"{name}-heading",
        )
        return Part(heading, html)


def handed_over(review: DepartmentReview, lang: str, source_sha256: str) -> dict[str, Any]:
    """What a run of the notebook must hand over at its end: whose packet it made, from which file (N6)."""
    return {
        "department": review.department,
        "year": review.year,
        "lang": lang,
        "applicants": len(review.applicants),
        "others": len(review.others),
        "source_sha256": source_sha256,
        "version": review.version,
    }
