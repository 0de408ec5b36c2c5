"""A prepared query gives what Django gives, each time for the values of that call."""

from datetime import timedelta

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, Min, UUIDField
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from newcomers.models import Household
from samenhier.core.prepared import prepared, together
from tests import factories

# Counted: Django calls `Given` and `Among` when it makes SQL.
pytestmark = [pytest.mark.django_db, pytest.mark.counted(sql=True)]


def registered(town, since):
    return Household.objects.filter(municipality=town, created_at__gte=since).order_by("code_name")


def composed():
    @prepared(town=UUIDField(), since=DateTimeField())
    def names(town, since):
        return registered(town, since).values_list("code_name", "urgency", "municipality__name", "created_at")

    return names


def test_each_call_has_its_own_values():
    names, now = composed(), timezone.now()
    here, there = factories.municipality(), factories.municipality()
    for town in (here, here, there):
        factories.household(town)
    old = factories.household(there)
    Household.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=9))
    for town, days in [(here, 1), (there, 1), (there, 30), (factories.municipality(), 1)]:
        since = now - timedelta(days=days)
        expected = registered(town, since).values_list(
            "code_name", "urgency", "municipality__name", "created_at"
        )
        assert names(town=town.pk, since=since) == list(expected)
    assert len(names(town=there.pk, since=now - timedelta(days=30))) == 2


def test_it_is_composed_once(monkeypatch, django_assert_num_queries):
    names, town, now = composed(), factories.municipality(), timezone.now()
    names(town=town.pk, since=now)
    factories.household(town)
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda *args, **kwargs: pytest.fail("composed again"))
    with django_assert_num_queries(1):
        assert len(names(town=town.pk, since=now)) == 1


def test_values_may_be_computed_with_in_the_query():
    @prepared(town=UUIDField(), now=DateTimeField())
    def of_last_week(town, now):
        return registered(town, now - timedelta(days=7)).values_list("pk")

    town = factories.municipality()
    household = factories.household(town)
    now = timezone.now()
    assert of_last_week(town=town.pk, now=now) == [(household.pk,)]
    assert of_last_week(town=town.pk, now=now + timedelta(days=8)) == []


def test_a_value_never_becomes_sql():
    @prepared(town=UUIDField(), name=Household._meta.get_field("code_name"))
    def named(town, name):
        return Household.objects.filter(municipality=town, code_name=name).values_list("pk")

    town = factories.municipality()
    factories.household(town)
    assert named(town=town.pk, name="x' OR '1'='1") == []
    with pytest.raises(KeyError):
        named(town=town.pk)


def test_figures_of_all_rows():
    @prepared(town=UUIDField())
    def figures(town):
        return together(Household.objects.filter(municipality=town), Count("pk"), Min("created_at"))

    town = factories.municipality()
    assert figures(town=town.pk) == [(0, None)]
    households = [factories.household(town) for _n in range(3)]
    assert figures(town=town.pk) == [(3, min(one.created_at for one in households))]


def test_a_moment_that_would_stand_still_is_refused():
    @prepared(town=UUIDField())
    def frozen(town):
        return registered(town, timezone.now()).values_list("pk")

    with pytest.raises(TypeError, match="keeps a moment"):
        frozen(town=factories.municipality().pk)


def test_ids_are_one_parameter_however_many():
    @prepared(ids=ArrayField(UUIDField()))
    def names(ids):
        return Household.objects.filter(pk__among=ids).order_by("code_name").values_list("code_name")

    town = factories.municipality()
    rows = [factories.household(town) for _n in range(3)]
    assert names(ids=[]) == []
    for some in (rows[:1], rows[1:]):
        assert names(ids=[row.pk for row in some]) == sorted((row.code_name,) for row in some)


def test_columns_are_what_they_are_in_django():
    @prepared(town=UUIDField())
    def with_json(town):
        return Household.objects.filter(municipality=town).values_list("languages", "wishes", "pk")

    town = factories.municipality()
    household = factories.household(town)
    expected = Household.objects.filter(pk=household.pk).values_list("languages", "wishes", "pk")
    assert with_json(town=town.pk) == list(expected)
