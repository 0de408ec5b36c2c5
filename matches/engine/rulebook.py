"""The hard rules applied to two sides: who may meet whom, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .pool import BoolArray
from .profiles import GroupProfiles, HouseholdProfiles
from .rules import RULES, Data, Rule

FailureMasks = npt.NDArray[np.uint32]
_CELLS_AT_ONCE = 1 << 17


@dataclass(frozen=True)
class Blocked:
    """A rule that a pair breaks, with the data for its words."""

    code: str
    data: Data


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Rules applied to two sides."""

    households: HouseholdProfiles
    groups: GroupProfiles
    rules: tuple[Rule, ...] = RULES

    def rule(self, code: str) -> Rule:
        """The rule with this code. Raises KeyError."""
        for rule in self.rules:
            if rule.code == code:
                return rule
        raise KeyError(code)

    def allowed(self) -> BoolArray:
        """bool (households, groups): True where every rule holds."""
        h, g = self.households, self.groups
        result = np.ones((h.count, g.count), dtype=np.bool_)
        for rows in _blocks(h.count, g.count):
            block = result[rows]
            for rule in self.rules:
                block &= rule.evaluate(h, g, rows)
        return result

    def failures(self, rows: Sequence[int] | None = None) -> FailureMasks:
        """uint32 (households in `rows` or all, groups): bit r is set where rule r of `rules` fails."""
        h = self.households if rows is None else self.households.take(np.asarray(rows, dtype=np.intp))
        result = np.zeros((h.count, self.groups.count), dtype=np.uint32)
        for block in _blocks(h.count, self.groups.count):
            for number, rule in enumerate(self.rules):
                result[block] |= np.where(
                    rule.evaluate(h, self.groups, block), np.uint32(0), np.uint32(1 << number)
                )
        return result

    def blocking(self, household: int, group: int) -> list[Blocked]:
        """The rules that stand between household and group; empty if the pair is possible."""
        h, g = self.households, self.groups
        return [
            Blocked(rule.code, rule.why(h, household, g, group))
            for rule in self.rules
            if not rule.holds(h, household, g, group)
        ]


def _blocks(rows: int, columns: int) -> list[slice]:
    """Row blocks small enough to stay in the processor's cache."""
    step = max(1, _CELLS_AT_ONCE // max(1, columns))
    return [slice(first, min(first + step, rows)) for first in range(0, rows, step)]
