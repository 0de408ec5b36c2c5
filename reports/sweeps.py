"""The duties of this room that beat, cron or a person can ask for."""

from datetime import datetime

from samenhier.notifications import sweeps


def reports(now: datetime) -> int:
    """Close months that are over and make the reports that people wait for."""
    from .domain.reporting import sweep_reports

    return sweep_reports(now)


sweeps.register("reports", reports)
