"""The two sides of a match: who belongs to which, and who is written to."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from groups.enums import MemberRole
from groups.models import GroupMember
from matches.enums import Side
from matches.models import Match
from municipalities.enums import StaffRole
from municipalities.models import StaffMembership
from samenhier.accounts.models import User
from samenhier.notifications.outbox import Notice, notify_many


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


def works_as_builder(person: User, municipality_id: UUID) -> bool:
    """Whether this person is a community builder of that municipality now."""
    return (
        StaffMembership.objects.active()
        .filter(user=person.pk, municipality=municipality_id, role=StaffRole.BUILDER)
        .exists()
    )


class Voice(NamedTuple):
    """Who is written to, and in which language. The person is read again before sending."""

    user_id: UUID
    language: str


def voices_of_groups(group_ids: Iterable[UUID]) -> dict[UUID, Voice]:
    """For each group the one person who is written to: the contact person, else who is longest a member."""
    voices: dict[UUID, Voice] = {}
    rows = (
        GroupMember.objects.present()
        .filter(group_id__in=set(group_ids), user__is_active=True)
        .order_by("responded_at", "pk")
        .values_list("group_id", "role", "user_id", "user__language")
    )
    for group_id, role, user_id, language in rows:
        if role == MemberRole.CONTACT or group_id not in voices:
            voices[group_id] = Voice(user_id, language)
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


def tell(match: Match, side: Side, kind: str, *, everybody: bool = False, **context: Any) -> None:
    """Queue one message of `kind` to that side: never the other party's details, only that something waits.

    The group hears it through its contact person, or all of its members with `everybody`. A household without an
    account hears nothing by mail.
    """
    notify_many(
        Notice(
            kind=kind,
            recipient_id=person.user_id,
            language=person.language,
            municipality_id=match.town_id_of(side),
            dedupe_key=_key(kind, match, side, person, context),
            context={"match_id": str(match.pk), "side": str(side.value), **context},
        )
        for person in _heard_by(match, side, everybody=everybody)
    )


def _heard_by(match: Match, side: Side, *, everybody: bool) -> list[Voice]:
    if side == Side.HOUSEHOLD:
        person = match.household.user
        return [Voice(person.pk, match.household.language)] if person is not None and person.is_active else []
    if everybody:
        return [
            Voice(person.pk, person.language) for person in present_people(match.group_id) if person.is_active
        ]
    return list(voices_of_groups([match.group_id]).values())


def _key(kind: str, match: Match, side: Side, person: Voice, context: Mapping[str, Any]) -> str:
    # A clock that was set anew is a new message; the same news twice is one.
    parts = [
        kind,
        str(match.pk),
        side.value,
        str(person.user_id),
        *(str(context[name]) for name in sorted(context)),
    ]
    return ":".join(parts)
