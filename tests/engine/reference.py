"""Slow, plain answers to compare the engine with: brute force, and a second solver."""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import linear_sum_assignment

from matches.engine import Pool, Result, solve

RADIX = 16  # more than any count in a brute-forced pool


def value(result: Result) -> tuple[int, ...]:
    """Tier 3, 2, 1, placed, total."""
    tiers = result.placed_by_urgency
    return tiers[3], tiers[2], tiers[1], result.placed, result.total


def brute_force(pool: Pool) -> tuple[tuple[int, ...], int]:
    """(best value, number of sets of pairs that reach it): dynamic programming over sets of groups."""
    n_households, n_groups = pool.shape
    assert max(pool.shape) < RADIX
    top = 10**7
    size = 1 << n_groups
    best = np.full(size, -1, dtype=np.int64)
    ways = np.zeros(size, dtype=np.int64)
    best[0], ways[0] = 0, 1
    sets = np.arange(size)
    for household in range(n_households):
        tier = int(pool.urgency[household])
        goals = [0, 0, 0, 1]  # tier 3, 2, 1, placed
        if tier:
            goals[3 - tier] = 1
        worth = 0
        for count in goals:
            worth = worth * RADIX + count
        old_best, old_ways = best.copy(), ways.copy()
        for group in range(n_groups):
            if not pool.allowed[household, group]:
                continue
            before = sets[(sets >> group & 1 == 0) & (old_best >= 0)]
            after = before | 1 << group
            candidate = old_best[before] + worth * top + int(pool.scores[household, group])
            better, equal = candidate > best[after], candidate == best[after]
            ways[after[better]] = old_ways[before[better]]
            ways[after[equal]] += old_ways[before[equal]]
            best[after[better]] = candidate[better]
    optimum = int(best.max())
    count = int(ways[best == optimum].sum())
    goals_value, total = divmod(optimum, top)
    digits = []
    for _ in range(4):
        goals_value, digit = divmod(goals_value, RADIX)
        digits.append(digit)
    return (*digits[::-1], total), count


def every_set_of_pairs(pool: Pool) -> Iterator[tuple[tuple[int, int], ...]]:
    """All possible sets of pairs of a tiny pool."""

    def extend(household: int, used: frozenset[int], pairs: tuple[tuple[int, int], ...]) -> Iterator[tuple]:
        if household == pool.shape[0]:
            yield pairs
            return
        yield from extend(household + 1, used, pairs)
        for group in range(pool.shape[1]):
            if group not in used and pool.allowed[household, group]:
                yield from extend(household + 1, used | {group}, (*pairs, (household, group)))

    return extend(0, frozenset(), ())


def value_of(pool: Pool, pairs: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Tier 3, 2, 1, placed, total of a set of pairs."""
    tiers = [int(pool.urgency[household]) for household, _ in pairs]
    total = sum(int(pool.scores[pair]) for pair in pairs)
    return tiers.count(3), tiers.count(2), tiers.count(1), len(pairs), total


def referee(pool: Pool) -> tuple[int, ...]:
    """The best value by scipy's dense solver, with tier weights of its own: powers, not 4 3 2 1."""
    many = min(pool.shape) + 1
    placement = int(pool.scores.max(initial=0)) * many + 1
    factor = np.array([1, 1 + many, 1 + many * (1 + many), 1 + many * (1 + many * (1 + many))])
    assert float(placement) * float(factor[-1]) * many < 2**53
    weights = np.where(pool.allowed, placement * factor[pool.urgency][:, None] + pool.scores, 0)
    rows, columns = linear_sum_assignment(weights.astype(np.float64), maximize=True)
    kept = pool.allowed[rows, columns]
    pairs = tuple(zip(rows[kept].tolist(), columns[kept].tolist(), strict=True))
    return value_of(pool, pairs)


def random_pool(rng: np.random.Generator, largest: int, *, seed: int | None = None) -> Pool:
    """Rectangles, empty sides, everything forbidden, many ties, tiers or none."""
    n_households, n_groups = rng.integers(0, largest + 1, size=2).tolist()
    highest = int(rng.choice([0, 1, 2, 5, 1000, 100_000]))
    share = float(rng.choice([0.0, 0.2, 0.5, 0.8, 1.0]))
    return Pool(
        rng.integers(0, highest + 1, (n_households, n_groups)),
        rng.random((n_households, n_groups)) < share,
        rng.integers(0, 4, n_households) if rng.random() < 0.6 else None,
        seed=int(rng.integers(0, 2**40)) if seed is None else seed,
    )


def with_only(pool: Pool, household: int, group: int) -> Pool:
    """The pool in which these two can only go together; a pair always helps, so solving takes it."""
    allowed = pool.allowed.copy()
    allowed[household, :] = False
    allowed[:, group] = False
    allowed[household, group] = True
    return Pool(pool.scores, allowed, pool.urgency, pool.seed)


def without(pool: Pool, household: int, group: int) -> Pool:
    """The pool with this pair forbidden."""
    allowed = pool.allowed.copy()
    allowed[household, group] = False
    return Pool(pool.scores, allowed, pool.urgency, pool.seed)


def difference(best: Result, other: Result) -> tuple[dict[int, int], int, int]:
    """(urgent, placed, total) that `other` is short of `best`."""
    urgent = {tier: best.placed_by_urgency[tier] - other.placed_by_urgency[tier] for tier in (3, 2, 1)}
    return urgent, best.placed - other.placed, best.total - other.total


def solved(pool: Pool) -> tuple[Pool, Result]:
    return pool, solve(pool)
