"""What the people of a group bring together: their languages, time and interests as masks, and whether they may."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, reduce
from operator import or_
from typing import Any

import numpy as np
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from groups.enums import DutchLevel, MemberRole, ScreeningStatus
from groups.models import GroupMember, SponsorGroup
from municipalities.models import Policy
from samenhier.core.reference import INTERESTS, LANGUAGES

from .imaginary import ImaginaryGroup
from .masks import SPOKEN_WELL, codes, language_mask, parsed, slot_mask

DUTCH_LEVELS: dict[str, str] = {DutchLevel.YES: "fluent", DutchLevel.SOME: "basic"}


@dataclass
class Together:
    """What the present members of one group bring together; `spoken` has one mask for each member."""

    present: int = 0
    screened: int = 0
    has_contact: bool = False
    languages_well: int = 0
    interests: int = 0
    availability: int = 0
    spoken: list[int] = field(default_factory=list)

    @property
    def languages(self) -> int:
        return reduce(or_, self.spoken, 0)


def members_of(groups: QuerySet[SponsorGroup], policy: Policy, today: date) -> dict[str, Together]:
    """By the id of the group as text, which is quicker to compare."""
    rows = (
        GroupMember.objects.present()
        .filter(group__in=groups.order_by().values("pk"))
        .order_by()
        .values_list(
            Cast("group_id", TextField()),
            "role",
            "dutch",
            Cast("languages", TextField()),
            Cast("interests", TextField()),
            Cast("availability", TextField()),
            "screening__status",
            "screening__renew_after",
        )
    )
    together: dict[str, Together] = defaultdict(Together)
    for group_id, role, dutch, languages, interests, availability, screening, renew_after in rows:
        one = together[group_id]
        mask, well = _spoken(languages, dutch)
        one.present += 1
        one.has_contact |= role == MemberRole.CONTACT
        one.screened += not policy.vog_required or (
            screening == ScreeningStatus.NOT_NEEDED
            or (screening == ScreeningStatus.SEEN and renew_after is not None and renew_after >= today)
        )
        one.spoken.append(mask)
        one.languages_well |= well
        one.interests |= _interests(interests)
        one.availability |= _slots(availability)
    return together


@lru_cache(maxsize=20_000)
def _spoken(languages: str, dutch: str) -> tuple[int, int]:
    """The languages of one member as masks: all, and those spoken well."""
    spoken = parsed(languages)
    if dutch in DUTCH_LEVELS:
        spoken = [*spoken, {"code": "nld", "level": DUTCH_LEVELS[dutch]}]
    return language_mask(spoken), language_mask(spoken, SPOKEN_WELL)


@lru_cache(maxsize=20_000)
def _interests(text: str) -> int:
    return INTERESTS.mask(codes(text))


@lru_cache(maxsize=20_000)
def _slots(text: str) -> int:
    return slot_mask(codes(text))


def speakers(together: Sequence[Together]) -> Any:
    """int32 (groups, languages): how many members speak each."""
    counts = np.zeros((len(together), len(LANGUAGES)), dtype=np.int32)
    groups = np.repeat(np.arange(len(together)), [len(one.spoken) for one in together])
    masks_of_all = np.array([mask for one in together for mask in one.spoken], dtype=np.int64)
    np.add.at(counts, groups, (masks_of_all[:, None] >> np.arange(len(LANGUAGES)) & 1).astype(np.int32))
    return counts


def imaginary_members(one: ImaginaryGroup, policy: Policy) -> Together:
    """As many members as a group needs, who all show what they must, and together bring this."""
    mask = LANGUAGES.mask(one.languages)
    return Together(
        present=policy.group_size_min,
        screened=policy.group_size_min,
        has_contact=True,
        languages_well=mask,
        interests=INTERESTS.mask(one.interests),
        availability=slot_mask(one.availability),
        spoken=[mask],
    )
