"""From rows to the engine's arrays: who is in the pool, what stands in the way, and a constant number of queries."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from groups.domain.agreements import current_version, sign
from groups.enums import AgreementKind
from groups.models import Attendance, GroupMember, Screening, SponsorGroup, TrainingSession
from matches.domain import safety
from matches.domain.obstacles import obstacles
from matches.domain.pool import sides_of_pair, sides_of_run
from matches.domain.snapshot import digest
from matches.engine import check, explain_pair, solve
from matches.engine.profiles import CRITERION_CODES
from matches.engine.scoring import Weights
from matches.enums import MatchStatus
from matches.queries.best_groups import best_groups_for
from municipalities.models import Policy
from newcomers.models import Household
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
        # What would only be nice keeps nobody apart.
        ({}, {"would_like": ["women_only", "near"], "part_of_town": "Noord"}, {}, True),
        (
            {"would_like": ["near", "evenings_only"], "part_of_town": "Zuid"},
            {"part_of_town": "Noord"},
            {},
            True,
        ),
        # What a group cannot do without.
        ({"wishes": ["evenings_only"]}, {"availability": ["wed_evening"]}, {}, True),
        ({"wishes": ["evenings_only"]}, {"availability": ["sun_morning"]}, {}, True),
        ({"wishes": ["evenings_only"]}, {"availability": ["mon_morning"]}, {}, False),
        ({"wishes": ["near"], "part_of_town": "Zuid"}, {"part_of_town": "zuid "}, {}, True),
        ({"wishes": ["near"], "part_of_town": "Zuid"}, {"part_of_town": "Noord"}, {}, False),
        ({"wishes": ["near"], "part_of_town": "Zuid"}, {"part_of_town": ""}, {}, False),
        ({"wishes": ["near"], "part_of_town": ""}, {"part_of_town": "Noord"}, {}, True),
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
def test_a_group_waits_for_its_newer_members():
    """In the pool, in what stands in the way of one pair, and among the ten best groups."""
    town = factories.municipality()
    group, household = factories.group(town), factories.household(town)
    approved = timezone.now()
    newer = factories.member(group, ready=False, responded_at=approved + timedelta(seconds=1))
    SponsorGroup.objects.update(approved_at=approved, last_yes_at=newer.responded_at)
    Screening.objects.create(
        municipality=town, member=newer, status="seen", seen_on="2026-01-01", renew_after="2100-01-01"
    )

    def fits() -> bool:
        found = bool(placed(town))
        assert (obstacles(household, group) == []) is found
        assert bool(best_groups_for(household)) is found
        return found

    def policy(**fields):
        Policy.objects.filter(municipality=town).update(**fields)

    assert not fits()
    policy(training_required=False)
    assert not fits()
    text = AgreementKind.STATEMENT
    sign(member=newer, kind=text, version=current_version(text), language="nl")
    assert not fits()
    policy(code_of_conduct_required=False)
    assert fits()
    policy(training_required=True)
    assert not fits()
    session = TrainingSession.objects.get(municipality=town)
    came = Attendance.objects.create(municipality=town, session=session, member=newer, attended=True)
    assert fits()
    # Who left again is not waited for; what the others did at the approval stands.
    came.delete()
    GroupMember.objects.filter(pk=newer.pk).update(status="left")
    Attendance.objects.all().delete()
    assert fits()


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
    before = digest(sides_of_run(town.pk))
    assert digest(sides_of_run(town.pk)) == before
    household.goals = ["work"]
    household.save()
    assert digest(sides_of_run(town.pk)) != before


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


# -- what each side said, as the engine sees it ----------------------------------------------------------


@pytest.mark.django_db
def test_the_arrays_are_the_points_that_were_stored():
    town = factories.municipality()
    given = [{}, {"languages": 5, "wishes": 5}, {"children": 1}]
    households = {factories.household(town, emphasis=points).pk: points for points in given}
    groups = {factories.group(town, emphasis=points).pk: points for points in given}
    sides = sides_of_run(town.pk)
    for ids, profiles, stored in (
        (sides.household_ids, sides.households, households),
        (sides.group_ids, sides.groups, groups),
    ):
        for place, pk in enumerate(ids):
            row = dict(zip(CRITERION_CODES, profiles.emphasis[place].tolist(), strict=True))
            assert {code: points for code, points in row.items() if points} == stored[pk]


@pytest.mark.django_db
def test_who_gives_no_points_is_neutral_and_points_move_only_the_own_side():
    town = factories.municipality()
    household, group = factories.household(town), factories.group(town)
    plain = sides_of_pair(household, group)
    assert not plain.households.emphasis.any()
    assert not plain.groups.emphasis.any()
    # No goal of the household but one is offered: more points there make the fit worse for the household.
    Household.objects.filter(pk=household.pk).update(goals=["work", "study", "dutch"], emphasis={"goals": 5})
    after = explained(household, group)
    Household.objects.filter(pk=household.pk).update(emphasis={})
    before = explained(household, group)
    assert after.household < before.household
    assert after.group == before.group
    gave = {part.code: (part.household_gave, part.group_gave) for part in after.parts}
    assert gave["goals"] == (5, 0)
    assert {points for code, points in gave.items() if code != "goals"} == {(0, 0)}


def explained(household, group):
    sides = sides_of_pair(household, group)
    return explain_pair(sides.households, 0, sides.groups, 0, sides.weights)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arrival", "kind", "points"),
    [
        ("", "welcome", 500),
        ("", "sponsor", 500),
        ("here", "welcome", 1000),
        ("here", "sponsor", 0),
        ("expected", "sponsor", 1000),
        ("expected", "welcome", 0),
    ],
)
def test_the_programme_fits_who_arrives_or_who_is_here(arrival, kind, points):
    town = factories.municipality()
    parts = explained(factories.household(town, arrival=arrival), factories.group(town, kind=kind)).parts
    assert next((part.household, part.group) for part in parts if part.code == "programme") == (
        points,
        points,
    )


@pytest.mark.django_db
def test_children_of_the_members_and_what_would_be_nice_count_and_keep_nobody_apart():
    town = factories.municipality()
    household = factories.household(
        town, children={"4-11": 1}, would_like=["no_pets", "near"], part_of_town="Zuid"
    )
    group = factories.group(
        town,
        own_child_bands=["4-11"],
        promises=["no_pets"],
        part_of_town="Noord",
        would_like=["evenings_only", "near"],
    )
    points = {part.code: (part.household, part.group) for part in explained(household, group).parts}
    assert points["children"] == (1000, 1000)
    # Of two wishes of the household one is met; of the group's two one: the household has a free evening.
    assert points["wishes"] == (500, 500)
    assert obstacles(household, group) == []
    stranger = explained(factories.household(town, children={"4-11": 1}), factories.group(town))
    assert {
        (part.household, part.group) for part in stranger.parts if part.code in ("children", "wishes")
    } == {(500, 500)}


@pytest.mark.django_db
def test_a_safety_flag_that_stands_reaches_the_engine_and_a_lifted_one_does_not():
    town = factories.municipality()
    coordinator = factories.staff("coordinator", town)
    household, group = factories.household(town), factories.group(town)
    factories.household(town)
    flag = safety.raise_flag(household=household, group=group, actor=coordinator, reason="vroegere buren")
    sides = sides_of_run(town.pk)
    assert sides.households.unsafe.tolist() == [[sides.household_ids.index(household.pk), 0]]
    safety.lift_flag(flag=flag, actor=coordinator)
    assert sides_of_run(town.pk).households.unsafe.tolist() == []


@pytest.mark.django_db
def test_the_policy_weighs_on_the_scale_of_the_engine():
    town = factories.municipality(policy={"weights": {"languages": 10, "waiting_cap": 0}})
    weights = sides_of_run(town.pk).weights
    assert (weights.languages, weights.waiting_cap, weights.goals) == (10, 0, Weights().goals)
