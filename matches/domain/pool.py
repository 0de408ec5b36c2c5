"""From Postgres to the engine: both sides as arrays, with a constant number of queries and no names."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib.postgres.fields import ArrayField
from django.db.models import DateTimeField, Exists, JSONField, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from groups.enums import GroupKind, GroupStatus
from groups.models import SponsorGroup
from matches.engine import MAX_TIER, Pool
from matches.engine.profiles import (
    KIND_OPEN,
    KIND_SPONSOR,
    KIND_WELCOME,
    UNKNOWN_PART,
    GroupProfiles,
    HouseholdProfiles,
)
from matches.engine.rulebook import Rulebook
from matches.engine.scoring import Weights, score_matrix
from matches.enums import MatchStatus
from matches.models import Match, SafetyFlag
from municipalities.enums import StaffRole
from municipalities.models import Policy, StaffMembership
from municipalities.parts import plain
from newcomers.enums import Arrival, HouseholdStatus
from newcomers.models import Household
from samenhier.core.reference import CHILD_BANDS, GOALS, INTERESTS, LANGUAGES, WISHES

from .distances import distance_bands
from .free import consent_in_force, free_households, in_open_match
from .imaginary import ImaginaryGroup
from .masks import (
    SPOKEN_WELL,
    as_written,
    codes,
    emphasis_points,
    flags,
    language_mask,
    masks,
    met_mask,
    numbered,
    parsed,
    part_of,
    slot_mask,
    wanted_mask,
)
from .reach import Reach, groups_in, reach_of
from .together import TOGETHER_COLUMNS, Together, imaginary_members, speakers, together_of

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
    reconsider: tuple[UUID, UUID] | None = None,
) -> Sides:
    """Who can be matched now in one municipality; groups that do not exist come last.

    Groups of neighbours that are open to it come along (`reach.groups_in`). Pairs that a coordinator chose by hand
    stand, and are left out, as are those that wait for a neighbour's word; except those of the household and the group
    to `reconsider`.
    """
    reach = reach_of(municipality_id)
    standing = Match.objects.filter(municipality=municipality_id).standing()
    if reconsider is not None:
        standing = standing.exclude(Q(household=reconsider[0]) | Q(group=reconsider[1]))
    return _load(
        reach,
        free_households().filter(municipality=municipality_id).exclude(pk__in=standing.values("household")),
        groups_in(reach).exclude(pk__in=standing.values("group")),
        imaginary,
    )


def sides_of_pair(household: Household, group: SponsorGroup) -> Sides:
    """This one pair with the data of this moment, whatever state they are in."""
    return _load(
        reach_of(household.municipality_id, [group.municipality_id]),
        Household.objects.filter(pk=household.pk),
        SponsorGroup.objects.filter(pk=group.pk),
    )


def sides_of_matches(municipality_id: UUID, matches: Collection[Match]) -> Sides:
    """Everybody in these matches of one municipality with the data of this moment, whatever state they are in."""
    return _load(
        reach_of(municipality_id, [one.group_municipality_id for one in matches]),
        Household.objects.filter(pk__in={one.household_id for one in matches}),
        SponsorGroup.objects.filter(pk__in={one.group_id for one in matches}),
    )


def policy_weights(policy: Policy) -> Weights:
    """The municipality's weights, on the engine's own scale; what is missing keeps its default.

    Raises ValueError for weights that no form of ours lets through.
    """
    known = {field.name for field in fields(Weights)}
    return Weights(**{code: value for code, value in policy.weights.items() if code in known})


def spoken_by_builders(municipality_id: UUID) -> set[str]:
    """Codes of the languages that the community builders who work there now can bridge."""
    spoken = (
        StaffMembership.objects.active()
        .filter(municipality=municipality_id, role=StaffRole.BUILDER, user__is_active=True)
        .values_list("languages", flat=True)
    )
    return {code for languages in spoken for code in languages}


#: What is read of a household, in this order; its consent and whether it is taken come behind.
HOUSEHOLD_COLUMNS = (
    "pk",
    "status",
    "adults",
    "children",
    "languages",
    "goals",
    "interests",
    "wishes",
    "availability",
    "part_of_town",
    "urgency",
    "ready_since",
    "would_like",
    "arrival",
    "emphasis",
)
#: The same of a group; whether it is taken comes behind, and before that what its members bring together.
GROUP_COLUMNS = (
    "pk",
    "status",
    "kind",
    "part_of_town",
    "offers",
    "promises",
    "max_household",
    "child_bands",
    "wishes",
    "would_like",
    "own_child_bands",
    "emphasis",
    "municipality_id",
)


def _rows(queryset: QuerySet[Any], columns: Sequence[str], **conditions: Exists) -> list[tuple[Any, ...]]:
    """The rows in the order of their ids. Lists and JSON travel as text (`masks.codes`, `masks.parsed`), moments as
    local days: both are much quicker to read."""
    readers: dict[int, Callable[[str], Any]] = {}
    texts: list[Any] = []
    for place, column in enumerate(columns):
        kind = _field(queryset.model, column)
        if isinstance(kind, (ArrayField, JSONField)):
            readers[place] = codes if isinstance(kind, ArrayField) else parsed
            texts.append(Cast(column, TextField()))
        else:
            texts.append(TruncDate(column) if isinstance(kind, DateTimeField) else column)
    found = queryset.order_by("pk").values_list(*texts, *conditions.values())
    turned = [
        map(readers[place], column) if place in readers else column
        for place, column in enumerate(zip(*found, strict=True))
    ]
    return list(zip(*turned, strict=True))


def _field(model: type[Model], column: str) -> Any:
    """The field of a column, which may be one step away."""
    first, _, rest = column.partition("__")
    kind: Any = model._meta.pk if first == "pk" else model._meta.get_field(first)
    return _field(kind.related_model, rest) if rest else kind


def _imaginary_row(one: ImaginaryGroup, municipality_id: UUID) -> tuple[Any, ...]:
    """As if an approved, free group stood in the table; what it does not have is an empty list."""
    given = {"status": GroupStatus.APPROVED, "municipality_id": municipality_id}
    return (*(given.get(column, getattr(one, column, [])) for column in GROUP_COLUMNS), False)


def _load(reach: Reach, households: Any, groups: Any, imaginary: Sequence[ImaginaryGroup] = ()) -> Sides:
    """Six queries, after that of the policies (`reach_of`): languages of builders, households, groups, distances, earlier
    matches, safety flags."""
    policy, municipality_id = reach.policy, reach.own
    bridges = LANGUAGES.mask(spoken_by_builders(municipality_id))
    household_rows = _rows(
        households, HOUSEHOLD_COLUMNS, consent=consent_in_force(), taken=in_open_match("household")
    )
    group_rows = _rows(groups, GROUP_COLUMNS + TOGETHER_COLUMNS, taken=in_open_match("group"))
    if len(reach.codes) > 1:
        group_rows = [(*row[:3], part_of(row[3], reach.codes[row[12]]), *row[4:]) for row in group_rows]
    today = timezone.localdate()
    members = [
        together_of(row[len(GROUP_COLUMNS) : -1], reach.policies[row[12]], today) for row in group_rows
    ]
    # Parts of town of both sides, as people wrote them; a code means something within these sides only.
    parts = numbered([*(row[9] for row in household_rows), *(row[3] for row in group_rows)])
    wanted_parts = numbered(row[9] for row in household_rows if "near" in row[7] or "near" in row[12])
    asked_parts = numbered(row[3] for row in group_rows if "near" in row[8] or "near" in row[9])
    for one in imaginary:
        group_rows.append(_imaginary_row(one, municipality_id))
        members.append(imaginary_members(one, policy))
        # Behind the real ones, whose numbers stay as they are without this group.
        if part := plain(one.part_of_town):
            parts.setdefault(part, len(parts))
            if "near" in one.wishes:
                asked_parts.setdefault(part, len(asked_parts))
    return Sides(
        households=_households(
            household_rows,
            parts,
            wanted_parts,
            asked_parts,
            bridges,
            distance_bands=distance_bands(municipality_id, parts),
            opened=reach.couples() or None,
            ended=_couples(_earlier(), municipality_id, household_rows, group_rows),
            unsafe=_couples(SafetyFlag.objects.standing(), municipality_id, household_rows, group_rows),
        ),
        groups=_groups(group_rows, members, parts, wanted_parts, asked_parts, reach),
        household_ids=tuple(row[0] for row in household_rows),
        group_ids=tuple(row[0] for row in group_rows),
        urgency=np.array([min(row[10], MAX_TIER) for row in household_rows], dtype=np.int32),
        weights=policy_weights(policy),
        part_names={
            parts[plain(part)]: as_written(part)
            for part in [
                *(one.part_of_town for one in imaginary),  # first: real people's spelling stays
                *(row[9] for row in household_rows),
                *(row[3] for row in group_rows[: len(group_rows) - len(imaginary)]),
            ]
            if plain(part)
        },
    )


def _households(
    rows: Sequence[Any],
    parts: Mapping[str, int],
    wanted_parts: Mapping[str, int],
    asked_parts: Mapping[str, int],
    bridges: int,
    *,
    distance_bands: Any,
    opened: list[tuple[int, int]] | None,
    ended: list[tuple[int, int]],
    unsafe: list[tuple[int, int]],
) -> HouseholdProfiles:
    today = timezone.localdate()
    bridged = masks(rows, lambda row: language_mask(row[4]) & bridges)
    return HouseholdProfiles(
        len(rows),
        size=[min(row[2] + sum(row[3].values()), LARGEST) for row in rows],
        languages=masks(rows, lambda row: language_mask(row[4])),
        languages_well=masks(rows, lambda row: language_mask(row[4], SPOKEN_WELL)),
        goals=masks(rows, lambda row: GOALS.mask(row[5])),
        interests=masks(rows, lambda row: INTERESTS.mask(row[6])),
        wishes=masks(rows, lambda row: wanted_mask(row[12], row[9], wanted_parts)),
        musts=masks(rows, lambda row: wanted_mask(row[7], row[9], wanted_parts)),
        meets=masks(rows, lambda row: met_mask(slot_mask(row[8]), row[9], asked_parts)),
        availability=masks(rows, lambda row: slot_mask(row[8])),
        child_bands=masks(
            rows, lambda row: CHILD_BANDS.mask(band for band, count in row[3].items() if count)
        ),
        part_of_town=[parts.get(plain(row[9]), UNKNOWN_PART) for row in rows],
        waiting_days=[max(0, (today - row[11]).days) if row[11] else 0 for row in rows],
        ready=flags(row[1] == HouseholdStatus.READY for row in rows),
        consent=flags(row[-2] for row in rows),
        free=flags(not row[-1] for row in rows),
        kind=[ARRIVALS[Arrival(row[13])] for row in rows],
        emphasis=emphasis_points(row[14] for row in rows),
        bridged=bridged != 0,
        bridge_languages=bridged,
        distance_bands=distance_bands,
        opened=opened,
        ended=ended,
        unsafe=unsafe,
    )


def _groups(
    rows: Sequence[Any],
    together: Sequence[Together],
    parts: Mapping[str, int],
    wanted_parts: Mapping[str, int],
    asked_parts: Mapping[str, int],
    reach: Reach,
) -> GroupProfiles:
    def ready(row: Any, one: Together) -> bool:
        """Approval asked for everything; what can lapse afterwards is asked again."""
        policy = reach.policies[row[12]]  # what the group's own town asks
        complete = one.present >= policy.group_size_min and one.screened and one.has_contact
        return bool(row[1] == GroupStatus.APPROVED and complete)

    def meets(row: Any, one: Together) -> int:
        promised = WISHES.mask(set(row[5]) - {"near"})
        return promised | met_mask(one.availability, row[3], wanted_parts)

    pairs = list(zip(rows, together, strict=True))
    return GroupProfiles(
        len(rows),
        capacity=[min(max(row[6], 1), LARGEST) for row in rows],
        languages=masks(together, lambda one: one.languages),
        languages_well=masks(together, lambda one: one.languages_well),
        language_members=speakers(together),
        interests=masks(together, lambda one: one.interests),
        offers=masks(rows, lambda row: GOALS.mask(row[4])),
        availability=masks(together, lambda one: one.availability),
        wishes=masks(rows, lambda row: wanted_mask(row[9], row[3], asked_parts)),
        musts=masks(rows, lambda row: wanted_mask(row[8], row[3], asked_parts)),
        meets=masks(pairs, lambda pair: meets(*pair)),
        child_bands=masks(rows, lambda row: CHILD_BANDS.mask(row[10])),
        # No ages named means that the group did not say; that is never held against it.
        carries_bands=masks(
            rows, lambda row: CHILD_BANDS.mask(row[7]) or CHILD_BANDS.mask(CHILD_BANDS.codes())
        ),
        part_of_town=[parts.get(plain(row[3]), UNKNOWN_PART) for row in rows],
        municipality=[reach.codes[row[12]] for row in rows],
        kind=[KINDS[GroupKind(row[2])] for row in rows],
        ready=flags(ready(*pair) for pair in pairs),
        free=flags(not row[-1] for row in rows),
        emphasis=emphasis_points(row[11] for row in rows),
    )


def _earlier() -> QuerySet[Match]:
    """Pairs that were matched before, said no, or were set aside for good."""
    return Match.objects.filter(Q(status__in=[MatchStatus.ENDED, MatchStatus.DECLINED]) | Q(not_again=True))


def _couples(
    rows: QuerySet[Any], municipality_id: UUID, household_rows: Sequence[Any], group_rows: Sequence[Any]
) -> list[tuple[int, int]]:
    """The household and group of each row, as their places on the two sides."""
    households = {row[0]: place for place, row in enumerate(household_rows)}
    groups = {row[0]: place for place, row in enumerate(group_rows)}
    # Of one household only what it was in; of a whole pool all of the town, instead of sending a thousand ids.
    rows = (
        rows.filter(household__in=list(households))
        if len(households) == 1
        else rows.filter(municipality=municipality_id)
    )
    return sorted(
        {
            (households[household], groups[group])
            for household, group in rows.order_by().values_list("household_id", "group_id")
            if household in households and group in groups
        }
    )
