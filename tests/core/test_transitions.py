"""State machines as data; and each one of the house is complete."""

import pytest
from django.db import models

from groups.domain.states import GROUP_STATES
from groups.enums import GroupStatus
from matches.domain.states import MATCH
from matches.enums import MatchStatus
from newcomers.domain.lifecycle import TRANSITIONS as HOUSEHOLD
from newcomers.enums import HouseholdStatus
from samenhier.core.errors import TransitionRefused
from samenhier.core.transitions import Transitions


class Door(models.TextChoices):
    OPEN = "open", "open"
    SHUT = "shut", "shut"
    GONE = "gone", "gone"


DOOR = Transitions(
    {Door.OPEN: {Door.SHUT: "wind"}, Door.SHUT: {Door.OPEN: "key", Door.GONE: "fire"}, Door.GONE: {}}
)


def test_an_arrow_is_followed_and_a_missing_one_refused_in_words():
    DOOR.check("open", Door.SHUT)
    with pytest.raises(TransitionRefused, match="open"):
        DOOR.check("open", Door.GONE)
    with pytest.raises(TransitionRefused):
        DOOR.check(Door.GONE, Door.OPEN)


@pytest.mark.parametrize(
    ("machine", "states"),
    [(MATCH, MatchStatus), (HOUSEHOLD, HouseholdStatus), (GROUP_STATES, GroupStatus)],
)
def test_every_state_has_its_place_and_every_arrow_its_reason(machine, states):
    assert machine.states() == set(states)
    assert all(reason for targets in machine.arrows.values() for reason in targets.values())
