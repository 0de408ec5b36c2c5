"""What matters most to a group: its points, given by the contact person for all of them."""

from collections.abc import Mapping

from django.db import transaction

from groups.models import SponsorGroup
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.points import tidy_points

from .locks import lock_group, refuse_stopped


@transaction.atomic
def set_emphasis(*, group: SponsorGroup, actor: User, points: Mapping[str, int]) -> SponsorGroup:
    """Replace the points of a group (criterion code → points). They count from the next matching run on.

    It is one shared answer, so the contact person gives it, as with the card. The trail keeps that it changed, and by
    whom; not what was chosen. Raises `DomainError` for too many points, or when the group has stopped.
    """
    row = lock_group(group.pk)
    refuse_stopped(row)
    emphasis = tidy_points(points)
    if emphasis != row.emphasis:
        row.emphasis = emphasis
        row.save(update_fields=["emphasis"])
        audit.record("group.emphasis_set", actor=actor, subject=row, fields=["emphasis"])
    return row
