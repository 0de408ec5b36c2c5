"""A floor and its price: equal to solving again, and kept with the run that used it."""

import numpy as np
import pytest

from matches.domain.floors import Floor, floors
from matches.domain.insight import compute, start_with_floor
from matches.domain.pool import sides_of_run
from matches.domain.proposing import compute_run, question, start_run
from matches.domain.replay import replay
from matches.engine import Result, check, solve, with_floor
from matches.engine.pool import Pool
from matches.models import Match, MatchingRun, PoolInsight
from municipalities.enums import StaffRole
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict, DomainError
from tests import factories


def random_pool(seed):
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 8)), int(rng.integers(1, 8)))
    return Pool(rng.integers(100, 1000, shape), rng.random(shape) < 0.6, rng.choice(4, shape[0]), seed)


@pytest.mark.parametrize("seed", range(40))
def test_the_price_is_the_difference_with_solving_without(seed):
    pool = random_pool(seed)
    result = solve(pool)
    table = floors(pool, result)
    assert bool(table) == bool(result.pairs)
    for one in table:
        again = solve(with_floor(pool, one.score))
        urgent = sum(result.placed_by_urgency[tier] - again.placed_by_urgency[tier] for tier in (1, 2, 3))
        assert (one.placed, one.lost, one.lost_urgent) == (again.placed, result.placed - again.placed, urgent)
        assert one.points == result.total - again.total
        assert one.worst >= one.score or not again.pairs
        assert Floor.from_json(one.to_json()) == one
    if table:
        (highest,) = [one for one in table if one.highest]
        assert (table[0].score, table[0].lost, table[0].points) == (0, 0, 0)
        assert (highest.lost, highest.lost_urgent) == (0, 0)
        # One point higher costs somebody a place.
        beyond = solve(with_floor(pool, highest.worst + 1))
        assert beyond.placed_by_urgency != result.placed_by_urgency


def test_some_floors_cost_a_place_and_some_only_points():
    tables = [floors(pool, solve(pool)) for pool in map(random_pool, range(40))]
    assert any(one.lost for table in tables for one in table)
    assert any(not one.lost and one.points > 0 for table in tables for one in table)


def town_with_a_weak_pair():
    """Two groups and two households; one pair fits far less well than the other."""
    town = factories.municipality()
    coordinator = factories.staff(StaffRole.COORDINATOR, town)
    factories.group(town, part_of_town="Noord")
    factories.group(town, part_of_town="Zuid", offers=["cycling"])
    factories.household(town, part_of_town="Noord")
    factories.household(
        town,
        part_of_town="Oost",
        goals=["study", "work"],
        interests=["film"],
        availability=["tue_morning"],
        languages=[{"code": "eng", "level": "basic"}],
    )
    return town, coordinator


def computed(town, coordinator, **options):
    run = start_run(municipality=town, actor=coordinator, **options)
    compute_run(run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.django_db
def test_a_run_with_a_floor_keeps_it_proves_itself_and_can_be_replayed():
    town, coordinator = town_with_a_weak_pair()
    plain = computed(town, coordinator)
    scores = sorted(Match.objects.filter(run=plain).values_list("score", flat=True))
    assert len(scores) == 2
    floor = scores[0] + 1
    run = computed(town, coordinator, floor=floor)
    assert (run.floor, run.check_passed, run.error) == (floor, True, "")
    kept = Match.objects.filter(run=run)
    assert [match.score >= floor for match in kept] == [True]
    # The proof holds for the question with the floor, and for no other.
    sides = sides_of_run(town.pk)
    assert run.result is not None
    check(question(run, sides), Result.from_json(run.result))
    assert solve(sides.pool(seed=run.seed)).placed == 2
    assert replay(run).reproduced
    assert replay(plain).reproduced
    # Without its floor the same run gives something else.
    MatchingRun.objects.filter(pk=run.pk).update(floor=0)
    assert not replay(MatchingRun.objects.get(pk=run.pk)).reproduced
    event = AuditEvent.objects.filter(action="run.started").latest("pk")
    assert event.detail["floor"] == floor


@pytest.mark.django_db
def test_who_is_left_over_by_a_floor_reads_that_it_is_the_floor():
    town, coordinator = town_with_a_weak_pair()
    plain = computed(town, coordinator)
    floor = max(Match.objects.filter(run=plain).values_list("score", flat=True))
    run = computed(town, coordinator, floor=floor)
    (left,) = run.leftovers
    assert left["blocked"].get("floor")
    assert "banned" not in left["blocked"]
    assert left["change"] is None
    assert plain.leftovers == []


@pytest.mark.django_db
def test_only_a_floor_with_a_known_price_starts_a_run():
    town, coordinator = town_with_a_weak_pair()
    with pytest.raises(DomainError):
        start_with_floor(municipality=town, actor=coordinator, score=0)
    compute(town.pk)
    known = [one["score"] for one in PoolInsight.objects.get(municipality=town).floors]
    assert known[0] == 0
    assert len(known) > 2
    with pytest.raises(DomainError):
        start_with_floor(municipality=town, actor=coordinator, score=known[-1] + 1)
    run = start_with_floor(municipality=town, actor=coordinator, score=known[-1])
    assert run.floor == known[-1]
    with pytest.raises(Conflict):
        start_with_floor(municipality=town, actor=coordinator, score=known[0])
