"""The other side of benchmarks/reminders.py: one task for one check-in, as one would write it without batches."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samenhier.settings.dev")

import django

django.setup()

from datetime import timedelta

from celery import shared_task
from django.db import transaction

from matches.domain.sides import Voice, voices_of_groups
from matches.enums import CheckInStatus, Side
from matches.models import CheckIn
from municipalities.models import Policy
from samenhier.celery import app
from samenhier.notifications.outbox import notify

__all__ = ["app", "remind_one"]


@shared_task(name="benchmarks.remind_one")
def remind_one(check_in_id: str) -> None:
    """Remind of one check-in: the same reads, message and next duty as the sweep, for one row."""
    with transaction.atomic():
        row = (
            CheckIn.objects.select_for_update(of=("self",))
            .select_related("match__household__user")
            .get(pk=check_in_id)
        )
        if row.status != CheckInStatus.PLANNED or row.next_reminder_at is None:
            return
        days = Policy.objects.get(municipality=row.municipality_id).reminder_days
        if row.side == Side.GROUP:
            person = voices_of_groups([row.match.group_id]).get(row.match.group_id)
        else:
            household = row.match.household
            person = Voice(household.user_id, household.language) if household.user.is_active else None
        if person is None:
            return
        row.reminders_sent += 1
        notify(
            kind="matches.check_in",
            dedupe_key=f"checkin:{row.pk}:{row.reminders_sent}",
            recipient_id=person.user_id,
            language=person.language,
            municipality_id=row.municipality_id,
            context={"check_in_id": str(row.pk), "side": row.side, "number": row.reminders_sent},
        )
        row.next_reminder_at += timedelta(days=days[min(row.reminders_sent, len(days) - 1)])
        row.save(update_fields=["next_reminder_at", "reminders_sent"])
