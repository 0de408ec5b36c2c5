"""A matching round of the whole country, finished last week: the towns ran again since, so that its proposals are gone."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from matches.domain.national import start_national
from matches.domain.proposing import compute_run
from matches.models import Match, MatchingRun, NationalRun
from samenhier.accounts.models import User

AGO = timedelta(days=8, hours=3)


@transaction.atomic
def finished_round(actor: User) -> NationalRun:
    """Computed really, then moved into the past. In one transaction, so that no worker begins it meanwhile."""
    national = start_national(actor=actor)
    runs = MatchingRun.objects.filter(national=national)
    for pk in runs.order_by("-household_count").values_list("pk", flat=True):
        compute_run(pk)
    Match.objects.filter(run__national=national).update(created_at=F("created_at") - AGO)
    for rows in (runs, NationalRun.objects.filter(pk=national.pk)):
        rows.update(created_at=F("created_at") - AGO, finished_at=F("finished_at") - AGO)
    national.refresh_from_db()
    return national
