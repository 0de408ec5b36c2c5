"""Sweeps: beat (or cron, or a person) says "look now"; what is due stands in Postgres.

An app registers its sweeps when it is ready, in a leaf module `sweeps.py` or in `AppConfig.ready`:

    sweeps.register("check-ins", sweep_due)         # named as in CELERY_BEAT_SCHEDULE
    sweeps.add_upkeep("drafts", forget_old_drafts)  # hourly, with the rest of the upkeep
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from django.db import connection
from django.utils import timezone

from .models import Heartbeat

log = logging.getLogger(__name__)

#: Does what is due at that moment and gives the number of things done.
Work = Callable[[datetime], int]

UPKEEP = "upkeep"
# The first half of the advisory lock's key: ours among other users of the database.
_LOCK_SPACE = crc32(b"samenhier.sweeps") - 2**31


@dataclass(frozen=True)
class Sweep:
    """One kind of duty. An exclusive sweep never runs twice at once; another one guards its rows itself."""

    name: str
    work: Work
    exclusive: bool = True


_sweeps: dict[str, Sweep] = {}


def register(name: str, work: Work, *, exclusive: bool = True) -> None:
    """Add a sweep; its name must be new."""
    if name in _sweeps:
        raise ValueError(f"The sweep “{name}” is registered twice.")
    _sweeps[name] = Sweep(name, work, exclusive)


def add_upkeep(name: str, work: Work) -> None:
    """Add a piece of the hourly upkeep: forgetting what is too old, tidying what is left over."""
    register(f"{UPKEEP}.{name}", work)


def names() -> list[str]:
    """Every sweep, upkeep as one."""
    plain = {name for name in _sweeps if not name.startswith(f"{UPKEEP}.")}
    return sorted(plain | {UPKEEP})


def last_success(name: str) -> datetime | None:
    """When a sweep last ran to its end."""
    return Heartbeat.objects.filter(name=name).values_list("last_success", flat=True).first()


def run(name: str, now: datetime | None = None) -> int | None:
    """Run one sweep and note it in its heartbeat. Returns how much it did, or None when it is running already.

    Raises KeyError for an unknown name; what the work raises is noted and raised again.
    """
    now = now or timezone.now()
    if name == UPKEEP:
        return _run_upkeep(now)
    sweep = _sweeps[name]
    if not sweep.exclusive:
        return _beat(name, lambda: sweep.work(now))
    with _lock(name) as ours:
        if not ours:
            log.info("sweep.busy name=%s", name)
            return None
        return _beat(name, lambda: sweep.work(now))


def _run_upkeep(now: datetime) -> int | None:
    """Each piece runs, also when another one fails; the first fault is raised at the end."""
    pieces = [name for name in sorted(_sweeps) if name.startswith(f"{UPKEEP}.")]
    with _lock(UPKEEP) as ours:
        if not ours:
            return None
        return _beat(UPKEEP, lambda: _all_pieces(pieces, now))


def _all_pieces(pieces: list[str], now: datetime) -> int:
    handled = 0
    faults: list[Exception] = []
    for name in pieces:
        try:
            handled += _beat(name, lambda name=name: _sweeps[name].work(now))  # type: ignore[misc]  # mypy cannot type a default of a lambda
        except Exception as fault:  # noqa: BLE001 - raised again below, when the others have run
            faults.append(fault)
    if faults:
        raise faults[0]
    return handled


def _beat(name: str, work: Callable[[], int]) -> int:
    Heartbeat.objects.update_or_create(name=name, defaults={"last_started": timezone.now()})
    try:
        handled = work()
    except Exception as fault:
        # The kind of fault only: its text may hold personal data.
        Heartbeat.objects.filter(name=name).update(
            last_error=f"{timezone.now():%Y-%m-%d %H:%M} {type(fault).__name__}"[:200]
        )
        raise
    Heartbeat.objects.filter(name=name).update(last_success=timezone.now(), handled=handled, last_error="")
    return handled


@contextmanager
def _lock(name: str) -> Iterator[bool]:
    """An advisory lock of this database session: it goes when we finish, and also when we die."""
    key = [_LOCK_SPACE, crc32(name.encode()) - 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        ours = bool(cursor.fetchone()[0])
    try:
        yield ours
    finally:
        # Without its session the lock is gone already.
        if ours and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
