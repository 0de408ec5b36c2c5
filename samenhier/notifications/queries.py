"""What the operations page and the work lists read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import KombuError

from .models import Heartbeat, OutgoingMessage, OutgoingMessageQuerySet, State

#: When this process, and with it the platform, was started.
STARTED = timezone.now()
#: A schedule is late when it missed this many of its turns.
TURNS_MISSED = 3
#: When what is due waits longer than this, something is wrong.
LONGEST_DUE = timedelta(minutes=5)


@dataclass(frozen=True)
class Schedule:
    """One schedule of beat, and when it last ran well. `every` is in seconds."""

    name: str
    every: int
    last_success: datetime | None
    handled: int
    last_error: str
    late: bool


@dataclass(frozen=True)
class Oldest:
    """The row that waits longest, among those that are due."""

    due_at: datetime
    too_long: bool


def schedules(now: datetime | None = None, *, since: datetime | None = None) -> list[Schedule]:
    """Every schedule, in order of name. One query.

    One that never ran has its first turn an interval after the start (`since`; of this process).
    """
    now, since = now or timezone.now(), since or STARTED
    beats = {beat.name: beat for beat in Heartbeat.objects.all()}
    found = []
    for name, entry in sorted(settings.CELERY_BEAT_SCHEDULE.items()):
        beat = beats.get(name)
        every = int(float(str(entry["schedule"])))
        turn = timedelta(seconds=every)
        last = beat.last_success if beat else None
        found.append(
            Schedule(
                name=name,
                every=every,
                last_success=last,
                handled=beat.handled if beat else 0,
                last_error=beat.last_error if beat else "",
                late=now > (last + TURNS_MISSED * turn if last else since + turn),
            )
        )
    return found


def outbox_counts() -> list[tuple[State, int]]:
    """How many messages are in each state, also the states with none. One query."""
    counts = dict(OutgoingMessage.objects.order_by().values_list("state").annotate(Count("pk")))
    return [(state, counts.get(state, 0)) for state in State]


def oldest_due(now: datetime | None = None) -> Oldest | None:
    """The oldest row that should have left by now. None when nothing waits. One query."""
    now = now or timezone.now()
    due_at = OutgoingMessage.objects.waiting().filter(due_at__lte=now).aggregate(due=Min("due_at"))["due"]
    return Oldest(due_at, now - due_at > LONGEST_DUE) if due_at else None


def in_doubt(municipality_id: UUID | None = None) -> OutgoingMessageQuerySet:
    """Messages that a person decides about, oldest first; of one municipality, or of all."""
    found = OutgoingMessage.objects.in_doubt().order_by("finished_at")
    return found if municipality_id is None else found.filter(municipality_id=municipality_id)


def broker_answers() -> bool:
    """Whether the broker can be reached, within about two seconds."""
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, "socket_connect_timeout": 1, "socket_timeout": 1}
    with Connection(settings.CELERY_BROKER_URL, transport_options=options) as connection:
        away: tuple[type[BaseException], ...] = (OSError, KombuError, *connection.connection_errors)
        try:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            connection.default_channel.client.ping()  # type: ignore[attr-defined]  # the transport's own channel
        except away:
            return False
        return True
