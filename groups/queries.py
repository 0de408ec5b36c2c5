"""Reads of this room for pages and for the apps above."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Prefetch, Q
from django.utils import timezone

from municipalities.models import Municipality
from samenhier.accounts.models import User
from samenhier.core.reference import INTERESTS, LANGUAGE_LEVELS, LANGUAGES, SLOTS

from .enums import STOPPED, DutchLevel, GroupStatus
from .models import GroupMember, SponsorGroup, TrainingSession
from .models.group import SponsorGroupQuerySet


@dataclass(frozen=True)
class GroupCard:
    """What a newcomer may see of a group before both sides said yes: first names, never addresses or phones."""

    name: str
    first_names: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]
    interests: tuple[str, ...]
    offers: tuple[str, ...]
    availability: tuple[str, ...]
    part_of_town: str
    size: int
    dutch_speakers: int


def with_present_members(groups: SponsorGroupQuerySet) -> SponsorGroupQuerySet:
    """Groups with who said yes in `group.present`, for `group_card`: one query more, however many groups."""
    return groups.prefetch_related(
        Prefetch(
            "members", GroupMember.objects.present().order_by("role", "created_at", "id"), to_attr="present"
        )
    )


def approved_groups(municipality: Municipality) -> SponsorGroupQuerySet:
    """The approved groups of a town, with their present members, oldest approval first."""
    return with_present_members(
        SponsorGroup.objects.filter(municipality=municipality).approved().order_by("approved_at", "id")
    )


def present_of(group: SponsorGroup) -> list[GroupMember]:
    """Who said yes, from the rows of `with_present_members` when they are there."""
    found = getattr(group, "present", None)
    if found is None:
        found = list(GroupMember.objects.filter(group=group).present().order_by("role", "created_at", "id"))
    return list(found)


def group_card(group: SponsorGroup) -> GroupCard:
    """The card of one group. Languages carry the best level in the group; a slot counts when anybody can."""
    members = present_of(group)
    return GroupCard(
        name=group.name,
        first_names=tuple(member.name for member in members),
        languages=best_levels(members),
        interests=_anybody(INTERESTS.codes(), (member.interests for member in members)),
        offers=tuple(group.offers),
        availability=_anybody(SLOTS, (member.availability for member in members)),
        part_of_town=group.part_of_town,
        size=len(members),
        dutch_speakers=sum(1 for member in members if member.dutch == DutchLevel.YES),
    )


def best_levels(members: Iterable[GroupMember]) -> tuple[tuple[str, str], ...]:
    """Each language that somebody speaks with the best level, in the order of the reference list."""
    rank = LANGUAGE_LEVELS.codes()
    best: dict[str, str] = {}
    for member in members:
        for spoken in member.languages:
            code, level = spoken["code"], spoken["level"]
            if code not in best or rank.index(level) > rank.index(best[code]):
                best[code] = level
    return tuple((code, best[code]) for code in LANGUAGES.codes() if code in best)


def _anybody(order: Iterable[str], chosen: Iterable[Iterable[str]]) -> tuple[str, ...]:
    everything = {code for codes in chosen for code in codes}
    return tuple(code for code in order if code in everything)


# -- staff -------------------------------------------------------------------------------------------


def staff_list(
    user: User, municipality: Municipality, status: str = "", *, named: str = ""
) -> SponsorGroupQuerySet:
    """The groups of a town for its coordinators, what waits for them first. `named`: a part of the name.

    Ready for `readiness` as soon as each knows its town, which the page has read already.
    """
    groups = SponsorGroup.objects.visible_in(municipality, user)
    if status:
        groups = groups.filter(status=status)
    if named:
        groups = groups.filter(name__icontains=named)
    # What waits for a coordinator first, then the newest.
    return (
        groups.with_readiness(people=False)
        .select_related(None)
        .only("municipality_id", "name", "status", "created_at", "visit_at", "paused_at")
        .order_by(
            ExpressionWrapper(Q(status=GroupStatus.SUBMITTED), output_field=BooleanField()).desc(),
            "-created_at",
            "id",
        )
    )


def counts_by_status(user: User, municipality: Municipality) -> dict[str, int]:
    """How many groups are in each state; states without groups are left out."""
    rows = (
        SponsorGroup.objects.visible_in(municipality, user)
        .order_by()
        .values_list("status")
        .annotate(number=Count("pk"))
    )
    return dict(rows)


# -- training ----------------------------------------------------------------------------------------


def sessions(user: User, municipality: Municipality) -> "list[TrainingSession]":
    """All trainings of a town, newest first, with `signed_up` and `came`."""
    return list(
        TrainingSession.objects.visible_in(municipality, user)
        .annotate(
            signed_up=Count("attendances"), came=Count("attendances", filter=Q(attendances__attended=True))
        )
        .order_by("-starts_at", "id")
    )


def upcoming_sessions(user: User, municipality: Municipality) -> "list[TrainingSession]":
    """Trainings still to come, soonest first, with `signed_up`; cancelled ones too, for who had a place."""
    return list(
        TrainingSession.objects.visible_in(municipality, user)
        .filter(starts_at__gt=timezone.now())
        .annotate(signed_up=Count("attendances"))
        .order_by("starts_at", "id")
    )


def parts_written(municipality_id: UUID) -> Iterable[str]:
    """Parts of town on the cards of groups that take part. For `municipalities.parts`."""
    rows = SponsorGroup.objects.filter(municipality=municipality_id).exclude(status__in=STOPPED)
    return rows.exclude(part_of_town="").order_by().values_list("part_of_town", flat=True).distinct()
