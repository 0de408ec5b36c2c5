"""Sweeping in batches: each batch is one transaction, so that thousands can be due at nine o'clock."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from samenhier.core.moments import local_moment

BATCH = 500
#: Due moments are thought of at nine in the morning, local time.
DUE_TIME = time(9)


def until_done(step: Callable[[], tuple[int, int]]) -> int:
    """Repeat `step`, which gives (rows claimed, things done), until it claims less than a batch. How much was done."""
    total = 0
    while True:
        claimed, done = step()
        total += done
        if claimed < BATCH:
            return total


def due_at(day: date, days_later: int = 0) -> datetime:
    """The due moment of a day, or of some days later."""
    return local_moment(day + timedelta(days=days_later), DUE_TIME)
