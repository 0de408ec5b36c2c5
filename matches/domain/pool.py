"""From Postgres to the engine: both sides as arrays, with a constant number of queries and no names."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import repeat
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from groups.enums import GroupKind, GroupStatus
from groups.models import SponsorGroup
from matches.engine import MAX_TIER, Pool
from matches.engine.profiles import (
    CRITERION_CODES,
    KIND_OPEN,
    KIND_SPONSOR,
    KIND_WELCOME,
    UNKNOWN_PART,
    GroupProfiles,
    HouseholdProfiles,
)
from matches.engine.rulebook import Rulebook
from matches.engine.scoring import Weights, score_matrix
from matches.models import Match
from municipalities.models import Policy
from municipalities.parts import plain
from newcomers.enums import Arrival, HouseholdStatus
from newcomers.models import Household
from samenhier.core.reference import CHILD_BANDS, LANGUAGES

from . import reading
from .distances import distance_bands
from .imaginary import ImaginaryGroup
from .masks import NEAR, as_written, met_mask, numbered, part_of, wanted_mask
from .reach import Reach, reach_of
from .reading import Columns

KINDS = {GroupKind.WELCOME: KIND_WELCOME, GroupKind.SPONSOR: KIND_SPONSOR}
#: The kind of group that fits a household.
ARRIVALS = {Arrival.UNKNOWN: KIND_OPEN, Arrival.HERE: KIND_WELCOME, Arrival.EXPECTED: KIND_SPONSOR}
LARGEST = 50


@dataclass(frozen=True, eq=False)
class Sides:
    """Everything the engine looks at; position i of each array belongs to position i of the ids."""

    households: HouseholdProfiles
    groups: GroupProfiles
    household_ids: tuple[UUID, ...]
    group_ids: tuple[UUID, ...]
    urgency: Any  # int array (households,), 0..3
    weights: Weights
    part_names: dict[int, str]

    @cached_property
    def household_keys(self) -> list[str]:
        """The ids as text, which the lottery, the record of a run and its proposals all need."""
        return [str(pk) for pk in self.household_ids]

    @cached_property
    def group_keys(self) -> list[str]:
        """The same of the groups."""
        return [str(pk) for pk in self.group_ids]

    def rulebook(self) -> Rulebook:
        """The hard rules applied to these sides."""
        return Rulebook(self.households, self.groups)

    def pool(self, *, seed: int) -> Pool:
        """The question for the solver."""
        allowed = self.rulebook().allowed()
        return Pool(
            score_matrix(self.households, self.groups, self.weights, allowed),
            allowed,
            self.urgency,
            seed,
            household_keys=self.household_keys,
            group_keys=self.group_keys,
        )


def sides_of_run(
    municipality_id: UUID,
    imaginary: Sequence[ImaginaryGroup] = (),
    *,
    reconsider: tuple[UUID, UUID] = (reading.NOBODY, reading.NOBODY),
) -> Sides:
    """Who can be matched now in one municipality; groups that do not exist come last.

    Groups of neighbours that are open to it come along (`reach.groups_in`). Pairs that a coordinator chose by hand
    stand, and are left out, as are those that wait for a neighbour's word; except those of the household and the group
    to `reconsider`.
    """
    reach = reach_of(municipality_id)
    households = reading.households_of_run(municipality_id, reconsider)
    return _sides(reach, households, reading.groups_of_run(reach, reconsider), imaginary)


def sides_of_pair(household: Household, group: SponsorGroup) -> Sides:
    """This one pair with the data of this moment, whatever state they are in."""
    reach = reach_of(household.municipality_id, [group.municipality_id])
    return _sides(reach, reading.these_households([household.pk]), reading.these_groups([group.pk]))


def sides_of_matches(municipality_id: UUID, matches: Collection[Match]) -> Sides:
    """Everybody in these matches of one municipality with the data of this moment, whatever state they are in."""
    return _sides(
        reach_of(municipality_id, [one.group_municipality_id for one in matches]),
        reading.these_households({one.household_id for one in matches}),
        reading.these_groups({one.group_id for one in matches}),
    )


def policy_weights(policy: Policy) -> Weights:
    """The municipality's weights, on the engine's own scale; what is missing keeps its default.

    Raises ValueError for weights that no form of ours lets through.
    """
    known = {field.name for field in fields(Weights)}
    return Weights(**{code: value for code, value in policy.weights.items() if code in known})


def _sides(
    reach: Reach, households: Columns, groups: Columns, imaginary: Sequence[ImaginaryGroup] = ()
) -> Sides:
    """After the policies, the households and the groups three queries: languages of builders, distances, who is kept apart."""
    # The municipality of each group, as the engine calls it; one name in two of them is two parts of town.
    towns = _towns(groups, reach)
    of_households = households["part_of_town"]
    of_groups = list(map(part_of, groups["part_of_town"], towns))
    meant_households, meant_groups = ([plain(part) for part in side] for side in (of_households, of_groups))
    # Parts of town of both sides; a code means something within these sides only.
    parts = numbered([*meant_households, *meant_groups])
    wanted = numbered(_near(households, meant_households))
    asked = numbered(_near(groups, meant_groups))
    names = dict(zip([*meant_households, *meant_groups], [*of_households, *of_groups], strict=True))
    # Behind the real ones, whose numbers and spelling stay as they are without these groups.
    for one in imaginary:
        reading.add_imaginary(groups, one, reach.policy)
        towns.append(0)
        meant_groups.append(part := plain(one.part_of_town))
        if part:
            parts.setdefault(part, len(parts))
            names.setdefault(part, one.part_of_town)
            if NEAR in one.wishes:
                asked.setdefault(part, len(asked))
    household_ids, group_ids = tuple(households["pk"]), tuple(groups["pk"])
    return Sides(
        households=_households(
            households,
            meant_households,
            (parts, wanted, asked),
            LANGUAGES.mask(reading.spoken_by_builders(reach.own)),
            distance_bands=distance_bands(reach.own, parts),
            opened=reach.couples() or None,
            **reading.kept_apart(reach.own, household_ids, group_ids),
        ),
        groups=_groups(groups, meant_groups, (parts, wanted, asked), towns, list(reach.policies.values())),
        household_ids=household_ids,
        group_ids=group_ids,
        urgency=np.minimum(np.array(households["urgency"], dtype=np.int32), MAX_TIER),
        weights=policy_weights(reach.policy),
        part_names={parts[meant]: as_written(part) for meant, part in names.items() if meant},
    )


def _towns(groups: Columns, reach: Reach) -> list[int]:
    """The code of each group's municipality; without neighbours nothing is looked up."""
    if len(reach.codes) == 1:
        return [0] * len(groups["pk"])
    return [reach.codes[town] for town in groups["municipality_id"]]


