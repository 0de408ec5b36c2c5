"""One order of locks for every act on a match: household → group → match. Check-ins come after."""

from django.db import transaction

from groups.models import SponsorGroup
from matches.models import Match
from municipalities.models import Policy
from newcomers.models import Household


def lock(match: Match) -> Match:
    """The match as it is now, with its household, group and policy, all three rows locked until the end of the act."""
    assert transaction.get_connection().in_atomic_block, "a lock belongs inside the act's transaction"
    household = (
        Household.objects.select_for_update(of=("self",)).select_related("user").get(pk=match.household_id)
    )
    group = SponsorGroup.objects.select_for_update().get(pk=match.group_id)
    fresh = Match.objects.select_for_update().get(pk=match.pk)
    fresh.household = household
    fresh.group = group
    return fresh


def policy_of(match: Match) -> Policy:
    """The settings of the municipality of the match."""
    return Policy.objects.get(municipality=match.municipality_id)
