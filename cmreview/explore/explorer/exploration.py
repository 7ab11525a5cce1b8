"""What somebody looks at in the explorer, without its widgets: policy tried out, filter, names, language."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from cmreview.errors import InputError
from cmreview.policy.model import Policy
from cmreview.review.explorer.blind import Pseudonyms
from cmreview.review.explorer.candidates import Candidates, texts
from cmreview.review.explorer.changes import Change
from cmreview.review.explorer.exact_column import Flags
from cmreview.review.explorer.filters import Chosen, Filter, chosen, found_by
from cmreview.review.explorer.prepared import Explorer
from cmreview.review.explorer.totals import Effect
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.review.explorer.what_if import WhatIf
from cmreview.review.model import Case
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import Figures


@dataclass
class Exploration:
    """One reader's look at a prepared file. Setters change what is asked; everything else follows from it.

    ``person`` is who reads, by id, "" where nobody is named. With ``hides_names`` everybody is a number,
    drawn anew each time the explorer is opened, so that it can't be taken back to a name later.
    """

    explorer: Explorer
    person: str = ""
    lang: str = "zh"
    asked: Filter = field(default_factory=Filter)
    hides_names: bool = False
    key: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def __post_init__(self) -> None:
        self.what_if = WhatIf.of(self.explorer)
        self._effect: tuple[tuple[WhatIf, Filter], tuple[Effect, ...]] | None = None
        self._on_record: tuple[Change, ...] = ()

    @property
    def table(self) -> VerdictTable:
        """Everybody under the policy that is tried out; the one in force where nothing is changed."""
        return self.what_if.after

    @property
    def policy(self) -> Policy:
        """The policy that is tried out."""
        return self.what_if.policy

    @property
    def is_changed(self) -> bool:
        """Whether anything differs from the policy in force."""
        return bool(self.what_if.changes)

    @property
    def is_on_record(self) -> bool:
        """Whether names may be told by the policy tried out: nothing is changed, or the look is recorded."""
        return self.what_if.changes in ((), self._on_record)

    def put_on_record(self) -> None:
        """The look at the names behind the present changes is recorded now."""
        self._on_record = self.what_if.changes

    @property
    def by_name(self) -> Exploration:
        """What views that name people are drawn from.

        By the policy in force until the look at the names behind a change is recorded: otherwise a list
        of people would tell unasked what the totals keep back, whom a change moves.
        """
        if self.is_on_record:
            return self
        look = copy.copy(self)
        look.what_if = self.what_if.reset()
        return look

    @property
    def teller(self) -> Teller:
        """How this reader is spoken to."""
        figures = Figures(self.lang, self.explorer.currency_label)
        return Teller(self.policy, figures, self._numbers.numbers if self.hides_names else None)

    def try_out(self, changes: Iterable[Change]) -> None:
        """``changes`` of the policy in force, in place of those before. Raises as ``WhatIf.with_changes``."""
        listed = tuple(changes)
        self.what_if = self.what_if.with_changes(listed) if listed else self.what_if.reset()

    def chosen(self) -> Chosen:
        """Whom the filter leaves; names that are hidden can't be searched for, only numbers."""
        if not self.hides_names or not self.asked.text.strip():
            return chosen(self.table, self.asked)
        found = chosen(self.table, replace(self.asked, text=""))
        mask = found.mask & found_by(self.searched, self.asked.text)
        return Chosen(mask, int(np.count_nonzero(mask)), found.total)

    def effect(self) -> tuple[Effect, ...]:
        """Totals before and after the changes, of everybody whom the filter's place and level leave."""
        asked = (self.what_if, self.asked)
        if self._effect is None or self._effect[0][0] is not asked[0] or self._effect[0][1] != asked[1]:
            self._effect = (asked, self.what_if.effect(self.placed()))
        return self._effect[1]

    def placed(self) -> Flags:
        """Whom the filter's place and level leave.

        Results, stages and names are left out: a filter by result would hide whoever a change moves, and
        makes a rate of results say nothing.
        """
        where = replace(self.asked, results=frozenset(), stages=frozenset(), text="")
        return chosen(self.table, where).mask

    def case(self, row: int) -> Case:
        """One person's case, by the row of the candidates; without names where they are hidden."""
        case = self.explorer.case(str(self.table.people.ids[row]))
        return self._numbers.hidden(case) if self.hides_names else case

    def shown_id(self, manager: str) -> str:
        """A manager id as this reader may see it now."""
        row = int(np.flatnonzero(self.table.people.ids == manager)[0])
        return self.teller.person(self.table.people, row)

    def row_of(self, word: str) -> int:
        """The one person whom ``word`` means: an id, a name, or pinyin. InputError for nobody or several."""
        people = self.searched
        exact = np.flatnonzero((people.ids == word) | (people.names == word))
        found = exact if len(exact) == 1 else np.flatnonzero(found_by(people, word)) if word else exact
        if len(found) != 1:
            raise InputError("explorer.not_one_person", typed=word, count=len(found))
        return int(found[0])

    @property
    def searched(self) -> Candidates:
        """The people as they may be searched for: by numbers alone where names are hidden."""
        return self._numbered_people if self.hides_names else self.table.people

    @cached_property
    def _numbers(self) -> Pseudonyms:
        return Pseudonyms.of((str(each) for each in self.explorer.candidates.ids), self.key)

    @cached_property
    def _numbered_people(self) -> Candidates:
        people = self.explorer.candidates
        numbers = [self._numbers.numbers[str(each)] for each in people.ids]
        return replace(people, ids=texts(numbers), names=texts(numbers), pinyin=texts([""] * len(people)))
