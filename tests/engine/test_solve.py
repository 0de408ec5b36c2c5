"""The best result: known answers, brute force, a second solver, and what must not change it."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matches.engine import Pool, Result, check, solve
from matches.engine.weights import EXACT, assert_exact, pair_lots, queue_weights

from .reference import brute_force, every_set_of_pairs, random_pool, referee, value, value_of


def least_cost(costs: list[list[int]]) -> int:
    """The lowest cost of a full assignment, with costs turned into scores."""
    array = np.array(costs)
    top = int(array.max())
    pool = Pool(top - array, np.ones(array.shape, dtype=bool))
    result = solve(pool)
    check(pool, result)
    assert result.placed == min(array.shape)
    return top * result.placed - result.total


@pytest.mark.parametrize(
    ("costs", "answer"),
    [
        ([[400, 150, 400], [400, 450, 600], [300, 225, 300]], 850),
        ([[400, 150, 400, 1], [400, 450, 600, 2], [300, 225, 300, 3]], 452),
        ([[10, 10, 8], [9, 8, 1], [9, 7, 4]], 18),
        ([[10, 10, 8, 11], [9, 8, 1, 1], [9, 7, 4, 10]], 15),
        ([[4, 1, 3], [2, 0, 5], [3, 2, 2]], 5),
    ],
)
def test_answers_of_scipys_own_tests(costs, answer):
    assert least_cost(costs) == answer
    assert least_cost(np.array(costs).T.tolist()) == answer


@pytest.mark.parametrize(("n", "answer"), [(50, 22_100), (100, 171_700), (200, 1_353_400)])
def test_machol_wien(n, answer):
    numbers = np.arange(1, n + 1)
    assert n * (n + 1) * (n + 2) // 6 == answer
    assert least_cost((numbers[:, None] * numbers).tolist()) == answer


@pytest.mark.parametrize(("n", "repeats"), [(10, 400), (50, 60)])
def test_exponential_costs_have_the_expected_minimum(n, repeats):
    """Parisi's formula: the expected minimum is the sum of 1 / k**2."""
    rng = np.random.default_rng(4)
    unit = 5_000
    minima = []
    for _ in range(repeats):
        costs = np.minimum(np.rint(rng.exponential(1.0, (n, n)) * unit), 100_000).astype(int)
        result = solve(Pool(100_000 - costs, np.ones((n, n), dtype=bool)))
        minima.append((100_000 * n - result.total) / unit)
    expected = sum(1 / k**2 for k in range(1, n + 1))
    assert abs(np.mean(minima) - expected) < 4 * np.std(minima) / math.sqrt(repeats) + n / unit


def test_or_library():
    """assign100 of OR-Library (J. E. Beasley, MIT licence); its published optimum is 305."""
    numbers = np.array(
        (Path(__file__).parent / "data" / "orlib_assign100.txt").read_text().split(), dtype=int
    )
    assert least_cost(numbers[1:].reshape(numbers[0], numbers[0]).tolist()) == 305


@pytest.mark.no_cover
def test_brute_force_on_thousands_of_pools():
    rng = np.random.default_rng(11)
    with_lottery = 0
    for _ in range(2500):
        pool = random_pool(rng, 8)
        best, ways = brute_force(pool)
        result = solve(pool)
        assert value(result) == best
        assert result.certificate.lottery_drawn == (ways > 1)
        check(pool, result)
        with_lottery += ways > 1
    assert 400 < with_lottery < 2300


@pytest.mark.parametrize("size", [(30, 30), (80, 60), (60, 120), (200, 200), (300, 150), (300, 300)])
@pytest.mark.parametrize("share", [0.05, 0.3, 1.0])
def test_second_solver(size, share):
    rng = np.random.default_rng([*size, int(share * 100)])
    for highest in (3, 1000):
        pool = Pool(
            rng.integers(0, highest + 1, size),
            rng.random(size) < share,
            rng.choice(4, size[0], p=(0.7, 0.1, 0.1, 0.1)),
        )
        result = solve(pool)
        assert value(result) == referee(pool)
        check(pool, result)


