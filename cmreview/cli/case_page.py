"""One applicant's part of a packet as a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmreview.policy.model import Policy
    from cmreview.process.committee import Committee
    from cmreview.process.events import Event
    from cmreview.records.model import Records


def case_page(
    manager_id: str,
    records: Records,
    policy: Policy,
    committee: Committee,
    events: Sequence[Event],
    lang: str,
) -> bytes:
    """The page. InputError where nobody of this id applied in the year, or errors stop the department."""
    from cmreview.errors import InputError
    from cmreview.packets.render import written_page
    from cmreview.review.case import build_review
    from cmreview.review.committee.recorded import process_record
    from cmreview.show.candidate import candidate
    from cmreview.show.figures import Figures
    from cmreview.show.voice import Voice

    record = process_record(events, committee, policy) if events else None
    review = build_review(records, policy, record=record)
    for _, part in review.by_department:
        for case in part.applicants:
            if case.person.manager_id == manager_id:
                voice = Voice(part, Figures(lang, part.currency_label))
                title = f"{voice.person(case)} {policy.year}"
                return written_page(title, candidate(case, 1, voice), lang).encode(
                    "utf-8", "backslashreplace"
                )
    raise InputError("privacy.no_case", person=manager_id, year=policy.year)
