"""From Postgres to the engine: both sides as arrays, with a constant number of queries and no names."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from groups.enums import DutchLevel, GroupKind, GroupStatus, MemberRole, ScreeningStatus
from groups.models import GroupMember, SponsorGroup
from matches.engine import MAX_TIER, Pool
from matches.engine.profiles import KIND_SPONSOR, KIND_WELCOME, UNKNOWN_PART, GroupProfiles, HouseholdProfiles
from matches.engine.rulebook import Rulebook
from matches.engine.scoring import MAX_WEIGHT, Weights, score_matrix
from matches.enums import MatchStatus
from matches.models import Match
from municipalities.models import Policy
from newcomers.enums import HouseholdStatus
from newcomers.models import Consent, Household
from samenhier.core.moments import local_date
from samenhier.core.reference import CHILD_BANDS, GOALS, INTERESTS, LANGUAGES, SLOTS, WISHES

from .words import blocked_in_words

#: Levels that count as speaking a language well; “a little” is enough to begin with.
SPOKEN_WELL = frozenset({"intermediate", "fluent"})
DUTCH_LEVELS: dict[str, str] = {DutchLevel.YES: "fluent", DutchLevel.SOME: "basic"}
KINDS = {GroupKind.WELCOME: KIND_WELCOME, GroupKind.SPONSOR: KIND_SPONSOR}
LARGEST = 50
#: “In our own part of town” depends on the pair: each wanted part of town becomes a wish of its own, after the list.
FIRST_PART_BIT = len(WISHES)
NOBODY_MEETS = 63
_SLOT_BITS = {code: 1 << bit for bit, code in enumerate(SLOTS)}
_EVENINGS = sum(
    bit for code, bit in _SLOT_BITS.items() if code.endswith("_evening") or code.startswith(("sat_", "sun_"))
)


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
            household_keys=[str(pk) for pk in self.household_ids],
            group_keys=[str(pk) for pk in self.group_ids],
        )

    def input_hash(self) -> str:
        """SHA-256 over everything that went in: the same input gives the same text."""
        digest = hashlib.sha256(repr((self.household_ids, self.group_ids, self.weights)).encode())
        for profiles in (self.households, self.groups):
            for field in fields(profiles):
                digest.update(f"{field.name}:".encode())
                digest.update(np.ascontiguousarray(getattr(profiles, field.name)).tobytes())
        digest.update(np.asarray(self.urgency, dtype=np.int32).tobytes())
        return digest.hexdigest()


def sides_of_run(municipality_id: UUID) -> Sides:
    """Who can be matched now: ready, free households with consent in force; approved, free groups with members."""
    open_matches = Match.objects.filter(municipality=municipality_id).open()
    households = Household.objects.filter(municipality=municipality_id, status=HouseholdStatus.READY).exclude(
        pk__in=open_matches.values("household_id")
    )
    groups = SponsorGroup.objects.filter(municipality=municipality_id, status=GroupStatus.APPROVED).exclude(
        pk__in=open_matches.values("group_id")
    )
    return _load(municipality_id, households.filter(_consents()), groups.filter(_has_members()))


def sides_of_pair(household: Household, group: SponsorGroup) -> Sides:
    """This one pair with the data of this moment, whatever state they are in."""
    return _load(
        household.municipality_id,
        Household.objects.filter(pk=household.pk),
        SponsorGroup.objects.filter(pk=group.pk),
    )


def obstacles(household: Household, group: SponsorGroup) -> list[str]:
    """Why these two cannot be matched now, one sentence for each broken rule; empty when they can."""
    sides = sides_of_pair(household, group)
    return [
        blocked_in_words(blocked.code, readable(blocked.data)) for blocked in sides.rulebook().blocking(0, 0)
    ]


def readable(data: Mapping[str, Any]) -> dict[str, Any]:
    """Positions of parts of town become the wish they stand for, so that others know the list of wishes alone."""
    if "wishes" not in data:
        return dict(data)
    near = WISHES.codes().index("near")
    return {**data, "wishes": sorted({near if bit >= FIRST_PART_BIT else bit for bit in data["wishes"]})}


def policy_weights(policy: Policy) -> Weights:
    """The municipality's weights (0–100 per criterion) on the engine's scale; what is missing keeps its default."""
    known = {field.name for field in fields(Weights)} - {"waiting_per_week", "waiting_cap"}
    return Weights(
        **{code: round(value * MAX_WEIGHT / 100) for code, value in policy.weights.items() if code in known}
    )


def _consents() -> Exists:
    return Exists(Consent.objects.in_force().filter(household=OuterRef("pk")))


def _open_for(field: str) -> Exists:
    return Exists(Match.objects.open().filter(**{field: OuterRef("pk")}))


def _has_members() -> Exists:
    return Exists(GroupMember.objects.present().filter(group=OuterRef("pk")))


def _load(municipality_id: UUID, households: Any, groups: Any) -> Sides:
    """Five queries: policy, households, groups, members, earlier matches."""
    policy = Policy.objects.get(municipality=municipality_id)
    household_rows = list(
        households.order_by("pk").values_list(
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
            _consents(),
            _open_for("household"),
            named=False,
        )
    )
    group_rows = list(
        groups.order_by("pk").values_list(
            "pk",
            "status",
            "kind",
            "part_of_town",
            "offers",
            "promises",
            "max_household",
            "child_bands",
            _open_for("group"),
        )
    )
    members = _members([row[0] for row in group_rows], policy, timezone.localdate())
    # Parts of town of both sides, as people wrote them; a code means something within these sides only.
    parts = _numbered([*(row[9] for row in household_rows), *(row[3] for row in group_rows)])
    wanted_parts = _numbered(row[9] for row in household_rows if "near" in row[7])
    return Sides(
        households=_households(household_rows, parts, wanted_parts, _earlier(household_rows, group_rows)),
        groups=_groups(group_rows, members, parts, wanted_parts, policy),
        household_ids=tuple(row[0] for row in household_rows),
        group_ids=tuple(row[0] for row in group_rows),
        urgency=np.array([min(row[10], MAX_TIER) for row in household_rows], dtype=np.int32),
        weights=policy_weights(policy),
        part_names={parts[_plain(row[3])]: row[3].strip() for row in group_rows if _plain(row[3])},
    )


def _households(
    rows: Sequence[Any],
    parts: Mapping[str, int],
    wanted_parts: Mapping[str, int],
    earlier: list[tuple[int, int]],
) -> HouseholdProfiles:
    today = timezone.localdate()
    return HouseholdProfiles(
        len(rows),
        size=[min(row[2] + sum(row[3].values()), LARGEST) for row in rows],
        languages=_masks(rows, lambda row: _language_mask(row[4])),
        languages_well=_masks(rows, lambda row: _language_mask(row[4], SPOKEN_WELL)),
        goals=_masks(rows, lambda row: GOALS.mask(row[5])),
        interests=_masks(rows, lambda row: INTERESTS.mask(row[6])),
        musts=_masks(rows, lambda row: _musts(row[7], row[9], wanted_parts)),
        availability=_masks(rows, lambda row: _slots(row[8])),
        child_bands=_masks(
            rows, lambda row: CHILD_BANDS.mask(band for band, count in row[3].items() if count)
        ),
        part_of_town=[parts.get(_plain(row[9]), UNKNOWN_PART) for row in rows],
        waiting_days=[max(0, (today - local_date(row[11])).days) if row[11] else 0 for row in rows],
        ready=_flags(row[1] == HouseholdStatus.READY for row in rows),
        consent=_flags(row[12] for row in rows),
        free=_flags(not row[13] for row in rows),
        ended=earlier,
    )


@dataclass
class _Together:
    """What the present members of one group bring together."""

    present: int = 0
    screened: int = 0
    has_contact: bool = False
    languages: int = 0
    languages_well: int = 0
    interests: int = 0
    availability: int = 0

    def __post_init__(self) -> None:
        self.speakers = [0] * len(LANGUAGES)


def _members(group_ids: Sequence[UUID], policy: Policy, today: date) -> dict[UUID, _Together]:
    together: dict[UUID, _Together] = defaultdict(_Together)
    rows = (
        GroupMember.objects.present()
        .filter(group_id__in=group_ids)
        .values_list(
            "group_id",
            "role",
            "dutch",
            "languages",
            "interests",
            "availability",
            "screening__status",
            "screening__renew_after",
        )
    )
    for group_id, role, dutch, languages, interests, availability, screening, renew_after in rows.iterator():
        one = together[group_id]
        spoken = (
            [*languages, {"code": "nld", "level": DUTCH_LEVELS[dutch]}]
            if dutch in DUTCH_LEVELS
            else languages
        )
        mask = _language_mask(spoken)
        one.present += 1
        one.has_contact |= role == MemberRole.CONTACT
        one.screened += not policy.vog_required or (
            screening == ScreeningStatus.NOT_NEEDED
            or (screening == ScreeningStatus.SEEN and renew_after is not None and renew_after >= today)
        )
        one.languages |= mask
        one.languages_well |= _language_mask(spoken, SPOKEN_WELL)
        one.interests |= INTERESTS.mask(interests)
        one.availability |= _slots(availability)
        for bit in range(len(LANGUAGES)):
            one.speakers[bit] += mask >> bit & 1
    return together


def _groups(
    rows: Sequence[Any],
    members: Mapping[UUID, _Together],
    parts: Mapping[str, int],
    wanted_parts: Mapping[str, int],
    policy: Policy,
) -> GroupProfiles:
    together = [members.get(row[0], _Together()) for row in rows]

    def ready(row: Any, one: _Together) -> bool:
        """Approval asked for everything; what can lapse afterwards is asked again."""
        complete = one.present >= policy.group_size_min and one.screened == one.present and one.has_contact
        return bool(row[1] == GroupStatus.APPROVED and complete)

    def meets(row: Any, one: _Together) -> int:
        mask = WISHES.mask(set(row[5]) - {"near"})
        if one.availability & _EVENINGS:
            mask |= WISHES.mask(["evenings_only"])
        part = wanted_parts.get(_plain(row[3]))
        return mask | (_part_bit(part) if part is not None and FIRST_PART_BIT + part < NOBODY_MEETS else 0)

    pairs = list(zip(rows, together, strict=True))
    return GroupProfiles(
        len(rows),
        capacity=[min(max(row[6], 1), LARGEST) for row in rows],
        languages=_masks(together, lambda one: one.languages),
        languages_well=_masks(together, lambda one: one.languages_well),
        language_members=np.array([one.speakers for one in together], dtype=np.int32).reshape(
            len(rows), len(LANGUAGES)
        ),
        interests=_masks(together, lambda one: one.interests),
        offers=_masks(rows, lambda row: GOALS.mask(row[4])),
        availability=_masks(together, lambda one: one.availability),
        meets=_masks(pairs, lambda pair: meets(*pair)),
        # No ages named means that the group did not say; that is never held against it.
        carries_bands=_masks(
            rows, lambda row: CHILD_BANDS.mask(row[7]) or CHILD_BANDS.mask(CHILD_BANDS.codes())
        ),
        part_of_town=[parts.get(_plain(row[3]), UNKNOWN_PART) for row in rows],
        kind=[KINDS[GroupKind(row[2])] for row in rows],
        ready=_flags(ready(*pair) for pair in pairs),
        free=_flags(not row[8] for row in rows),
    )


def _earlier(household_rows: Sequence[Any], group_rows: Sequence[Any]) -> list[tuple[int, int]]:
    """Pairs that were matched before, said no, or were set aside for good."""
    households = {row[0]: place for place, row in enumerate(household_rows)}
    groups = {row[0]: place for place, row in enumerate(group_rows)}
    couples = (
        Match.objects.filter(household_id__in=list(households), group_id__in=list(groups))
        .filter(Q(status__in=[MatchStatus.ENDED, MatchStatus.DECLINED]) | Q(not_again=True))
        .order_by("pk")
        .values_list("household_id", "group_id")
    )
    return sorted({(households[household], groups[group]) for household, group in couples})


def _language_mask(spoken: Iterable[Mapping[str, str]], levels: frozenset[str] | None = None) -> int:
    return LANGUAGES.mask(
        one["code"] for one in spoken if levels is None or one.get("level", "intermediate") in levels
    )


def _slots(codes: Iterable[str]) -> int:
    mask = 0
    for code in codes:
        mask |= _SLOT_BITS.get(code, 0)
    return mask


def _musts(wishes: Iterable[str], part_of_town: str, wanted_parts: Mapping[str, int]) -> int:
    chosen = set(wishes)
    mask = WISHES.mask(chosen - {"near"})
    part = wanted_parts.get(_plain(part_of_town))
    return mask | _part_bit(part) if "near" in chosen and part is not None else mask


def _part_bit(part: int) -> int:
    # More wanted parts than bits: better left over with a reason than matched across town.
    return 1 << min(FIRST_PART_BIT + part, NOBODY_MEETS)


def _plain(part_of_town: str) -> str:
    return " ".join(part_of_town.casefold().split())


def _numbered(parts: Iterable[str]) -> dict[str, int]:
    return {part: number for number, part in enumerate(sorted({_plain(part) for part in parts} - {""}))}


def _masks(rows: Iterable[Any], mask: Callable[[Any], int]) -> Any:
    return np.array([mask(row) for row in rows], dtype=np.uint64)


def _flags(values: Iterable[bool]) -> Any:
    return np.array([bool(value) for value in values], dtype=np.bool_)
