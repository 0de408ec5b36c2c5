"""Groups of one municipality in a match with a household of a neighbour, for the group's own coordinators."""

from typing import Any

from django.db.models import F

from matches.models import Match
from municipalities.models import Municipality
from samenhier.accounts.models import User


def visits_of(user: User, municipality: Municipality) -> Any:
    """What is offered to this town or goes on with a group of it: who waits for an answer first, then the newest."""
    return (
        Match.objects.visiting_in(municipality, user)
        .select_related("municipality", "group")
        .order_by(F("approved_at").desc(nulls_first=True), "-offered_at", "pk")
    )
