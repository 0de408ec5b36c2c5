"""Who got a group, how soon and how well: equal to counting by hand, small kinds taken together, differences with care."""

from collections import Counter
from datetime import timedelta
from random import Random
from statistics import median
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from matches.enums import MatchStatus
from matches.models import Match
from matches.queries.fairness import (
    DIMENSIONS,
    REST,
    Life,
    differences,
    lives,
    sentence_of,
    size_of,
    slices,
)
from matches.queries.fairness_board import board
from municipalities.enums import StaffRole
from newcomers.models import Household
from tests import factories

TOWN = uuid4()


def life(language="tir", *, size="2", urgency="0", placed=True, weeks=4.0, score=700, town=TOWN):
    return Life(
        municipality=town,
        languages=(language,) if language else (),
        size=size,
        urgency=urgency,
        placed=placed,
        weeks=weeks,
        score=score if placed else None,
    )


def shown(found, dimension="language", **options):
    return {one.code: one.count for one in slices(found, dimension, **({"bound": 5} | options))}


# -- counting -----------------------------------------------------------------------------------------


def waited(town, weeks, **fields):
    return factories.household(town, ready_since=timezone.now() - timedelta(weeks=weeks), **fields)


def introduced(household, weeks_ago, *, status=MatchStatus.ACTIVE, bonus=0, score=700, **fields):
    reasons = [{"criterion": "place", "adds": 300}, {"criterion": "waiting", "adds": bonus}] if bonus else []
    moment = timezone.now() - timedelta(weeks=weeks_ago)
    match = factories.match(
        factories.group(household.municipality, members=1),
        household,
        status=status,
        score=score,
        reasons=reasons,
        **fields,
    )
    Match.objects.filter(pk=match.pk).update(introduced_at=moment)
    return match


@pytest.mark.django_db
def test_the_year_counts_who_met_a_group_and_who_waits():
    town = factories.municipality()
    placed = waited(
        town, 10, languages=[{"code": "tir", "level": "fluent"}, {"code": "eng", "level": "basic"}]
    )
    introduced(placed, 4, score=780, bonus=80)
    waited(town, 6, languages=[{"code": "arb", "level": "intermediate"}, {"code": "nld", "level": "fluent"}])
    # Asked, but nobody knows each other yet: still waiting.
    asked = waited(town, 3, languages=[])
    factories.match(factories.group(town, members=1), asked, status=MatchStatus.ASKING)
    # Not of this year, not ready, gone.
    introduced(waited(town, 80), 70)
    introduced(waited(town, 90, status="closed"), 60, status=MatchStatus.ENDED, closed_at=timezone.now())
    waited(town, 5, status="withdrawn")
    factories.household(town, status="consented")
    found = sorted(
        lives(Household.objects.all(), until=timezone.now()),
        key=lambda one: (round(one.weeks), one.languages),
    )
    assert [(one.languages, one.placed, round(one.weeks), one.score) for one in found] == [
        ((), False, 3, None),
        (("arb",), False, 6, None),
        (("tir",), True, 6, 700),
    ]


@pytest.mark.django_db
def test_a_second_wait_begins_when_the_first_match_ended():
    town = factories.municipality()
    again = waited(town, 50)
    introduced(
        again, 40, status=MatchStatus.ENDED, closed_at=timezone.now() - timedelta(weeks=12), end_kind="early"
    )
    (still,) = lives(Household.objects.all(), until=timezone.now())
    # The first meeting lies in the year: it counts as placed, with its own wait.
    assert (still.placed, round(still.weeks)) == (True, 10)
    introduced(again, 2)
    (second,) = lives(Household.objects.all(), until=timezone.now())
    assert (second.placed, round(second.weeks)) == (True, 10)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 4])
def test_two_queries_however_many_households(size, django_assert_num_queries):
    town = factories.municipality()
    for number in range(size):
        introduced(waited(town, 9), number)
        waited(town, 5)
    with django_assert_num_queries(2):
        assert len(lives(Household.objects.all(), until=timezone.now())) == 2 * size


@pytest.mark.parametrize(
    ("people", "band"), [(1, "1"), (2, "2"), (3, "3-4"), (4, "3-4"), (5, "5+"), (9, "5+")]
)
def test_sizes(people, band):
    assert size_of(people) == band


