"""Prices by repair equal solving again, for every pair of every pool tried."""

import numpy as np
import pytest

from matches.engine import (
    Pool,
    Price,
    Rulebook,
    forbid,
    price,
    prices_of_group,
    prices_of_household,
    score_matrix,
    solve,
)
from matches.engine.invented import invented_pool

from .reference import difference, random_pool, with_only, without


def goals(found: Price) -> tuple[dict[int, int], int, int]:
    return found.urgent, found.placed, found.total


def moved(pool: Pool, pairs: tuple[tuple[int, int], ...], found: Price) -> dict[int, int]:
    """The pairs after the moves, checked to be possible."""
    group_of = dict(pairs)
    for household, now, then in found.moves:
        assert group_of.get(household) == now
        group_of.pop(household, None)
        if then is not None:
            group_of[household] = then
    assert len(set(group_of.values())) == len(group_of)
    assert all(pool.allowed[pair] for pair in group_of.items())
    return group_of


@pytest.mark.no_cover
def test_every_pair_of_small_pools():
    rng = np.random.default_rng(31)
    asked = 0
    for _ in range(220):
        pool = random_pool(rng, 7)
        result = solve(pool)
        by_household = [prices_of_household(pool, result, i) for i in range(pool.shape[0])]
        by_group = [prices_of_group(pool, result, j) for j in range(pool.shape[1])]
        for i, j in np.ndindex(pool.shape):
            banned = forbid(pool, result, i, j)
            assert goals(banned) == difference(result, solve(without(pool, i, j)))
            assert moved(pool, result.pairs, banned).get(i) != j
            if not pool.allowed[i, j]:
                assert j not in by_household[i]
                assert i not in by_group[j]
                continue
            asked += 1
            forced = price(pool, result, i, j)
            assert goals(forced) == difference(result, solve(with_only(pool, i, j)))
            assert forced == by_household[i][j] == by_group[j][i]
            assert moved(pool, result.pairs, forced)[i] == j
            assert forced.free or (i, j) not in result.pairs
    assert asked > 1200


@pytest.mark.no_cover
@pytest.mark.parametrize("size", [(60, 60), (90, 50), (50, 90)])
def test_larger_pools(size):
    rng = np.random.default_rng([32, *size])
    for highest, share in ((4, 0.1), (1000, 0.3), (100_000, 1.0)):
        pool = Pool(
            rng.integers(0, highest + 1, size),
            rng.random(size) < share,
            rng.choice(4, size[0], p=(0.7, 0.1, 0.1, 0.1)),
        )
        result = solve(pool)
        possible = np.argwhere(pool.allowed)
        for i, j in possible[rng.choice(len(possible), 25, replace=False)].tolist():
            assert goals(price(pool, result, i, j)) == difference(result, solve(with_only(pool, i, j)))
        for i, j in result.pairs[::5]:
            assert goals(forbid(pool, result, i, j)) == difference(result, solve(without(pool, i, j)))


def test_a_believable_pool():
    invented = invented_pool(250, 230, 33)
    allowed = Rulebook(invented.households, invented.groups).allowed()
    pool = Pool(
        score_matrix(invented.households, invented.groups, allowed=allowed), allowed, invented.urgency
    )
    result = solve(pool)
    rng = np.random.default_rng(33)
    possible = np.argwhere(allowed)
    for i, j in possible[rng.choice(len(possible), 20, replace=False)].tolist():
        assert goals(price(pool, result, i, j)) == difference(result, solve(with_only(pool, i, j)))
    for i, j in result.pairs[::20]:
        assert goals(forbid(pool, result, i, j)) == difference(result, solve(without(pool, i, j)))
    for household in (0, 100, 249):
        one_by_one = {
            group: price(pool, result, household, group)
            for group in np.flatnonzero(allowed[household]).tolist()
        }
        assert prices_of_household(pool, result, household) == one_by_one


def test_prices_have_signs_that_can_be_read():
    # Placing household 1 with group 0 gives more points but leaves household 0 without a group.
    pool = Pool([[1, 0], [50, 2]], [[True, False], [True, True]])
    result = solve(pool)
    cost = price(pool, result, 1, 0)
    assert (cost.placed, cost.total) == (1, 3 - 50)
    assert cost.moves == ((0, 0, None), (1, 1, 0))
    assert not cost.free
    assert price(pool, result, 0, 0).free
    assert Price.from_json(cost.to_json()) == cost
    urgent = Pool([[1], [9]], [[True], [True]], urgency=[2, 0])
    assert price(urgent, solve(urgent), 1, 0) == Price({3: 0, 2: 1, 1: 0}, placed=0, total=1 - 9)


def test_wrong_questions_are_refused():
    pool = Pool([[1, 2]], [[True, False]])
    result = solve(pool)
    with pytest.raises(ValueError, match="forbids"):
        price(pool, result, 0, 1)
    for ask in (price, forbid):
        with pytest.raises(IndexError, match="household 1"):
            ask(pool, result, 1, 0)
        with pytest.raises(IndexError, match="group -1"):
            ask(pool, result, 0, -1)
    with pytest.raises(IndexError):
        prices_of_household(pool, result, 7)
    with pytest.raises(IndexError):
        prices_of_group(pool, result, 7)
    with pytest.raises(ValueError, match="belong"):
        price(Pool([[1, 2], [1, 2]], [[True, True]] * 2), result, 0, 0)


def test_answers_follow_the_result_that_is_asked_about():
    """Two results of one pool, and two pools with equal results: no answer is kept for the wrong one."""
    pool = Pool([[5, 3], [4, 1]], np.ones((2, 2), dtype=bool))
    other = Pool([[5, 3], [9, 1]], np.ones((2, 2), dtype=bool))
    for _ in range(2):
        for each in (pool, other):
            result = solve(each)
            assert goals(price(each, result, 0, 0)) == difference(result, solve(with_only(each, 0, 0)))
