"""Mail that may not have arrived, as one line of the work list."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min, QuerySet, UUIDField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from samenhier.core.prepared import Given, prepared, together
from samenhier.notifications.models import OutgoingMessage

from .models import Municipality
from .worklist import Pressing, Waiting


@prepared(town=UUIDField())
def _doubtful(town: Given) -> QuerySet[Any]:
    in_doubt = OutgoingMessage.objects.in_doubt().filter(municipality_id=town)
    return together(in_doubt, Count("pk"), Min("finished_at"))


def lines(municipality: Municipality) -> Iterator[Waiting]:
    """One line for all such mails together: after a night without a relay there may be many."""
    [(count, first)] = _doubtful(town=municipality.pk)
    if first:
        yield Waiting(
            pressing=Pressing.SOON,
            what=_("Mail that may not have arrived"),
            who=ngettext("%(count)s mail", "%(count)s mails", count) % {"count": count},
            moment=first,
            action=_("Decide"),
            url=reverse("operations:mail", kwargs={"slug": municipality.slug}),
        )
