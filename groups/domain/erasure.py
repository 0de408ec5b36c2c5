"""Erasing the people of a group: who they were, what they wrote, and accounts of which nothing else is left."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.enums import STOPPED, MemberRole, MemberStatus
from groups.models import Agreement, GroupMember, GroupReview, Screening, SponsorGroup
from samenhier import audit
from samenhier.accounts.domain import erase_if_unused
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError

from .locks import lock_group

#: Called inside the transaction of `erase`: others remove what they hold of this group.
after_erasing: list[Callable[[SponsorGroup], None]] = []


@transaction.atomic
def erase(*, group: SponsorGroup, actor: User | None = None, rule: str = "") -> SponsorGroup:
    """Keep of a group that stopped only that it was there, and from when to when. Repeating it is harmless.

    Raises `DomainError` while the group takes part.
    """
    row = lock_group(group.pk)
    if row.status not in STOPPED:
        raise DomainError(_("This group still takes part. It can be erased when it has stopped."))
    if row.erased_at is not None:
        return row
    members = list(
        GroupMember.objects.select_for_update(of=("self",)).select_related("user").filter(group=row)
    )
    accounts = [account for member in members if (account := _empty(member)) is not None]
    # What the coordinator wrote may name people; the decision itself stays.
    GroupReview.objects.filter(group=row).update(message="", decided_by=None)
    # A name that says nothing, and still tells two rows of a list apart.
    row.name = f"Groep {row.pk.hex[:6]}"
    row.motivation = row.part_of_town = row.size_reason = row.answer = ""
    row.offers, row.promises, row.child_bands = [], [], []
    row.wishes, row.would_like, row.own_child_bands, row.emphasis = [], [], [], {}
    row.created_by, row.erased_at = None, timezone.now()
    row.save()
    for act in after_erasing:
        act(row)
    audit.record("group.erased", actor=actor, subject=row, rule=rule, members=len(members))
    for account in accounts:
        erase_if_unused(user=account)
    return row


@transaction.atomic
def erase_former_member(*, member: GroupMember, actor: User | None = None, rule: str = "") -> GroupMember:
    """Forget who left a group. Repeating it is harmless.

    Raises `DomainError` for somebody who is still in it.
    """
    # Without the lock of the group: nothing of the group changes, and a sweep holds the member already.
    row = GroupMember.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
    if row.status != MemberStatus.LEFT:
        raise DomainError(_("Only somebody who left the group can be erased."))
    if row.erased_at is not None:
        return row
    account = _empty(row)
    audit.record("member.erased", actor=actor, subject=row, rule=rule, group=str(row.group_id))
    if account is not None:
        erase_if_unused(user=account)
    return row


def _empty(row: GroupMember) -> User | None:
    """A member without anything of the person; returns the account they had. When they came and left stays."""
    Agreement.objects.filter(member=row).delete()
    Screening.objects.filter(member=row).delete()
    account, row.user = row.user, None
    if row.status == MemberStatus.ACCEPTED:
        row.status, row.left_at = MemberStatus.LEFT, timezone.now()
    elif row.status == MemberStatus.INVITED:
        row.status = MemberStatus.REVOKED
    row.role = MemberRole.MEMBER
    row.name = row.phone = row.dutch = ""
    # Also instead of the unreadable mark of an address: with the address at hand that one could be recognised.
    row.email = f"{row.pk.hex}@removed.invalid"
    row.languages, row.interests, row.availability = [], [], []
    row.invitation_hash = None
    row.erased_at = timezone.now()
    row.save()
    return account
