"""Celery's door to retention: no arguments, one sweep."""

from celery import shared_task

from samenhier.notifications import sweeps


@shared_task(name="municipalities.sweep_retention")
def sweep_retention() -> None:
    """Remove what has had its time."""
    sweeps.run("retention")
