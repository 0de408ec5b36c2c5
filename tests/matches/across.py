"""A household and a group of two towns that are open to each other, and shorthands for the steps between states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from groups.models import SponsorGroup
from matches.domain import approval, neighbours
from matches.enums import MatchStatus
from matches.models import Match
from municipalities.domain import neighbours as towns
from municipalities.enums import StaffRole
from municipalities.models import Municipality, Opening
from newcomers.models import Household
from samenhier.accounts.models import User
from tests import factories as make

from .world import World


@dataclass
class Across(World):
    """`town` and `coordinator` are those of the household."""

    there: Municipality
    neighbour: User
    opening: Opening

    def approve_here(self) -> Match:
        return approval.approve(match=self.match, actor=self.coordinator)

    def agree(self, actor: User | None = None) -> Match:
        return neighbours.agree(match=self.match, actor=actor or self.neighbour)

    def refuse(self, reason: str = "") -> Match:
        return neighbours.refuse(match=self.match, actor=self.neighbour, reason=reason)

    def close(self) -> Opening:
        return towns.close(opening=self.opening, municipality=self.there, actor=self.neighbour)


def across(status: MatchStatus | str = MatchStatus.PROPOSED, **fields: Any) -> Across:
    """A match in any state between a household here and a group of an open neighbour."""
    here, there = make.municipality(), make.municipality()
    opening = make.opened(here, there)
    group: SponsorGroup = make.group(there)
    household: Household = make.household(here, **fields)
    return Across(
        town=here,
        coordinator=make.staff(StaffRole.COORDINATOR, here),
        group=group,
        household=household,
        match=make.match(group, household, status=status),
        there=there,
        neighbour=make.staff(StaffRole.COORDINATOR, there),
        opening=opening,
    )
