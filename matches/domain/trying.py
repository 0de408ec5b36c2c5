"""Computing a what-if: the best result under somebody's choices, beside the best result of the same data without them.

Reads the pool, writes nothing. All that comes out is plain data for the `WhatIf` row: ids, counts, codes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np

from matches.engine import Pool, Price, Result, check, cost_of, forbid, price, solve
from matches.engine.profiles import UNKNOWN_PART
from matches.models import WhatIf

from . import snapshot
from .distances import only_first
from .imaginary import ImaginaryGroup, imaginary_groups
from .masks import FIRST_PART_BIT
from .obstacles import readable
from .pool import Sides, sides_of_run
from .prices import Cost

PIN, BAN = "pin", "ban"
#: Beside the codes of the rules: the household or the group is not in the pool any more.
ABSENT = "absent"

Pair = tuple[int, int]


@dataclass(frozen=True)
class Choices:
    """What somebody tries. Pairs by id; weights by criterion, 0–10."""

    pins: tuple[tuple[UUID, UUID], ...] = ()
    bans: tuple[tuple[UUID, UUID], ...] = ()
    weights: Mapping[str, int] | None = None
    imaginary: tuple[ImaginaryGroup, ...] = ()
    floor: int | None = None

    @classmethod
    def of(cls, what_if: WhatIf) -> "Choices":
        """The choices as they are stored."""

        def pairs(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[UUID, UUID], ...]:
            return tuple((UUID(row["household"]), UUID(row["group"])) for row in rows)

        return cls(
            pins=pairs(what_if.pins),
            bans=pairs(what_if.bans),
            weights=what_if.weights,
            imaginary=imaginary_groups(what_if.imaginary),
            floor=what_if.floor,
        )


@dataclass(frozen=True)
class _Standing:
    """One pin or ban on the data of this moment: where the pair stands, or what makes it impossible."""

    kind: str
    household: UUID
    group: UUID
    pair: Pair | None
    why: tuple[dict[str, Any], ...] = ()


class Trial:
    """One computation. `plain` is the optimum without choices, `changed` the one with them; both prove themselves."""

    def __init__(self, sides: Sides, choices: Choices, *, seed: int) -> None:
        self.choices = choices
        self.seed = seed
        #: With the imaginary groups behind the real ones.
        self.wide = sides
        self.real_groups = len(sides.group_ids) - len(choices.imaginary)
        self.sides = _without_imaginary(sides, self.real_groups)
        self.pool = self.sides.pool(seed=seed)
        self.plain = _proved(self.pool)
        self.standing = [
            self._stands(kind, *ids)
            for kind, pairs in ((PIN, choices.pins), (BAN, choices.bans))
            for ids in pairs
        ]

    @cached_property
    def changed_pool(self) -> Pool:
        """The question with all choices in it."""
        weights = replace(self.wide.weights, **(self.choices.weights or {}))
        pool = replace(self.wide, weights=weights).pool(seed=self.seed)
        return self._restricted(pool, floor=self.choices.floor)

    @cached_property
    def changed(self) -> Result:
        """The best result under all choices. Its score is measured with the policy's weights, to compare like with like."""
        result = _proved(self.changed_pool)
        if not self.choices.weights:
            return result
        scores = self.wide.pool(seed=self.seed).scores
        return replace(result, total=sum(int(scores[pair]) for pair in result.pairs))

    def together(self) -> Price | None:
        """What all pins and bans cost together, without the other choices; None when there are none."""
        if not any(one.pair for one in self.standing):
            return None
        if not (self.choices.weights or self.choices.imaginary or self.choices.floor):
            return cost_of(self.pool, self.plain, self.changed)
        return cost_of(self.pool, self.plain, _proved(self._restricted(self.pool)))

    def alone(self, one: _Standing) -> Price | None:
        """What one pin or ban costs by itself; None when it does not stand."""
        if one.pair is None:
            return None
        ask = price if one.kind == PIN else forbid
        return ask(self.pool, self.plain, *one.pair)

    def _restricted(self, pool: Pool, floor: int | None = None) -> Pool:
        """Bans and the floor close pairs; a pin closes every other pair of both. A pin holds below the floor too."""
        allowed = pool.allowed.copy()
        if floor:
            allowed &= pool.scores >= floor
        for one in self.standing:
            if one.pair is None:
                continue
            household, group = one.pair
            if one.kind == BAN:
                allowed[household, group] = False
            else:
                allowed[household, :] = False
                allowed[:, group] = False
                allowed[household, group] = True
        return Pool(pool.scores, allowed, pool.urgency, pool.seed, pool.household_keys, pool.group_keys)

    def _stands(self, kind: str, household_id: UUID, group_id: UUID) -> _Standing:
        try:
            pair = (
                self.sides.household_ids.index(household_id),
                self.sides.group_ids.index(group_id),
            )
        except ValueError:
            return _Standing(kind, household_id, group_id, None, ({"code": ABSENT, "data": {}},))
        if kind == PIN and not self.pool.allowed[pair]:
            blocking = self.sides.rulebook().blocking(*pair)
            why = tuple({"code": one.code, "data": readable(one.data)} for one in blocking)
            return _Standing(kind, household_id, group_id, None, why)
        return _Standing(kind, household_id, group_id, pair)

    # -- as plain data --------------------------------------------------------------------------------

    def result(self) -> dict[str, Any]:
        """Counts, and pairs by id."""
        return {
            **_counts(self.changed),
            "pairs": [
                [str(self.wide.household_ids[household]), str(self.wide.group_ids[group])]
                for household, group in self.changed.pairs
            ],
        }

    def comparison(self) -> dict[str, Any]:
        """How the choices differ from the optimum without them, and what each costs."""
        cost = cost_of(self.pool, self.plain, self.changed)
        together = self.together()
        return {
            "households": len(self.sides.household_ids),
            "groups": self.real_groups,
            "plain": _counts(self.plain),
            "changed": _counts(self.changed),
            "cost": self._price(cost),
            "choices": [
                {
                    "kind": one.kind,
                    "household": str(one.household),
                    "group": str(one.group),
                    "price": None if (alone := self.alone(one)) is None else self._price(alone),
                    "why": list(one.why),
                }
                for one in self.standing
            ],
            "together": together and self._price(together),
            "weights": {name: getattr(self.sides.weights, name) for name in self.choices.weights or {}},
        }

    def input_hash(self) -> str:
        """Of the data without the choices: equal to that of a run on the same data."""
        return snapshot.digest(self.sides)

    def _price(self, found: Price) -> dict[str, Any]:
        moves = tuple(
            (self.wide.household_ids[who], self._group(now), self._group(then))
            for who, now, then in found.moves
        )
        return Cost(dict(found.urgent), found.placed, found.total, moves).to_json()

    def _group(self, place: int | None) -> UUID | None:
        return None if place is None else self.wide.group_ids[place]


