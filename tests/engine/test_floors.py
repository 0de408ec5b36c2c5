"""The best worst pair, by brute force, and what it costs."""

import numpy as np

from matches.engine import Pool, cost_of, highest_floor, solve, with_floor

from .reference import every_set_of_pairs, random_pool, value_of


def test_the_highest_floor_keeps_everybody_placed():
    rng = np.random.default_rng(81)
    raised = 0
    for _ in range(500):
        pool = random_pool(rng, 4)
        result = solve(pool)
        floor = highest_floor(pool, result)
        goals = value_of(pool, result.pairs)[:4]
        equals = [pairs for pairs in every_set_of_pairs(pool) if value_of(pool, pairs)[:4] == goals]
        worst = [min((int(pool.scores[pair]) for pair in pairs), default=0) for pairs in equals]
        assert floor == max(worst)
        with_it = solve(with_floor(pool, floor))
        assert with_it.placed_by_urgency == result.placed_by_urgency
        best = max(value_of(pool, pairs)[4] for pairs, low in zip(equals, worst, strict=True) if low >= floor)
        assert with_it.total == best
        cost = cost_of(pool, result, with_it)
        assert (cost.placed, cost.total) == (0, result.total - best)
        assert not any(cost.urgent.values())
        raised += cost.total > 0
    assert raised > 3


def test_a_floor_that_is_too_high_costs_places():
    pool = Pool([[5, 1], [4, 2]], np.ones((2, 2), dtype=bool), urgency=[0, 1])
    result = solve(pool)
    cost = cost_of(pool, result, solve(with_floor(pool, 3)))
    assert cost.placed == 1
    assert cost.urgent == {3: 0, 2: 0, 1: 0}
    assert cost.total == 7 - 4
    assert cost.moves == ((0, 0, None), (1, 1, 0))
