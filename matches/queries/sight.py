"""The groups that a coordinator may choose and read of when matching: those of the own town, and of open neighbours."""

from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, Q, Value, When

from groups.enums import GroupStatus
from groups.models import SponsorGroup
from municipalities.enums import StaffRole
from municipalities.models import Opening
from municipalities.models.tenant import known_as
from samenhier.accounts.models import User


def groups_in_sight(user: User, municipality_id: UUID) -> Any:
    """Own groups in any state, and approved ones of neighbours that are open; `town` names the neighbour, else it is empty.

    Of a neighbour's group a page shows its name and its card, as two towns agreed: its own pages stay closed.
    """
    # Of a coordinator of this town, whom the request knows, nothing more is asked.
    if known_as(user, municipality_id, StaffRole.COORDINATOR):
        openings, own = Opening.objects.open(), Q(municipality=municipality_id)
    else:
        openings = Opening.objects.visible_to(user).open()
        groups = SponsorGroup.objects.visible_to(user).filter(municipality=municipality_id)
        own = Q(pk__in=groups.values("pk"))
    lent = Q(municipality__in=openings.filter(municipality=municipality_id).values("neighbour")) | Q(
        municipality__in=openings.filter(neighbour=municipality_id).values("municipality")
    )
    return SponsorGroup.objects.filter(own | (lent & Q(status=GroupStatus.APPROVED))).annotate(
        town=Case(
            When(municipality=municipality_id, then=Value("")),
            default=F("municipality__name"),
            output_field=CharField(),
        )
    )
