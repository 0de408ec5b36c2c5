"""A neighbour municipality that asks to open their groups to each other, as a line of the work list."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samenhier.accounts.models import User

from .enums import OpeningStatus
from .models import Municipality, Opening
from .worklist import EACH, Pressing, Waiting


def lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """Each question that waits for this town."""
    rows = (
        Opening.objects.visible_in(municipality, user)
        .filter(neighbour=municipality, status=OpeningStatus.ASKED)
        .order_by("created_at", "pk")
        .values_list("municipality__name", "created_at")[:EACH]
    )
    for name, moment in rows:
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=_("Neighbour asks"),
            who=name,
            moment=moment,
            action=_("Open our groups to each other?"),
            url=reverse("municipalities:neighbours", kwargs={"slug": municipality.slug}),
        )
