"""Local wall time, on ordinary days and on the two odd ones."""

from datetime import UTC, date, datetime, time

import pytest

from samenhier.core import moments


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2026, 1, 15), time(9), datetime(2026, 1, 15, 8, tzinfo=UTC)),
        (date(2026, 7, 15), time(9), datetime(2026, 7, 15, 7, tzinfo=UTC)),
        # The night of summer time skips 02:30; the night of winter time has it twice, and takes the first.
        (date(2027, 3, 28), time(2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_local_moment_is_stored_in_utc(day, at, utc):
    assert moments.local_moment(day, at) == utc


def test_the_sending_window_has_edges(settings):
    settings.SENDING_WINDOW = ("09:00", "17:00")

    def at(hour: int, minute: int = 0) -> datetime:
        return moments.local_moment(date(2026, 11, 24), time(hour, minute))

    assert [moments.in_sending_window(at(*t)) for t in ((8, 59), (9, 0), (16, 59), (17, 0))] == [
        False,
        True,
        True,
        False,
    ]
    assert moments.next_sending_moment(at(10)) == at(10)
    assert moments.next_sending_moment(at(7)) == at(9)
    assert moments.next_sending_moment(at(18)) == moments.local_moment(date(2026, 11, 25), time(9))


@pytest.mark.parametrize(
    ("day", "days", "later"),
    [
        (date(2026, 11, 24), 1, date(2026, 11, 25)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # a Friday
        (date(2026, 11, 28), 5, date(2026, 12, 4)),  # a Saturday
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
    ],
)
def test_working_days_pass_over_the_weekend(day, days, later):
    assert moments.add_working_days(day, days) == later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 5, 31), 6, date(2026, 11, 30)),
    ],
)
def test_months_end_where_the_month_ends(day, months, later):
    assert moments.add_months(day, months) == later
