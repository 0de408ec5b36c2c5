"""The quick look at groups: the same rules as the engine, and the same points for the household's side."""

import random

import pytest
from django.utils import timezone

from matches.domain.pool import sides_of_run
from matches.engine import explain_pair
from matches.enums import MatchStatus
from matches.models import SafetyFlag
from matches.queries.best_groups import best_groups_for
from municipalities.enums import StaffRole
from samenhier.core.reference import CHILD_BANDS, GOALS, INTERESTS, SLOTS, WISHES
from tests import factories

from .test_staff_pages import page, signed_in, url
from .world import world

pytestmark = pytest.mark.django_db


def some(rng: random.Random, codes: tuple[str, ...], share: float) -> list[str]:
    return [code for code in codes if rng.random() < share]


def groups_of(town, rng: random.Random, count: int) -> None:
    for _ in range(count):
        group = factories.group(
            town,
            members=3,
            kind=rng.choice(["welcome", "sponsor"]),
            part_of_town=rng.choice(["", "Zuid", " zuid ", "Noord"]),
            offers=some(rng, GOALS.codes(), 0.4),
            promises=some(rng, WISHES.codes()[:4], 0.7),
            child_bands=some(rng, CHILD_BANDS.codes(), 0.7),
            own_child_bands=some(rng, CHILD_BANDS.codes(), 0.3),
            max_household=rng.randint(2, 6),
        )
        for member in group.members.all():
            member.languages = [
                {"code": code, "level": rng.choice(["basic", "intermediate", "fluent"])}
                for code in ("eng", "arb", "tir")
                if rng.random() < 0.3
            ]
            member.dutch = rng.choice(["yes", "some", "not_yet"])
            member.interests = some(rng, INTERESTS.codes(), 0.15)
            member.availability = some(rng, SLOTS, 0.1)
            member.save()


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "distances", [{}, {("Zuid", "Noord"): 1}, {("ZUID", "Noord"): 3, ("Zuid", "Elders"): 2}]
)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("open_to", [0, 2])
def test_the_points_and_the_rules_are_those_of_the_engine(seed, distances, open_to):
    rng = random.Random(seed)
    town = factories.municipality(policy={"group_size": 3, "group_size_min": 3})
    factories.distances(town, distances)
    groups_of(town, rng, 14)
    for number in range(open_to):
        # Whether a group is ready follows from the policy of its own town.
        there = factories.municipality(policy={"group_size_min": 3 + number, "group_size": 5})
        factories.opened(*rng.sample([town, there], 2))
        groups_of(there, rng, 8)
    for arrival, wishes, would_like in (
        ("", [], []),
        ("here", ["no_pets"], ["near", "evenings_only", "step_free"]),
        ("expected", ["near"], []),
        ("here", ["evenings_only"], ["no_alcohol"]),
    ):
        household = factories.household(
            town,
            arrival=arrival,
            wishes=wishes,
            would_like=would_like,
            part_of_town=rng.choice(["", "Zuid", "elders"]),
            languages=[
                {"code": code, "level": rng.choice(["basic", "fluent"])} for code in ("arb", "eng", "nld")
            ],
            goals=some(rng, GOALS.codes(), 0.4),
            interests=some(rng, INTERESTS.codes(), 0.3),
            availability=some(rng, SLOTS, 0.3),
            emphasis={"goals": 6, "place": 4},
        )
        sides = sides_of_run(town.pk)
        row = sides.household_ids.index(household.pk)
        allowed = sides.rulebook().allowed()[row]
        expected = {
            sides.group_ids[group]: explain_pair(
                sides.households, row, sides.groups, group, sides.weights
            ).household
            for group in allowed.nonzero()[0].tolist()
        }
        found = best_groups_for(household, limit=50)
        assert {one.pk: one.points for one in found} == expected
        assert [one.points for one in found] == sorted(expected.values(), reverse=True)
        assert best_groups_for(household, limit=2) == found[:2]


