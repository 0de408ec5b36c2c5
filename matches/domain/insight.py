"""What a town's pool says about itself, computed by a worker and kept: wanted groups, and the price of floors."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from matches.engine import solve
from matches.enums import RunStatus
from matches.models import MatchingRun, PoolInsight
from matches.tasks import enqueue_insight
from municipalities.models import Municipality, Policy
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError

from .floors import floors
from .pool import sides_of_run
from .proposing import start_run
from .recruitment import languages_left, left_over, signals

#: A worker that was silent for so long is taken for dead.
STUCK_AFTER = timedelta(minutes=15)
#: Without a run the pool changes too: people become ready, and wait longer.
FRESH_FOR = timedelta(days=1)


@transaction.atomic
def ask(*, municipality: Municipality, actor: User) -> PoolInsight:
    """Ask a worker to compute a town's insight afresh. While one is busy nothing is asked again."""
    row, _is_new = PoolInsight.objects.get_or_create(municipality=municipality)
    row = PoolInsight.objects.select_for_update().get(pk=row.pk)
    now = timezone.now()
    if not (row.is_busy and row.requested_at and now - row.requested_at < STUCK_AFTER):
        row.requested_at = now
        row.save(update_fields=["requested_at"])
        audit.record("insight.asked", actor=actor, subject=row)
        transaction.on_commit(partial(enqueue_insight, municipality.pk))
    return row


def compute(municipality_id: UUID) -> PoolInsight | None:
    """Compute and keep the insight of a town; None when another worker has it.

    Solving happens outside a transaction; only the worker whose claim still stands writes.
    """
    row = _claim(municipality_id)
    if row is None:
        return None
    try:
        sides = sides_of_run(municipality_id)
        pool = sides.pool(seed=0)
        result = solve(pool)
        alone = left_over(sides, result)
        languages = languages_left(sides, alone)
        row.signals = {
            "wanted": [one.to_json() for one in signals(sides, pool, result)],
            "languages": languages,
        }
        row.floors = [one.to_json() for one in floors(pool, result)]
        row.households, row.groups, row.placed = *pool.shape, result.placed
        return _keep(row, len(alone), languages)
    except Exception:
        PoolInsight.objects.filter(pk=row.pk, claimed_at=row.claimed_at).update(
            claimed_at=None, requested_at=None
        )
        raise


def start_with_floor(*, municipality: Municipality, actor: User, score: int) -> MatchingRun:
    """Start a run with a floor whose price was shown. Raises `DomainError` for another one, `Conflict` while one runs."""
    row = PoolInsight.objects.filter(municipality=municipality).first()
    if score not in {floor["score"] for floor in (row.floors if row else [])}:
        raise DomainError(_("Of this floor no price is known. Choose one from the table."))
    return start_run(municipality=municipality, actor=actor, floor=score)


@transaction.atomic
def _claim(municipality_id: UUID) -> PoolInsight | None:
    PoolInsight.objects.get_or_create(municipality_id=municipality_id)
    now = timezone.now()
    row = (
        PoolInsight.objects.select_for_update(skip_locked=True)
        .filter(Q(claimed_at=None) | Q(claimed_at__lt=now - STUCK_AFTER), municipality=municipality_id)
        .first()
    )
    if row is not None:
        row.claimed_at = now
        row.save(update_fields=["claimed_at"])
    return row


@transaction.atomic
def _keep(row: PoolInsight, alone: int, languages: dict[str, int]) -> PoolInsight | None:
    kept = PoolInsight.objects.select_for_update().get(pk=row.pk)
    if kept.claimed_at != row.claimed_at:
        return None
    kept.signals, kept.floors = row.signals, row.floors
    kept.households, kept.groups, kept.placed = row.households, row.groups, row.placed
    today = timezone.localdate()
    if kept.month != today.replace(day=1):
        bound = Policy.objects.values_list("masking_below", flat=True).get(municipality=kept.municipality_id)
        kept.month = today.replace(day=1)
        kept.counts = {
            "on": today.isoformat(),
            "bound": bound,
            "households": alone,
            "languages": languages,
        }
    kept.claimed_at = None
    kept.computed_at = timezone.now()
    kept.save()
    return kept


def sweep(now: datetime) -> int:
    """Ring for towns whose insight is a day old, was asked for in vain, or lags behind their last run."""
    fresh = PoolInsight.objects.filter(municipality=OuterRef("pk"), computed_at__gte=now - FRESH_FOR).exclude(
        requested_at__gt=F("computed_at"), requested_at__lt=now - STUCK_AFTER
    )
    ran = MatchingRun.objects.filter(municipality=OuterRef("pk"), status=RunStatus.DONE)
    stale = Municipality.objects.filter(~Exists(fresh), Exists(ran)).values_list("pk", flat=True)
    towns = list(stale.order_by("pk"))
    for town in towns:
        enqueue_insight(town)
    return len(towns)
