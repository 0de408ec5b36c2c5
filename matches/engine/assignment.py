"""Heaviest matching of a sparse graph, its lowest exact prices, and whether it is the only one.

The only file that knows which solver is used. Source of the method: the linear programme of the assignment
problem and its dual (Kuhn, Egerváry); prices by Bellman-Ford on the residual graph. scipy gives no duals.

scipy is imported where it works: every process of the site reads this file, and few of them match.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .pool import BoolArray, Int64Array

IndexArray = npt.NDArray[np.intp]


class SolverError(RuntimeError):
    """The solver returned a matching that is not the heaviest. Never expected; never stored."""


@dataclass(frozen=True)
class Graph:
    """The pairs that may be used, row by row.

    shape    (rows, columns)
    rows     intp (pairs,), ascending
    columns  intp (pairs,), ascending within a row
    weights  int64 (pairs,), each > 0
    """

    shape: tuple[int, int]
    rows: IndexArray
    columns: IndexArray
    weights: Int64Array

    def starts(self) -> IndexArray:
        """intp (rows + 1,): pairs of row i are starts[i] .. starts[i + 1] - 1."""
        return np.searchsorted(self.rows, np.arange(self.shape[0] + 1)).astype(np.intp)

    def only(self, keep: BoolArray, weights: Int64Array) -> Graph:
        """The pairs marked in `keep`, with new weights (for the kept pairs)."""
        return Graph(self.shape, self.rows[keep], self.columns[keep], weights)


def solver_version() -> str:
    """Name and version of the solver behind `heaviest_matching`, for the record of a run."""
    import scipy

    return f"scipy.min_weight_full_bipartite_matching {scipy.__version__}"


def heaviest_matching(graph: Graph) -> IndexArray:
    """intp (rows,): the column of each row in a matching of greatest weight, -1 = none.

    Weights must keep sums along a path below 2**53 (`weights.assert_exact`). The smaller side becomes the
    rows of the solver (measured 2-6 times faster), the columns where both are equal (1.3 times). Each of
    these rows gets one private dummy column, so that a full matching of the rows always exists.

    Source: Jonker and Volgenant, A shortest augmenting path algorithm for dense and sparse linear assignment
    problems, Computing 38 (1987), as scipy.sparse.csgraph.min_weight_full_bipartite_matching.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    mates = np.full(graph.shape[0], -1, dtype=np.intp)
    if not len(graph.rows):
        return mates
    # Costs must be > 0: the solver drops explicit zeros. A dummy costs `most`, a pair less.
    most = int(graph.weights.max()) + 1
    costs = csr_array(
        ((most - graph.weights).astype(np.float64), graph.columns.astype(np.int32), graph.starts()),
        shape=graph.shape,
    )
    turned = graph.shape[0] >= graph.shape[1]
    if turned:
        costs = costs.T.tocsr()
    n_rows, n_columns = costs.shape
    ends = costs.indptr[1:]
    with_dummies = csr_array(
        (
            np.insert(costs.data, ends, most),
            np.insert(costs.indices, ends, n_columns + np.arange(n_rows)),
            costs.indptr + np.arange(n_rows + 1, dtype=costs.indptr.dtype),
        ),
        shape=(n_rows, n_columns + n_rows),
    )
    rows, columns = min_weight_full_bipartite_matching(with_dummies)
    real = columns < n_columns
    rows, columns = rows[real], columns[real]
    if turned:
        rows, columns = columns, rows
    mates[rows] = columns
    return mates


def matched_weights(graph: Graph, mates: IndexArray) -> Int64Array:
    """int64 (rows,): weight of the pair of each row, 0 for a row without one."""
    own = np.zeros(graph.shape[0], dtype=np.int64)
    chosen = graph.columns == mates[graph.rows]
    own[graph.rows[chosen]] = graph.weights[chosen]
    return own


