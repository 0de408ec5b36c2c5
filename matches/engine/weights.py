"""What each stage of the optimum weighs. Shared by `solve` and `check`: definitions only, no algorithm.

Goals. A pair of household i and group j weighs  scale * (1 + urgency[i]) + score[i, j]  with
scale = 2 * (k + 1) * (highest allowed score) + 1, k = size of the smaller side.
Why one weight is enough for the order "tier 3, then 2, then 1, then most placed, then score":
 - The sets of households that can be placed together are the independent sets of a (transversal) matroid. In
   a matroid a set of greatest weight under any positive, decreasing weights is found greedily, and is at
   once best for tier 3, then for 2, then 1, and of greatest size. So 4, 3, 2, 1 per tier do; powers are not
   needed. Source: Edmonds and Fulkerson, Transversals and matroid partition, Journal of Research of the National
   Bureau of Standards 69B (1965); Edmonds, Matroids and the greedy algorithm, Mathematical Programming 1 (1971).
 - The scores of at most k pairs differ by at most k * (highest score) < scale / 2: never enough to buy a
   placement.

Lottery. Only among the results that are equal in every goal. These are exactly the matchings that use only
tight pairs (a + b = w) and cover every household and group with a positive price. Two draws, both from seed
and key alone:
 - "lots": every household draws a place in a queue. The placed households among equal results are again the
   bases of a matroid, so weights n, n-1, …, 1 along the queue choose them in order of their lots: the first
   in the queue that can be placed is placed, and so on. Left out where every household is placed.
 - "pairs": every pair draws 20 bits; the highest sum is taken; drawn again (draw 2, 3, …) until one result
   is left.
A vertex that must stay covered weighs `scale` extra in these stages.

Bounds. k <= 40_000 keeps every sum of weights along an alternating path of the solver below 2**53 (asserted).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .pool import MAX_TIER, Int64Array, Pool

EXACT = 2**53
"""Whole numbers up to here are exact in float64, which the solver works in, and in JSON."""
PAIR_BITS = 20
MAX_DRAWS = 64

Lots = Callable[[npt.NDArray[np.intp], npt.NDArray[np.intp]], Int64Array]

_ODD_1 = np.uint64(0x9E3779B97F4A7C15)
_ODD_2 = np.uint64(0xBF58476D1CE4E5B9)
_ODD_3 = np.uint64(0x94D049BB133111EB)


def assert_exact(pairs: int, heaviest: int) -> None:
    """Raise OverflowError unless every sum over an alternating path of `pairs` pairs is exact in float64."""
    if 2 * (pairs + 2) * heaviest >= EXACT:
        raise OverflowError(f"{pairs} pairs of weight {heaviest} do not stay below 2**53")


def highest_score(pool: Pool) -> int:
    """The highest score of an allowed pair; 0 if none is allowed."""
    if not pool.scores.size:
        return 0
    return int(np.multiply(pool.scores, pool.allowed, dtype=np.int32).max())


def goal_scale(pool: Pool) -> int:
    """Weight of one placement in the stage "goals"."""
    scale = 2 * (pool.smaller_side + 1) * highest_score(pool) + 1
    assert_exact(pool.smaller_side, (MAX_TIER + 2) * scale)
    return scale


def goal_base(pool: Pool, scale: int) -> Int64Array:
    """int (households,): what a placement of each household weighs before its score."""
    return (1 + pool.urgency.astype(np.int64)) * scale


def queue_weights(pool: Pool) -> Int64Array:
    """int (households,): n for the household that drew the first place of the queue, … 1 for the last.

    Source: priority matchings, Roth, Sönmez and Ünver, Pairwise kidney exchange, Journal of Economic Theory 125 (2005).
    """
    hashes = _hashes(pool.seed, "household", pool.household_keys).tolist()
    order = sorted(range(len(hashes)), key=lambda index: (hashes[index], pool.household_keys[index]))
    weights = np.empty(len(order), dtype=np.int64)
    weights[order] = np.arange(len(order), 0, -1)
    return weights


def pair_lots(pool: Pool, draw: int) -> Lots:
    """The lots of draw 1, 2, …: from rows and columns of pairs, int (pairs,), 0..2**20-1; they depend on seed and the
    two keys only.

    Source: random weights leave one best matching, Mulmuley, Vazirani and Vazirani, Matching is as easy as matrix
    inversion, Combinatorica 7 (1987); mixed as SplitMix64, Steele, Lea and Flood, Fast splittable pseudorandom number
    generators, OOPSLA (2014).
    """
    households = _hashes(pool.seed, f"household in draw {draw}", pool.household_keys)
    groups = _hashes(pool.seed, f"group in draw {draw}", pool.group_keys)

    def lots(rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]) -> Int64Array:
        mixed = households[rows] * _ODD_1 + groups[columns]
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _ODD_2
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _ODD_3
        mixed ^= mixed >> np.uint64(31)
        return (mixed >> np.uint64(64 - PAIR_BITS)).astype(np.int64)

    return lots


def cover_scale(pool: Pool, heaviest: int) -> int:
    """Extra weight of a vertex that must stay covered, where a lot weighs at most `heaviest`."""
    scale = pool.smaller_side * heaviest + 1
    assert_exact(pool.smaller_side, 2 * scale + heaviest)
    return scale


def _hashes(seed: int, purpose: str, keys: tuple[str, ...]) -> npt.NDArray[np.uint64]:
    start = hashlib.blake2b(f"{seed}\x00{purpose}\x00".encode(), digest_size=8)
    words = bytearray()
    for key in keys:
        one = start.copy()
        one.update(key.encode())
        words += one.digest()
    return np.frombuffer(bytes(words), dtype="<u8").astype(np.uint64)
