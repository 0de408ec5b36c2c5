"""Celery's doors to reports: ids in, one domain call."""

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from samenhier.notifications import sweeps

log = logging.getLogger(__name__)


def ring_build(report_id: UUID) -> None:
    """Ask a worker to make a report. When the broker is away the sweep finds it later."""
    try:
        build_report.apply_async(args=(str(report_id),), ignore_result=True)
    except OperationalError:
        log.warning(
            "bell.lost report=%s the broker did not answer; the sweep will find the report", report_id
        )


@shared_task(name="reports.build_report")
def build_report(report_id: str) -> None:
    """Make one report. A message that arrives twice makes one."""
    from .domain import reporting

    reporting.build_report(UUID(report_id))


@shared_task(name="reports.sweep_reports")
def sweep_reports() -> None:
    """Close months, queue reports, make what got stuck."""
    sweeps.run("reports")
