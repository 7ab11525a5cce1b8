"""What the search has found stays mended: the corpus again, with changes that are the same each time."""

from __future__ import annotations

from random import Random

import pytest

from tests.fuzz.beginnings import WORDS, seeds
from tests.fuzz.corpus import kept
from tests.fuzz.targets import TARGETS

CHANGES = 300  # of each target; the long search is `make fuzz`


@pytest.mark.parametrize("name", TARGETS)
def test_no_kept_input_and_no_change_of_one_ends_in_a_defect(name):
    target, begun = TARGETS[name], [*kept(name), *seeds(name)[:40]]
    for data in begun:
        target(data)
    random = Random(name)
    words = [word.encode() for word in WORDS[name]]
    for _ in range(CHANGES):
        target(changed(random.choice(begun), random, words))


def changed(data: bytes, random: Random, words: list[bytes]) -> bytes:
    """``data`` with one to four pieces cut out, put in, doubled or turned over."""
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(data))
        to = min(len(data), at + random.choice((0, 1, 1, 2, 4, 16)))
        put = random.choice((b"", random.randbytes(1), random.choice(words), data[at:to] * 2))
        data = data[:at] + put + data[to:]
    return data
