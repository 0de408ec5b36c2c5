"""A matching round of the whole country: one run for each municipality, computed by whichever worker is free.

Nobody waits for the rest: each run is a row and a message of its own, the largest first, and the last one that ends also
ends the round. A worker that dies leaves its run behind as "running"; the sweep queues it again (`proposing.sweep_runs`).
"""

import secrets
from collections import Counter
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from matches.enums import BUSY_STATUSES, NationalStatus
from matches.models import MatchingRun, NationalRun
from matches.tasks import enqueue_runs
from municipalities.models import Opening
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError

from .free import free_groups, free_households


def start_national(*, actor: User | None) -> NationalRun:
    """Put a run in the queue for every municipality that has both households and groups to match.

    Where a run waits or is being computed already, that one counts for the round too. Raises `Conflict` while another
    round is going on, and `DomainError` when there is nothing to match anywhere.
    """
    try:
        with transaction.atomic():
            return _start(actor)
    except IntegrityError as error:
        raise Conflict(_("A round of the whole country is going on already.")) from error


def _start(actor: User | None) -> NationalRun:
    pools = pools_by_size()
    if not pools:
        raise DomainError(
            _("Nowhere are there both a household and a group that can be matched now. Nothing was started.")
        )
    national = NationalRun.objects.create(started_by=actor)
    MatchingRun.objects.bulk_create(
        [
            MatchingRun(
                municipality_id=town,
                national=national,
                started_by=actor,
                seed=secrets.randbelow(2**63),
                household_count=households,
                group_count=groups,
            )
            for town, households, groups in pools
        ],
        ignore_conflicts=True,
    )
    place = {town: number for number, (town, _households, _groups) in enumerate(pools)}
    runs = sorted(MatchingRun.objects.filter(national=national), key=lambda run: place[run.municipality_id])
    national.joined = MatchingRun.objects.filter(
        municipality__in=place.keys() - {run.municipality_id for run in runs},
        national=None,
        status__in=BUSY_STATUSES,
    ).update(national=national)
    national.pools = len(runs) + national.joined
    national.save(update_fields=["pools", "joined"])
    audit.record("national_run.started", actor=actor, subject=national, pools=national.pools)
    for run in runs:
        audit.record("run.started", actor=actor, subject=run, national=str(national.pk))
    transaction.on_commit(partial(enqueue_runs, [run.pk for run in runs]))
    finish_if_last(national.pk)
    return national


def pools_by_size() -> list[tuple[UUID, int, int]]:
    """Municipality, households and groups (with those of open neighbours) of every pool with both, the most pairs first."""
    households = dict(free_households().values_list("municipality_id").annotate(Count("pk")))
    own = dict(free_groups().values_list("municipality_id").annotate(Count("pk")))
    groups = Counter(own)
    # A town without free groups of its own may have neighbours that are open to it.
    for one, other in Opening.objects.open().values_list("municipality_id", "neighbour_id"):
        groups[one] += own.get(other, 0)
        groups[other] += own.get(one, 0)
    pools = [(town, households[town], groups[town]) for town in households if groups[town]]
    return sorted(pools, key=lambda pool: (-pool[1] * pool[2], pool[0]))


def finish_if_last(national_id: UUID | None) -> bool:
    """End the round when none of its runs waits or is being computed; in the transaction that ended one of them.

    The lock makes two runs that end at the same moment look one after the other, so that the second sees the first.
    """
    if national_id is None:
        return False
    national = (
        NationalRun.objects.select_for_update(no_key=True)
        .filter(pk=national_id, status=NationalStatus.RUNNING)
        .first()
    )
    if (
        national is None
        or MatchingRun.objects.filter(national=national_id, status__in=BUSY_STATUSES).exists()
    ):
        return False
    national.status = NationalStatus.DONE
    national.finished_at = timezone.now()
    national.save(update_fields=["status", "finished_at"])
    audit.record("national_run.finished", actor=None, subject=national, pools=national.pools)
    return True


def finish_left_over() -> int:
    """For the sweep: rounds whose last run ended without saying so, such as one that was removed."""
    ended = 0
    for pk in NationalRun.objects.filter(status=NationalStatus.RUNNING).values_list("pk", flat=True):
        with transaction.atomic():
            ended += finish_if_last(pk)
    return ended