def test_taken_groups_earlier_matches_and_flags_are_left_out():
    town = factories.municipality()
    household = factories.household(town)
    free, taken, declined, flagged = (factories.group(town) for _ in range(4))
    factories.group(factories.municipality())
    factories.group(town, status="forming")
    factories.match(taken, factories.household(town), status=MatchStatus.ACTIVE)
    factories.match(declined, household, status=MatchStatus.DECLINED)
    flag = SafetyFlag.objects.create(municipality=town, household=household, group=flagged, reason=b"x")
    assert [one.pk for one in best_groups_for(household)] == [free.pk]
    flag.lifted_at = timezone.now()
    flag.save()
    assert {one.pk for one in best_groups_for(household)} == {free.pk, flagged.pk}


def test_a_builder_bridges_and_who_stated_no_language_gets_no_list():
    town = factories.municipality()
    factories.group(town)
    household = factories.household(town, languages=[{"code": "tir", "level": "fluent"}])
    assert best_groups_for(household) == []
    builder = factories.staff(StaffRole.BUILDER, town)
    builder.memberships.update(languages=["tir"])
    assert len(best_groups_for(household)) == 1
    household.languages = []
    assert best_groups_for(household) == []


def test_the_page_about_any_pair_offers_them_for_a_household():
    w = world()
    text = page(signed_in(w.coordinator), f"{url('why_not', w)}?huishouden={w.household.pk}")
    assert "Groups that fit best now" in text
    assert f"?huishouden={w.household.pk}&amp;groep={w.group.pk}" in text
    assert "Groups that fit best now" not in page(signed_in(w.coordinator), url("why_not", w))
    pair = f"{url('why_not', w)}?huishouden={w.household.pk}&groep={w.group.pk}"
    assert "Groups that fit best now" not in page(signed_in(w.coordinator), pair)


def test_groups_of_open_neighbours_stand_among_them_and_no_others():
    town, there, closed = (factories.municipality() for _ in range(3))
    household = factories.household(town)
    own, lent = factories.group(town), factories.group(there)
    promised, offered_here = factories.group(there), factories.group(there)
    factories.group(closed)
    factories.group(there, status="forming")
    assert [one.pk for one in best_groups_for(household)] == [own.pk]
    opening = factories.opened(there, town)
    factories.match(promised, factories.household(there))
    # Proposed to another household of this very town: a run may still give it to this one.
    factories.match(offered_here, factories.household(town))
    found = {one.pk: one.town for one in best_groups_for(household)}
    assert found == {own.pk: "", lent.pk: there.name, offered_here.pk: there.name}
    opening.delete()
    assert [one.pk for one in best_groups_for(household)] == [own.pk]


def test_who_must_stay_near_gets_no_group_of_another_town():
    town, there = factories.municipality(), factories.municipality()
    factories.opened(town, there)
    factories.group(there, part_of_town="Zuid")
    near = factories.household(town, part_of_town="Zuid", wishes=["near"])
    assert best_groups_for(near) == []
    near.wishes = []
    assert len(best_groups_for(near)) == 1


@pytest.mark.parametrize("neighbours", [0, 1, 3])
def test_neighbours_cost_no_query_more(neighbours, django_assert_num_queries):
    town = factories.municipality()
    household = factories.household(town, part_of_town="Zuid")
    for _ in range(neighbours):
        there = factories.municipality()
        factories.opened(town, there)
        factories.group(there)
    with django_assert_num_queries(5):
        assert len(best_groups_for(household)) == neighbours


def test_the_page_names_the_town_of_a_neighbours_group():
    w = world()
    there = factories.municipality()
    factories.opened(w.town, there)
    lent = factories.group(there)
    text = page(signed_in(w.coordinator), f"{url('why_not', w)}?huishouden={w.household.pk}")
    assert f"?huishouden={w.household.pk}&amp;groep={lent.pk}" in text
    assert f"<bdi>{there.name}</bdi>" in text
