"""One order of locks for every act on a match: household → group → match. Check-ins come after."""

from uuid import UUID

from django.db import transaction

from groups.models import SponsorGroup
from matches.models import Match
from municipalities.models import Policy
from newcomers.models import Household


def lock_pair(household_id: UUID, group_id: UUID) -> tuple[Household, SponsorGroup]:
    """Both sides as they are now, their rows locked until the end of the act."""
    assert transaction.get_connection().in_atomic_block, "a lock belongs inside the act's transaction"
    household = Household.objects.select_for_update(of=("self",)).select_related("user").get(pk=household_id)
    return household, SponsorGroup.objects.select_for_update().get(pk=group_id)


def lock(match: Match) -> Match:
    """The match as it is now, with its household, group and policy, all three rows locked until the end of the act."""
    household, group = lock_pair(match.household_id, match.group_id)
    fresh = Match.objects.select_for_update().get(pk=match.pk)
    fresh.household = household
    fresh.group = group
    return fresh


def policy_of(match: Match) -> Policy:
    """The settings of the municipality of the match."""
    return Policy.objects.get(municipality=match.municipality_id)
