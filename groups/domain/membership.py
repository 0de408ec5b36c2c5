"""Being a member: own answers, handing over the contact role, leaving."""

from collections.abc import Callable, Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.enums import ON_THE_WAY, DutchLevel, GroupStatus, MemberRole, MemberStatus
from groups.models import Attendance, GroupMember
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError
from samenhier.core.reference import INTERESTS, SLOTS

from .contacts import give_contact
from .invitations import (
    accept_invitation,
    ask_again,
    decline_invitation,
    invite,
    known_languages,
    resend,
    revoke,
)
from .locks import lock_member, present_members
from .standing import step_back, tell_coordinators
from .states import GROUP_STATES

#: Called with the member that just left, inside the same transaction. `matches` closes what the person could see.
after_leaving: list[Callable[[GroupMember], None]] = []


@transaction.atomic
def leave(*, member: GroupMember, actor: User, new_contact: GroupMember | None = None) -> None:
    """Leave the group. A contact person who is not the last one names the next contact person.

    A group without people is withdrawn; an approved group that becomes too small is put on hold.
    """
    group, row = lock_member(member.pk)
    if row.status != MemberStatus.ACCEPTED:
        raise Conflict(_("You already left this group."))
    others = [one for one in present_members(group) if one.pk != row.pk]
    next_contact = None
    if row.is_contact and others:
        next_contact = next((one for one in others if new_contact and one.pk == new_contact.pk), None)
        if next_contact is None:
            raise DomainError(_("You are the contact person. Choose who takes over from you."))
    row.status = MemberStatus.LEFT
    row.role = MemberRole.MEMBER
    row.left_at = timezone.now()
    row.phone = ""
    row.save()
    Attendance.objects.filter(member=row, attended=None, session__starts_at__gt=timezone.now()).delete()
    audit.record("member.left", actor=actor, subject=row, group=str(group.pk))
    if next_contact is not None:
        give_contact(next_contact)
    for close in after_leaving:
        close(row)
    if not others and GROUP_STATES.allows(group.status, GroupStatus.WITHDRAWN):
        was_approved = group.status not in ON_THE_WAY
        group.status, group.paused_at = GroupStatus.WITHDRAWN, None
        group.stopped_at = timezone.now()
        group.save(update_fields=["status", "stopped_at", "paused_at"])
        audit.record("group.withdrawn", actor=actor, subject=group)
        step_back(group)
        if was_approved:
            tell_coordinators(group, actor)
    elif group.status == GroupStatus.APPROVED and len(others) < group.municipality.policy.group_size_min:
        group.status = GroupStatus.ON_HOLD
        group.save(update_fields=["status"])
        audit.record("group.put_on_hold", actor=None, subject=group, present=len(others))
        step_back(group)


@transaction.atomic
def hand_over(*, member: GroupMember, to: GroupMember, actor: User) -> None:
    """The contact person makes another present member the contact person."""
    group, row = lock_member(member.pk)
    successor = next((one for one in present_members(group) if one.pk == to.pk), None)
    if not row.is_contact or successor is None or successor.pk == row.pk:
        raise Conflict(_("Choose somebody who said yes to the group."))
    row.role = MemberRole.MEMBER
    row.save(update_fields=["role"])
    give_contact(successor)
    audit.record("member.handed_over", actor=actor, subject=row, group=str(group.pk))


@transaction.atomic
def change_profile(
    *,
    member: GroupMember,
    actor: User,
    name: str,
    phone: str,
    dutch: DutchLevel | str,
    languages: Iterable[Mapping[str, str]],
    interests: Iterable[str],
    availability: Iterable[str],
) -> GroupMember:
    """A member changes what they told about themself."""
    group, row = lock_member(member.pk)
    if row.status != MemberStatus.ACCEPTED:
        raise Conflict(_("You already left this group."))
    row.name = name.strip()
    row.phone = phone
    row.dutch = DutchLevel(dutch)
    row.languages = known_languages(languages, row.dutch)
    row.interests = [code for code in INTERESTS.codes() if code in set(interests)]
    row.availability = [code for code in SLOTS if code in set(availability)]
    row.save()
    audit.record("member.profile_changed", actor=actor, subject=row, group=str(group.pk))
    return row


__all__ = [
    "accept_invitation",
    "after_leaving",
    "ask_again",
    "change_profile",
    "decline_invitation",
    "hand_over",
    "invite",
    "leave",
    "resend",
    "revoke",
]
