"""From criteria to one score: what each side weighs, and how the two sides become one.

For each side: the weighted mean of its points, 0..1000. Weight of a criterion for a household (or group) =
weight of the policy * (2 + the points it spread on that criterion). Then the weaker side counts double:
(2 * weaker + stronger) / 3, so that no pair is good for one side only. A capped bonus for waiting is added.
All whole numbers, rounded down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .criteria import CRITERIA, Reason
from .pool import BoolArray, Int32Array
from .profiles import CRITERION_CODES, GroupProfiles, HouseholdProfiles, Rows

BASE_EMPHASIS = 2
MAX_WEIGHT = 10
MAX_WAITING_PER_WEEK, MAX_WAITING_CAP = 50, 500
_PAIRS_AT_ONCE = 1 << 15


@dataclass(frozen=True)
class Weights:
    """The weights of a municipality's policy. Each criterion 0 (off) .. 10. Raises ValueError outside the
    bounds.

    waiting_per_week  points per full week of waiting, 0..50
    waiting_cap       the bonus never exceeds this, 0..500
    """

    languages: int = 3
    interests: int = 3
    goals: int = 4
    availability: int = 3
    place: int = 2
    children: int = 2
    programme: int = 2
    wishes: int = 2
    waiting_per_week: int = 4
    waiting_cap: int = 150

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            bounds = {"waiting_per_week": MAX_WAITING_PER_WEEK, "waiting_cap": MAX_WAITING_CAP}
            highest = bounds.get(name, MAX_WEIGHT)
            if type(value) is not int or not 0 <= value <= highest:
                raise ValueError(f"{name} must be a whole number from 0 to {highest}, not {value!r}")
        if not any(self.of_criteria()):
            raise ValueError("at least one criterion must weigh more than 0")

    def of_criteria(self) -> Int32Array:
        """int32 (8,), in the order of CRITERION_CODES."""
        return np.array([getattr(self, code) for code in CRITERION_CODES], dtype=np.int32)

    def bonus(self, waiting_days: npt.NDArray[np.int32]) -> Int32Array:
        """int32, the bonus for waiting."""
        return np.minimum(waiting_days // 7 * self.waiting_per_week, self.waiting_cap).astype(np.int32)


class Part(NamedTuple):
    """One criterion of one pair.

    code       the criterion, or "waiting" for the bonus
    household  points for the household, 0..1000;  group: for the group
    household_weight, group_weight   share of this criterion in the mean of that side, per mille
    combined   what it adds to the score of the pair; the parts add up to the score
    reason     for words, see `sentences.py`
    household_gave, group_gave   points of its budget that each side spread on this criterion
    """

    code: str
    household: int
    group: int
    household_weight: int
    group_weight: int
    combined: int
    reason: Reason
    household_gave: int = 0
    group_gave: int = 0


class PairExplanation(NamedTuple):
    """How the score of a pair came about: score = (2 * weaker side + stronger side) / 3 + bonus."""

    score: int
    household: int
    group: int
    bonus: int
    parts: tuple[Part, ...]


def score_matrix(
    households: HouseholdProfiles,
    groups: GroupProfiles,
    weights: Weights | None = None,
    allowed: BoolArray | None = None,
) -> Int32Array:
    """int32 (households, groups), 0..1500: the score of every pair, or of the `allowed` ones (0
    elsewhere)."""
    weights = weights or Weights()
    shape = (households.count, groups.count)
    if allowed is not None and allowed.shape != shape:
        raise ValueError(f"allowed has shape {allowed.shape}, not {shape}")
    scores = np.zeros(shape, dtype=np.int32)
    cells = scores.reshape(-1)
    if allowed is None:
        allowed = np.ones(shape, dtype=np.bool_)
    wanted = np.flatnonzero(allowed)
    rows = np.repeat(np.arange(shape[0]), allowed.sum(axis=1))
    columns = wanted - rows * shape[1]
    side_weights = (
        _side_weights(weights, households.emphasis),
        _side_weights(weights, groups.emphasis),
    )
    bonus = weights.bonus(households.waiting_days)
    for first in range(0, len(wanted), _PAIRS_AT_ONCE):
        block = slice(first, first + _PAIRS_AT_ONCE)
        cells[wanted[block]] = _scores(households, rows[block], groups, columns[block], side_weights, bonus)
    return scores


def _side_weights(weights: Weights, emphasis: Int32Array) -> Int32Array:
    """int32 (8, people)"""
    return np.ascontiguousarray((weights.of_criteria() * (BASE_EMPHASIS + emphasis)).T)


def _scores(
    h: HouseholdProfiles,
    rows: Rows,
    g: GroupProfiles,
    columns: Rows,
    side_weights: tuple[Int32Array, Int32Array],
    bonus: Int32Array,
) -> Int32Array:
    ours, theirs = side_weights
    household, group = np.zeros(len(rows), dtype=np.int32), np.zeros(len(rows), dtype=np.int32)
    for number, criterion in enumerate(CRITERIA):
        if not ours[number].any():  # not in the policy
            continue
        points, other_points = criterion.points(h, rows, g, columns)
        household += points * ours[number][rows]
        group += other_points * theirs[number][columns]
    # Rounded down: float64 gives the exact whole part for numbers of this size, faster than int32 would.
    household = (household / ours.sum(axis=0)[rows]).astype(np.int32)
    group = (group / theirs.sum(axis=0)[columns]).astype(np.int32)
    result: Int32Array = (household + group + np.minimum(household, group)) // 3 + bonus[rows]
    return result


def explain_pair(
    households: HouseholdProfiles,
    household: int,
    groups: GroupProfiles,
    group: int,
    weights: Weights | None = None,
) -> PairExplanation:
    """How well household and group fit, criterion by criterion, in plain steps; agrees with `score_matrix`.

    Raises IndexError if one of them does not exist.
    """
    weights = weights or Weights()
    if not 0 <= household < households.count or not 0 <= group < groups.count:
        raise IndexError(f"no pair ({household}, {group})")
    points = [criterion.points_of(households, household, groups, group) for criterion in CRITERIA]
    return _explained(households, household, groups, group, weights, points)


def explain_pairs(
    households: HouseholdProfiles,
    groups: GroupProfiles,
    pairs: Sequence[tuple[int, int]],
    weights: Weights | None = None,
) -> list[PairExplanation]:
    """`explain_pair` for many pairs (household, group) at once, in less than half the time."""
    weights = weights or Weights()
    rows, columns = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    sides = [criterion.points(households, rows, groups, columns) for criterion in CRITERIA]
    points = zip(*(zip(ours.tolist(), theirs.tolist(), strict=True) for ours, theirs in sides), strict=True)
    return [
        _explained(households, household, groups, group, weights, of_pair)
        for (household, group), of_pair in zip(pairs, points, strict=True)
    ]


def _explained(
    households: HouseholdProfiles,
    household: int,
    groups: GroupProfiles,
    group: int,
    weights: Weights,
    points: Sequence[tuple[int, int]],
) -> PairExplanation:
    policy = [getattr(weights, code) for code in CRITERION_CODES]
    gave, other_gave = households.emphasis[household].tolist(), groups.emphasis[group].tolist()
    ours = [w * (BASE_EMPHASIS + e) for w, e in zip(policy, gave, strict=True)]
    theirs = [w * (BASE_EMPHASIS + e) for w, e in zip(policy, other_gave, strict=True)]
    our_sum, their_sum = sum(ours), sum(theirs)
    our_mean = sum(w * p for w, (p, _) in zip(ours, points, strict=True)) // our_sum
    their_mean = sum(w * p for w, (_, p) in zip(theirs, points, strict=True)) // their_sum
    combined = (2 * min(our_mean, their_mean) + max(our_mean, their_mean)) // 3
    our_factor, their_factor = (2, 1) if our_mean <= their_mean else (1, 2)
    # Shares of the score as whole numbers over one denominator: exact, and much faster than fractions.
    our_factor, their_factor = our_factor * their_sum, their_factor * our_sum
    exact = [
        our_factor * our_weight * our_points + their_factor * their_weight * their_points
        for our_weight, their_weight, (our_points, their_points) in zip(ours, theirs, points, strict=True)
    ]
    shares = _rounded_to(exact, 3 * our_sum * their_sum, combined)
    parts = [
        Part(
            criterion.code,
            *points[number],
            1000 * ours[number] // our_sum,
            1000 * theirs[number] // their_sum,
            shares[number],
            criterion.reason(households, household, groups, group),
            gave[number],
            other_gave[number],
        )
        for number, criterion in enumerate(CRITERIA)
        if policy[number]
    ]
    days = int(households.waiting_days[household])
    bonus = min(days // 7 * weights.waiting_per_week, weights.waiting_cap)
    if bonus:
        reason = Reason("waiting.bonus", {"weeks": days // 7})
        parts.append(Part("waiting", 0, 0, 0, 0, bonus, reason))
    return PairExplanation(combined + bonus, our_mean, their_mean, bonus, tuple(parts))


def _rounded_to(exact: list[int], denominator: int, total: int) -> list[int]:
    """Whole numbers near `exact` / `denominator` that add up to `total`: the largest remainders are rounded up."""
    shares = [value // denominator for value in exact]
    order = sorted(range(len(exact)), key=lambda n: (-(exact[n] % denominator), n))
    for number in order[: max(0, total - sum(shares))]:
        shares[number] += 1
    for number in reversed(order):
        if sum(shares) > total and shares[number]:
            shares[number] -= 1
    return shares
