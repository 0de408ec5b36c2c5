"""What a choice of a coordinator costs now: the best division of this moment, and the price of any other pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from matches.engine import (
    CertificateError,
    PairExplanation,
    Pool,
    Price,
    Result,
    check,
    cost_of,
    explain_pair,
    price,
    prices_of_group,
    prices_of_household,
    solve,
)
from matches.enums import RunStatus
from matches.models import MatchingRun
from samenhier.core.errors import DomainError

from .pool import Sides, sides_of_run
from .proposing import question

Move = tuple[UUID, UUID | None, UUID | None]


@dataclass(frozen=True)
class Cost:
    """A price with ids: what everybody together loses, and who moves from which group to which (None: without).

    urgent  tier -> places lost in that tier;  placed: places lost;  total: points lost. Negative means gained.
    """

    urgent: dict[int, int]
    placed: int
    total: int
    moves: tuple[Move, ...]

    @property
    def order(self) -> tuple[int, ...]:
        """Cheapest first, as the goals are ordered: urgent places, places, points."""
        return *(self.urgent[tier] for tier in sorted(self.urgent, reverse=True)), self.placed, self.total

    @property
    def urgent_lost(self) -> int:
        """Urgent places lost, all tiers together; what is gained in one tier does not hide a loss in another."""
        return sum(max(0, lost) for lost in self.urgent.values())

    @property
    def without(self) -> list[UUID]:
        """Households that would have a group, and lose it."""
        return [household for household, now, then in self.moves if now is not None and then is None]

    def to_json(self) -> dict[str, Any]:
        """For the row of the match; the same cost gives the same value."""
        return {
            "urgent": {str(tier): lost for tier, lost in sorted(self.urgent.items())},
            "placed": self.placed,
            "total": self.total,
            "moves": [[str(one) if one else None for one in move] for move in self.moves],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Cost":
        """The inverse of `to_json`."""
        return cls(
            urgent={int(tier): lost for tier, lost in data["urgent"].items()},
            placed=data["placed"],
            total=data["total"],
            moves=tuple(
                (UUID(household), UUID(now) if now else None, UUID(then) if then else None)
                for household, now, then in data["moves"]
            ),
        )


@dataclass(frozen=True, eq=False)
class BestNow:
    """The pool of this moment with its best division, proved. Loading it takes the same queries for any number of people.

    pool  the question as the last run asked it, so with its floor, if it had one
    run   that run; None before the first
    """

    sides: Sides
    pool: Pool
    result: Result
    run: MatchingRun | None = None

    def place(self, household: UUID, group: UUID) -> tuple[int, int] | None:
        """Their positions; None when one of them cannot be matched now."""
        sides = self.sides
        if household not in sides.household_ids or group not in sides.group_ids:
            return None
        return sides.household_ids.index(household), sides.group_ids.index(group)

    def cost(self, household: UUID, group: UUID) -> Cost | None:
        """What this pair costs; None when a hard rule stands between them.

        A floor is no rule but a choice: a pair below it has a price too, with the floor still under all others.
        """
        place = self.place(household, group)
        if place is None or self.sides.rulebook().blocking(*place):
            return None
        if self.pool.allowed[place]:
            return self._cost(price(self.pool, self.result, *place))
        forced = with_pair(self.pool, *place)
        return self._cost(cost_of(self.pool, self.result, proved(forced)))

    def below_floor(self, household: UUID, group: UUID) -> bool:
        """Whether nothing but the floor of the last run keeps these two apart."""
        place = self.place(household, group)
        if place is None or self.pool.allowed[place]:
            return False
        return not self.sides.rulebook().blocking(*place)

    def explain(self, household: UUID, group: UUID) -> PairExplanation | None:
        """How well the two fit; None when one of them cannot be matched now."""
        place = self.place(household, group)
        if place is None:
            return None
        return explain_pair(self.sides.households, place[0], self.sides.groups, place[1], self.sides.weights)

    def groups_for(self, household: UUID) -> dict[UUID, tuple[Cost, int]]:
        """Every possible group of a household with its cost and score, cheapest first."""
        if household not in self.sides.household_ids:
            return {}
        row = self.sides.household_ids.index(household)
        found = prices_of_household(self.pool, self.result, row)
        return self._ordered({(row, group): one for group, one in found.items()}, self.sides.group_ids, 1)

    def households_for(self, group: UUID) -> dict[UUID, tuple[Cost, int]]:
        """Every possible household of a group with its cost and score, cheapest first."""
        if group not in self.sides.group_ids:
            return {}
        column = self.sides.group_ids.index(group)
        found = prices_of_group(self.pool, self.result, column)
        return self._ordered({(row, column): one for row, one in found.items()}, self.sides.household_ids, 0)

    def _ordered(
        self, prices: dict[tuple[int, int], Price], ids: tuple[UUID, ...], side: int
    ) -> dict[UUID, tuple[Cost, int]]:
        found = [
            (self._cost(one), int(self.pool.scores[pair]), ids[pair[side]]) for pair, one in prices.items()
        ]
        found.sort(key=lambda row: (row[0].order, -row[1], row[2]))
        return {pk: (cost, score) for cost, score, pk in found}

    def _cost(self, found: Price) -> Cost:
        households, groups = self.sides.household_ids, self.sides.group_ids
        return Cost(
            urgent=dict(found.urgent),
            placed=found.placed,
            total=found.total,
            moves=tuple(
                (
                    households[household],
                    None if now is None else groups[now],
                    None if then is None else groups[then],
                )
                for household, now, then in found.moves
            ),
        )


def last_run(municipality_id: UUID) -> MatchingRun | None:
    """The newest run that proved itself: its lots and its floor are those of the proposals that stand."""
    return (
        MatchingRun.objects.filter(municipality=municipality_id, status=RunStatus.DONE, check_passed=True)
        .only("seed", "floor", "input_hash", "municipality_id")
        .order_by("-created_at")
        .first()
    )


def best_now(municipality_id: UUID, *, reconsider: tuple[UUID, UUID]) -> BestNow:
    """Solve the pool of this moment, with the household and the group to `reconsider` in it. Writes nothing.

    It asks what the last run asked, with the same lots: with the same data the division is the one that its proposals
    show. Raises `DomainError` when the result does not prove itself.
    """
    run = last_run(municipality_id)
    sides = sides_of_run(municipality_id, reconsider=reconsider)
    pool = sides.pool(seed=0) if run is None else question(run, sides)
    return BestNow(sides, pool, proved(pool), run)


def proved(pool: Pool) -> Result:
    """Solved, and checked by its own certificate. Raises `DomainError` when that fails."""
    result = solve(pool)
    try:
        check(pool, result)
    except CertificateError as error:
        raise DomainError(
            _("The proof of this computation failed, so its price cannot be used. Tell the administrator.")
        ) from error
    return result


def with_pair(pool: Pool, household: int, group: int) -> Pool:
    """The pool in which these two have only each other, whether it allowed them or not."""
    allowed = pool.allowed.copy()
    allowed[household, :] = allowed[:, group] = False
    allowed[household, group] = True
    return Pool(pool.scores, allowed, pool.urgency, pool.seed, pool.household_keys, pool.group_keys)
