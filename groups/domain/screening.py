"""That a VOG was seen: who, when, until. The paper goes back; a refusal cannot be stored."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.enums import MemberStatus, ScreeningStatus
from groups.models import GroupMember, Screening
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError
from samenhier.core.moments import add_months

from .impartial import refuse_own_group
from .locks import lock_member, refuse_stopped


@transaction.atomic
def record_vog_seen(*, member: GroupMember, seen_on: date, actor: User) -> Screening:
    """Record that the original was seen on this day. Again later: the newest day counts."""
    group, row = lock_member(member.pk)
    refuse_own_group(group_id=group.pk, actor=actor)
    refuse_stopped(group)
    if row.status != MemberStatus.ACCEPTED:
        raise DomainError(_("This is possible as soon as this person said yes to the group."))
    if seen_on > timezone.localdate():
        raise DomainError(_("This day is still to come. Fill in the day on which you saw the VOG."))
    months = group.municipality.policy.vog_renew_months
    renew_after = add_months(seen_on, months)
    if renew_after < timezone.localdate():
        raise DomainError(_("This is too long ago: the VOG would have to be shown again by now."))
    screening, _made = Screening.objects.update_or_create(
        member=row,
        defaults={
            "municipality_id": row.municipality_id,
            "status": ScreeningStatus.SEEN,
            "seen_on": seen_on,
            "seen_by": actor,
            "renew_after": renew_after,
        },
    )
    audit.record("vog.seen", actor=actor, subject=row, group=str(row.group_id))
    return screening
