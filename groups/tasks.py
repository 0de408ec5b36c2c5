"""Celery's doors to this room."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="groups.sweep_upkeep")
def sweep_upkeep() -> None:
    """Remove old drafts."""
    from .domain.upkeep import remove_old_drafts

    remove_old_drafts(now=timezone.now())
