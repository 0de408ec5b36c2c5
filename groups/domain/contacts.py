"""The contact person of a group: who it is, and what they hear."""

from django.urls import reverse

from groups.enums import MemberRole, MemberStatus
from groups.models import GroupMember, SponsorGroup
from samenhier import audit
from samenhier.notifications.outbox import notify

from .locks import contact_of


def give_contact(member: GroupMember) -> None:
    """Make this member the contact person; whoever was it before must have been changed already."""
    member.role = MemberRole.CONTACT
    member.save(update_fields=["role"])
    audit.record("member.became_contact", actor=None, subject=member, group=str(member.group_id))


def tell_contact(group: SponsorGroup, *, about: GroupMember, said_yes: bool) -> None:
    """Mail the contact person that somebody answered. A no comes without a name."""
    contact = contact_of(group)
    if (
        contact is None
        or contact.pk == about.pk
        or contact.status != MemberStatus.ACCEPTED
        or contact.user is None
    ):
        return
    notify(
        kind="groups.member_answered",
        dedupe_key=f"groups.member_answered:{about.pk}:{about.status}",
        recipient=contact.user,
        municipality_id=group.municipality_id,
        context={
            "group_id": str(group.pk),
            "group_name": group.name,
            "member_name": about.name if said_yes else "",
            "url": reverse("groups:own", kwargs={"group": group.pk}),
        },
    )
