"""What would be if the policy said otherwise: totals first, names only for a reason that is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cmreview.errors import InputError
from cmreview.policy.model import Policy
from cmreview.review.explorer.changes import Change, changed, changes_between
from cmreview.review.explorer.exact_column import Flags
from cmreview.review.explorer.prepared import Explorer
from cmreview.review.explorer.recount import recounted
from cmreview.review.explorer.totals import Effect, effects
from cmreview.review.explorer.verdict_column import counted_indicators
from cmreview.review.explorer.verdict_table import ELIGIBLE, UNDECIDED, VerdictTable


@dataclass(frozen=True, slots=True)
class NamesSeen:
    """That somebody looked at the names behind an effect: to be recorded, with the moment, by the caller.

    ``policy`` is the hash of the policy in force and ``changes`` what was tried out on it; the other fields
    are the manager ids that were shown.
    """

    who: str
    reason: str
    policy: str
    changes: tuple[Change, ...]
    became: tuple[str, ...]
    no_longer: tuple[str, ...]
    now_undecided: tuple[str, ...]
    was_undecided: tuple[str, ...]


@dataclass(frozen=True)
class WhatIf:
    """The policy in force (``before``) beside a changed one (``after``).

    ``is_recounted`` says that figures were counted anew from the records, which takes longer.
    """

    explorer: Explorer
    before: VerdictTable
    after: VerdictTable
    is_recounted: bool = False

    @classmethod
    def of(cls, explorer: Explorer) -> WhatIf:
        """Nothing changed yet."""
        table = VerdictTable.from_explorer(explorer)
        return cls(explorer, table, table)

    @property
    def policy(self) -> Policy:
        """The changed policy; the one in force where nothing is changed."""
        return self.after.policy

    @property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the policy in force."""
        return changes_between(self.before.policy, self.after.policy)

    def with_changes(self, changes: Iterable[Change]) -> WhatIf:
        """The policy in force with ``changes``, in place of those before; only what moved is computed.

        InputError where a change counts the figures otherwise and the file holds no records to count
        them from; PolicyError as ``changes.changed``.
        """
        return self.with_policy(changed(self.before.policy, changes))

    def with_policy(self, policy: Policy) -> WhatIf:
        """The same for a policy that is changed already."""
        start = self.after
        if not counted_indicators(self.before.policy, policy):
            # back to the figures of the file, which may be those of the table at hand
            start = start if start.people is self.before.people else self.before
            return WhatIf(self.explorer, self.before, start.with_policy(policy))
        if not self.is_recounted or counted_indicators(start.policy, policy):
            if not self.explorer.has_records:
                raise InputError("explorer_data.no_records")
            people = recounted(self.explorer.candidates, self.explorer.records, self.before.policy, policy)
            start = VerdictTable.of(people, policy, self.explorer.currency)
        return WhatIf(self.explorer, self.before, start.with_policy(policy), is_recounted=True)

    def reset(self) -> WhatIf:
        """The policy in force again."""
        return WhatIf(self.explorer, self.before, self.before)

    def effect(self, mask: Flags | None = None) -> tuple[Effect, ...]:
        """What the changes do, in totals per level and department."""
        return effects(self.before, self.after, mask)

    def names(self, reason: str, who: str) -> NamesSeen:
        """Whose result the changes turn. InputError without a reason or a name of who asks.

        A policy that is tuned until it fits a person is the danger of trying out: whatever this returns
        must be recorded before it is shown.
        """
        if not reason.strip():
            raise InputError("explorer_data.names_need_reason")
        if not who.strip():
            raise InputError("explorer_data.names_need_person")
        asked = self.before.people.is_applicant
        was, now = self.before.results, self.after.results
        return NamesSeen(
            who=who.strip(),
            reason=reason.strip(),
            policy=self.before.policy.sha256,
            changes=self.changes,
            became=self._ids(asked & (was != ELIGIBLE) & (now == ELIGIBLE)),
            no_longer=self._ids(asked & (was == ELIGIBLE) & (now != ELIGIBLE)),
            now_undecided=self._ids(asked & (was != UNDECIDED) & (now == UNDECIDED)),
            was_undecided=self._ids(asked & (was == UNDECIDED) & (now != UNDECIDED)),
        )

    def _ids(self, flags: Flags) -> tuple[str, ...]:
        return tuple(str(each) for each in self.before.people.ids[np.flatnonzero(flags)])
