"""From rows to the engine's arrays: who is in the pool, what stands in the way, and a constant number of queries."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from matches.domain.pool import obstacles, sides_of_pair, sides_of_run
from matches.engine import check, solve
from matches.enums import MatchStatus
from tests import factories


def placed(town):
    sides = sides_of_run(town.pk)
    return {
        (sides.household_ids[household], sides.group_ids[group])
        for household, group in solve(sides.pool(seed=1)).pairs
    }


@pytest.mark.django_db
def test_the_pool_holds_who_can_be_matched_now_and_nobody_else():
    town, elsewhere = factories.municipality(), factories.municipality()
    group, household = factories.group(town), factories.household(town)
    factories.group(elsewhere)
    factories.household(elsewhere)
    for status in ("registered", "consented", "paused", "withdrawn", "closed"):
        factories.household(town, status=status)
    for status in ("forming", "submitted", "returned", "declined", "on_hold", "withdrawn", "closed"):
        factories.group(town, status=status, members=1)
    factories.household(town).consents.update(withdrawn_at=timezone.now())
    factories.group(town, members=0)
    factories.match(factories.group(town), factories.household(town), status=MatchStatus.ACTIVE)
    sides = sides_of_run(town.pk)
    assert (sides.household_ids, sides.group_ids) == ((household.pk,), (group.pk,))
    assert placed(town) == {(household.pk, group.pk)}


@pytest.mark.django_db
def test_an_empty_town_gives_an_empty_result():
    sides = sides_of_run(factories.municipality().pk)
    pool = sides.pool(seed=0)
    result = solve(pool)
    check(pool, result)
    assert result.pairs == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("group_fields", "household_fields", "member_fields", "possible"),
    [
        ({}, {}, {}, True),
        ({}, {"languages": [{"code": "tir", "level": "fluent"}]}, {}, False),
        (
            {},
            {"languages": [{"code": "tir", "level": "fluent"}]},
            {"languages": [{"code": "tir", "level": "basic"}]},
            True,
        ),
        ({"max_household": 2}, {}, {}, False),
        ({"max_household": 3}, {}, {}, True),
        ({"child_bands": ["12-17"]}, {}, {}, False),
        ({"child_bands": []}, {}, {}, True),
        ({}, {"wishes": ["women_only"]}, {}, False),
        ({"promises": ["women_only"]}, {"wishes": ["women_only"]}, {}, True),
        ({"promises": ["no_pets"]}, {"wishes": ["no_pets", "step_free"]}, {}, False),
        ({}, {"wishes": ["evenings_only"]}, {}, True),
        ({}, {"wishes": ["evenings_only"]}, {"availability": ["mon_morning"]}, False),
        ({"part_of_town": "Zuid"}, {"wishes": ["near"], "part_of_town": "Noord"}, {}, False),
        ({"part_of_town": " zuid"}, {"wishes": ["near"], "part_of_town": "Zuid"}, {}, True),
        ({"part_of_town": "Zuid"}, {"wishes": ["near"], "part_of_town": ""}, {}, True),
    ],
)
def test_hard_rules_come_from_what_people_wrote(group_fields, household_fields, member_fields, possible):
    town = factories.municipality()
    group = factories.group(town, **group_fields)
    household = factories.household(town, **household_fields)
    if member_fields:
        group.members.update(**member_fields)
    assert bool(placed(town)) == possible
    assert bool(obstacles(household, group)) != possible


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "not_again", "possible"),
    [
        (MatchStatus.DECLINED, False, False),
        (MatchStatus.ENDED, False, False),
        (MatchStatus.LAPSED, False, True),
        (MatchStatus.WITHDRAWN, False, True),
        (MatchStatus.WITHDRAWN, True, False),
        (MatchStatus.PROPOSED, False, True),
    ],
)
def test_a_no_and_an_ending_are_remembered(status, not_again, possible):
    town = factories.municipality()
    factories.match(factories.group(town), factories.household(town), status=status, not_again=not_again)
    assert bool(placed(town)) == possible


@pytest.mark.django_db
def test_a_group_below_the_minimum_or_with_a_lapsed_vog_waits():
    town = factories.municipality(policy={"group_size": 5, "group_size_min": 3})
    factories.household(town)
    group = factories.group(town, members=3)
    assert placed(town)
    member = group.members.order_by("created_at").last()
    member.screening.renew_after = timezone.localdate() - timedelta(days=1)
    member.screening.save()
    assert not placed(town)
    member.status = "left"
    member.save()
    assert not placed(town)


@pytest.mark.django_db
def test_who_waits_longest_comes_first_among_equals_and_the_urgent_before_them():
    town = factories.municipality()
    group = factories.group(town)
    factories.household(town)
    long = factories.household(town, ready_since=timezone.now() - timedelta(days=200))
    assert placed(town) == {(long.pk, group.pk)}
    urgent = factories.household(town, urgency=2, urgency_reason="het huis wordt gesloopt")
    assert placed(town) == {(urgent.pk, group.pk)}


@pytest.mark.django_db
def test_members_bring_together_what_they_speak_like_and_can():
    town = factories.municipality()
    group = factories.group(town, members=3)
    first, second, third = group.members.order_by("created_at")
    first.languages, first.interests, first.availability = (
        [{"code": "tir", "level": "fluent"}],
        ["music"],
        ["mon_morning"],
    )
    second.languages, second.dutch = [{"code": "tir", "level": "basic"}], "some"
    third.languages, third.dutch, third.interests = [], "not_yet", []
    for member in (first, second, third):
        member.save()
    groups = sides_of_pair(factories.household(town), group).groups
    members = groups.language_members[0]
    assert (int(members[0]), int(members[3])) == (2, 2)  # Dutch, Tigrinya
    assert int(groups.languages_well[0]) == 0b1001
    assert int(groups.availability[0]) & 1  # Monday morning


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_loading_takes_five_queries_however_large_the_pool(size, django_assert_num_queries):
    town = factories.municipality()
    for _ in range(size):
        factories.group(town, members=3)
        factories.household(town)
    with django_assert_num_queries(5):
        sides_of_run(town.pk)


@pytest.mark.django_db
def test_the_input_hash_follows_the_input():
    town = factories.municipality()
    factories.group(town)
    household = factories.household(town)
    before = sides_of_run(town.pk).input_hash()
    assert sides_of_run(town.pk).input_hash() == before
    household.goals = ["work"]
    household.save()
    assert sides_of_run(town.pk).input_hash() != before


@pytest.mark.django_db
def test_obstacles_are_sentences_without_a_name():
    town = factories.municipality()
    group = factories.group(town, max_household=2)
    household = factories.household(town, wishes=["women_only", "near"], part_of_town="Noord")
    text = " ".join(obstacles(household, group))
    assert len(obstacles(household, group)) == 2
    assert "?" not in text
    assert factories.CANARY not in text
    assert isinstance(sides_of_pair(household, group).urgency, np.ndarray)
