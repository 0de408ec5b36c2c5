"""The rhythm of matching: a run by itself on Monday morning, every so many weeks of the town's policy.

Rounds are counted from one Monday for the whole country, so that towns with the same rhythm run together. A run carries the
moment of its round, and the database knows each round of a town once: a sweep that comes twice starts nothing twice.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef

from matches.models import MatchingRun
from municipalities.models import Municipality, Opening, Policy
from samenhier.core.errors import Conflict
from samenhier.core.moments import local_date, local_moment

from .free import free_groups, free_households
from .proposing import start_run

FIRST_ROUND = date(2024, 1, 1)
AT = time(6)
#: Later than this a missed round is left out: people decide by hand, or wait for the next.
STILL_IN_TIME = timedelta(days=1)


def round_before(every_weeks: int, now: datetime) -> datetime | None:
    """The last round that has begun; None without a rhythm."""
    if not every_weeks:
        return None
    days = 7 * every_weeks
    day = FIRST_ROUND + timedelta(days=(local_date(now) - FIRST_ROUND).days // days * days)
    moment = local_moment(day, AT)
    return moment if moment <= now else local_moment(day - timedelta(days=days), AT)


def round_after(every_weeks: int, now: datetime) -> datetime | None:
    """The next round; None without a rhythm."""
    last = round_before(every_weeks, now)
    return last and local_moment(local_date(last) + timedelta(weeks=every_weeks), AT)


def start_due(now: datetime) -> int:
    """Start a run in each town whose round has come and that has somebody to match. Returns how many started."""
    started = 0
    rhythms = Policy.objects.filter(run_every_weeks__gt=0).values_list("run_every_weeks", flat=True)
    for every_weeks in sorted(set(rhythms.order_by().distinct())):
        moment = round_before(every_weeks, now)
        if moment is None or now - moment >= STILL_IN_TIME:
            continue
        here = {"municipality": OuterRef("pk")}
        towns = Municipality.objects.filter(
            Exists(free_households().filter(**here)),
            Exists(free_groups().filter(**here)) | Exists(Opening.objects.open().of(OuterRef("pk"))),
            ~Exists(MatchingRun.objects.filter(scheduled_for=moment, **here)),
            policy__run_every_weeks=every_weeks,
        )
        started += sum(_start(town, moment) for town in towns.order_by("pk"))
    return started


def _start(town: Municipality, moment: datetime) -> bool:
    try:
        start_run(municipality=town, actor=None, scheduled_for=moment)
    except Conflict:
        # A run by hand is going on. The sweep comes back while the round is still in time.
        return False
    return True
