"""Anyone's check of a result: feasibility, counts, and optimality by addition and comparison.

Independent of the solver: needs the pool and the result alone, integers only, and shares with `solve`
nothing but the definitions of `weights.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .pool import MAX_TIER, BoolArray, Int64Array, Pool
from .result import CERTIFICATE_VERSION, Result, Stage
from .weights import (
    EXACT,
    MAX_DRAWS,
    PAIR_BITS,
    Lots,
    cover_scale,
    goal_base,
    goal_scale,
    pair_lots,
    queue_weights,
)

IndexArray = npt.NDArray[np.intp]
_CELLS_AT_ONCE = 1 << 17


class CertificateError(ValueError):
    """A result that does not prove itself. `part` names what fails: "pairs", "placed", "goals.value", …"""

    def __init__(self, part: str, problem: str) -> None:
        super().__init__(f"{part}: {problem}")
        self.part = part


@dataclass
class _Open:
    """What the stages checked so far leave open to an equally good result."""

    rows: IndexArray
    columns: IndexArray
    may_leave_row: BoolArray
    may_leave_column: BoolArray


def check(pool: Pool, result: Result) -> None:
    """Return None if `result` is the one best result of `pool`; otherwise raise CertificateError.

    Checked are: every pair is allowed and nobody is used twice; the counts and the total; the prices of
    every stage (none negative, no pair weighs more than its two prices, and all prices add up to the weight
    of the chosen pairs); the lots, from the pool's seed; and that after the last stage no other result is
    left.

    Source: duality of the assignment problem; Egerváry (1931), in Kuhn, The Hungarian method for the assignment
    problem, Naval Research Logistics Quarterly 2 (1955).
    """
    households, groups = _pairs(pool, result)
    _counts(pool, result, households, groups)
    certificate = result.certificate
    if certificate.version != CERTIFICATE_VERSION:
        raise CertificateError(
            "certificate.version", f"is {certificate.version!r}, not {CERTIFICATE_VERSION}"
        )
    if not certificate.stages:
        raise CertificateError("certificate.stages", "is empty")
    left = _goals(pool, certificate.stages[0], households, groups)
    first_draw = 1 if len(households) == pool.shape[0] else 0  # no queue where every household is placed
    for draw, stage in enumerate(certificate.stages[1:], start=first_draw):
        if _only_one(pool.shape, left, households, groups):
            raise CertificateError(
                f"{stage.name}.draw", "a lottery was drawn although only one result was left"
            )
        _lots(pool, stage, draw, left, households, groups)
    if not _only_one(pool.shape, left, households, groups):
        raise CertificateError("certificate.stages", "another result is equally good and no lot decides")


def _whole(part: str, value: object, below: int = EXACT) -> int:
    if type(value) is not int:
        raise CertificateError(part, f"contains {value!r}, which is not a whole number")
    if not 0 <= value < below:
        raise CertificateError(part, f"contains {value}, outside 0..{below - 1}")
    return value


def _pairs(pool: Pool, result: Result) -> tuple[IndexArray, IndexArray]:
    n_households, n_groups = pool.shape
    for pair in result.pairs:
        if type(pair) is not tuple or len(pair) != 2:
            raise CertificateError("pairs", f"contains {pair!r}, which is not a pair")
        _whole("pairs", pair[0], n_households)
        _whole("pairs", pair[1], n_groups)
    households = np.array([pair[0] for pair in result.pairs], dtype=np.intp)
    groups = np.array([pair[1] for pair in result.pairs], dtype=np.intp)
    if (households[1:] <= households[:-1]).any():
        raise CertificateError("pairs", "is not sorted, or uses a household twice")
    if len(np.unique(groups)) != len(groups):
        raise CertificateError("pairs", "uses a group twice")
    forbidden = np.flatnonzero(~pool.allowed[households, groups])
    if len(forbidden):
        raise CertificateError("pairs", f"contains the forbidden pair {result.pairs[forbidden[0]]}")
    return households, groups


def _counts(pool: Pool, result: Result, households: IndexArray, groups: IndexArray) -> None:
    placed = len(result.pairs)
    if type(result.placed) is not int or result.placed != placed:
        raise CertificateError("placed", f"is {result.placed!r}; the pairs are {placed}")
    total = int(pool.scores[households, groups].sum(dtype=np.int64))
    if type(result.total) is not int or result.total != total:
        raise CertificateError("total", f"is {result.total!r}; the scores of the pairs add up to {total}")
    tiers = np.bincount(pool.urgency[households], minlength=MAX_TIER + 1).tolist()
    counted = {tier: tiers[tier] for tier in range(MAX_TIER + 1)}
    whole = all(type(count) is int for count in result.placed_by_urgency.values())
    if result.placed_by_urgency != counted or not whole:
        raise CertificateError("placed_by_urgency", f"is {result.placed_by_urgency!r}; counted is {counted}")


def _prices(pool: Pool, stage: Stage, name: str, draw: int, scale: int) -> tuple[Int64Array, Int64Array]:
    """Both price vectors of a stage after checking its form."""
    if stage.name != name:
        raise CertificateError("certificate.stages", f"has {stage.name!r} where {name!r} belongs")
    if stage.draw != draw or type(stage.draw) is not int:
        raise CertificateError(f"{name}.draw", f"is {stage.draw!r}, not {draw}")
    if stage.scale != scale or type(stage.scale) is not int:
        raise CertificateError(f"{name}.scale", f"is {stage.scale!r}; the pool gives {scale}")
    arrays = []
    for side, prices, count in zip(
        ("household_prices", "group_prices"),
        (stage.household_prices, stage.group_prices),
        pool.shape,
        strict=True,
    ):
        part = f"{name}.{side}"
        if len(prices) != count:
            raise CertificateError(part, f"has length {len(prices)}, not {count}")
        for price in prices:
            if type(price) is not int or not 0 <= price < EXACT:
                _whole(part, price)
        arrays.append(np.array(prices, dtype=np.int64))
    return arrays[0], arrays[1]


def _adds_up(stage: Stage, weight: int) -> None:
    """Sums in Python integers: nothing can overflow."""
    if type(stage.value) is not int or stage.value != weight:
        raise CertificateError(f"{stage.name}.value", f"is {stage.value!r}; the chosen pairs weigh {weight}")
    prices = sum(stage.household_prices) + sum(stage.group_prices)
    if prices != weight:
        raise CertificateError(f"{stage.name}.prices", f"add up to {prices}; the chosen pairs weigh {weight}")


def _too_heavy(stage: Stage, row: int, column: int) -> CertificateError:
    return CertificateError(f"{stage.name}.prices", f"pair ({row}, {column}) weighs more than its two prices")


def _goals(pool: Pool, stage: Stage, households: IndexArray, groups: IndexArray) -> _Open:
    scale = goal_scale(pool)
    household_prices, group_prices = _prices(pool, stage, "goals", 0, scale)
    base = goal_base(pool, scale)
    scores = pool.scores[households, groups].astype(np.int64)
    _adds_up(stage, int(base[households].sum()) + int(scores.sum()))
    n_households, n_groups = pool.shape
    rows, columns = [], []
    step = max(1, _CELLS_AT_ONCE // max(1, n_groups))
    for first in range(0, n_households, step):
        block = slice(first, first + step)
        # spare = both prices - weight
        spare = (household_prices[block] - base[block])[:, None] + group_prices - pool.scores[block]
        wrong = (spare < 0) & pool.allowed[block]
        if wrong.any():
            row, column = np.argwhere(wrong)[0].tolist()
            raise _too_heavy(stage, first + row, column)
        tight_rows, tight_columns = np.nonzero((spare == 0) & pool.allowed[block])
        rows.append(tight_rows + first)
        columns.append(tight_columns)
    empty = np.zeros(0, dtype=np.intp)
    return _Open(
        rows=np.concatenate([empty, *rows]),
        columns=np.concatenate([empty, *columns]),
        may_leave_row=household_prices == 0,
        may_leave_column=group_prices == 0,
    )


def _lots(
    pool: Pool, stage: Stage, draw: int, left: _Open, households: IndexArray, groups: IndexArray
) -> None:
    """Check one stage of the lottery and narrow `left` to what it leaves open."""
    if draw > MAX_DRAWS:
        raise CertificateError("certificate.stages", f"has more than {MAX_DRAWS} draws")
    name, heaviest = ("pairs", 2**PAIR_BITS - 1) if draw else ("lots", pool.shape[0])
    scale = cover_scale(pool, heaviest)
    household_prices, group_prices = _prices(pool, stage, name, draw, scale)
    lots = pair_lots(pool, draw) if draw else _queue(pool)

    def weigh(rows: IndexArray, columns: IndexArray) -> Int64Array:
        covers = (~left.may_leave_row)[rows].astype(np.int64) + (~left.may_leave_column)[columns]
        return lots(rows, columns) + scale * covers

    _adds_up(stage, int(weigh(households, groups).sum()))
    spare = household_prices[left.rows] + group_prices[left.columns] - weigh(left.rows, left.columns)
    wrong = np.flatnonzero(spare < 0)
    if len(wrong):
        raise _too_heavy(stage, int(left.rows[wrong[0]]), int(left.columns[wrong[0]]))
    tight = spare == 0
    left.rows, left.columns = left.rows[tight], left.columns[tight]
    left.may_leave_row &= household_prices == 0
    left.may_leave_column &= group_prices == 0


def _queue(pool: Pool) -> Lots:
    """A place in the queue as the lot of every pair of a household."""
    queue = queue_weights(pool)
    return lambda rows, columns: queue[rows]


def _only_one(shape: tuple[int, int], left: _Open, households: IndexArray, groups: IndexArray) -> bool:
    """True if the pairs left open allow no other result.

    Another result differs by an alternating cycle, or by an alternating path that leaves one vertex out and
    takes another in; with one more vertex ("nobody") that closes such paths, both are directed cycles.
    """
    n_households, n_groups = shape
    nobody = n_households + n_groups
    group_of = np.full(n_households, -1, dtype=np.intp)
    group_of[households] = groups
    alone_household = group_of < 0
    alone_group = np.ones(n_groups, dtype=np.bool_)
    alone_group[groups] = False
    other = group_of[left.rows] != left.columns
    leaving_households = np.flatnonzero(~alone_household & left.may_leave_row)
    lonely_groups = np.flatnonzero(alone_group) + n_households
    entered = np.concatenate(
        [np.flatnonzero(alone_household), np.flatnonzero(~alone_group & left.may_leave_column) + n_households]
    )
    away = np.concatenate([leaving_households, lonely_groups])
    tails = np.concatenate([left.rows[other], groups + n_households, away, np.full(len(entered), nobody)])
    heads = np.concatenate(
        [left.columns[other] + n_households, households, np.full(len(away), nobody), entered]
    )
    from scipy.sparse import coo_array  # here, for few processes ask this
    from scipy.sparse.csgraph import connected_components

    arcs = coo_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(nobody + 1, nobody + 1))
    count, _ = connected_components(arcs.tocsr(), directed=True, connection="strong")
    return bool(count == nobody + 1)
