"""Retention as a sweep: once a day by beat, and by the hourly upkeep when beat missed its day."""

from datetime import datetime, timedelta

from samenhier.notifications import sweeps

NAME = "retention"
#: Beat counts its day anew after a restart; so late at most.
MISSED = timedelta(hours=25)


def retention(now: datetime) -> int:
    """Remove what has had its time."""
    from .domain.retention import sweep

    return sweep(now)


def catch_up(now: datetime) -> int:
    """Run it when it has not run for a day."""
    last = sweeps.last_success(NAME)
    if last is not None and now - last < MISSED:
        return 0
    return sweeps.run(NAME, now) or 0


sweeps.register(NAME, retention)
sweeps.add_upkeep(NAME, catch_up)
