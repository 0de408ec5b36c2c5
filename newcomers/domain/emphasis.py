"""What matters most to a household: its points, given by the newcomer, or by a coordinator who writes them down."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from newcomers.models import Household
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError
from samenhier.core.points import tidy_points

from .disclosure import is_sealed
from .lifecycle import lock, role_of


@transaction.atomic
def set_emphasis(*, household: Household, actor: User, points: Mapping[str, int]) -> Household:
    """Replace the points of a household (criterion code → points). They count from the next matching run on.

    The trail keeps that they changed, and by whom; not what was chosen. Raises `DomainError` for too many points and
    for a household that was erased.
    """
    row = lock(household)
    if not is_sealed(row):
        raise DomainError(
            _("The data of this household were erased. Register them again, if they want that.")
        )
    emphasis = tidy_points(points)
    if emphasis != row.emphasis:
        row.emphasis = emphasis
        row.save(update_fields=["emphasis"])
        audit.record(
            "household.emphasis_set",
            actor=actor,
            subject=row,
            role=role_of(actor, row),
            fields=["emphasis"],
        )
    return row
