"""Five thousand on both sides with scores near the highest, and a best result that is known beforehand."""

import numpy as np
import pytest

from matches.engine import MAX_SCORE, CertificateError, Pool, Result, check, solve

from .reference import value

SIZE = 5_000
#: Households and groups that go without.
WITHOUT = 200
#: Possible partners of a household, besides the one that is planted.
OTHERS = 20


Pairs = tuple[tuple[int, int], ...]


def planted() -> tuple[Pool, Pairs]:
    """A pool and its only best result.

    Prices are drawn first, at most half of the highest score for each side. A planted pair scores exactly its two
    prices, every other possible pair at least one point less. Whoever is left over has price 0 and is not urgent, and
    the groups left over fit nobody. By the duality of the assignment problem no set of pairs can be better, and every
    other one is worse: it holds a pair that scores less than its prices, or leaves a price unpaid.
    """
    rng = np.random.default_rng(20_261_127)
    placed = SIZE - WITHOUT
    households, groups = rng.permutation(SIZE), rng.permutation(SIZE)
    with_group = groups[:placed][np.argsort(households[:placed])]
    with_household = np.sort(households[:placed])
    of_household = rng.integers(49_000, 50_001, SIZE)
    of_group = rng.integers(49_000, 50_001, SIZE)
    urgency = rng.choice(4, SIZE, p=(0.7, 0.1, 0.1, 0.1))
    of_household[households[placed:]] = urgency[households[placed:]] = 0
    allowed = np.zeros((SIZE, SIZE), dtype=np.bool_)
    scores = np.zeros((SIZE, SIZE), dtype=np.int32)
    rows = np.repeat(np.arange(SIZE), OTHERS)
    columns = rng.choice(groups[:placed], SIZE * OTHERS)
    scores[rows, columns] = of_household[rows] + of_group[columns] - rng.integers(1, 40, SIZE * OTHERS)
    allowed[rows, columns] = True
    scores[with_household, with_group] = of_household[with_household] + of_group[with_group]
    allowed[with_household, with_group] = True
    best = tuple(zip(with_household.tolist(), with_group.tolist(), strict=True))
    return Pool(scores, allowed, urgency, seed=7), best


@pytest.fixture(scope="module")
def solved() -> tuple[Pool, Pairs, Result]:
    pool, best = planted()
    return pool, best, solve(pool)


def test_the_planted_result_is_found_and_proves_itself(solved):
    pool, best, result = solved
    assert pool.shape == (SIZE, SIZE)
    assert int(pool.scores[pool.allowed].max()) > MAX_SCORE - 100
    assert int(pool.allowed.sum()) > 90_000
    tiers = [int((pool.urgency == tier).sum()) for tier in (3, 2, 1)]
    total = sum(int(pool.scores[pair]) for pair in best)
    assert value(result) == (*tiers, SIZE - WITHOUT, total)
    assert result.pairs == best
    assert not result.certificate.lottery_drawn
    assert check(pool, result) is None


def test_a_result_one_step_from_it_does_not_pass(solved):
    pool, best, result = solved
    told = result.to_json()
    told["pairs"] = told["pairs"][1:]
    told["placed"] -= 1
    household, group = best[0]
    told["total"] -= int(pool.scores[household, group])
    tier = str(int(pool.urgency[household]))
    told["placed_by_urgency"][tier] -= 1
    with pytest.raises(CertificateError):
        check(pool, Result.from_json(told))
