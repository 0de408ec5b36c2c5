"""Loading the practice world, once."""

from itertools import count
from random import Random

from django.db import transaction
from django.utils import timezone

from groups.enums import GroupStatus
from groups.models import SponsorGroup
from matches.domain import proposing
from matches.enums import MatchStatus
from matches.models import Match
from municipalities.enums import StaffRole
from municipalities.models import Municipality
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from reports.domain.closing import close_all_months
from reports.enums import Frequency
from reports.models import ReportSubscription
from samenhier.accounts.models import User

from . import groups, households, matches
from .towns import TOWNS, TownPlan, address, build_town, person, staff

SEED = 342


def is_loaded() -> bool:
    """Whether this database holds the practice world."""
    return Municipality.objects.filter(slug=TOWNS[0].slug).exists()


@transaction.atomic
def load() -> None:
    """Everything at once, or nothing. The same `SEED` gives the same people; dates count from today."""
    staff("Nora", StaffRole.NATIONAL, None)
    staff("Olivier", StaffRole.OPERATOR, None)
    person(address("Vrijwilliger"), "Mirjam")
    named = 0
    for number, plan in enumerate(TOWNS):
        _town(plan, first=named, random=Random(SEED + number))
        named += plan.groups
    # The months that are over get their figures now, as beat would have made them at the time.
    close_all_months(timezone.now())


def _town(plan: TownPlan, *, first: int, random: Random) -> None:
    town, coordinators, builder = build_town(plan)
    made_groups = groups.build_groups(
        town=town,
        parts=plan.parts,
        count=plan.groups,
        first=first,
        coordinator=coordinators[0],
        random=random,
    )
    made_households = households.build_households(
        town=town, parts=plan.parts, count=plan.households, coordinator=coordinators[0], random=random
    )
    made = matches.build_matches(
        town=town,
        groups=made_groups,
        households=made_households,
        coordinators=coordinators,
        builder=builder,
        random=random,
    )
    active = [match for match in made if match.status == MatchStatus.ACTIVE]
    matches.due_in_a_moment(active[:3], seconds=count(10, 7))
    if active:
        _quiet_request(active[-1])
    _subscribe(town, plan)


def _quiet_request(match: Match) -> None:
    if match.household.user:
        matches.quiet_request(match.household, match)


def _subscribe(town: Municipality, plan: TownPlan) -> None:
    viewer = User.objects.get(email=address(plan.viewer, plan.slug))
    ReportSubscription.objects.create(municipality=town, user=viewer, frequency=Frequency.MONTHLY)


def propose() -> int:
    """A real matching run in each town with somebody to match. Returns the number of proposals."""
    for town in Municipality.objects.filter(slug__in=[plan.slug for plan in TOWNS]):
        waiting = Household.objects.filter(municipality=town, status=HouseholdStatus.READY)
        ready = SponsorGroup.objects.filter(municipality=town, status=GroupStatus.APPROVED)
        if waiting.exists() and ready.exists():
            coordinator = User.objects.filter(
                memberships__municipality=town, memberships__role=StaffRole.COORDINATOR
            ).first()
            assert coordinator is not None
            run = proposing.start_run(municipality=town, actor=coordinator)
            proposing.compute_run(run.pk)
    return Match.objects.filter(status=MatchStatus.PROPOSED).count()