@pytest.mark.parametrize("seed", range(20))
def test_every_number_equals_counting_by_hand(seed):
    random = Random(seed)
    found = [
        life(
            random.choice(["tir", "arb", "ukr", "som", ""]),
            size=random.choice(["1", "2", "3-4", "5+"]),
            urgency=random.choice("000123"),
            placed=random.random() < 0.6,
            weeks=random.random() * 30,
            score=random.randint(400, 900),
        )
        for _ in range(random.randint(0, 60))
    ]
    for dimension, kinds in DIMENSIONS.items():
        counted = Counter(kind for one in found for kind in kinds(one))
        made = slices(found, dimension, bound=5)
        for one in made:
            assert one.count >= 5
            if one.code != REST:
                inside = [each for each in found if one.code in kinds(each)]
                assert one.count == counted[one.code] == len(inside)
                assert one.placed == sum(each.placed for each in inside)
                assert one.weeks == median(each.weeks for each in inside)
                assert sorted(one.scores) == sorted(each.score for each in inside if each.placed)
        # One kind each: nobody is lost and nobody stands in two lines.
        if made:
            assert sum(one.count for one in made) == len(found)
        else:
            assert len(found) < 5


# -- small kinds --------------------------------------------------------------------------------------


def test_small_kinds_are_taken_together_and_never_left_small():
    found = [life("tir")] * 8 + [life("arb")] * 3 + [life("som")] * 2
    assert shown(found) == {"tir": 8, REST: 5}
    # One too few for the rest: the smallest of the others joins it.
    found = [life("tir")] * 8 + [life("arb")] * 6 + [life("som")] * 2
    assert shown(found) == {"tir": 8, REST: 8}
    # Nothing else to join: all of them together.
    found = [life("tir")] * 8 + [life("som")] * 2
    assert shown(found) == {REST: 10}
    assert shown([life("tir")] * 4) == {}


def test_a_kind_from_too_few_towns_is_taken_together():
    towns = [uuid4() for _ in range(3)]
    spread = [life("tir", town=town) for town in towns for _ in range(3)]
    alone = [life("arb", town=towns[0])] * 9
    elsewhere = [life("som", town=town) for town in towns]
    assert shown(spread + alone + elsewhere, towns=3) == {"tir": 9, REST: 12}


# -- differences --------------------------------------------------------------------------------------


def told(found, dimension="language"):
    return {
        (one.code, one.measure) for one in differences(found, dimension, slices(found, dimension, bound=5))
    }


def mixed(language, count, placed, **fields):
    return [life(language, placed=number < placed, **fields) for number in range(count)]


def test_fewer_places_are_told_with_enough_households_and_not_with_few():
    assert told(mixed("tir", 20, 5) + mixed("arb", 20, 16)) == {("tir", "rate")}
    assert told(mixed("tir", 20, 12) + mixed("arb", 20, 15)) == set()
    assert told(mixed("tir", 8, 1) + mixed("arb", 20, 18)) == set()


def test_longer_waits_are_told_by_rank_and_not_for_one_outlier():
    slow = [life("tir", weeks=14.0 + number % 3) for number in range(12)]
    fast = [life("arb", weeks=6.0 + number % 3) for number in range(12)]
    assert told(slow + fast) == {("tir", "weeks")}
    outlier = [life("tir", weeks=6.0 + number % 3) for number in range(11)] + [life("tir", weeks=300.0)]
    assert told(outlier + fast) == set()


def test_weaker_pairs_are_told():
    low = [life("tir", score=500 + number) for number in range(12)]
    high = [life("arb", score=700 + number) for number in range(12)]
    assert told(low + high) == {("tir", "score")}
    assert told([life("tir", score=660 + number) for number in range(12)] + high) == set()


def test_a_difference_in_words_says_of_how_many():
    found = mixed("tir", 20, 5) + mixed("arb", 20, 16)
    (one,) = differences(found, "language", slices(found, "language", bound=5))
    with override("nl"):
        assert sentence_of("language", one) == (
            "Tigrinya: zij hebben minder vaak een groep. 25% (van 20 huishoudens), tegen 80% van de 20 andere."
        )


# -- the page -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_shows_exact_numbers_of_its_own_town():
    town, elsewhere = factories.municipality(), factories.municipality()
    tigrinya = [{"code": "tir", "level": "fluent"}]
    for number in range(6):
        household = waited(town, 12, languages=tigrinya)
        if number < 3:
            introduced(household, 2)
    for _ in range(7):
        waited(elsewhere, 9, languages=[{"code": "arb", "level": "fluent"}])
    made = board(Household.objects.filter(municipality=town), until=timezone.now(), bound=5)
    (language, _size, _urgency) = made.parts
    assert [(row.label, row.count, row.placed, row.rate, row.weeks, row.score) for row in language.rows] == [
        ("Tigrinya", "6", "3", "50%", "11", "700")
    ]
    client = Client()
    client.force_login(factories.staff(StaffRole.COORDINATOR, town))
    html = client.get(
        reverse("matches:fairness", kwargs={"slug": town.slug}), headers={"accept-language": "nl"}
    ).content.decode()
    assert "50%" in html
    assert "Arabisch" not in html


@pytest.mark.django_db
def test_a_town_with_few_households_says_so():
    town = factories.municipality()
    waited(town, 3)
    assert board(Household.objects.filter(municipality=town), until=timezone.now(), bound=5).total is None
