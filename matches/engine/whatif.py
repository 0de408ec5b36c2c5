"""What a choice would cost, by repairing the best result instead of solving again."""

from __future__ import annotations

import weakref

from .pool import MAX_TIER, Pool
from .residual import FAR, Residual, Tree
from .result import Price, Result

Changes = dict[int, int | None]
"""household -> its new group, None = none"""

_latest: weakref.WeakKeyDictionary[Pool, Residual] = weakref.WeakKeyDictionary()


def residual_of(pool: Pool, result: Result) -> Residual:
    """The residual graph of a result; kept for the latest result of each pool, so that many questions are
    cheap."""
    residual = _latest.get(pool)
    if residual is None or residual.result is not result:
        residual = Residual(pool, result)
        residual.pool = weakref.proxy(pool)  # the pool must not keep itself alive
        _latest[pool] = residual
    return residual


def forget() -> None:
    """Drop what is kept for quick answers; only a benchmark needs this."""
    _latest.clear()


def price(pool: Pool, result: Result, household: int, group: int) -> Price:
    """What forcing this pair costs: the optimum minus the best result that contains it, goal by goal.

    `result` must be a checked result of `pool`. Equal to solving again, by one shortest path. Free (all 0)
    for a pair of the result, and for a pair of another result that is equal in every goal.
    Raises IndexError if household or group does not exist, ValueError if a hard rule forbids the pair.

    Source: sensitivity analysis by one shortest path on reduced costs; Ahuja, Magnanti and Orlin, Network Flows
    (Prentice Hall, 1993), chapter 9; see `residual.py`.
    """
    _known(pool, household, group)
    if not pool.allowed[household, group]:
        raise ValueError(f"a hard rule forbids the pair ({household}, {group})")
    residual = residual_of(pool, result)
    if residual.group_of[household] == group:
        return _price(residual, {}, 0)
    length, way = residual.way(group, _end(residual, household))
    return _forced(residual, household, group, way, length)


def prices_of_household(pool: Pool, result: Result, household: int) -> dict[int, Price]:
    """`price` of every allowed group of one household, by one search: group -> Price. Source: as `price`."""
    _known(pool, household, None)
    residual = residual_of(pool, result)
    end = _end(residual, household)
    tree = residual.ways_to(end)
    prices = {}
    for group in pool.allowed[household].nonzero()[0].tolist():
        if residual.group_of[household] == group:
            prices[group] = _price(residual, {}, 0)
        else:
            way = _way(tree, group)[::-1]
            prices[group] = _forced(residual, household, group, way, int(tree.length[group]))
    return prices


def prices_of_group(pool: Pool, result: Result, group: int) -> dict[int, Price]:
    """`price` of every allowed household of one group, by one search: household -> Price. Source: as `price`."""
    _known(pool, None, group)
    residual = residual_of(pool, result)
    tree = residual.ways_from(group)
    prices = {}
    for household in pool.allowed[:, group].nonzero()[0].tolist():
        if residual.group_of[household] == group:
            prices[household] = _price(residual, {}, 0)
        else:
            end = _end(residual, household)
            prices[household] = _forced(residual, household, group, _way(tree, end), int(tree.length[end]))
    return prices


def forbid(pool: Pool, result: Result, household: int, group: int) -> Price:
    """What forbidding this pair costs: the optimum minus the best result without it. Free for a pair not
    chosen.

    Raises IndexError if household or group does not exist. Source: as `price`.
    """
    _known(pool, household, group)
    residual = residual_of(pool, result)
    if residual.group_of[household] != group:
        return _price(residual, {}, 0)
    length, way = residual.way_of_displaced(household)
    return _price(residual, changes_along(residual, way, pushed_out=household), length)


def _known(pool: Pool, household: int | None, group: int | None) -> None:
    for name, index, count in (("household", household, pool.shape[0]), ("group", group, pool.shape[1])):
        if index is not None and not 0 <= index < count:
            raise IndexError(f"{name} {index} is not one of 0..{count - 1}")


def _end(residual: Residual, household: int) -> int:
    """The vertex that the household leaves open when it moves: its group, or NOBODY."""
    group = int(residual.group_of[household])
    return residual.nobody if group < 0 else group


def _way(tree: Tree, vertex: int) -> list[int]:
    """Vertices from the root (or the first line) to `vertex`."""
    way = []
    while vertex >= 0:
        way.append(vertex)
        vertex = int(tree.before[vertex])
    return way[::-1]


def _forced(residual: Residual, household: int, group: int, way: list[int], length: int) -> Price:
    changes = changes_along(residual, way[1:], start=group)
    changes[household] = group
    return _price(residual, changes, residual.slack(household, group) + length)


def changes_along(
    residual: Residual, way: list[int], *, start: int | None = None, pushed_out: int | None = None
) -> Changes:
    """Who moves where along a way: after somebody arrived at `start`, or with `pushed_out` looking for a
    place."""
    changes: Changes = {}
    if start is not None and start != residual.nobody:
        owner = int(residual.household_of[start])
        pushed_out = owner if owner >= 0 else None
    for vertex in way:
        if pushed_out is not None:
            changes[pushed_out] = None if vertex == residual.nobody else vertex
        elif vertex != residual.nobody:
            newcomer = residual.newcomer(vertex)
            if newcomer is not None:
                changes[newcomer] = vertex
        if vertex == residual.nobody or residual.household_of[vertex] < 0:
            pushed_out = None
        else:
            pushed_out = int(residual.household_of[vertex])
    return changes


def _price(residual: Residual, changes: Changes, length: int) -> Price:
    """The Price of `changes`; `length` is the same counted as one weight, and must agree."""
    found = price_of_changes(residual, changes)
    counted = found.total + residual.scale * (
        found.placed + sum(tier * count for tier, count in found.urgent.items())
    )
    if length >= FAR or counted != length:
        raise RuntimeError(
            f"changes worth {counted} do not fit a way of length {length}; is the result checked?"
        )
    return found


def price_of_changes(residual: Residual, changes: Changes) -> Price:
    """What the result loses when these households change their group."""
    pool = residual.pool
    urgent = dict.fromkeys(range(MAX_TIER, 0, -1), 0)
    placed = total = 0
    moves = []
    for household, then in sorted(changes.items()):
        group = int(residual.group_of[household])
        now = None if group < 0 else group
        lost = (now is not None) - (then is not None)
        tier = int(pool.urgency[household])
        placed += lost
        if tier:
            urgent[tier] += lost
        total += (0 if now is None else int(pool.scores[household, now])) - (
            0 if then is None else int(pool.scores[household, then])
        )
        moves.append((household, now, then))
    return Price(urgent=urgent, placed=placed, total=total, moves=tuple(moves))
