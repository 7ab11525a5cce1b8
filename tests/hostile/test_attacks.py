"""Every attack that takes no long time is refused, or only ever shown, within the child's memory."""

from __future__ import annotations

import pytest

from tests.hostile.meeting import chosen, met_in_child

QUICK = chosen("quick")


@pytest.fixture(scope="module")
def met():
    """What came of each attack, all met in one child."""
    return {(one.group, one.name): one for one in met_in_child("quick")}


@pytest.mark.parametrize("attack", QUICK, ids=lambda attack: f"{attack.group}: {attack.name}")
def test_an_attack_is_told_and_harms_nothing(met, attack):
    came = met[attack.group, attack.name]
    assert came.broke is None
    assert came.told == attack.expected
