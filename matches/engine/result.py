"""What the engine answers. Frozen, of plain Python values, and able to go to JSON and back unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CERTIFICATE_VERSION = 1


@dataclass(frozen=True)
class Stage:
    """Dual prices that prove one stage of the optimum by addition and comparison.

    With w the weight of a pair in this stage (`weights.py`), a and b the prices:
    every price >= 0; a[i] + b[j] >= w[i, j] for every pair that may still be used; the sum of all prices is
    the sum of w over the chosen pairs (`value`). No set of pairs can then weigh more than the chosen one.

    name              "goals" (urgency, placed, score), then "lots" and "pairs" (the lottery), as far as
                      needed
    draw              0, or the number of the draw of pair lots, 1, 2, …
    scale             goals: weight of one placement; lottery: weight of keeping a vertex that must stay
                      covered
    value             int, below 2**53
    household_prices  int (households,), 0..2**53-1
    group_prices      int (groups,), 0..2**53-1: the lowest prices that prove the stage, so there is only one
                      set
    """

    name: str
    draw: int
    scale: int
    value: int
    household_prices: tuple[int, ...]
    group_prices: tuple[int, ...]


@dataclass(frozen=True)
class Certificate:
    """All stages in order. After the last one exactly one result is left, so the solver cannot have
    chosen."""

    stages: tuple[Stage, ...]
    version: int = CERTIFICATE_VERSION

    @property
    def goals(self) -> Stage:
        """The stage of the stated goals, before any lottery."""
        return self.stages[0]

    @property
    def lottery_drawn(self) -> bool:
        """True if several results were equal in every goal and lots decided."""
        return len(self.stages) > 1


@dataclass(frozen=True)
class Result:
    """The best set of pairs.

    pairs              sorted (household_index, group_index)
    placed_by_urgency  tier 0..3 -> placed households of that tier
    placed             number of pairs
    total              sum of the scores of the pairs
    certificate        see Certificate
    """

    pairs: tuple[tuple[int, int], ...]
    placed_by_urgency: dict[int, int]
    placed: int
    total: int
    certificate: Certificate

    @property
    def group_of(self) -> dict[int, int]:
        """household index -> group index"""
        return dict(self.pairs)

    @property
    def household_of(self) -> dict[int, int]:
        """group index -> household index"""
        return {group: household for household, group in self.pairs}

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists, texts and ints, ready for `json.dumps` or a JSON column."""
        return {
            "pairs": [list(pair) for pair in self.pairs],
            "placed_by_urgency": {str(tier): count for tier, count in self.placed_by_urgency.items()},
            "placed": self.placed,
            "total": self.total,
            "certificate": {
                "version": self.certificate.version,
                "stages": [
                    {
                        "name": stage.name,
                        "draw": stage.draw,
                        "scale": stage.scale,
                        "value": stage.value,
                        "household_prices": list(stage.household_prices),
                        "group_prices": list(stage.group_prices),
                    }
                    for stage in self.certificate.stages
                ],
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """The inverse of `to_json`. Raises ValueError if a part is missing or has the wrong form.

        It does not judge the content: that is what `check` is for.
        """
        try:
            stages = tuple(
                Stage(
                    name=stage["name"],
                    draw=stage["draw"],
                    scale=stage["scale"],
                    value=stage["value"],
                    household_prices=tuple(stage["household_prices"]),
                    group_prices=tuple(stage["group_prices"]),
                )
                for stage in data["certificate"]["stages"]
            )
            return cls(
                pairs=tuple((household, group) for household, group in data["pairs"]),
                placed_by_urgency={int(tier): count for tier, count in data["placed_by_urgency"].items()},
                placed=data["placed"],
                total=data["total"],
                certificate=Certificate(stages=stages, version=data["certificate"]["version"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"this is not a stored result: {error!r}") from error


@dataclass(frozen=True)
class Gain:
    """What a change of the pool brings: the best result after it minus the best before, goal by goal.

    urgent, placed  tier 3, 2, 1 -> more households placed of that tier; of all tiers
    total           score points more; may be negative where `placed` or an urgent tier is positive
    moves           who would change: (household, group now or None, group then or None), sorted
    """

    urgent: dict[int, int]
    placed: int
    total: int
    moves: tuple[tuple[int, int | None, int | None], ...] = field(default=(), compare=False)

    @property
    def order(self) -> tuple[int, ...]:
        """Sorts gains: tier 3, 2, 1, placed, total."""
        return *(self.urgent[tier] for tier in sorted(self.urgent, reverse=True)), self.placed, self.total

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists and ints."""
        return {
            "urgent": {str(tier): count for tier, count in self.urgent.items()},
            "placed": self.placed,
            "total": self.total,
            "moves": [list(move) for move in self.moves],
        }


@dataclass(frozen=True)
class Price:
    """What a choice costs: the optimum minus the best result under that choice, goal by goal.

    urgent  tier 3, 2, 1 -> households of that tier that lose their place (negative: gain one)
    placed  households that lose their place, all tiers together; never negative
    total   score points lost; may be negative where `placed` or an urgent tier is positive
    moves   who would change: (household, group now or None, group then or None), sorted; one best way of
            several
    """

    urgent: dict[int, int]
    placed: int
    total: int
    moves: tuple[tuple[int, int | None, int | None], ...] = field(default=(), compare=False)

    @property
    def free(self) -> bool:
        """True if the choice costs nothing in any goal."""
        return self.placed == 0 and self.total == 0 and not any(self.urgent.values())

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists and ints."""
        return {
            "urgent": {str(tier): count for tier, count in self.urgent.items()},
            "placed": self.placed,
            "total": self.total,
            "moves": [list(move) for move in self.moves],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Price:
        """The inverse of `to_json`."""
        return cls(
            urgent={int(tier): count for tier, count in data["urgent"].items()},
            placed=data["placed"],
            total=data["total"],
            moves=tuple((household, now, then) for household, now, then in data["moves"]),
        )
