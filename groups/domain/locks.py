"""Taking the lock of a group: whoever changes its people or its state holds it."""

from uuid import UUID

from django.utils.translation import gettext as _

from groups.enums import STOPPED, MemberStatus
from groups.models import GroupMember, SponsorGroup
from samenhier.core.errors import DomainError


def lock_group(group_id: UUID) -> SponsorGroup:
    """The group as it is now, locked until the transaction ends, with its policy."""
    return (
        SponsorGroup.objects.select_for_update(of=("self",))
        .select_related("municipality__policy")
        .get(pk=group_id)
    )


def lock_member(member_id: UUID) -> tuple[SponsorGroup, GroupMember]:
    """The group first, then the member: the same order everywhere."""
    group_id = GroupMember.objects.values_list("group_id", flat=True).get(pk=member_id)
    group = lock_group(group_id)
    member = GroupMember.objects.select_for_update(of=("self",)).select_related("user").get(pk=member_id)
    member.group = group
    return group, member


def refuse_stopped(group: SponsorGroup) -> None:
    """Raise `DomainError` when this group, whose row is locked, takes no part any more."""
    if group.status in STOPPED:
        raise DomainError(_("This group has stopped."))


def contact_of(group: SponsorGroup) -> GroupMember | None:
    """The contact person who takes the place now: invited or present."""
    return group.members.counted().filter(role="contact").select_related("user").first()


def present_members(group: SponsorGroup) -> list[GroupMember]:
    """Who said yes, with their accounts."""
    return list(
        GroupMember.objects.filter(group=group, status=MemberStatus.ACCEPTED)
        .select_related("user")
        .order_by("responded_at", "id")
    )
