"""Wanted languages for who may not see people: no small number can be worked back, in a town or from the country."""

from collections import Counter
from itertools import product
from random import Random
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matches.models import PoolInsight
from municipalities.enums import StaffRole
from newcomers.models import Household
from reports.domain.closing import close_all_months, start_afresh
from reports.domain.fairness import close_fairness
from reports.masking import Shown
from reports.models import CountryFairness
from reports.queries import last_closed
from reports.wanted import country, publish, step
from tests import factories
from tests.parallel import at_once


def counts(households, languages, bound=5):
    return {"on": "2026-11-01", "bound": bound, "households": households, "languages": languages}


def published(*rows):
    towns = [publish(uuid4(), row) for row in rows]
    numbers = Counter()
    for row in rows:
        numbers.update(row["languages"])
    return towns, country(towns, numbers)


def seen(towns, told):
    """Everything that a reader sees, as one comparable thing."""
    return (
        tuple((town.households, tuple(sorted(town.languages.items()))) for town in towns),
        tuple((one.language, one.households, one.towns) for one in told),
    )


@pytest.mark.parametrize("bound", [3, 5, 8])
def test_steps_hide_small_numbers_and_say_no_number_exactly(bound):
    for value in range(1, 100):
        shown = step(value, bound)
        assert shown.low <= value
        assert shown.high is None or value <= shown.high
        assert shown.value is None
        assert (shown.low >= bound) == (value >= bound)
    assert step(0, bound).value == 0


def test_a_language_is_named_from_the_bound_on():
    town = publish(uuid4(), counts(12, {"tir": 5, "arb": 4, "som": 1, "ukr": 11}))
    assert dict(town.languages) == {"tir": Shown(5, 9), "ukr": Shown(10, 19)}
    assert town.households == Shown(10, 19)


def test_a_bound_below_three_is_not_believed():
    assert publish(uuid4(), counts(4, {"tir": 2}, bound=1)).languages == {}


@pytest.mark.parametrize("bounds", [(3, 3), (3, 3, 3), (3, 4, 3), (4, 4, 4)])
def test_no_hidden_number_can_be_worked_back_by_who_knows_the_rules(bounds):
    """All countries of a small size, grouped by what is published: each hidden number takes two values or more."""
    # Beyond the end of the second step, so that the sample cuts nothing off.
    most = 4 * max(bounds) + 1
    worlds = {}
    for values in product(range(most), repeat=len(bounds)):
        rows = [counts(20, {"tir": n}, bound) for n, bound in zip(values, bounds, strict=True)]
        worlds.setdefault(seen(*published(*rows)), []).append(values)
    assert len(worlds) > 3
    for possible in worlds.values():
        for place, bound in enumerate(bounds):
            found = {values[place] for values in possible}
            if min(found) < bound:
                assert len(found) >= 2, (possible, place)


def test_the_country_is_told_from_scattered_towns_and_never_below_twice_the_bound():
    scattered = [counts(9, {"tir": 4}) for _ in range(6)]
    _towns, told = published(*scattered)
    assert [(one.language, one.households, one.towns) for one in told] == [("tir", Shown(20, None), 0)]
    _towns, told = published(*scattered[:2])
    assert told == []
    for seed in range(50):
        random = Random(seed)
        rows = [counts(9, {"tir": random.randint(0, 9)}) for _ in range(random.randint(1, 6))]
        towns, told = published(*rows)
        total = sum(row["languages"]["tir"] for row in rows)
        known = sum(town.languages["tir"].low for town in towns if "tir" in town.languages)
        for one in told:
            assert one.households.low <= total
            assert one.households.low >= min(10, known or 10)


def test_the_order_is_by_what_is_shown():
    rows = [counts(30, {"tir": 12, "arb": 6, "som": 2}), counts(30, {"tir": 2, "arb": 7})]
    _towns, told = published(*rows)
    assert [(one.language, one.households.low, one.towns) for one in told] == [("arb", 10, 2), ("tir", 10, 1)]


# -- pages --------------------------------------------------------------------------------------------


def town_with(languages, households=14, **policy):
    town = factories.municipality(policy=policy)
    PoolInsight.objects.create(
        municipality=town,
        computed_at=timezone.now(),
        month=timezone.localdate().replace(day=1),
        counts=counts(households, languages),
        signals={
            "wanted": [
                {
                    "profile": {
                        "language": "amh", "slot": "wed_evening", "size": 7, "bands": ["0-3"],
                        "part": "Geheimbuurt", "wishes": ["women_only"],
                    },
                    "placed": 1, "urgent": 1, "total": 800, "fits": 1, "copies": 1, "then": 1,
                    "better_part": "", "also": [],
                }
            ],
            "languages": languages,
        },
    )  # fmt: skip
    return town


