"""Removing what has had its time, each night: rule after rule, in batches, as a person could do with a button."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from municipalities import retention
from municipalities.models import Removal

BATCH = 50


def sweep(now: datetime) -> int:
    """Apply every rule; returns how many rows were removed or emptied.

    Safe to repeat and to run twice at once: rows that somebody holds are left for the next time. Each rule runs, also
    when another one fails; the first fault is raised at the end.
    """
    done = 0
    faults: list[Exception] = []
    for rule in retention.rules():
        try:
            done += _apply(rule, now)
        except Exception as fault:  # noqa: BLE001 - raised again below, when the others have run
            faults.append(fault)
    if faults:
        raise faults[0]
    return done


def _apply(rule: retention.Rule, now: datetime) -> int:
    if rule.first:
        rule.first(now)
    done, last = 0, None
    while True:
        handled, last = _batch(rule, now, after=last)
        done += handled
        if not handled:
            return done


@transaction.atomic
def _batch(rule: retention.Rule, now: datetime, *, after: UUID | None) -> tuple[int, UUID | None]:
    """One batch, in one transaction: the rows, their audit and the count go together."""
    due = rule.due(now).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    rows = list(due.filter(pk__gt=after)[:BATCH] if after else due[:BATCH])
    for row in rows:
        rule.remove(row)
    for municipality_id, number in Counter(row.municipality_id for row in rows).items():
        count(municipality_id=municipality_id, rule=rule.code, number=number)
    return len(rows), rows[-1].pk if rows else None


def count(*, municipality_id: UUID, rule: str, number: int) -> None:
    """Add to what a rule removed so far. In the caller's transaction."""
    Removal.objects.get_or_create(
        municipality_id=municipality_id, rule=rule, defaults={"last_at": timezone.now()}
    )
    Removal.objects.filter(municipality_id=municipality_id, rule=rule).update(
        number=F("number") + number, last_at=timezone.now()
    )
