"""Celery's doors to matching: ids in, one domain call. Every duty stands in Postgres; a message only says "look now"."""

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from samenhier.notifications import sweeps

log = logging.getLogger(__name__)


def enqueue_run(run_id: UUID) -> None:
    """Ask a worker to compute a run. When the broker is away the sweep finds the run later."""
    try:
        run_matching.apply_async(args=(str(run_id),), ignore_result=True)
    except OperationalError:
        log.warning("bell.lost run=%s the broker did not answer; the sweep will find the run", run_id)


@shared_task(name="matches.run_matching")
def run_matching(run_id: str) -> None:
    """Compute one matching run. A message that arrives twice computes once."""
    from .domain.proposing import compute_run

    compute_run(UUID(run_id))


@shared_task(name="matches.sweep_check_ins")
def sweep_check_ins() -> None:
    """Remind of check-ins that are due and pass on the late ones."""
    sweeps.run("check-ins")


@shared_task(name="matches.sweep_answers")
def sweep_answers() -> None:
    """Mind the answer clocks of proposals, and runs that got stuck."""
    sweeps.run("answers")
