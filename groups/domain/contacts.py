"""The contact person of a group: who it is, and what they hear."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from groups.enums import MemberRole, MemberStatus
from groups.models import GroupMember, SponsorGroup
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict
from samenhier.notifications.outbox import Notice, notify_many

from .locks import contact_of, lock_group, present_members, refuse_stopped


def give_contact(member: GroupMember, *, actor: User | None = None) -> None:
    """Make this member the contact person; whoever was it before must have been changed already."""
    member.role = MemberRole.CONTACT
    member.save(update_fields=["role"])
    audit.record("member.became_contact", actor=actor, subject=member, group=str(member.group_id))


@transaction.atomic
def appoint_contact(*, group: SponsorGroup, to: GroupMember, actor: User) -> None:
    """A coordinator makes another present member the contact person, and that person gets a mail.

    For a contact person who does not answer: without one a group cannot invite, ask for approval or say yes.
    Raises `Conflict` when this member has left, or is the contact person already; `DomainError` when
    the group has stopped.
    """
    row = lock_group(group.pk)
    refuse_stopped(row)
    successor = next((one for one in present_members(row) if one.pk == to.pk), None)
    if successor is None or successor.is_contact:
        raise Conflict(_("Choose somebody who said yes to the group."))
    before = contact_of(row)
    if before is not None:
        before.role = MemberRole.MEMBER
        before.save(update_fields=["role"])
    give_contact(successor, actor=actor)
    tell_members(
        row,
        [successor],
        kind="groups.now_contact",
        key=str(before.pk) if before else "",
        member_id=str(successor.pk),
    )


def tell_members(
    group: SponsorGroup, members: list[GroupMember], *, kind: str, key: str, **extra: str
) -> None:
    """Mail these members about their group; `key` makes the same news twice one mail."""
    notify_many(
        Notice(
            kind=kind,
            dedupe_key=f"{kind}:{key}:{member.pk}",
            recipient=member.user,
            municipality_id=group.municipality_id,
            context={
                "group_id": str(group.pk),
                "group_name": group.name,
                "url": reverse("groups:own", kwargs={"group": group.pk}),
                **extra,
            },
        )
        for member in members
        if member.user is not None
    )


def tell_contact(group: SponsorGroup, *, about: GroupMember, said_yes: bool) -> None:
    """Mail the contact person that somebody answered. A no comes without a name."""
    contact = contact_of(group)
    if contact is None or contact.pk == about.pk or contact.status != MemberStatus.ACCEPTED:
        return
    tell_members(
        group,
        [contact],
        kind="groups.member_answered",
        key=f"{about.pk}:{about.status}",
        member_name=about.name if said_yes else "",
    )
