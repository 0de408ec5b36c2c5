"""A floor under the pairs: no pair below a score. What it costs is shown before it is used."""

from __future__ import annotations

import numpy as np

from .pool import MAX_TIER, Pool
from .result import Price, Result
from .solve import solve


def with_floor(pool: Pool, score: int) -> Pool:
    """The pool without the pairs that score less than `score`; everything else as it was."""
    return Pool(
        pool.scores,
        pool.allowed & (pool.scores >= score),
        pool.urgency,
        pool.seed,
        pool.household_keys,
        pool.group_keys,
    )


def highest_floor(pool: Pool, result: Result) -> int:
    """The highest floor at which nobody loses a place: as many in every tier, with the best worst pair.

    Solving `with_floor(pool, highest_floor(pool, result))` puts "best worst pair first" between the goals
    "most placed" and "highest score". Solves about ten times. 0 if nobody is placed.

    Source: the threshold method for bottleneck assignment, Garfinkel, An improved algorithm for the bottleneck
    assignment problem, Operations Research 19 (1971).
    """
    if not result.pairs:
        return 0
    worst = min(int(pool.scores[pair]) for pair in result.pairs)
    steps = np.unique(pool.scores[pool.allowed & (pool.scores >= worst)]).tolist()
    low, high = 0, len(steps) - 1  # steps[low] is known to do
    while low < high:
        middle = (low + high + 1) // 2
        if solve(with_floor(pool, steps[middle])).placed_by_urgency == result.placed_by_urgency:
            low = middle
        else:
            high = middle - 1
    return int(steps[low])


def cost_of(pool: Pool, result: Result, other: Result) -> Price:
    """What taking `other` (of a changed pool of the same people) loses against `result`, goal by goal."""
    urgent = {
        tier: result.placed_by_urgency[tier] - other.placed_by_urgency[tier]
        for tier in range(MAX_TIER, 0, -1)
    }
    now, then = result.group_of, other.group_of
    moves = tuple(
        (household, now.get(household), then.get(household))
        for household in range(pool.shape[0])
        if now.get(household) != then.get(household)
    )
    return Price(urgent, result.placed - other.placed, result.total - other.total, moves)
