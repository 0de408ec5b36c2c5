"""Mail that may not have arrived, as one line of the work list."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from samenhier.accounts.models import User
from samenhier.notifications import queries

from .models import Municipality
from .worklist import Pressing, Waiting


def lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """One line for all such mails together: after a night without a relay there may be many."""
    rows = queries.in_doubt(municipality.pk)
    moments = list(rows.values_list("finished_at", flat=True)[:1])
    if moments and moments[0]:
        count = rows.count()
        yield Waiting(
            pressing=Pressing.SOON,
            what=_("Mail that may not have arrived"),
            who=ngettext("%(count)s mail", "%(count)s mails", count) % {"count": count},
            moment=moments[0],
            action=_("Decide"),
            url=reverse("operations:mail", kwargs={"slug": municipality.slug}),
        )
