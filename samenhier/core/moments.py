"""Local wall time: due moments are thought of in Amsterdam and stored in UTC."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

LOCAL = ZoneInfo("Europe/Amsterdam")
#: The last second of a working day's evening: an answer clock ends here.
END_OF_DAY = time(23, 59, 59)


def local_moment(day: date, at: time) -> datetime:
    """That wall time in Amsterdam, as an aware datetime. An hour that summer time skips moves one hour on."""
    return datetime.combine(day, at, tzinfo=LOCAL).astimezone(ZoneInfo("UTC"))


def local_date(moment: datetime) -> date:
    """The date in Amsterdam."""
    return moment.astimezone(LOCAL).date()


def sending_window() -> tuple[time, time]:
    """From and until, as local wall times; a setting."""
    opens, closes = settings.SENDING_WINDOW
    return time.fromisoformat(opens), time.fromisoformat(closes)


def in_sending_window(now: datetime) -> bool:
    """Whether ordinary mail may leave at this moment."""
    opens, closes = sending_window()
    return opens <= now.astimezone(LOCAL).time() < closes


def next_sending_moment(now: datetime) -> datetime:
    """`now` inside the window, else the next time it opens."""
    if in_sending_window(now):
        return now
    opens, _closes = sending_window()
    today = local_date(now)
    opening = local_moment(today, opens)
    return opening if opening > now else local_moment(today + timedelta(days=1), opens)


def add_working_days(day: date, days: int) -> date:
    """`days` working days later, Monday to Friday. Public holidays count as working days: the clock is a minimum of care, not law."""
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
    return day


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for shorter in range(4):
        try:
            return date(year, month + 1, day.day - shorter)
        except ValueError:
            continue
    raise AssertionError("every month has at least 28 days")
