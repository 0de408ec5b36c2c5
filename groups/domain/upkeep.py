"""Removing what nobody needs any more."""

from datetime import datetime, timedelta

from django.db import transaction

from groups.models import RegistrationDraft
from municipalities.models import Policy
from samenhier.core.moments import add_months, local_date

from .drafts import content_of, town_of

#: Younger ones are not even opened; a finished one only helps the page that says “it worked”.
FIRST_LOOK = timedelta(days=7)


@transaction.atomic
def remove_old_drafts(*, now: datetime) -> int:
    """Remove drafts that nobody touched for the months of the town's policy; as is usual when no town was chosen yet."""
    months = dict(Policy.objects.values_list("municipality__slug", "draft_months"))
    usual = Policy().draft_months
    gone = []
    for draft in RegistrationDraft.objects.filter(updated_at__lt=now - FIRST_LOOK).select_for_update(
        skip_locked=True
    ):
        content = content_of(draft)
        last_day = add_months(local_date(draft.updated_at), months.get(town_of(content.steps), usual))
        if content.registered or last_day <= local_date(now):
            gone.append(draft.pk)
    return RegistrationDraft.objects.filter(pk__in=gone).delete()[0]