@pytest.mark.no_cover
def test_the_lottery_keeps_its_promise():
    """First the queue of households, in order; then the highest sum of pair lots, draw after draw."""
    rng = np.random.default_rng(12)
    decided_by_queue = decided_by_pairs = 0
    for _ in range(1500):
        pool = random_pool(rng, 4)
        queue = queue_weights(pool)
        rows, columns = np.nonzero(np.ones(pool.shape, dtype=bool))
        lots = [pair_lots(pool, draw)(rows, columns).reshape(pool.shape) for draw in (1, 2)]

        def order(pairs, pool=pool, queue=queue, lots=lots):
            in_queue = sorted((int(queue[household]) for household, _ in pairs), reverse=True)
            return value_of(pool, pairs), in_queue, [sum(int(lot[pair]) for pair in pairs) for lot in lots]

        best = max(every_set_of_pairs(pool), key=order)
        result = solve(pool)
        assert result.pairs == best
        names = [stage.name for stage in result.certificate.stages]
        decided_by_queue += "lots" in names
        decided_by_pairs += "pairs" in names
    assert decided_by_queue > 50
    assert decided_by_pairs > 50


@pytest.mark.no_cover
def test_the_lottery_is_fair():
    """Three equal households, one group: each wins about a third of the seeds."""
    wins = np.zeros(3)
    for seed in range(600):
        pool = Pool([[7], [7], [7]], [[True]] * 3, seed=seed, household_keys=["a", "b", "c"])
        wins[solve(pool).pairs[0][0]] += 1
    assert (abs(wins - 200) < 50).all()  # 4 standard deviations


def test_a_higher_tier_comes_strictly_first():
    # Whatever their scores, and although two of tier 1 could go instead of one of tier 2.
    allowed = [[True, False], [True, False], [True, True]]
    pool = Pool([[100_000, 0], [0, 0], [100_000, 100_000]], allowed, urgency=[1, 2, 1])
    assert solve(pool).pairs == ((1, 0), (2, 1))
    assert solve(Pool([[100_000], [0]], [[True], [True]], urgency=[0, 1])).pairs == ((1, 0),)


def test_more_placed_goes_before_more_points():
    pool = Pool([[100_000, 0], [0, 0]], [[True, True], [True, False]])
    assert solve(pool).pairs == ((0, 1), (1, 0))


@pytest.mark.parametrize("shape", [(0, 0), (0, 4), (4, 0), (3, 3)])
def test_nothing_possible(shape):
    pool = Pool(np.zeros(shape, dtype=int), np.zeros(shape, dtype=bool))
    result = solve(pool)
    assert (result.pairs, result.placed, result.total) == ((), 0, 0)
    assert result.placed_by_urgency == {3: 0, 2: 0, 1: 0, 0: 0}
    check(pool, result)


def keyed(pool: Pool, result: Result) -> set[tuple[str, str]]:
    return {(pool.household_keys[household], pool.group_keys[group]) for household, group in result.pairs}


@st.composite
def pools(draw: st.DrawFn, largest: int = 7) -> Pool:
    n_households, n_groups = draw(st.integers(0, largest)), draw(st.integers(0, largest))
    highest = draw(st.sampled_from([0, 1, 3, 100_000]))

    def table(cell: st.SearchStrategy, dtype: type) -> np.ndarray:
        row = st.lists(cell, min_size=n_groups, max_size=n_groups)
        rows = draw(st.lists(row, min_size=n_households, max_size=n_households))
        return np.array(rows, dtype=dtype).reshape(n_households, n_groups)

    return Pool(
        table(st.integers(0, highest), np.int64),
        table(st.booleans(), np.bool_),
        draw(st.lists(st.integers(0, 3), min_size=n_households, max_size=n_households)) or None,
        seed=draw(st.integers(0, 2**63 - 1)),
        household_keys=[f"household {i}" for i in range(n_households)],
        group_keys=[f"group {j}" for j in range(n_groups)],
    )


