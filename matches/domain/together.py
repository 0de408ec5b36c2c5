"""What the people of a group bring together, as masks: their languages, time and interests, and whether they may."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from municipalities.models import Policy
from samenhier.core.reference import INTERESTS, LANGUAGES

from .imaginary import ImaginaryGroup
from .masks import slot_mask

#: What is read of `groups.models.MembersTogether`, from the group.
TOGETHER_COLUMNS = (
    "together__present",
    "together__has_contact",
    "together__screened_until",
    "together__languages",
    "together__languages_well",
    "together__interests",
    "together__availability",
)


@dataclass
class Together:
    """What the present members of one group bring together; `speakers`: how many of them speak each language."""

    present: int = 0
    screened: bool = False
    has_contact: bool = False
    languages: int = 0
    languages_well: int = 0
    interests: int = 0
    availability: int = 0
    speakers: Mapping[str, int] = field(default_factory=dict)


def together_of(columns: Sequence[Any], policy: Policy, today: date) -> Together:
    """From the values of `TOGETHER_COLUMNS`; those of a group in which nobody was ever present are None."""
    present, has_contact, screened_until, languages, languages_well, interests, availability = columns
    if not present:
        return Together()
    return Together(
        present=present,
        screened=not policy.vog_required or (screened_until is not None and screened_until >= today),
        has_contact=has_contact,
        languages=LANGUAGES.mask(languages),
        languages_well=LANGUAGES.mask(languages_well),
        interests=INTERESTS.mask(interests),
        availability=slot_mask(availability),
        speakers=languages,
    )


def speakers(together: Iterable[Together]) -> Any:
    """int32 (groups, languages): how many members speak each."""
    codes = LANGUAGES.codes()
    counts = [[one.speakers.get(code, 0) for code in codes] for one in together]
    return np.array(counts, dtype=np.int32).reshape(len(counts), len(codes))


def imaginary_members(one: ImaginaryGroup, policy: Policy) -> Together:
    """As many members as a group needs, who all show what they must, and together bring this."""
    mask = LANGUAGES.mask(one.languages)
    return Together(
        present=policy.group_size_min,
        screened=True,
        has_contact=True,
        languages=mask,
        languages_well=mask,
        interests=INTERESTS.mask(one.interests),
        availability=slot_mask(one.availability),
        speakers=dict.fromkeys(one.languages, 1),
    )
