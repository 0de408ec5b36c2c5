"""Which municipalities stand in one pool: that of the households, and the neighbours whose groups may support them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, UUIDField

from groups.models import SponsorGroup
from matches.enums import UNDECIDED_STATUSES
from matches.models import Match
from municipalities.models import Opening, Policy
from samenhier.core.prepared import Given, prepared

from .free import free_groups


@dataclass(frozen=True)
class Reach:
    """`policies`: of the own municipality first, then of the others in the order of their ids. `opened`: open to it now."""

    own: UUID
    policies: Mapping[UUID, Policy]
    opened: frozenset[UUID]

    @property
    def policy(self) -> Policy:
        """That of the own municipality."""
        return self.policies[self.own]

    @cached_property
    def codes(self) -> dict[UUID, int]:
        """What the engine calls each municipality of this pool; the own one is 0."""
        return {town: code for code, town in enumerate(self.policies)}

    def couples(self) -> list[tuple[int, int]]:
        """As the engine takes them: the households' municipality, and each that is open to it."""
        return [(0, code) for town, code in self.codes.items() if town in self.opened]


_COLUMNS = [field.attname for field in Policy._meta.concrete_fields]


@prepared(own=UUIDField(), wanted=ArrayField(UUIDField()))
def _policies(own: Given, wanted: Given) -> QuerySet[Any]:
    between = Opening.objects.open().between(own, OuterRef("municipality"))
    return (
        Policy.objects.annotate(is_open=Exists(between))
        .filter(Q(municipality__among=wanted) | Q(is_open=True))
        .order_by("municipality_id")
        .values_list(*_COLUMNS, "is_open")
    )


def reach_of(municipality_id: UUID, also: Iterable[UUID | None] = ()) -> Reach:
    """The own municipality and those that are open to it; `also` others, which may not be. One query."""
    wanted = {municipality_id, *(town for town in also if town is not None)}
    found, opened = {}, set()
    for row in _policies(own=municipality_id, wanted=list(wanted)):
        policy, is_open = Policy.from_db(connection.alias, _COLUMNS, row[:-1]), row[-1]
        found[policy.municipality_id] = policy
        if is_open:
            opened.add(policy.municipality_id)
    return Reach(
        own=municipality_id,
        policies={municipality_id: found.pop(municipality_id), **found},
        opened=frozenset(opened - {municipality_id}),
    )


def groups_in(reach: Reach) -> QuerySet[SponsorGroup]:
    """Free groups of the own municipality, and those of its neighbours that nobody else has a proposal with.

    At home a group goes first: one that stands in a proposal of its own town, or of another neighbour, is left out.
    """
    return free_groups_of(reach.own, list(reach.opened) or None)


def free_groups_of(own: Any, opened: Any = None) -> QuerySet[SponsorGroup]:
    """The same from the id of the own municipality, and those of the others if there are any; or what stands for them."""
    if opened is None:
        return free_groups().filter(municipality=own)
    elsewhere = Match.objects.filter(group=OuterRef("pk"), status__in=UNDECIDED_STATUSES)
    spare = ~Exists(elsewhere.exclude(municipality=own))
    return free_groups().filter(Q(municipality=own) | Q(spare, municipality__among=opened))


def still_lent(municipality_id: UUID, groups: Collection[UUID]) -> dict[UUID, UUID]:
    """Of these groups of neighbours those that may still be proposed here, with their municipality."""
    if not groups:
        return {}
    found = groups_in(reach_of(municipality_id)).filter(pk__in=groups)
    return dict(found.values_list("pk", "municipality_id"))