@pytest.mark.no_cover
@settings(max_examples=250, deadline=None)
@given(pools(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(pool, random):
    rows, columns = list(range(pool.shape[0])), list(range(pool.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    shuffled = Pool(
        pool.scores[rows][:, columns],
        pool.allowed[rows][:, columns],
        pool.urgency[rows],
        pool.seed,
        [pool.household_keys[i] for i in rows],
        [pool.group_keys[j] for j in columns],
    )
    result, again = solve(pool), solve(shuffled)
    assert keyed(pool, result) == keyed(shuffled, again)
    # Even the prices are the same, at their new places.
    for before, after in zip(result.certificate.stages, again.certificate.stages, strict=True):
        assert [before.household_prices[i] for i in rows] == list(after.household_prices)
        assert [before.group_prices[j] for j in columns] == list(after.group_prices)


@pytest.mark.no_cover
@settings(max_examples=150, deadline=None)
@given(pools())
def test_a_result_survives_json_and_is_the_same_every_time(pool):
    result = solve(pool)
    text = json.dumps(result.to_json(), sort_keys=True)
    assert Result.from_json(json.loads(text)) == result
    assert json.dumps(solve(pool).to_json(), sort_keys=True) == text
    check(pool, Result.from_json(json.loads(text)))


def test_shuffling_a_large_pool_changes_nothing():
    rng = np.random.default_rng(13)
    scores, allowed = rng.integers(0, 4, (150, 120)), rng.random((150, 120)) < 0.2
    urgency = rng.choice(4, 150, p=(0.7, 0.1, 0.1, 0.1))
    pool = Pool(scores, allowed, urgency, 5, [f"h{i}" for i in range(150)], [f"g{j}" for j in range(120)])
    expected = keyed(pool, solve(pool))
    for _ in range(3):
        rows, columns = rng.permutation(150), rng.permutation(120)
        shuffled = Pool(
            scores[rows][:, columns],
            allowed[rows][:, columns],
            urgency[rows],
            5,
            [f"h{i}" for i in rows],
            [f"g{j}" for j in columns],
        )
        assert keyed(shuffled, solve(shuffled)) == expected


@pytest.mark.no_cover
def test_a_constant_on_the_row_of_somebody_always_placed_changes_no_pair():
    """Where every household is placed. Elsewhere points may rightly decide who is placed."""
    rng = np.random.default_rng(14)
    tried = 0
    while tried < 120:
        pool = random_pool(rng, 8)
        result = solve(pool)
        if not pool.shape[0] or result.placed < pool.shape[0] or pool.scores.max() > 1000:
            continue
        tried += 1
        scores = pool.scores.copy()
        scores[rng.integers(pool.shape[0])] += 777
        assert solve(Pool(scores, pool.allowed, pool.urgency, pool.seed)).pairs == result.pairs


def test_removing_a_group_nobody_took_changes_nothing():
    rng = np.random.default_rng(15)
    tried = 0
    while tried < 200:
        pool = random_pool(rng, 8)
        result = solve(pool)
        spare = sorted(set(range(pool.shape[1])) - {group for _, group in result.pairs})
        if not spare:
            continue
        tried += 1
        gone = int(rng.choice(spare))
        kept = [group for group in range(pool.shape[1]) if group != gone]
        less = Pool(
            pool.scores[:, kept],
            pool.allowed[:, kept],
            pool.urgency,
            pool.seed,
            group_keys=[str(j) for j in kept],
        )
        assert [(i, kept[j]) for i, j in solve(less).pairs] == list(result.pairs)


def test_scores_of_forbidden_pairs_do_not_matter():
    rng = np.random.default_rng(16)
    for _ in range(100):
        pool = random_pool(rng, 6)
        other = Pool(np.where(pool.allowed, pool.scores, 99_999), pool.allowed, pool.urgency, pool.seed)
        assert solve(other) == solve(pool)


def test_exact_at_the_highest_scores():
    rng = np.random.default_rng(17)
    size = (400, 400)
    pool = Pool(100_000 - rng.integers(0, 3, size), rng.random(size) < 0.5, rng.integers(0, 4, 400))
    result = solve(pool)
    check(pool, result)
    assert result.placed == 400
    assert result.total == 400 * 100_000


def test_the_bound_is_asserted():
    assert_exact(40_000, 5 * (2 * 40_001 * 100_000 + 1))
    assert_exact(40_000, 2 * (40_000 * (2**20 - 1) + 1) + 2**20 - 1)
    with pytest.raises(OverflowError):
        assert_exact(1000, EXACT // 2000)


def test_what_is_not_exact_is_not_solved(monkeypatch):
    """The weights of the goals, in a pool without a lottery: these are asserted by themselves."""
    pool = Pool(np.full((2, 2), 10), np.eye(2, dtype=bool), [0, 0])
    heaviest = (3 + 2) * (2 * 3 * 10 + 1)
    monkeypatch.setattr("matches.engine.weights.EXACT", 2 * (2 + 2) * heaviest + 1)
    assert solve(pool).placed == 2
    monkeypatch.setattr("matches.engine.weights.EXACT", 2 * (2 + 2) * heaviest)
    with pytest.raises(OverflowError):
        solve(pool)
