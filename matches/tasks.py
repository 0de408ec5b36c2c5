"""Celery's doors to matching: ids in, one domain call. Every duty stands in Postgres; a message only says "look now"."""

import logging
from collections.abc import Sequence
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from samenhier.notifications import sweeps

log = logging.getLogger(__name__)


def enqueue_run(run_id: UUID) -> bool:
    """Ask a worker to compute a run. When the broker is away (False) the sweep finds the run later."""
    try:
        run_matching.apply_async(args=(str(run_id),), ignore_result=True)
    except OperationalError:
        log.warning("bell.lost run=%s the broker did not answer; the sweep will find the run", run_id)
        return False
    return True


def enqueue_runs(run_ids: Sequence[UUID]) -> None:
    """The same for many runs, in this order. Stops at the first lost bell: nobody waits for a dead broker 342 times."""
    for run_id in run_ids:
        if not enqueue_run(run_id):
            return


@shared_task(name="matches.run_matching")
def run_matching(run_id: str) -> None:
    """Compute one matching run. A message that arrives twice computes once."""
    from .domain.proposing import compute_run

    compute_run(UUID(run_id))


def enqueue_insight(municipality_id: UUID) -> None:
    """Ask a worker what a town's pool says about itself. When the broker is away the upkeep asks again."""
    try:
        compute_insight.apply_async(args=(str(municipality_id),), ignore_result=True)
    except OperationalError:
        log.warning("bell.lost insight=%s the broker did not answer; the upkeep asks again", municipality_id)


@shared_task(name="matches.compute_insight")
def compute_insight(municipality_id: str) -> None:
    """Which groups a town looks for, and what a floor would cost."""
    from .domain.insight import compute

    compute(UUID(municipality_id))


def enqueue_what_if(what_if_id: UUID) -> None:
    """Ask a worker to compute a what-if. When the broker is away the sweep finds it later."""
    try:
        compute_what_if.apply_async(args=(str(what_if_id),), ignore_result=True)
    except OperationalError:
        log.warning("bell.lost what_if=%s the broker did not answer; the sweep will find it", what_if_id)


@shared_task(name="matches.compute_what_if")
def compute_what_if(what_if_id: str) -> None:
    """Compute one what-if. A message that arrives twice computes once."""
    from .domain.sandbox import compute

    compute(UUID(what_if_id))


def enqueue_price(price_id: UUID) -> None:
    """Ask a worker for the price of a pair. When the broker is away the sweep finds it later."""
    try:
        compute_price.apply_async(args=(str(price_id),), ignore_result=True)
    except OperationalError:
        log.warning("bell.lost price=%s the broker did not answer; the sweep will find it", price_id)


@shared_task(name="matches.compute_price")
def compute_price(price_id: str) -> None:
    """Compute the price of one pair. A message that arrives twice computes once."""
    from .domain.pricing import compute

    compute(UUID(price_id))


@shared_task(name="matches.sweep_check_ins")
def sweep_check_ins() -> None:
    """Remind of check-ins that are due and pass on the late ones."""
    sweeps.run("check-ins")


@shared_task(name="matches.sweep_outcomes")
def sweep_outcomes() -> None:
    """Ask outcome questions that are due and close what nobody answered."""
    sweeps.run("outcomes")


@shared_task(name="matches.sweep_rounds")
def sweep_rounds() -> None:
    """Start the matching runs of each town's rhythm."""
    sweeps.run("rounds")


@shared_task(name="matches.sweep_answers")
def sweep_answers() -> None:
    """Mind the answer clocks of proposals, and runs that got stuck."""
    sweeps.run("answers")
