"""What the scenes of the example share: its people by role, its applicants, and the course so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from cmreview.policy.model import Policy
from cmreview.process.access import entitled
from cmreview.process.committee import Committee, Person, Role
from cmreview.process.events import Draft, Payload, Reviewed, case_id
from cmreview.process.stages import CaseState, Stage
from cmreview.review.example_process.course import Course
from cmreview.review.model import Case, Review


@dataclass(frozen=True)
class Play:
    """What the scenes know. ``who`` gives the manager's id for a key of ``records.example.cases``.

    ``reviews`` are the departments' preliminary reviews by manager id, in the order of their days.
    """

    course: Course
    review: Review
    reviews: Mapping[str, tuple[Reviewed, ...]]
    policy: Policy
    who: Mapping[str, str]
    seed: int

    @property
    def committee(self) -> Committee:
        """The people of the process."""
        return self.course.setting.committee

    def case(self, key: str) -> str:
        """The id of the case of whoever stands for ``key``."""
        return case_id(self.policy.year, self.who[key])

    def known(self, case: str) -> Case | None:
        """What the review says of a case; None where the roster does not know the person."""
        manager_id = self.course.state(case).manager_id
        return next((one for one in self.review.cases if one.person.manager_id == manager_id), None)

    def rng(self, *names: str) -> Random:
        """Chance that hangs on ``names`` alone, so that one more draw elsewhere changes nothing here."""
        return Random("/".join((str(self.seed), *names)))

    def person(self, part: str, day: date) -> str:
        """The id of who plays a part: chair, deputy, secretary, or a member by place (fourth … last)."""
        roles = {"chair": Role.CHAIR, "deputy": Role.DEPUTY, "secretary": Role.SECRETARY}
        if part in roles:
            return self.committee.holders(roles[part], day)[0].id
        members = self.committee.members(day)
        return members[min(_PLACES[part], len(members) - 1)].id

    def secretary(self, day: date) -> str:
        """The id of who keeps the record."""
        return self.person("secretary", day)

    def reviewer(self, department: str, day: date) -> str:
        """The id of a department's reviewer; the secretary's where the department has named none."""
        own = [one.id for one in self.committee.holders(Role.REVIEWER, day) if one.department == department]
        return own[0] if own else self.secretary(day)

    def may_judge(self, state: CaseState, day: date) -> tuple[Person, ...]:
        """The members whom nothing keeps away from the case."""
        return entitled(state, self.committee, self.course.setting.rules, day)

    def lead(self, state: CaseState, day: date) -> str:
        """Who leads the case: the chair, a deputy where the chair keeps away."""
        judges = {one.id for one in self.may_judge(state, day)}
        chair = self.person("chair", day)
        return chair if chair in judges else self.person("deputy", day)

    def at(self, *stages: Stage) -> tuple[CaseState, ...]:
        """The cases that stand at one of ``stages``, in the order of their ids."""
        return tuple(state for state in self.course.states().values() if state.stage in stages)

    def by_secretary(self, day: date, case: str, payload: Payload, reason: str | None = None) -> Draft:
        """A step that the secretary records."""
        return Draft(case, payload, self.secretary(day), reason)


_PLACES = {"fourth": 3, "fifth": 4, "expert": 5, "last": 99}