def _near(side: Columns, parts: Sequence[str]) -> Iterable[str]:
    """The parts of town of those who want the other side to be near."""
    rows = zip(parts, side["wishes"], side["would_like"], strict=True)
    return (part for part, wishes, would_like in rows if wishes.near or would_like.near)


#: Numbers of the parts of town: all, those that households wish to be near, and those that groups wish to be near.
Parts = tuple[Mapping[str, int], Mapping[str, int], Mapping[str, int]]


def _households(
    columns: Columns, in_parts: Sequence[str], parts: Parts, bridges: int, **between: Any
) -> HouseholdProfiles:
    everywhere, wanted, asked = parts
    today = timezone.localdate()
    languages = _masks(spoken.any for spoken in columns["languages"])
    bridged = languages & np.uint64(bridges)
    children = columns["children"]
    people = zip(columns["adults"], children, strict=True)
    return HouseholdProfiles(
        len(in_parts),
        size=[min(adults + of_them.number, LARGEST) for adults, of_them in people],
        languages=languages,
        languages_well=_masks(spoken.well for spoken in columns["languages"]),
        goals=_masks(columns["goals"]),
        interests=_masks(columns["interests"]),
        wishes=_masks(map(wanted_mask, columns["would_like"], in_parts, repeat(wanted))),
        musts=_masks(map(wanted_mask, columns["wishes"], in_parts, repeat(wanted))),
        meets=_masks(map(met_mask, columns["availability"], in_parts, repeat(asked))),
        availability=_masks(columns["availability"]),
        child_bands=_masks(of_them.bands for of_them in children),
        part_of_town=[everywhere.get(part, UNKNOWN_PART) for part in in_parts],
        waiting_days=[max(0, (today - since).days) if since else 0 for since in columns["ready_since"]],
        ready=[status == HouseholdStatus.READY for status in columns["status"]],
        consent=columns["consent"],
        free=np.logical_not(_flags(columns["taken"])),
        kind=[ARRIVALS[arrival] for arrival in columns["arrival"]],
        emphasis=_points(columns["emphasis"]),
        bridged=bridged != 0,
        bridge_languages=bridged,
        **between,
    )


