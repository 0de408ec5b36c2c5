"""A neighbour municipality that asks to open their groups to each other, as a line of the work list."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet, UUIDField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from samenhier.core.prepared import Given, prepared

from .enums import OpeningStatus
from .models import Municipality, Opening
from .worklist import EACH, Pressing, Waiting


@prepared(town=UUIDField())
def _questions(town: Given) -> QuerySet[Any]:
    return (
        Opening.objects.filter(neighbour=town, status=OpeningStatus.ASKED)
        .order_by("created_at", "pk")
        .values_list("municipality__name", "created_at")[:EACH]
    )


def lines(municipality: Municipality) -> Iterator[Waiting]:
    """Each question that waits for this town."""
    for name, moment in _questions(town=municipality.pk):
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=_("Neighbour asks"),
            who=name,
            moment=moment,
            action=_("Open our groups to each other?"),
            url=reverse("municipalities:neighbours", kwargs={"slug": municipality.slug}),
        )
