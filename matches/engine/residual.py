"""Shortest ways to change a proven best result, from its prices: the base of prices and gains.

Source: sensitivity analysis of the assignment problem by shortest paths on reduced costs: Dijkstra, A note on two
problems in connexion with graphs, Numerische Mathematik 1 (1959); Edmonds and Karp, Theoretical improvements in
algorithmic efficiency for network flow problems, Journal of the ACM 19 (1972), for the reduced costs. All lengths are exact integers >= 0: how much a change of the result weighs less than the best.

Vertices: every group k ("a household arrives at k") and one more, NOBODY ("somebody is left without"). From
group k the household that has k now is pushed out and moves on to another group, or to NOBODY; a group
without a household leads to NOBODY for nothing. From NOBODY one goes on to a group that loses its household,
or that a household without a group takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .pool import Int64Array, Pool
from .result import Result
from .weights import goal_base

IndexArray = npt.NDArray[np.intp]
FAR = 2**61
"""Longer than any way; FAR + FAR still fits."""
_AT_ONCE = 64


@dataclass(frozen=True)
class Tree:
    """Shortest ways from one vertex to all (or from all to it).

    length  int64 (groups + 1,), FAR where there is no way
    before  the vertex before (or after, for ways *to* the root) on the way, -1 = none
    """

    length: Int64Array
    before: IndexArray


class Lines(NamedTuple):
    """Some lines of the graph: lengths int64 (lines, groups + 1), and the vertex each line belongs to."""

    lengths: Int64Array
    vertices: IndexArray


class Residual:
    """The residual graph of a result under its goal prices. Its lines are made when needed."""

    def __init__(self, pool: Pool, result: Result) -> None:
        goals = result.certificate.goals
        n_households, n_groups = pool.shape
        if len(goals.household_prices) != n_households or len(goals.group_prices) != n_groups:
            raise ValueError("the result does not belong to this pool")
        self.pool = pool
        self.result = result
        self.nobody = n_groups
        self.base = goal_base(pool, goals.scale)
        self.scale = goals.scale
        self.household_prices = np.array(goals.household_prices, dtype=np.int64)
        self.group_prices = np.array(goals.group_prices, dtype=np.int64)
        self.group_of = np.full(n_households, -1, dtype=np.intp)
        self.household_of = np.full(n_groups, -1, dtype=np.intp)
        if result.pairs:
            households, groups = np.array(result.pairs, dtype=np.intp).T
            self.group_of[households] = groups
            self.household_of[groups] = households
        self._alone = np.flatnonzero(self.group_of < 0)
        self._taken = np.flatnonzero(self.household_of >= 0)
        self._placed = self.household_of[self._taken]  # in the order of _taken
        self._spare = self.household_prices - self.base
        self._nobody_line: Int64Array | None = None

    def slack(self, household: int, group: int) -> int:
        """Both prices minus the weight of the pair, >= 0 for an allowed pair."""
        prices = int(self.household_prices[household]) + int(self.group_prices[group])
        return prices - int(self.base[household]) - int(self.pool.scores[household, group])

    def line_of_nobody(self) -> Int64Array:
        """int64 (groups + 1,): lengths from NOBODY to every group."""
        if self._nobody_line is None:
            line = np.full(self.nobody + 1, FAR, dtype=np.int64)
            line[self._taken] = self.group_prices[self._taken]
            np.minimum(line[:-1], self._cheapest_newcomer(), out=line[:-1])
            self._nobody_line = line
        return self._nobody_line

    def _cheapest_newcomer(self) -> Int64Array:
        """int64 (groups,): least slack with a household that has no group."""
        best = np.full(self.nobody, FAR, dtype=np.int64)
        for base in np.unique(self.base[self._alone]):
            rows = self._alone[self.base[self._alone] == base]
            step = max(1, (1 << 17) // max(1, self.nobody))
            for first in range(0, len(rows), step):
                block = rows[first : first + step]
                scores = np.where(self.pool.allowed[block], self.pool.scores[block], -1).max(axis=0)
                slack = self.group_prices - base - scores
                slack[scores < 0] = FAR
                np.minimum(best, slack, out=best)
        return best

    def newcomer(self, group: int) -> int | None:
        """The household without a group that NOBODY sends to `group`; None if the group just loses its
        own."""
        if self.household_of[group] >= 0 and self._nobody_to(group) == int(self.group_prices[group]):
            return None
        households = self._alone[self.pool.allowed[self._alone, group]]
        weights = self.base[households] + self.pool.scores[households, group]
        return int(households[int(weights.argmax())])

    def lines_from(self, vertices: IndexArray) -> Lines:
        """Lengths from each of these vertices to every vertex."""
        size = self.nobody + 1
        blocks, origins = [], []
        groups = vertices[vertices < self.nobody]
        households = self.household_of[groups]
        taken = households >= 0
        if taken.any():
            rows = households[taken]
            block = np.empty((len(rows), size), dtype=np.int64)
            np.subtract(self._spare[rows][:, None], self.pool.scores[rows], out=block[:, :-1])
            block[:, :-1] += self.group_prices
            np.copyto(block[:, :-1], FAR, where=~self.pool.allowed[rows])
            block[:, -1] = self.household_prices[rows]
            blocks.append(block)
            origins.append(groups[taken])
        if not taken.all():  # a group without a household: NOBODY, for nothing
            block = np.full((1, size), FAR, dtype=np.int64)
            block[0, -1] = 0
            blocks.append(block)
            origins.append(groups[~taken][:1])
        if len(groups) < len(vertices):
            blocks.append(self.line_of_nobody()[None, :])
            origins.append(vertices[-1:])
        return (
            Lines(np.concatenate(blocks), np.concatenate(origins))
            if len(blocks) > 1
            else Lines(blocks[0], origins[0])
        )

    def lines_to(self, vertices: IndexArray) -> Lines:
        """Lengths from every vertex to each of these."""
        groups = vertices[vertices < self.nobody]
        block = np.full((len(vertices), self.nobody + 1), FAR, dtype=np.int64)
        if len(groups):
            rows = self._placed[:, None]
            slack = self._spare[rows] - self.pool.scores[rows, groups]
            slack += self.group_prices[groups]
            np.copyto(slack, FAR, where=~self.pool.allowed[rows, groups])
            block[: len(groups), self._taken] = slack.T
            for number, group in enumerate(groups.tolist()):
                block[number, -1] = self._nobody_to(group)
        if len(groups) < len(vertices):  # NOBODY, always the last one
            block[-1] = 0
            block[-1, self._taken] = self.household_prices[self._placed]
        return Lines(block, vertices)

    def _nobody_to(self, group: int) -> int:
        """One entry of `line_of_nobody`."""
        if self._nobody_line is not None:
            return int(self._nobody_line[group])
        length = int(self.group_prices[group]) if self.household_of[group] >= 0 else FAR
        households = self._alone[self.pool.allowed[self._alone, group]]
        if len(households):
            heaviest = int((self.base[households] + self.pool.scores[households, group]).max())
            length = min(length, int(self.group_prices[group]) - heaviest)
        return length

    def ways_from(self, start: int) -> Tree:
        """Shortest ways from a vertex to all others."""
        return self._search(_Half(self.nobody + 1, self.lines_from, start))

    def ways_to(self, end: int) -> Tree:
        """Shortest ways from all vertices to `end`; `before` is then the vertex after."""
        return self._search(_Half(self.nobody + 1, self.lines_to, end))

    def _search(self, half: _Half) -> Tree:
        while half.reached < FAR:
            half.step()
        return Tree(half.length, half.before)

    def way(self, start: int, target: int) -> tuple[int, list[int]]:
        """(length, vertices) of a shortest way from `start` to `target`, both included."""
        if start == target:
            return 0, [start]
        forwards = _Half(self.nobody + 1, self.lines_from, start)
        return self._meet(forwards, _Half(self.nobody + 1, self.lines_to, target))

    def way_of_displaced(self, household: int) -> tuple[int, list[int]]:
        """(length, vertices) of a shortest way of a household that must leave its group, until somebody else
        arrives there, or nobody does. Starts with the vertex where the household goes, ends with its group.
        """
        target = int(self.group_of[household])
        first = self.lines_from(np.array([target]))
        first.lengths[0, target] = FAR
        forwards = _Half(self.nobody + 1, self.lines_from, None)
        forwards.offer(Lines(first.lengths, np.array([-1])), 0)
        return self._meet(forwards, _Half(self.nobody + 1, self.lines_to, target))

    def _meet(self, forwards: _Half, backwards: _Half) -> tuple[int, list[int]]:
        """Dijkstra from both ends; done when no way over unsettled vertices can be shorter than the best
        met."""
        best, where = FAR, -1
        while forwards.reached + backwards.reached < best:
            half = (
                forwards if len(forwards.nearest) <= 2 * len(backwards.nearest) else backwards
            )  # dearer lines
            changed = half.step()
            if len(changed):
                sums = forwards.length[changed] + backwards.length[changed]
                closest = int(sums.argmin())
                if sums[closest] < best:
                    best, where = int(sums[closest]), int(changed[closest])
        if where < 0:
            return FAR, []
        return best, [*forwards.trace(where)[::-1], *backwards.trace(where)[1:]]


class _Half:
    """A Dijkstra search in progress, all vertices of equal length at once.

    reached  length of the nearest unsettled vertices;  nearest: those vertices
    """

    def __init__(self, size: int, lines_of: Callable[[IndexArray], Lines], root: int | None) -> None:
        self.lines_of = lines_of
        self.length = np.full(size, FAR, dtype=np.int64)
        self.before = np.full(size, -1, dtype=np.intp)
        if root is not None:
            self.length[root] = 0
        self.waiting = self.length.copy()
        self._find_nearest()

    def step(self) -> IndexArray:
        """Settle the nearest vertices; returns the vertices that came nearer."""
        vertices = self.nearest[:_AT_ONCE]
        self.waiting[vertices] = FAR
        return self.offer(self.lines_of(vertices), self.reached)

    def offer(self, lines: Lines, length: int) -> IndexArray:
        """Offer ways over vertices that are `length` away; returns the vertices that came nearer."""
        block, origins = lines
        shortest = (block[0] if len(block) == 1 else block.min(axis=0)) + length
        changed = np.flatnonzero(shortest < self.length)
        if len(changed):
            values = shortest[changed]
            self.length[changed] = values
            self.waiting[changed] = values
            self.before[changed] = origins[block[:, changed].argmin(axis=0)]
        self._find_nearest()
        return changed

    def trace(self, vertex: int) -> list[int]:
        """Vertices from `vertex` back to where the search began."""
        way = []
        while vertex >= 0:
            way.append(vertex)
            vertex = int(self.before[vertex])
        return way

    def _find_nearest(self) -> None:
        self.reached = int(self.waiting.min())
        self.nearest = np.flatnonzero(self.waiting == self.reached)