def _groups(
    columns: Columns, in_parts: Sequence[str], parts: Parts, towns: Sequence[int], policies: Sequence[Policy]
) -> GroupProfiles:
    everywhere, wanted, asked = parts
    promised = _masks(promises.mask for promises in columns["promises"])
    availability = columns["together__availability"]
    carries = _masks(columns["child_bands"])
    return GroupProfiles(
        len(in_parts),
        capacity=[min(max(people, 1), LARGEST) for people in columns["max_household"]],
        languages=_masks(spoken.mask for spoken in columns["together__languages"]),
        languages_well=_masks(columns["together__languages_well"]),
        language_members=_table([spoken.counts for spoken in columns["together__languages"]], len(LANGUAGES)),
        interests=_masks(columns["together__interests"]),
        offers=_masks(columns["offers"]),
        availability=_masks(availability),
        wishes=_masks(map(wanted_mask, columns["would_like"], in_parts, repeat(asked))),
        musts=_masks(map(wanted_mask, columns["wishes"], in_parts, repeat(asked))),
        meets=promised | _masks(map(met_mask, availability, in_parts, repeat(wanted))),
        child_bands=_masks(columns["own_child_bands"]),
        # No ages named means that the group did not say; that is never held against it.
        carries_bands=np.where(carries, carries, np.uint64(CHILD_BANDS.mask(CHILD_BANDS.codes()))),
        part_of_town=[everywhere.get(part, UNKNOWN_PART) for part in in_parts],
        municipality=towns,
        kind=[KINDS[kind] for kind in columns["kind"]],
        ready=_may_begin(columns, towns, policies),
        free=np.logical_not(_flags(columns["taken"])),
        emphasis=_points(columns["emphasis"]),
    )


def _may_begin(columns: Columns, towns: Sequence[int], policies: Sequence[Policy]) -> Any:
    """Approval asked for everything; what can lapse afterwards is asked again, as the group's own town wants it, and all of
    it of who came later."""
    today = timezone.localdate()
    codes = np.array(towns, dtype=np.intp)
    vog_required = _flags([policy.vog_required for policy in policies])[codes]
    smallest = np.array([policy.group_size_min for policy in policies])[codes]
    approved = _flags([status == GroupStatus.APPROVED for status in columns["status"]])
    # None, of a group in which nobody was ever present, counts as no.
    enough = np.array([present or 0 for present in columns["together__present"]], dtype=np.int32) >= smallest
    contact = _flags([bool(found) for found in columns["together__has_contact"]])
    screened = _flags([until is not None and until >= today for until in columns["together__screened_until"]])
    complete = _flags([somebody is None for somebody in columns["incomplete"]])
    return approved & enough & contact & complete & (screened | ~vog_required)


def _masks(values: Iterable[int]) -> Any:
    """uint64."""
    return np.array(list(values), dtype=np.uint64)


def _flags(values: Sequence[bool]) -> Any:
    return np.array(values, dtype=np.bool_)


def _points(rows: Sequence[tuple[int, ...]]) -> Any:
    return _table(rows, len(CRITERION_CODES))


def _table(rows: Sequence[tuple[int, ...]], width: int) -> Any:
    """int32 (rows, width), also of no rows."""
    return np.array(rows, dtype=np.int32).reshape(len(rows), width)
