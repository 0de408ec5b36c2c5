"""What is counted, at which moment, and by which index."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import translation

from groups.enums import GroupStatus
from groups.models import GroupMember, SponsorGroup
from matches.models import CheckIn, Match
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from reports.figures.catalogue import FIGURES
from reports.figures.counts import Counts, counts_of, endings
from reports.figures.months import Month
from tests import factories

from . import town as past

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)


@pytest.fixture
def town():
    return factories.municipality("Zwolle")


def test_an_empty_town_counts_nothing(town):
    assert counts_of(town, OCTOBER) == Counts()


def test_each_group_and_household_stands_in_one_phase(town):
    past.group(town, "2026-10-01")
    past.group(town, "2026-10-01", submitted="2026-10-05")
    past.group(town, "2026-10-01", submitted="2026-10-05", status=GroupStatus.RETURNED)
    past.group(town, "2026-10-01", submitted="2026-10-05", approved="2026-10-09", people=5)
    past.group(town, "2026-10-01", submitted="2026-10-05", status=GroupStatus.DECLINED, people=5)
    past.household(town, "2026-10-01")
    past.household(town, "2026-10-01", consented="2026-10-03")
    past.household(town, "2026-10-01", consented="2026-10-03", status=HouseholdStatus.PAUSED)
    past.household(town, "2026-10-01", ready="2026-10-11")
    past.household(town, "2026-10-01", ready="2026-10-11", status=HouseholdStatus.WITHDRAWN)
    past.pairs(town, 1, "2026-10-20", ready="2026-10-10")
    elsewhere = factories.municipality("Deventer")
    past.pairs(elsewhere, 2, "2026-10-20")
    assert counts_of(town, OCTOBER) == Counts(
        groups_forming=1,
        groups_in_review=2,
        groups_approved=1,
        running=1,
        households_registered=1,
        households_in_intake=2,
        households_waiting=1,
        volunteers=10,
        adults=2,
        children=1,
        wait_days=(20, 10),
    )


def test_approved_are_also_groups_that_pause_or_are_too_small(town):
    reached = {"submitted": "2026-10-05", "approved": "2026-10-09"}
    past.group(town, "2026-10-01", **reached)
    past.group(town, "2026-10-01", **reached, status=GroupStatus.ON_HOLD)
    past.group(town, "2026-10-01", **reached, status=GroupStatus.ON_HOLD, paused_at=past.at("2026-10-20"))
    assert counts_of(town, OCTOBER) == Counts(groups_approved=3)
    [figure] = [one for one in FIGURES if one.code == "groups_approved"]
    for language, told in (
        ("en", "Approved, also those that pause or are too small."),
        ("nl", "Goedgekeurd, ook groepen die pauzeren of te klein zijn."),
    ):
        with translation.override(language):
            assert str(figure.meaning) == told


def test_who_stops_later_stays_in_the_months_before(town):
    """A month may be closed late, or made afresh."""
    reached = {"submitted": "2026-09-05", "approved": "2026-09-09", "people": 5}
    at_midnight = OCTOBER.end
    for moment in (at_midnight, at_midnight - timedelta(seconds=1)):
        past.group(town, "2026-09-01", **reached, status=GroupStatus.CLOSED, stopped_at=moment)
        past.group(town, "2026-09-01", status=GroupStatus.WITHDRAWN, stopped_at=moment)
        past.household(
            town, "2026-09-01", ready="2026-09-11", status=HouseholdStatus.CLOSED, stopped_at=moment
        )
        past.household(
            town, "2026-09-01", consented="2026-09-03", status=HouseholdStatus.WITHDRAWN, stopped_at=moment
        )
    one_of_each = {
        "groups_forming": 1,
        "groups_approved": 1,
        "households_in_intake": 1,
        "households_waiting": 1,
        "volunteers": 5,
    }
    assert counts_of(town, OCTOBER) == Counts(**one_of_each, wait_days=(50,))
    in_september = {name: 2 * number for name, number in one_of_each.items()}
    assert counts_of(town, Month(2026, 9)) == Counts(**in_september, wait_days=(19, 19))
    assert counts_of(town, Month(2026, 11)) == Counts()


def test_the_end_of_the_month_is_midnight_in_amsterdam(town):
    group = past.group(town, "2026-10-01", submitted="2026-10-31")
    type(group).objects.filter(pk=group.pk).update(submitted_at=past.at("2026-10-31", 23))
    assert counts_of(town, OCTOBER).groups_in_review == 1
    type(group).objects.filter(pk=group.pk).update(submitted_at=past.at("2026-11-01", 0))
    assert counts_of(town, OCTOBER).groups_forming == 1


def test_a_past_month_does_not_know_what_came_later(town):
    past.pairs(town, 2, "2026-09-10")
    past.pairs(town, 1, "2026-08-10", ended="2026-10-03", early="moved")
    past.pairs(town, 1, "2026-11-02", ready="2026-09-20")
    september, october = counts_of(town, Month(2026, 9)), counts_of(town, OCTOBER)
    assert (september.running, september.ended, september.households_waiting) == (3, 0, 1)
    assert (october.running, october.ended, october.households_waiting) == (2, 1, 2)
    # One waits for November, one is free again; the household that waits again waits since its match ended.
    assert october.groups_approved == 2
    assert sorted(october.wait_days) == [0, 0, 0, 28, 41]


def test_endings_are_told_by_kind_and_reason(town):
    past.pairs(town, 2, "2026-01-10", ended="2026-09-10")
    past.pairs(town, 1, "2026-01-10", ended="2026-10-10", early="moved")
    past.pairs(town, 1, "2026-09-10", ended="2026-10-10", early="trial")
    past.pairs(town, 1, "2026-01-10", ended="2026-11-10", early="no_time")
    assert endings(town, OCTOBER, after=None) == {"completed": 2, "moved": 1, "trial": 1}
    assert endings(town, OCTOBER, after=Month(2026, 9)) == {"moved": 1, "trial": 1}


def test_check_ins_are_on_time_within_a_week(town):
    [running] = past.pairs(town, 1, "2026-09-01")
    due = date(2026, 10, 10)
    past.check_ins(running, due, answered_after=0)
    past.check_ins(running, due, answered_after=7)
    past.check_ins(running, due, answered_after=8)
    past.check_ins(running, due, answered_after=None)
    past.check_ins(running, date(2026, 10, 25), answered_after=0)  # its week ends in November
    past.check_ins(running, date(2026, 9, 24), answered_after=1)  # its week ended in October
    counted = counts_of(town, OCTOBER)
    assert (counted.check_ins, counted.check_ins_on_time) == (5, 3)


@pytest.mark.parametrize("size", [1, 3])
def test_the_number_of_queries_does_not_grow(town, size, django_assert_num_queries):
    past.pairs(town, size, "2026-10-01")
    with django_assert_num_queries(7):
        counts_of(town, OCTOBER)


def multiplied(model, times, **changed):
    """So many copies of the rows of a table, spread over all municipalities, made by Postgres itself."""
    names = [field.column for field in model._meta.concrete_fields]
    values = {"id": "gen_random_uuid()", "municipality_id": "town.id", **changed}
    picked = ", ".join(values.get(name, f"old.{name}") for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)})"
            f" SELECT {picked} FROM {model._meta.db_table} old"
            f" CROSS JOIN municipalities_municipality town CROSS JOIN generate_series(1, {times}) AS number"
        )


def test_every_query_starts_from_the_municipality(town, django_assert_num_queries):
    """A hundred towns with much in each: Postgres reads only this one's part of each table."""
    for _place in range(100):
        factories.municipality()
    [over] = past.pairs(town, 1, "2026-09-01", people=1, ended="2026-10-20")
    past.check_ins(over, date(2026, 10, 3), answered_after=1)
    multiplied(SponsorGroup, 200)
    multiplied(Household, 200, code_name="old.code_name || number", user_id="NULL")
    # Both sides of a match are in its town.
    multiplied(
        Match,
        200,
        **{
            f"{side}_id": f"(SELECT id FROM {model._meta.db_table} WHERE municipality_id = town.id LIMIT 1)"
            for side, model in (("group", SponsorGroup), ("household", Household))
        },
    )
    multiplied(GroupMember, 100, email="number || '@' || town.slug || '.example'")
    multiplied(CheckIn, 35, moment="lpad(to_hex(row_number() OVER ()), 3, '0')")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with django_assert_num_queries(7) as captured:
        counts_of(town, OCTOBER)
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"])
            plan = cursor.fetchone()[0][0]
        found = list(nodes(plan["Plan"]))
        assert any("municipality_id" in node.get("Index Cond", "") for node in found), query["sql"]
        whole = {node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan"}
        assert not whole & {
            model._meta.db_table for model in (SponsorGroup, GroupMember, Household, Match, CheckIn)
        }, query["sql"]


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def test_months_know_their_days():
    assert Month.parse("2026-11") == Month(2026, 11)
    for nonsense in (
        "",
        "2026-13",
        "2026-00",
        "2026-1",
        "26-11",
        "2026-11-01",
        "novem",
        "0000-01",
        "9999-12",
    ):
        assert Month.parse(nonsense) is None
    assert Month(2026, 12).plus(1) == Month(2027, 1)
    assert Month(2027, 1).since(Month(2026, 11)) == 2
    assert Month(2028, 2).last_day == date(2028, 2, 29)
    assert Month(2026, 10).end - Month(2026, 9).end == timedelta(days=31, hours=1)


def test_a_group_that_supports_a_neighbours_household_counts_there(town):
    neighbour = factories.municipality()
    group, household = factories.group(town), factories.household(neighbour)
    long_ago = datetime(2026, 9, 1, tzinfo=UTC)
    for row in (group, household):
        type(row)._default_manager.filter(pk=row.pk).update(created_at=long_ago)
    SponsorGroup.objects.filter(pk=group.pk).update(approved_at=long_ago, submitted_at=long_ago)
    assert counts_of(town, OCTOBER).groups_approved == 1
    match = factories.match(group, household, status="active")
    Match.objects.filter(pk=match.pk).update(introduced_at=datetime(2026, 10, 2, tzinfo=UTC))
    here, there = counts_of(town, OCTOBER), counts_of(neighbour, OCTOBER)
    assert (here.groups_approved, here.running) == (0, 0)
    assert (there.groups_approved, there.running) == (0, 1)
