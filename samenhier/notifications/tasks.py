"""Celery's doors to the outbox: no arguments, one domain call."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def ring() -> None:
    """Tell a worker that something is due. A lost bell delays until the minute sweep, never loses."""
    try:
        sweep_outbox.apply_async(ignore_result=True)
    except OperationalError:
        log.warning("bell.lost the broker did not answer; the sweep will find the rows")


@shared_task(name="notifications.sweep_outbox")
def sweep_outbox() -> None:
    """Send what is due."""
    from . import sweeps

    sweeps.run("outbox")


@shared_task(name="notifications.sweep_upkeep")
def sweep_upkeep() -> None:
    """Forget what is too old."""
    from . import sweeps

    sweeps.run(sweeps.UPKEEP)
