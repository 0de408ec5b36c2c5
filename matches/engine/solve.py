"""The best set of pairs, exactly, with its proof."""

from __future__ import annotations

import numpy as np

from .assignment import Graph, IndexArray, heaviest_matching, is_only_matching, lowest_column_prices
from .pool import MAX_TIER, BoolArray, Int64Array, Pool
from .result import Certificate, Result, Stage
from .weights import (
    MAX_DRAWS,
    PAIR_BITS,
    cover_scale,
    goal_base,
    goal_scale,
    pair_lots,
    queue_weights,
)


def solve(pool: Pool) -> Result:
    """The best result of `pool`, in this order: most urgent households placed (tier 3, then 2, then 1), most
    households placed, highest total score, and a lottery among results equal in all of these.

    Exact integer arithmetic. The same pool and seed give the same result on every machine, and with keys in
    every order of rows and columns: the lottery is drawn until exactly one result is left (`weights.py` says
    how). Holds the interpreter lock while solving: keep pools beyond ~300 x 300 out of web requests.

    Source: linear assignment, Burkard, Dell'Amico and Martello, Assignment Problems (SIAM, 2009), chapters 4 and 5;
    the order of the goals: `weights.py`; a stage at a time: `assignment.py`.
    """
    return _Solving(pool).run()


class _Solving:
    """One run of `solve`: the pairs still possible, and what later stages must keep covered."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.stages: list[Stage] = []
        self.may_leave_row: BoolArray = np.ones(pool.shape[0], dtype=np.bool_)
        self.may_leave_column: BoolArray = np.ones(pool.shape[1], dtype=np.bool_)
        scale = goal_scale(pool)
        cells = np.flatnonzero(pool.allowed)  # much faster than nonzero in two dimensions
        rows = np.repeat(np.arange(pool.shape[0]), pool.allowed.sum(axis=1))
        columns = cells - rows * pool.shape[1]
        weights = goal_base(pool, scale)[rows] + pool.scores.reshape(-1)[cells]
        self.graph = Graph(pool.shape, rows, columns, weights)
        self.mates = self._stage("goals", 0, scale, self.graph)

    def run(self) -> Result:
        # The queue decides who is placed; where everybody is, only pairs are left to draw for.
        draw = 1 if (self.mates >= 0).all() else 0
        while not self._only_one_left():
            if draw > MAX_DRAWS:
                raise RuntimeError(f"the lottery has not ended after {MAX_DRAWS} draws")
            if draw == 0:
                self._lottery_stage("lots", 0, queue_weights(self.pool)[self.graph.rows], self.pool.shape[0])
            else:
                lots = pair_lots(self.pool, draw)(self.graph.rows, self.graph.columns)
                self._lottery_stage("pairs", draw, lots, 2**PAIR_BITS - 1)
            draw += 1
        return self._result()

    def _lottery_stage(self, name: str, draw: int, lots: Int64Array, heaviest: int) -> None:
        scale = cover_scale(self.pool, heaviest)
        weights = lots + scale * (
            (~self.may_leave_row)[self.graph.rows].astype(np.int64)
            + (~self.may_leave_column)[self.graph.columns].astype(np.int64)
        )
        self.graph = Graph(self.graph.shape, self.graph.rows, self.graph.columns, weights)
        self.mates = self._stage(name, draw, scale, self.graph)

    def _stage(self, name: str, draw: int, scale: int, graph: Graph) -> IndexArray:
        """Solve one stage, keep its prices, and leave only the pairs an equally good result may use."""
        mates = heaviest_matching(graph)
        row_prices, column_prices = lowest_column_prices(graph, mates)
        self.stages.append(
            Stage(
                name=name,
                draw=draw,
                scale=scale,
                value=int(row_prices.sum()) + int(column_prices.sum()),
                household_prices=tuple(row_prices.tolist()),
                group_prices=tuple(column_prices.tolist()),
            )
        )
        tight = row_prices[graph.rows] + column_prices[graph.columns] == graph.weights
        self.graph = graph.only(tight, graph.weights[tight])
        self.may_leave_row &= row_prices == 0
        self.may_leave_column &= column_prices == 0
        return mates

    def _only_one_left(self) -> bool:
        graph = self.graph
        return is_only_matching(
            graph.shape, graph.rows, graph.columns, self.mates, self.may_leave_row, self.may_leave_column
        )

    def _result(self) -> Result:
        pool, mates = self.pool, self.mates
        placed = np.flatnonzero(mates >= 0)
        tiers = np.bincount(pool.urgency[placed], minlength=MAX_TIER + 1).tolist()
        return Result(
            pairs=tuple(zip(placed.tolist(), mates[placed].tolist(), strict=True)),
            placed_by_urgency={tier: tiers[tier] for tier in range(MAX_TIER, -1, -1)},
            placed=len(placed),
            total=int(pool.scores[placed, mates[placed]].sum(dtype=np.int64)),
            certificate=Certificate(stages=tuple(self.stages)),
        )
