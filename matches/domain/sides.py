"""The two sides of a match: who belongs to which, and who is written to."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from groups.enums import MemberRole
from groups.models import GroupMember
from matches.enums import Side
from matches.models import Match
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.notifications.outbox import notify


def side_of(match: Match, user: User) -> Side | None:
    """The side of `match` on which this person stands; None for everybody else."""
    if match.household.user_id == user.pk:
        return Side.HOUSEHOLD
    if GroupMember.objects.present().filter(group=match.group_id, user=user.pk).exists():
        return Side.GROUP
    return None


def other(side: Side) -> Side:
    """The side across."""
    return Side.HOUSEHOLD if side == Side.GROUP else Side.GROUP


def speaks_for_group(match: Match, user: User) -> bool:
    """Whether this person is the contact person, who answers for the group."""
    return (
        GroupMember.objects.present()
        .filter(group=match.group_id, user=user.pk, role=MemberRole.CONTACT)
        .exists()
    )


def voices_of_groups(group_ids: Iterable[UUID]) -> dict[UUID, User]:
    """For each group the one person who is written to: the contact person, else who is longest a member."""
    voices: dict[UUID, User] = {}
    rows = (
        GroupMember.objects.present()
        .filter(group_id__in=set(group_ids), user__is_active=True)
        .order_by("responded_at", "pk")
        .values_list("group_id", "role", "user_id", "user__language")
    )
    for group_id, role, user_id, language in rows:
        if role == MemberRole.CONTACT or group_id not in voices:
            # Who is written to is read again before sending; here the id and the language are enough.
            voices[group_id] = User(pk=user_id, language=language)
    return voices


def present_people(group_id: UUID) -> list[User]:
    """Everybody who is in the group now."""
    return [
        member.user
        for member in GroupMember.objects.present()
        .filter(group=group_id)
        .select_related("user")
        .order_by("pk")
        if member.user is not None
    ]


def person_of_household(household: Household) -> User | None:
    """The account of the household; None when they have none and a coordinator tells them in person."""
    user: User | None = household.user
    return user if user is not None and user.is_active else None


def tell(match: Match, side: Side, kind: str, *, everybody: bool = False, **context: Any) -> None:
    """Queue one message of `kind` to that side: never the other party's details, only that something waits.

    The group hears it through its contact person, or all of its members with `everybody`. A household without an
    account hears nothing by mail.
    """
    if side == Side.HOUSEHOLD:
        person = person_of_household(match.household)
        people = [person] if person else []
    elif everybody:
        people = present_people(match.group_id)
    else:
        people = list(voices_of_groups([match.group_id]).values())
    for person in people:
        notify(
            kind=kind,
            recipient=person,
            language=match.household.language if side == Side.HOUSEHOLD else "",
            municipality_id=match.municipality_id,
            dedupe_key=_key(kind, match, side, person, context),
            context={"match_id": str(match.pk), "side": str(side.value), **context},
        )


def _key(kind: str, match: Match, side: Side, person: User, context: Mapping[str, Any]) -> str:
    # A clock that was set anew is a new message; the same news twice is one.
    parts = [
        kind,
        str(match.pk),
        side.value,
        str(person.pk),
        *(str(context[name]) for name in sorted(context)),
    ]
    return ":".join(parts)
