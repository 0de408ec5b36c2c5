"""What the pages tell about the price of one pair: computed at once in a small pool, by a worker in a large one.

In a large pool a coordinator asks for the price first; the answer is kept for a while, with a mark of the data it is
about, so that a choice counts only while those data are still the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from groups.models import SponsorGroup
from matches.engine import PairExplanation, explain_pair
from matches.enums import RunStatus
from matches.models import PairPrice
from matches.tasks import enqueue_price
from municipalities.models import Opening
from newcomers.models import Household
from samenhier import audit
from samenhier.accounts.models import User

from . import queue, snapshot
from .free import free_groups, free_households
from .obstacles import broken_rules
from .pool import Sides, sides_of_pair, sides_of_run
from .prices import BestNow, Cost, best_now, last_run
from .words import RuleInWords

#: So many other groups and households stand with a pair.
NEXT_BEST = 3
#: An answer of a worker that is older is not shown any more; one asks again.
SHOWN_FOR = timedelta(hours=1)
#: It tells who would get which group: kept no longer than somebody may still look at it.
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Other:
    """Another group or household: what choosing it costs, and how well it fits out of 1000."""

    pk: UUID
    cost: Cost
    fit: int


@dataclass(frozen=True)
class PairPrices:
    """What one pair costs, and the next best for both of them.

    cost         None when they cannot be matched now
    floor        of the run that was asked after; no pair below it, except this one when it is chosen
    below_floor  nothing but that floor keeps these two apart
    mark         stands for all data that went in
    """

    cost: Cost | None
    groups: tuple[Other, ...]
    households: tuple[Other, ...]
    floor: int = 0
    below_floor: bool = False
    mark: str = ""

    def to_json(self) -> dict[str, Any]:
        """For the row of a worker's answer."""

        def others(rows: tuple[Other, ...]) -> list[dict[str, Any]]:
            return [{"id": str(one.pk), "cost": one.cost.to_json(), "fit": one.fit} for one in rows]

        return {
            "cost": self.cost and self.cost.to_json(),
            "groups": others(self.groups),
            "households": others(self.households),
            "floor": self.floor,
            "below_floor": self.below_floor,
            "mark": self.mark,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "PairPrices":
        """The inverse of `to_json`."""

        def others(rows: list[dict[str, Any]]) -> tuple[Other, ...]:
            return tuple(Other(UUID(one["id"]), Cost.from_json(one["cost"]), one["fit"]) for one in rows)

        return cls(
            cost=Cost.from_json(data["cost"]) if data["cost"] else None,
            groups=others(data["groups"]),
            households=others(data["households"]),
            floor=data["floor"],
            below_floor=data["below_floor"],
            mark=data["mark"],
        )


@dataclass(frozen=True)
class Asked:
    """What is known of a pair now.

    broken     the rules between them;  fits: how they fit when there are none
    prices     None while a worker still has to compute them
    by_worker  the pool is too large for a request;  row: what was asked of a worker
    """

    broken: list[RuleInWords]
    fits: PairExplanation | None
    part_names: dict[int, str]
    prices: PairPrices | None
    by_worker: bool = False
    row: PairPrice | None = None

    @property
    def busy(self) -> bool:
        """A worker was asked and has not answered yet."""
        return self.row is not None and self.row.busy

    @property
    def failed(self) -> bool:
        """The worker could not compute it."""
        return self.row is not None and self.row.status == RunStatus.FAILED

    @property
    def computed_at(self) -> datetime | None:
        """Of which moment the prices are; None for now."""
        return self.row.finished_at if self.row is not None and self.prices is not None else None


def too_large(municipality_id: UUID) -> bool:
    """Whether this pool takes too long for a request (settings.MATCHING_PAIRS_IN_A_REQUEST). Two queries.

    Counts a little too many: also who has a choice by hand, and groups that a neighbour keeps for itself.
    """
    households = free_households().filter(municipality=municipality_id).count()
    neighbours = Opening.objects.open().between(municipality_id, OuterRef("municipality"))
    groups = free_groups().filter(Q(municipality=municipality_id) | Exists(neighbours)).count()
    return households * groups > settings.MATCHING_PAIRS_IN_A_REQUEST


def asked(household: Household, group: SponsorGroup) -> Asked:
    """What is known of this pair now. Writes nothing, and solves nothing in a large pool."""
    town = household.municipality_id
    if not too_large(town):
        best = best_now(town, reconsider=(household.pk, group.pk))
        place = best.place(household.pk, group.pk)
        sides = best.sides if place else sides_of_pair(household, group)
        return _asked(sides, place or (0, 0), prices_of(best, household.pk, group.pk))
    row = PairPrice.objects.filter(municipality=town, household=household, group=group).first()
    if row is not None and row.finished_at is not None and row.finished_at < timezone.now() - SHOWN_FOR:
        row = None
    answer = row.answer if row is not None and row.status == RunStatus.DONE else None
    return _asked(
        sides_of_pair(household, group),
        (0, 0),
        PairPrices.from_json(answer) if answer else None,
        by_worker=True,
        row=row,
    )


def _asked(sides: Sides, place: tuple[int, int], prices: PairPrices | None, **rest: Any) -> Asked:
    broken = broken_rules(sides, *place)
    fits = None if broken else explain_pair(sides.households, place[0], sides.groups, place[1], sides.weights)
    return Asked(broken, fits, sides.part_names, prices, **rest)


def prices_of(best: BestNow, household: UUID, group: UUID, *, mark: str = "") -> PairPrices:
    """All that is told of one pair, from a pool that was solved."""

    def others(found: Mapping[UUID, tuple[Cost, int]], own: UUID, households: bool) -> tuple[Other, ...]:
        rest = ((pk, cost) for pk, (cost, _score) in found.items() if pk != own)
        return tuple(
            Other(pk, cost, _fit(best, pk, group) if households else _fit(best, household, pk))
            for pk, cost in islice(rest, NEXT_BEST)
        )

    return PairPrices(
        cost=best.cost(household, group),
        groups=others(best.groups_for(household), group, False),
        households=others(best.households_for(group), household, True),
        floor=best.run.floor if best.run is not None else 0,
        below_floor=best.below_floor(household, group),
        mark=mark,
    )


def _fit(best: BestNow, household: UUID, group: UUID) -> int:
    fits = best.explain(household, group)
    return min(1000, max(0, fits.score - fits.bonus)) if fits is not None else 0


def still_true(prices: PairPrices, *, household: Household, group: SponsorGroup) -> bool:
    """Whether a worker's answer is about the data of now. Loads the pool, and solves nothing."""
    town = household.municipality_id
    return prices.mark == _mark(sides_of_run(town, reconsider=(household.pk, group.pk)), town)


def _mark(sides: Sides, municipality_id: UUID) -> str:
    run = last_run(municipality_id)
    return f"{snapshot.digest(sides)} {run.pk if run is not None else ''}"


@transaction.atomic
def ask(*, household: Household, group: SponsorGroup, actor: User) -> PairPrice:
    """Ask a worker for the price of a pair, with the data of its moment. While one is busy nothing is asked again."""
    row, is_new = PairPrice.objects.get_or_create(
        household=household, group=group, defaults={"municipality_id": household.municipality_id}
    )
    row = PairPrice.objects.select_for_update().get(pk=row.pk)
    if row.busy and not is_new:
        return row
    row.status = RunStatus.QUEUED
    # The sweep counts from here.
    row.claimed_at = timezone.now()
    row.answer = row.finished_at = None
    row.error = ""
    row.save()
    audit.record("price.asked", actor=actor, subject=row)
    transaction.on_commit(partial(enqueue_price, row.pk))
    return row


def compute(price_id: UUID) -> PairPrice | None:
    """Compute a price that was asked for; None when there is nothing to do. Solves outside a transaction."""
    claimed = queue.claim(PairPrice, price_id)
    if claimed is None:
        return None
    try:
        pair = (claimed.household_id, claimed.group_id)
        best = best_now(claimed.municipality_id, reconsider=pair)
        mark = _mark(best.sides, claimed.municipality_id)
        return _keep(claimed, prices_of(best, *pair, mark=mark))
    except Exception as error:
        queue.fail(claimed, error)
        raise


@transaction.atomic
def _keep(claimed: PairPrice, prices: PairPrices) -> PairPrice | None:
    row = queue.held(claimed)
    if row is None:
        return None
    row.answer = prices.to_json()
    row.status = RunStatus.DONE
    row.finished_at = timezone.now()
    row.save()
    audit.record("price.computed", actor=None, subject=row)
    return row


def forget(*, household: Household) -> int:
    """Remove every answer of the town: any of them may name this household. Part of erasing; in its transaction."""
    gone, _per_model = PairPrice.objects.filter(municipality=household.municipality_id).delete()
    return gone


def sweep_prices(now: datetime) -> int:
    """Queue again what got stuck, and remove answers that nobody can look at any more. How much was done."""
    old, _per_model = PairPrice.objects.filter(finished_at__lt=now - KEPT_FOR).delete()
    return old + queue.requeue_stuck(PairPrice, now, ring=enqueue_price)