def _counts(result: Result) -> dict[str, Any]:
    return {
        "placed": result.placed,
        "total": result.total,
        "placed_by_urgency": {str(tier): count for tier, count in result.placed_by_urgency.items()},
    }


def _proved(pool: Pool) -> Result:
    """Solved, and checked by its own certificate: a what-if promises as much as a run."""
    result = solve(pool)
    check(pool, result)
    return result


def _without_imaginary(sides: Sides, real_groups: int) -> Sides:
    """These sides as a run would have loaded them."""
    if real_groups == len(sides.group_ids):
        return sides
    groups = sides.groups.take(np.arange(real_groups))
    # Of the parts of town that somebody asks for, only those of real groups.
    asked = np.bitwise_or.reduce(groups.wishes | groups.musts, initial=np.uint64(2**FIRST_PART_BIT - 1))
    known = {*groups.part_of_town.tolist(), *sides.households.part_of_town.tolist()}
    bands = only_first(sides.households.distance_bands, max(known, default=UNKNOWN_PART) + 1)
    households = replace(sides.households, meets=sides.households.meets & asked, distance_bands=bands)
    return replace(
        sides,
        households=households,
        groups=groups,
        group_ids=sides.group_ids[:real_groups],
        part_names={code: name for code, name in sides.part_names.items() if code in known},
    )


def try_out(municipality_id: UUID, choices: Choices, *, seed: int) -> Trial:
    """The pool as it is now, with these choices. Not in a web request: the solver takes its time."""
    return Trial(sides_of_run(municipality_id, choices.imaginary), choices, seed=seed)
