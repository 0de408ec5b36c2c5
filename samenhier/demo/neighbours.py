"""Neighbours: two towns that are open to each other with a match and a proposal across, and a third that asks; one of the two said no."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from django.utils import timezone

from groups.enums import GroupKind, GroupStatus
from groups.models import SponsorGroup
from matches.domain import approval
from matches.enums import MatchStatus
from matches.models import Match
from municipalities.domain import neighbours
from municipalities.models import Municipality, Opening
from newcomers.enums import HouseholdStatus
from samenhier.accounts.models import User
from samenhier.core import reference

from . import groups, households, matches
from .towns import TownPlan

#: Far from the numbers of other households, so that no code name occurs twice in a town.
HOUSEHOLD = 101
OPEN_SINCE = timedelta(days=200)


def lived_across(*, here: TownPlan, there: TownPlan, people: dict[str, list[User]], random: Random) -> Match:
    """A group of one town that supports a household of the other since some months. The last of `people` is the builder."""
    town, other = (Municipality.objects.get(slug=plan.slug) for plan in (here, there))
    *coordinators, builder = people[here.slug]
    household = households.build_household(
        town, here.parts, HOUSEHOLD, HouseholdStatus.READY, coordinators[0], random
    )
    group = _group(other, there.parts, "De Buurtkeuken", people[there.slug][0], random)
    return matches.build_across(
        town=town,
        group=group,
        household=household,
        coordinators=coordinators,
        builder=builder,
        agreed_by=people[there.slug][0],
        random=random,
    )


def open_up(
    *, town: Municipality, neighbour: Municipality, asking: Municipality, parts: Sequence[str], random: Random
) -> None:
    """The two are open to each other, the neighbour has a group to spare, and a third town asks both: one said no."""
    ours, theirs, third = (neighbours.coordinators_of(one.pk)[0] for one in (town, neighbour, asking))
    neighbours.ask(municipality=neighbour, neighbour=town, actor=theirs)
    opening = neighbours.ask(municipality=town, neighbour=neighbour, actor=ours)
    since = timezone.now() - OPEN_SINCE
    Opening.objects.filter(pk=opening.pk).update(created_at=since - timedelta(days=3), accepted_at=since)
    neighbours.ask(municipality=asking, neighbour=town, actor=third)
    refused = neighbours.ask(municipality=asking, neighbour=neighbour, actor=third)
    neighbours.close(opening=refused, municipality=neighbour, actor=theirs)
    group = _group(neighbour, parts, "De Sluiswachters", theirs, random)
    # Wide enough that the next run of the other town finds somebody for it.
    for member in group.members.all()[:2]:
        member.languages = [*member.languages, {"code": "tir", "level": "fluent"}]
        member.availability = [f"{day.code}_evening" for day in reference.DAYS]
        member.save(update_fields=["languages", "availability"])


def offer(town: Municipality, coordinator: User) -> Match | None:
    """Approve the first proposal with the neighbour's group: it waits for the word of its own town."""
    across = Match.objects.filter(
        municipality=town, status=MatchStatus.PROPOSED, group_municipality__isnull=False, override_reason=""
    )
    match = across.order_by("household__code_name").first()
    return approval.approve(match=match, actor=coordinator) if match is not None else None


def _group(
    town: Municipality, parts: Sequence[str], name: str, coordinator: User, random: Random
) -> SponsorGroup:
    group = groups.build_group(
        town, parts, name, GroupStatus.APPROVED, coordinator, groups.trainings_of(town), random
    )
    group.kind, group.max_household = GroupKind.WELCOME, 8
    group.child_bands = list(reference.CHILD_BANDS.codes())
    group.promises = list(reference.WISHES.codes()[1:])
    group.save(update_fields=["kind", "max_household", "child_bands", "promises"])
    return group
