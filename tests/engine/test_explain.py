"""Who is left over and what would help: every claim is confirmed by really making the change."""

import numpy as np
import pytest

from matches.engine import (
    BANNED,
    RULES,
    Candidate,
    GroupProfiles,
    HouseholdProfiles,
    Pool,
    Rulebook,
    candidates_of,
    marginals,
    mask,
    score_matrix,
    solve,
    unmatched,
)
from matches.engine.invented import invented_pool

from .reference import difference, random_pool


def invented(n_households: int, n_groups: int, seed: int) -> tuple[Pool, Rulebook]:
    world = invented_pool(n_households, n_groups, seed)
    book = Rulebook(world.households, world.groups)
    allowed = book.allowed()
    pool = Pool(score_matrix(world.households, world.groups, allowed=allowed), allowed, world.urgency)
    return pool, book


@pytest.mark.parametrize(
    ("size", "seed"), [((14, 9), 1), ((10, 12), 2), ((25, 8), 3), ((6, 6), 4), ((40, 30), 5)]
)
def test_every_change_does_what_it_says(size, seed):
    pool, book = invented(*size, seed)
    result = solve(pool)
    every_score = score_matrix(book.households, book.groups)
    placed = {household for household, _ in result.pairs}
    found = unmatched(pool, result, book)
    assert [one.household for one in found] == sorted(set(range(size[0])) - placed)
    relaxable = {rule.code for rule in RULES if rule.relaxable}
    for one in found:
        i = one.household
        broken = [
            {rule.code for rule in RULES if not rule.holds(book.households, i, book.groups, j)}
            for j in range(size[1])
        ]
        assert one.possible == sum(not codes for codes in broken)
        assert one.blocked == {
            code: count
            for code in (rule.code for rule in RULES)
            if (count := sum(code in codes for codes in broken))
        }
        assert {change.code for change in one.changes} == {
            code for codes in broken if len(codes) == 1 for code in codes if code in relaxable
        }
        for change in one.changes:
            assert list(change.groups) == [j for j in range(size[1]) if broken[j] == {change.code}]
            gains = {}
            for j in change.groups:
                allowed, scores = pool.allowed.copy(), pool.scores.copy()
                allowed[i, j], scores[i, j] = True, every_score[i, j]
                after = solve(Pool(scores, allowed, pool.urgency))
                urgent, lost, total = difference(result, after)
                gains[j] = (*(-urgent[tier] for tier in (3, 2, 1)), -lost, -total)
            best = max(gains.values())
            if change.gain is None:
                assert best == (0, 0, 0, 0, 0)
            else:
                assert change.gain.order == gains[change.group] == best
                assert (i, None, change.group) in change.gain.moves
        order = [(change.gain is None, change.effort) for change in one.changes]
        assert order == sorted(order)
        assert one.smallest == (one.changes[0] if one.changes else None)
        if one.nearest:
            group, codes = one.nearest
            assert set(codes) == broken[group]
            assert len(codes) == min(len(codes) for codes in broken if codes)
        assert (one.instead is None) == (one.possible == 0)


def test_bans_are_told_apart_from_rules():
    households, groups = (
        HouseholdProfiles(1, languages=[mask(0)]),
        GroupProfiles(2, languages=[mask(0), mask(0)]),
    )
    book = Rulebook(households, groups)
    pool = Pool([[1, 1]], [[False, False]])
    (one,) = unmatched(pool, solve(pool), book)
    assert one.blocked == {BANNED: 2}
    assert one.possible == 0
    assert one.smallest is None
    assert one.nearest is None
    assert one.instead is None


def test_the_smallest_change_is_named():
    households = HouseholdProfiles(1, languages=[mask(0)], musts=[mask(2)], size=[4])
    groups = GroupProfiles(
        3,
        languages=[mask(1), mask(0), mask(0)],
        capacity=[6, 6, 3],
        meets=[mask(2), 0, mask(2)],
        consent=[True] * 3,
    )
    book = Rulebook(households, groups)
    pool = Pool(score_matrix(households, groups, allowed=book.allowed()), book.allowed())
    (one,) = unmatched(pool, solve(pool), book)
    assert [change.code for change in one.changes] == ["household_musts", "size", "language"]
    assert one.smallest.groups == (1,)
    assert one.smallest.gain.placed == 1
    assert one.blocked == {"language": 1, "size": 1, "household_musts": 1}


def test_consent_and_safety_are_never_suggested():
    households = HouseholdProfiles(1, languages=[1], unsafe=[(0, 1)], ended=[(0, 2)])
    groups = GroupProfiles(
        4, languages=[1] * 4, consent=[False, True, True, True], free=[True, True, True, False]
    )
    book = Rulebook(households, groups)
    pool = Pool(np.zeros((1, 4), dtype=int), book.allowed())
    (one,) = unmatched(pool, solve(pool), book)
    assert one.changes == ()
    assert one.nearest is not None


def test_nobody_left_over():
    pool = Pool([[1]], [[True]])
    assert unmatched(pool, solve(pool), Rulebook(HouseholdProfiles(1), GroupProfiles(1))) == ()
    with pytest.raises(ValueError, match="shape"):
        unmatched(pool, solve(pool), Rulebook(HouseholdProfiles(2), GroupProfiles(1)))


def test_marginals_equal_solving_again():
    rng = np.random.default_rng(41)
    ranked = 0
    for _ in range(130):
        pool = random_pool(rng, 7)
        result = solve(pool)
        n = pool.shape[0]
        candidates = [
            Candidate(
                f"candidate {k}", rng.integers(0, int(pool.scores.max(initial=0)) + 1, n), rng.random(n) < 0.5
            )
            for k in range(5)
        ]
        # confirm=5: marginals solves every one of them again itself, and raises if it differs
        found = marginals(pool, result, candidates, confirm=5)
        assert all(one.confirmed for one in found)
        orders = [one.gain.order for one in found]
        assert orders == sorted(orders, reverse=True)
        assert all(order >= (0, 0, 0, 0, 0) for order in orders)
        for one in found:
            assert (one.household is None) == (one.gain.order == (0, 0, 0, 0, 0)) or one.gain.order > (0,) * 5
            ranked += one.household is not None
            for household, now, then in one.gain.moves:
                assert result.group_of.get(household) == now
                assert then is not None or now is not None
    assert ranked > 120


def test_marginals_are_exact_for_scores_above_all_known_ones():
    pool = Pool([[0, 0], [1, 0]], [[True, False], [True, False]])
    candidate = Candidate("much better", np.array([90_000, 80_000]), np.array([True, True]))
    (one,) = marginals(pool, solve(pool), [candidate])
    assert one.gain.placed == 1
    assert one.gain.total == 90_000


def test_imaginary_groups():
    world = invented_pool(30, 12, 6)
    book = Rulebook(world.households, world.groups)
    allowed = book.allowed()
    pool = Pool(score_matrix(world.households, world.groups, allowed=allowed), allowed, world.urgency)
    result = solve(pool)
    imaginary = GroupProfiles(3, languages=[mask(2), mask(0, 1), mask(63)], meets=[2**40 - 1] * 3)
    found = marginals(pool, result, candidates_of(world.households, imaginary, ["a", "b", "c"]), confirm=3)
    assert {one.label for one in found} == {"a", "b", "c"}
    assert found[0].gain.placed == 1
    assert found[0].household is not None
    with pytest.raises(ValueError, match="one entry per household"):
        marginals(pool, result, [Candidate("short", np.zeros(2, dtype=int), np.ones(2, dtype=bool))])
