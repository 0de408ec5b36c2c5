"""Prices refuse a matching that is not the heaviest: a wrong solver could not go unnoticed."""

import numpy as np
import pytest

from matches.engine.assignment import Graph, SolverError, heaviest_matching, lowest_column_prices


def graph(weights: list[list[int]]) -> Graph:
    """0 = no pair."""
    array = np.array(weights, dtype=np.int64)
    rows, columns = np.nonzero(array)
    return Graph(array.shape, rows, columns, array[rows, columns])


@pytest.mark.parametrize(
    ("weights", "best", "wrong"),
    [
        ([[5, 9]], [1], [0]),  # a better column stands free
        ([[5], [9]], [-1, 0], [0, -1]),  # a better row is left out
        ([[1, 9], [9, 1]], [1, 0], [0, 1]),  # two should swap
        ([[3, 0], [0, 3]], [0, 1], [0, -1]),  # somebody could simply be added
    ],
)
def test_only_the_heaviest_matching_gets_prices(weights, best, wrong):
    pairs = graph(weights)
    assert heaviest_matching(pairs).tolist() == best
    rows, columns = lowest_column_prices(pairs, np.array(best))
    assert int(rows.sum()) + int(columns.sum()) == sum(
        weights[row][column] for row, column in enumerate(best) if column >= 0
    )
    with pytest.raises(SolverError):
        lowest_column_prices(pairs, np.array(wrong))


def test_prices_are_what_one_more_or_one_less_is_worth():
    rng = np.random.default_rng(91)
    for _ in range(60):
        weights = rng.integers(1, 30, rng.integers(1, 7, size=2)) * (rng.random() < 0.9)
        weights = np.where(rng.random(weights.shape) < 0.7, weights, 0)

        def value(table):
            mates = heaviest_matching(graph(table.tolist())).tolist()
            return sum(int(table[row, column]) for row, column in enumerate(mates) if column >= 0)

        whole = value(weights)
        pairs = graph(weights.tolist())
        rows, columns = lowest_column_prices(pairs, heaviest_matching(pairs))
        for column, worth in enumerate(columns.tolist()):
            assert value(np.column_stack([weights, weights[:, column]])) - whole == worth
        for row, worth in enumerate(rows.tolist()):
            if weights.shape[0] > 1:
                assert whole - value(np.delete(weights, row, axis=0)) == worth
