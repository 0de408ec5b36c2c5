"""The question put to the engine: which household could go with which group, and how well.

One group supports one household. Nothing here knows who the people are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

MAX_SCORE = 100_000
"""Highest score of a pair."""
MAX_TIER = 3
"""Highest urgency; 0 is normal."""
MAX_SEED = 2**63 - 1
MAX_SMALLER_SIDE = 40_000
"""Most households or groups on the smaller side: below it every sum stays under 2**53 (see `weights.py`)."""


class PoolError(ValueError):
    """The input of a pool is wrong. `argument` names which one; the text says what is wrong with it."""

    def __init__(self, argument: str, problem: str) -> None:
        super().__init__(f"{argument} {problem}")
        self.argument = argument


@dataclass(frozen=True, eq=False, init=False)
class Pool:
    """Everything `solve` needs. Arrays are stored read-only; two pools are compared by identity.

    scores          int (households, groups), 0..100_000; the score of a forbidden pair does not matter
    allowed         bool (households, groups); True = no hard rule stands in the way
    urgency         int (households,), 0 = normal, 1..3 = more urgent, each tier strictly before the lower
                    ones
    seed            0..2**63-1; decides the lottery among results that are equal in every goal
    household_keys  a stable, unique name (text or whole number) of each household; default its index.
    group_keys      the same for groups. With keys, the pairs chosen do not depend on the order of rows and
                    columns, because lots are drawn from seed and key.

    Raises PoolError, which names the argument.

    Source: a sparse linear assignment problem, Burkard, Dell'Amico and Martello, Assignment Problems (SIAM, 2009).
    """

    scores: Int32Array
    allowed: BoolArray
    urgency: Int32Array
    seed: int
    household_keys: tuple[str, ...]
    group_keys: tuple[str, ...]

    def __init__(
        self,
        scores: npt.ArrayLike,
        allowed: npt.ArrayLike,
        urgency: npt.ArrayLike | None = None,
        seed: int = 0,
        household_keys: Sequence[str] | Sequence[int] | None = None,
        group_keys: Sequence[str] | Sequence[int] | None = None,
    ) -> None:
        checked_scores = _whole_numbers("scores", scores, dimensions=2, low=0, high=MAX_SCORE)
        checked_allowed = _booleans("allowed", allowed, shape=checked_scores.shape)
        n_households, n_groups = checked_scores.shape
        if min(n_households, n_groups) > MAX_SMALLER_SIDE:
            raise PoolError("scores", f"has more than {MAX_SMALLER_SIDE} rows and columns; split the pool")
        if urgency is None:
            checked_urgency = np.zeros(n_households, dtype=np.int32)
        else:
            checked_urgency = _whole_numbers("urgency", urgency, dimensions=1, low=0, high=MAX_TIER)
            if len(checked_urgency) != n_households:
                raise PoolError(
                    "urgency", f"has length {len(checked_urgency)}, not {n_households} (households)"
                )
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
            raise PoolError("seed", f"must be a whole number, not {type(seed).__name__}")
        if not 0 <= seed <= MAX_SEED:
            raise PoolError("seed", f"must lie between 0 and {MAX_SEED}, not {seed}")
        for array in (checked_scores, checked_allowed, checked_urgency):
            array.flags.writeable = False
        put = object.__setattr__
        put(self, "scores", checked_scores)
        put(self, "allowed", checked_allowed)
        put(self, "urgency", checked_urgency)
        put(self, "seed", int(seed))
        put(self, "household_keys", _keys("household_keys", household_keys, n_households))
        put(self, "group_keys", _keys("group_keys", group_keys, n_groups))

    @property
    def shape(self) -> tuple[int, int]:
        """(households, groups)"""
        return self.scores.shape[0], self.scores.shape[1]

    @property
    def smaller_side(self) -> int:
        """The most pairs any result can have."""
        return min(self.shape)

    def digest(self) -> str:
        """SHA-256 (hex) over the whole input in the order of the keys: equal for the same pool in any order.

        Scores of forbidden pairs do not count.
        """
        rows = sorted(range(self.shape[0]), key=self.household_keys.__getitem__)
        columns = sorted(range(self.shape[1]), key=self.group_keys.__getitem__)
        digest = hashlib.sha256()
        digest.update(repr((self.shape, self.seed)).encode())
        for keys, order in ((self.household_keys, rows), (self.group_keys, columns)):
            digest.update("\x00".join(f"{len(keys[i])}:{keys[i]}" for i in order).encode())
        digest.update(np.ascontiguousarray(self.urgency[rows], dtype="<i4").tobytes())
        for row in rows:
            allowed = self.allowed[row][columns]
            digest.update(np.packbits(allowed).tobytes())
            digest.update(np.ascontiguousarray(self.scores[row][columns][allowed], dtype="<i4").tobytes())
        return digest.hexdigest()


def _whole_numbers(name: str, value: npt.ArrayLike, *, dimensions: int, low: int, high: int) -> Int32Array:
    """`value` as a private int32 array after checking shape, type and range."""
    array = _array(name, value, dimensions)
    if array.dtype == np.bool_ or not np.issubdtype(array.dtype, np.integer):
        if np.issubdtype(array.dtype, np.floating) and bool(np.isnan(array).any()):
            raise PoolError(name, "contains NaN; only whole numbers are allowed")
        raise PoolError(name, f"must be an array of whole numbers, not of {array.dtype}")
    if array.size:
        smallest, largest = int(array.min()), int(array.max())
        if smallest < low:
            raise PoolError(name, f"contains {smallest}; the lowest value is {low}")
        if largest > high:
            raise PoolError(name, f"contains {largest}; the highest value is {high}")
    return np.array(array, dtype=np.int32, order="C", copy=True)


def _booleans(name: str, value: npt.ArrayLike, *, shape: tuple[int, ...]) -> BoolArray:
    array = _array(name, value, len(shape))
    if array.dtype != np.bool_:
        raise PoolError(name, f"must be an array of True and False, not of {array.dtype}")
    if array.shape != shape:
        raise PoolError(name, f"has shape {array.shape}, not {shape} like scores")
    return np.array(array, dtype=np.bool_, order="C", copy=True)


def _array(name: str, value: npt.ArrayLike, dimensions: int) -> npt.NDArray[np.generic]:
    try:
        array: npt.NDArray[np.generic] = np.asarray(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise PoolError(name, f"is not a regular array: {error}") from error
    if array.ndim != dimensions:
        wanted = "(households, groups)" if dimensions == 2 else "(households,)"
        raise PoolError(name, f"has shape {array.shape}; wanted is {wanted}")
    return array


def _keys(name: str, keys: Sequence[str] | Sequence[int] | None, count: int) -> tuple[str, ...]:
    if keys is None:
        return tuple(str(index) for index in range(count))
    texts = []
    for key in keys:
        if isinstance(key, bool) or not isinstance(key, (str, int, np.integer)):
            raise PoolError(name, f"contains {key!r}; a key is text or a whole number")
        texts.append(str(key))
    if len(texts) != count:
        raise PoolError(name, f"has length {len(texts)}, not {count}")
    if len(set(texts)) != count:
        raise PoolError(name, "contains the same key twice")
    return tuple(texts)