def get(person, name, **kwargs):
    client = Client()
    client.force_login(person)
    response = client.get(reverse(name, kwargs=kwargs), headers={"accept-language": "nl"})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_staff_of_a_town_read_languages_in_steps_and_no_profile():
    town = town_with({"tir": 6, "arb": 4, "amh": 1})
    for person in (factories.staff(StaffRole.VIEWER, town), factories.staff(StaffRole.NATIONAL)):
        html = get(person, "reports:wanted", slug=town.slug)
        assert "Tigrinya" in html
        assert "5–9" in html
        assert "10–19" in html
        for secret in (
            "Arabisch",
            "Amhaars",
            "Geheimbuurt",
            "alleen vrouwen",
            "woensdagavond",
            ">14<",
            ">6<",
        ):
            assert secret.lower() not in html.lower(), secret


@pytest.mark.django_db
def test_hidden_numbers_change_no_letter_of_the_page():
    town = town_with({"tir": 6, "arb": 4})
    viewer = factories.staff(StaffRole.VIEWER, town)

    def text():
        html = get(viewer, "reports:wanted", slug=town.slug)
        return html[html.index("<main") : html.index("</main")]

    before = text()
    PoolInsight.objects.update(counts=counts(13, {"tir": 9, "arb": 1, "amh": 3}), signals={})
    assert text() == before


@pytest.mark.django_db
def test_who_may_open_them():
    town = town_with({"tir": 6})

    def status(person, name, **kwargs):
        client = Client()
        client.force_login(person)
        return client.get(reverse(name, kwargs=kwargs)).status_code

    viewer, national = factories.staff(StaffRole.VIEWER, town), factories.staff(StaffRole.NATIONAL)
    coordinator, stranger = (
        factories.staff(StaffRole.COORDINATOR, town),
        factories.staff(StaffRole.VIEWER, factories.municipality()),
    )
    assert [
        status(person, "reports:wanted", slug=town.slug) for person in (viewer, coordinator, stranger)
    ] == [200, 403, 404]
    for name in ("reports:national_wanted", "reports:national_fairness"):
        assert [status(person, name) for person in (national, viewer, coordinator)] == [200, 403, 403]


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_national_pages_ask_the_same_number_of_queries(size, django_assert_num_queries):
    for _ in range(size):
        town = town_with({"tir": 6})
        factories.household(town)
    client = Client()
    client.force_login(factories.staff(StaffRole.NATIONAL))
    close_fairness(last_closed(timezone.now()))
    for name, queries in (("reports:national_wanted", 8), ("reports:national_fairness", 5)):
        address = reverse(name)
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)


@pytest.mark.django_db
def test_the_country_names_what_towns_together_lack():
    for _ in range(6):
        town_with({"tir": 4, "amh": 1})
    html = get(factories.staff(StaffRole.NATIONAL), "reports:national_wanted")
    assert "Tigrinya" in html
    assert "20+" in html
    assert "Amhaars" not in html


@pytest.mark.django_db
def test_the_country_compares_only_what_enough_towns_and_households_stand_behind():
    from datetime import timedelta

    from matches.enums import MatchStatus
    from matches.models import Match

    long_ago = timezone.now() - timedelta(weeks=30)
    towns = [factories.municipality() for _ in range(3)]
    for town in towns:
        for number in range(8):
            language = "tir" if number < 6 else "arb"
            household = factories.household(
                town, languages=[{"code": language, "level": "fluent"}], ready_since=long_ago
            )
            if number % 2:
                match = factories.match(
                    factories.group(town, members=1), household, status=MatchStatus.ACTIVE
                )
                Match.objects.filter(pk=match.pk).update(introduced_at=long_ago + timedelta(weeks=8))
    for _ in range(7):
        factories.household(towns[0], languages=[{"code": "som", "level": "fluent"}], ready_since=long_ago)
    national = factories.staff(StaffRole.NATIONAL)
    assert "Nog niet geteld" in get(national, "reports:national_fairness")
    # Also after the count of a month nothing is counted again: two looks cannot be compared.
    assert close_fairness(last_closed(timezone.now()))
    Household.objects.filter(municipality=towns[0]).update(ready_since=timezone.now())
    assert not close_fairness(last_closed(timezone.now()))
    html = get(national, "reports:national_fairness")
    assert "Tigrinya" in html
    assert "Somalisch" not in html
    assert "Andere talen" in html
    english, dutch = (CountryFairness.objects.get().boards[language] for language in ("en", "nl"))
    assert english["parts"][0]["title"] == "By language"
    assert english["parts"][0]["rows"][0]["count"] == dutch["parts"][0]["rows"][0]["count"]


@pytest.mark.django_db
def test_the_country_is_counted_when_a_month_closes_and_afresh_after_an_import():
    town = factories.municipality()
    now = timezone.now()
    close_all_months(now)
    first = CountryFairness.objects.get()
    assert first.month == last_closed(now).first_day
    close_all_months(now)
    assert CountryFairness.objects.get() == first
    start_afresh(municipality=town, now=now, reason="import")
    assert CountryFairness.objects.get() != first
    CountryFairness.objects.update(month=last_closed(now).plus(-1).first_day)
    close_all_months(now)
    assert CountryFairness.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_count_the_country_once():
    last = last_closed(timezone.now())
    outcomes = at_once(*[lambda: close_fairness(last)] * 3)
    assert all(isinstance(outcome, bool) for outcome in outcomes), outcomes
    assert CountryFairness.objects.count() == 1
