"""Invented pools of a believable shape, for tests, benchmarks and documentation. Nobody in them exists.

Languages are skewed as in real reception, group sizes and capacities vary, not everything is stated. With the
default numbers about four in five pairs are forbidden by a hard rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .pool import Int64Array
from .profiles import BUDGET, CRITERION_CODES, SLOTS, GroupProfiles, HouseholdProfiles, MaskArray

MOTHER_TONGUES = 14
"""Bits 2..15; bit 0 is Dutch, bit 1 English."""
INTERESTS, GOALS, WISHES, BANDS, PARTS = 40, 12, 8, 5, 12


@dataclass(frozen=True)
class InventedPool:
    """Both sides, and the urgency tier of each household."""

    households: HouseholdProfiles
    groups: GroupProfiles
    urgency: Int64Array


def invented_pool(n_households: int, n_groups: int, seed: int) -> InventedPool:
    """A pool of this size; the same seed gives the same pool."""
    rng = np.random.default_rng(seed)
    shares = 1.0 / np.arange(1, MOTHER_TONGUES + 1) ** 1.2
    shares /= shares.sum()
    dutch, english = np.uint64(1), np.uint64(2)

    size = np.minimum(1 + rng.poisson(1.8, n_households), 9)
    own = _bits(2 + rng.choice(MOTHER_TONGUES, size=n_households, p=shares))
    some_dutch, some_english = rng.random(n_households) < 0.05, rng.random(n_households) < 0.07
    children = np.where(size > 2, _masks(rng, n_households, BANDS, 0.3), np.uint64(0))
    distances = np.minimum(np.abs(np.arange(PARTS)[:, None] - np.arange(PARTS)) + 1, 3)
    np.fill_diagonal(distances, 0)
    households = HouseholdProfiles(
        n_households,
        size=size,
        languages=own | np.where(some_dutch, dutch, 0) | np.where(some_english, english, 0),
        languages_well=own,
        interests=_stated(rng, _masks(rng, n_households, INTERESTS, 0.12)),
        goals=_stated(rng, _masks(rng, n_households, GOALS, 0.25)),
        availability=_stated(rng, _masks(rng, n_households, SLOTS, 0.3)),
        wishes=_masks(rng, n_households, WISHES, 0.12),
        musts=np.where(
            rng.random(n_households) < 0.25, _masks(rng, n_households, WISHES, 0.12), np.uint64(0)
        ),
        meets=_masks(rng, n_households, WISHES, 0.85),
        child_bands=children,
        part_of_town=rng.integers(-1, PARTS, n_households),
        kind=rng.choice(3, size=n_households, p=(0.4, 0.2, 0.4)),
        waiting_days=rng.gamma(2.0, 60.0, n_households).astype(np.int64),
        bridged=rng.random(n_households) < 0.04,
        emphasis=_emphasis(rng, n_households),
        distance_bands=distances,
    )
    members = rng.integers(4, 8, n_groups)
    speakers = np.zeros((n_groups, 2 + MOTHER_TONGUES), dtype=np.int64)
    speakers[:, 0] = members
    speakers[:, 1] = rng.binomial(members, 0.6)
    speakers[:, 2:] = rng.binomial(members[:, None], 0.10 * shares[None, :] ** 0.6)
    groups = GroupProfiles(
        n_groups,
        capacity=rng.choice([2, 3, 4, 5, 6, 9], size=n_groups, p=(0.08, 0.17, 0.25, 0.25, 0.15, 0.1)),
        languages=_of_matrix(speakers > 0),
        languages_well=_of_matrix(speakers > 1) | dutch,
        language_members=speakers,
        interests=_stated(rng, _masks(rng, n_groups, INTERESTS, 0.2)),
        offers=_stated(rng, _masks(rng, n_groups, GOALS, 0.4)),
        availability=_stated(rng, _masks(rng, n_groups, SLOTS, 0.3)),
        wishes=_masks(rng, n_groups, WISHES, 0.08),
        musts=np.where(rng.random(n_groups) < 0.15, _masks(rng, n_groups, WISHES, 0.1), np.uint64(0)),
        meets=_masks(rng, n_groups, WISHES, 0.8),
        child_bands=_masks(rng, n_groups, BANDS, 0.2),
        carries_bands=_masks(rng, n_groups, BANDS, 0.85),
        part_of_town=rng.integers(-1, PARTS, n_groups),
        kind=rng.choice(3, size=n_groups, p=(0.3, 0.2, 0.5)),
        emphasis=_emphasis(rng, n_groups),
    )
    urgency = rng.choice(4, size=n_households, p=(0.9, 0.05, 0.03, 0.02))
    return InventedPool(households, groups, urgency)


def invented_sizes(pools: int, households: int, groups: int, seed: int) -> list[tuple[int, int]]:
    """(households, groups) of every municipality of an invented country, skewed like real ones; they add
    up."""
    rng = np.random.default_rng(seed)
    shares = rng.lognormal(0.0, 1.0, pools)
    shares /= shares.sum()
    return list(
        zip(
            rng.multinomial(households, shares).tolist(),
            rng.multinomial(groups, shares).tolist(),
            strict=True,
        )
    )


def _bits(positions: Int64Array) -> MaskArray:
    return np.left_shift(np.uint64(1), positions.astype(np.uint64))


def _of_matrix(flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> MaskArray:
    values = np.left_shift(np.uint64(1), np.arange(flags.shape[1], dtype=np.uint64))
    masks: MaskArray = np.where(flags, values, np.uint64(0)).sum(axis=1, dtype=np.uint64)
    return masks


def _masks(rng: np.random.Generator, count: int, width: int, share: float) -> MaskArray:
    return _of_matrix(rng.random((count, width)) < share)


def _stated(rng: np.random.Generator, masks: MaskArray) -> MaskArray:
    """One in eight leaves the question open."""
    return np.where(rng.random(len(masks)) < 0.125, np.uint64(0), masks)


def _emphasis(rng: np.random.Generator, count: int) -> Int64Array:
    """Half of them spread their points over the criteria."""
    points = rng.multinomial(BUDGET, np.full(len(CRITERION_CODES), 1 / len(CRITERION_CODES)), size=count)
    return np.where((rng.random(count) < 0.5)[:, None], points, 0)