def lowest_column_prices(graph: Graph, mates: IndexArray) -> tuple[Int64Array, Int64Array]:
    """(row prices, column prices) that prove `mates` to be heaviest, with the lowest possible column prices.

    These prices belong to the graph, not to the matching: every heaviest matching has the same ones. A
    column price is what one more column just like it would add; a row price is what the result would lose
    without that row. Exact in int64. Raises SolverError if `mates` is not heaviest.

    Source: Shapley and Shubik, The assignment game I: the core, International Journal of Game Theory 1 (1971), for
    the lowest prices; Leonard, Elicitation of honest preferences, Journal of Political Economy 91 (1983), for what they
    say of one more; Bellman, On a routing problem, Quarterly of Applied Mathematics 16 (1958), for the search.
    """
    n_rows, n_columns = graph.shape
    own = matched_weights(graph, mates)
    prices = np.zeros(n_columns + 1, dtype=np.int64)  # the last one: "no column", always 0
    owner = np.full(n_columns, -1, dtype=np.intp)
    matched = np.flatnonzero(mates >= 0)
    owner[mates[matched]] = matched
    starts = graph.starts()

    rows = np.arange(n_rows)
    for _ in range(n_columns + 2):
        # A row that pays own - price wants every other column at the price that would make it as good.
        pairs, counts = _pairs_of(rows, starts)
        wanted = graph.weights[pairs] - np.repeat(own[rows] - prices[mates[rows]], counts)
        columns = graph.columns[pairs]
        higher = wanted > prices[columns]
        raised = columns[higher]
        if not len(raised):
            break
        np.maximum.at(prices, raised, wanted[higher])
        changed = np.zeros(n_columns, dtype=np.bool_)
        changed[raised] = True
        rows = owner[changed]
        if rows.min() < 0:
            raise SolverError("a column without a row is worth something")
    else:
        raise SolverError("the prices rise for ever: the matching can be improved")
    row_prices = own - prices[mates]
    if n_rows and row_prices.min() < 0:
        raise SolverError("a row would be better off without a column")
    return row_prices, prices[:n_columns]


def _pairs_of(rows: IndexArray, starts: IndexArray) -> tuple[IndexArray | slice, IndexArray]:
    """(positions of all pairs of these rows, number of pairs of each row)"""
    if len(rows) == len(starts) - 1:
        return slice(None), np.diff(starts)
    counts = starts[rows + 1] - starts[rows]
    ends = np.cumsum(counts)
    return np.arange(ends[-1]) + np.repeat(starts[rows] - ends + counts, counts), counts


def is_only_matching(
    shape: tuple[int, int],
    rows: IndexArray,
    columns: IndexArray,
    mates: IndexArray,
    may_leave_row: BoolArray,
    may_leave_column: BoolArray,
) -> bool:
    """True if no other matching of the tight pairs (rows, columns) covers all that must stay covered.

    may_leave_row     bool (rows,), True = may be without a column (its prices are 0); also for rows that
                      have none
    may_leave_column  likewise
    Another one exists exactly if the residual graph (one extra vertex stands for "without") has a cycle.

    Source: two matchings differ by paths and cycles only; Berge, Two theorems in graph theory, PNAS 43 (1957).
    """
    n_rows, n_columns = shape
    without = n_rows + n_columns
    chosen = columns == mates[rows]
    matched_rows = mates >= 0
    matched_columns = np.zeros(n_columns, dtype=np.bool_)
    matched_columns[mates[matched_rows]] = True
    tails = [rows[~chosen], n_rows + mates[matched_rows], np.flatnonzero(matched_rows & may_leave_row)]
    heads = [n_rows + columns[~chosen], np.flatnonzero(matched_rows), np.full(len(tails[2]), without)]
    free_columns = n_rows + np.flatnonzero(~matched_columns)
    leaving_columns = n_rows + np.flatnonzero(matched_columns & may_leave_column)
    entering = np.concatenate([np.flatnonzero(~matched_rows), leaving_columns])
    tails += [free_columns, np.full(len(entering), without)]
    heads += [np.full(len(free_columns), without), entering]
    tail, head = np.concatenate(tails), np.concatenate(heads)
    if not len(tail):
        return True
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    arcs = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(without + 1, without + 1))
    components, _ = connected_components(arcs, directed=True, connection="strong")
    return bool(components == without + 1)
