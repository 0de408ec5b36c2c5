"""Work that waits in a row for a worker: claimed by one, written only by whoever still holds it, never lost.

Loading and solving happen outside a transaction; `held` is the door back in. For runs, what-ifs and prices alike.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from matches.enums import RunStatus
from matches.models import MatchingRun, PairPrice, WhatIf
from samenhier import audit

#: Long enough for the largest pool; after it a worker is taken for dead, or its bell for lost.
STUCK_AFTER = timedelta(minutes=10)

Row = TypeVar("Row", MatchingRun, WhatIf, PairPrice)
#: What the trail calls each kind of work.
NOUNS = {MatchingRun: "run", WhatIf: "what_if", PairPrice: "price"}


@transaction.atomic
def claim(model: type[Row], pk: UUID) -> Row | None:
    """Take a queued row; None when it was computed, is gone, or another worker has it."""
    row = model.objects.select_for_update(skip_locked=True).filter(pk=pk, status=RunStatus.QUEUED).first()
    if row is not None:
        row.status = RunStatus.RUNNING
        row.claimed_at = timezone.now()
        row.save(update_fields=["status", "claimed_at"])
    return row


def held(claimed: Row) -> Row | None:
    """The row as it stands, locked; None when this worker's claim was given to another. Inside a transaction."""
    row = type(claimed).objects.select_for_update().filter(pk=claimed.pk).first()
    ours = row is not None and row.status == RunStatus.RUNNING and row.claimed_at == claimed.claimed_at
    return row if ours else None


@transaction.atomic
def fail(claimed: Row, error: Exception) -> Row | None:
    """Note the kind of fault only: its text may hold personal data. The caller raises it again.

    The row, or None when somebody else holds it by now.
    """
    row = held(claimed)
    if row is not None:
        row.status = RunStatus.FAILED
        row.error = type(error).__name__[:200]
        row.finished_at = timezone.now()
        row.save(update_fields=["status", "error", "finished_at"])
        audit.record(f"{NOUNS[type(row)]}.failed", actor=None, subject=row)
    return row


@transaction.atomic
def requeue_stuck(
    model: type[Row], now: datetime, *, ring: Callable[[UUID], object], order: Any = "created_at"
) -> int:
    """Queue again what has been waiting or running for too long. Returns how many."""
    stuck = 0
    rows = (
        model.objects.select_for_update(skip_locked=True)
        .filter(status__in=[RunStatus.QUEUED, RunStatus.RUNNING])
        .order_by(order)
    )
    for row in rows:
        if (row.claimed_at or row.created_at) >= now - STUCK_AFTER:
            continue
        row.status = RunStatus.QUEUED
        # Also a mark for a queued one: it is not rung again at each minute.
        row.claimed_at = now
        row.save(update_fields=["status", "claimed_at"])
        audit.record(f"{NOUNS[model]}.queued_again", actor=None, subject=row)
        transaction.on_commit(partial(ring, row.pk))
        stuck += 1
    return stuck
