"""Closing a month: once, in order, for good."""

import threading

import pytest
from django.db import connection

from newcomers.models import Household
from reports import queries
from reports.domain import closing
from reports.figures.months import Month
from reports.masking import Shown
from reports.models import CountryFigures, MonthFigures
from samenhier.audit.models import AuditEvent
from tests import factories

from . import town as past
from .conftest import NOW

pytestmark = pytest.mark.django_db


def published(town):
    return queries.all_published_until(municipality=town, month=Month(2026, 10))


def test_all_months_since_the_first_group_are_closed_once(busy, today):
    assert closing.close_months(municipality=busy, now=NOW) == 4  # July to October
    assert closing.close_months(municipality=busy, now=NOW) == 0
    july, august, september, october = published(busy)
    assert july["households_waiting"] == Shown.exactly(10)
    assert august["running"] == september["running"] == Shown.exactly(10)
    assert october["running"] == Shown.exactly(7)
    # Ten, then seven: at least three have ended. Said with room for one more.
    assert october["ended"] == Shown(3, 4)
    assert AuditEvent.objects.filter(action="figures.closed", municipality_id=busy.pk).count() == 1


def test_a_closed_month_stays_as_it_was_said(busy, today):
    closing.close_months(municipality=busy, now=NOW)
    before = published(busy)
    Household.objects.filter(municipality=busy, matches=None).delete()
    closing.close_months(municipality=busy, now=NOW)
    assert published(busy) == before


def test_a_new_month_is_closed_on_its_first_day(busy, today):
    closing.close_months(municipality=busy, now=NOW)
    assert closing.close_months(municipality=busy, now=past.at("2026-11-30", 23)) == 0
    assert closing.close_months(municipality=busy, now=past.at("2026-12-01", 0)) == 1


def test_a_town_that_began_this_month_has_no_figures_yet(zwolle, today):
    past.group(zwolle, "2026-11-20")
    assert closing.close_months(municipality=zwolle, now=NOW) == 0
    assert closing.month_so_far(municipality=zwolle, now=NOW)["groups_forming"] == Shown(1, 4)
    assert not MonthFigures.objects.exists()


def test_two_years_at_most_are_made_of_a_long_past(zwolle, today):
    past.group(zwolle, "2021-01-01")
    assert closing.close_months(municipality=zwolle, now=NOW) == queries.MONTHS_BEHIND + 1


def test_the_country_is_made_when_nobody_is_behind(busy, today):
    for name, running in (("Deventer", 6), ("Kampen", 8), ("Leeg", 0)):
        town = factories.municipality(name)
        past.pairs(town, running, "2026-09-10")
    assert closing.close_all_months(NOW) == 4 + 2 + 2 + 4
    assert closing.close_all_months(NOW) == 0
    october = queries.country_until(Month(2026, 10))[Month(2026, 10)]
    assert october.municipalities == 3
    assert october.averages["running"] == 7
    august = queries.country_until(Month(2026, 10))[Month(2026, 8)]
    assert august.averages["running"] is None, "one municipality is no average"


def test_starting_afresh_after_an_import_of_the_past(busy, today):
    closing.close_all_months(NOW)
    past.pairs(busy, 5, "2026-09-10")
    assert closing.start_afresh(municipality=busy, now=NOW, reason="import") == 4
    assert published(busy)[-1]["running"] == Shown.exactly(12)
    assert CountryFigures.objects.count() == 4
    assert AuditEvent.objects.get(action="figures.afresh").reason == "import"


@pytest.mark.django_db(transaction=True)
def test_two_closings_at_once_make_each_month_once(busy):
    made: list[int] = []

    def close() -> None:
        made.append(closing.close_months(municipality=busy, now=NOW))
        connection.close()

    threads = [threading.Thread(target=close) for _place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 4]
    assert MonthFigures.objects.count() == 4
