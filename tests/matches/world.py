"""A town with a coordinator, a group and a household that fit, and shorthands for the steps between states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from groups.models import GroupMember, SponsorGroup
from matches.domain import answering, approval, introduction
from matches.enums import AnswerValue, MatchStatus, Side
from matches.models import Match
from municipalities.enums import StaffRole
from municipalities.models import Municipality
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.notifications.models import OutgoingMessage
from tests import factories


@dataclass
class World:
    town: Municipality
    coordinator: User
    group: SponsorGroup
    household: Household
    match: Match

    @property
    def contact(self) -> User:
        """The contact person of the group."""
        member = self.group.members.get(role="contact")
        assert member.user is not None
        return member.user

    @property
    def newcomer(self) -> User:
        assert self.household.user is not None
        return self.household.user

    def members(self) -> list[GroupMember]:
        return list(self.group.members.order_by("created_at"))

    def fresh(self) -> Match:
        return Match.objects.get(pk=self.match.pk)

    def approve(self) -> Match:
        return approval.approve(match=self.match, actor=self.coordinator)

    def answer(self, side: Side, value: AnswerValue) -> Match:
        actor = self.contact if side == Side.GROUP else self.newcomer
        return answering.answer(match=self.match, side=side, value=value, actor=actor)

    def both_say_yes(self) -> Match:
        self.answer(Side.GROUP, AnswerValue.YES)
        return self.answer(Side.HOUSEHOLD, AnswerValue.YES)

    def colleague(self) -> User:
        return factories.staff(StaffRole.COORDINATOR, self.town)

    def introduce(self) -> Match:
        return introduction.introduce(match=self.match, actor=self.colleague())


def world(
    status: MatchStatus | str = MatchStatus.PROPOSED, *, policy: dict[str, Any] | None = None, **fields: Any
) -> World:
    """A match in any state between a ready group and a ready household."""
    town = factories.municipality(policy=policy or {})
    coordinator = factories.staff(StaffRole.COORDINATOR, town)
    # Only a group of a neighbour is offered: its own town decides.
    home = factories.municipality() if status == MatchStatus.OFFERED else town
    if home != town:
        factories.opened(town, home)
    group = factories.group(home)
    household = factories.household(town, **fields)
    return World(town, coordinator, group, household, factories.match(group, household, status=status))


def mails() -> list[tuple[str, Any]]:
    """What waits in the outbox about matches: kind and reader, in order of kind."""
    return sorted(
        OutgoingMessage.objects.filter(kind__startswith="matches.").values_list("kind", "recipient_id"),
        key=lambda row: (row[0], str(row[1])),
    )
