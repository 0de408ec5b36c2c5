"""The cards of both sides, ready for a page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from groups.models import GroupMember
from groups.queries import GroupCard
from samenhier.core.reference import DAYS, GOALS, INTERESTS, LANGUAGE_LEVELS, LANGUAGES, PARTS_OF_DAY

PRESENT_MEMBERS = Prefetch(
    "group__members", GroupMember.objects.present().order_by("role", "created_at", "id"), to_attr="present"
)


def with_cards(matches: Any) -> Any:
    """Matches with all that the cards of both sides need: one query more, however many matches."""
    return matches.select_related("household", "group", "group_municipality").prefetch_related(
        PRESENT_MEMBERS
    )


@dataclass(frozen=True)
class GroupWords:
    """The lists of a group's card in the reader's language."""

    languages: list[tuple[str, str]]
    interests: list[str]
    offers: list[str]
    availability: list[str]


def group_in_words(card: GroupCard) -> GroupWords:
    """Pure: reads no table."""
    slots = set(card.availability)
    days = [
        (day.label, [str(part.label) for part in PARTS_OF_DAY if f"{day.code}_{part.code}" in slots])
        for day in DAYS
    ]
    return GroupWords(
        languages=[(LANGUAGES.label(code), LANGUAGE_LEVELS.label(level)) for code, level in card.languages],
        interests=INTERESTS.labels(card.interests),
        offers=GOALS.labels(card.offers),
        availability=[f"{label}: {', '.join(parts)}" for label, parts in days if parts],
    )
