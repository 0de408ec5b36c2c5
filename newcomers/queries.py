"""Reading households: the thin card, the list of a municipality, and what happened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import pgettext

from municipalities.models import Municipality
from samenhier.accounts.models import User
from samenhier.core import reference

from .enums import STOPPED_STATUSES, HouseholdStatus, Shown, Urgency
from .models import Consent, DisclosureGrant, Household

#: After so many days without a group a household stands on the work list.
LONG_WAIT_DAYS = 60
#: Rows of the household of the outer query; with its town, as indexes begin with that.
HERE = {"household": OuterRef("pk"), "municipality": OuterRef("municipality")}
#: Conditions of the apps that know groups (OuterRef "pk" is the household): one of them means that it is spoken for.
taken: list[Callable[[], Exists]] = []


@dataclass(frozen=True)
class HouseholdCard:
    """What a group may see before both said yes: no name, no contact, no origin, no words of anybody.

    Codes are those of `samenhier.core.reference`; the properties give words in the reader's language.
    """

    code_name: str
    adults: int
    children: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, str], ...]
    goals: tuple[str, ...]
    interests: tuple[str, ...]
    wishes: tuple[str, ...]
    would_like: tuple[str, ...]
    availability: tuple[str, ...]
    part_of_town: str

    @property
    def size(self) -> int:
        """People in the household."""
        return self.adults + sum(number for _band, number in self.children)

    @property
    def child_labels(self) -> list[tuple[str, int]]:
        """Age band in words, with the number of children."""
        return [(reference.CHILD_BANDS.label(band), number) for band, number in self.children]

    @property
    def language_labels(self) -> list[tuple[str, str]]:
        """Language and level in words."""
        return [
            (reference.LANGUAGES.label(code), reference.LANGUAGE_LEVELS.label(level))
            for code, level in self.languages
        ]

    @property
    def goal_labels(self) -> list[str]:
        """What they would like to do, in words."""
        return reference.GOALS.labels(self.goals)

    @property
    def interest_labels(self) -> list[str]:
        """Interests in words."""
        return reference.INTERESTS.labels(self.interests)

    @property
    def wish_labels(self) -> list[str]:
        """Wishes that must be met, in words."""
        return reference.WISHES.labels(self.wishes)

    @property
    def would_like_labels(self) -> list[str]:
        """Wishes that would be nice, in words."""
        return reference.WISHES.labels(self.would_like)

    @property
    def availability_labels(self) -> list[str]:
        """Days with their parts, such as “Wednesday: afternoon, evening”."""
        found, comma = [], pgettext("between words", ", ")
        for day in reference.DAYS:
            parts = [
                str(part.label)
                for part in reference.PARTS_OF_DAY
                if f"{day.code}_{part.code}" in self.availability
            ]
            if parts:
                found.append(f"{day.label}: {comma.join(parts)}")
        return found


def alike(household: Household) -> int:
    """How many households of the municipality, this one among them, have a card with the same people and languages.

    Those are what a reader knows a family by. One query; everybody ever registered counts, for who left is known too.
    """
    spoken = {one["code"] for one in household.languages}
    same_people = Household.objects.filter(
        municipality=household.municipality_id, adults=household.adults, children=household.children
    ).order_by()
    languages = same_people.values_list("languages", flat=True)
    return sum({one["code"] for one in theirs} == spoken for theirs in languages)


def household_card(household: Household) -> HouseholdCard:
    """The thin card of a household. Pure: reads no table."""
    return HouseholdCard(
        code_name=household.code_name,
        adults=household.adults,
        children=tuple(
            (band, household.children[band])
            for band in reference.CHILD_BANDS.codes()
            if household.children.get(band)
        ),
        languages=tuple((one["code"], one["level"]) for one in household.languages),
        goals=tuple(household.goals),
        interests=tuple(household.interests),
        wishes=tuple(household.wishes),
        would_like=tuple(household.would_like),
        availability=tuple(household.availability),
        part_of_town=household.part_of_town,
    )


@dataclass(frozen=True)
class HouseholdRow:
    """One line of the coordinator's list."""

    household: Household
    has_group: bool
    waiting_days: int | None

    @property
    def urgency(self) -> Urgency:
        """With its label."""
        return Urgency(self.household.urgency)

    @property
    def language_names(self) -> list[str]:
        """The languages on the card, in words."""
        return [reference.LANGUAGES.label(one["code"]) for one in self.household.languages]

    @property
    def status_label(self) -> str:
        """The state in words."""
        return str(HouseholdStatus(self.household.status).label)


def with_group(households: QuerySet[Household]) -> QuerySet[Household]:
    """Annotate `has_group`: names are open to a group now."""
    grants = DisclosureGrant.objects.open().filter(**HERE)
    return households.annotate(has_group=Exists(grants))


def waiting() -> Q:
    """Ready, with a yes in force, in no match and in no question about one: who waits for a group."""
    consents, grants = (
        Consent.objects.in_force().filter(**HERE),
        DisclosureGrant.objects.open().filter(**HERE),
    )
    found = Q(Exists(consents), ~Exists(grants), status=HouseholdStatus.READY)
    return reduce(and_, (~Q(condition()) for condition in taken), found)


def _shown(which: str) -> Q:
    """The households under one filter of the list."""
    grants = DisclosureGrant.objects.open().filter(**HERE)
    match which:
        case Shown.WAITING:
            return waiting()
        case Shown.LONG:
            return waiting() & Q(ready_since__lt=timezone.now() - timedelta(days=LONG_WAIT_DAYS))
        case Shown.ASKED:
            return reduce(or_, (Q(condition()) for condition in taken), Q(pk=None)) & ~Q(Exists(grants))
        case Shown.GROUP:
            return Q(Exists(grants))
        case "":
            return Q()
    return Q(status=which)


def households_of(
    user: User, municipality: Municipality, *, shown: str = "", named: str = ""
) -> QuerySet[Household]:
    """The households of this municipality that the user may see: most urgent first, then by waiting.

    `shown` is a status or one of `Shown`; who waits long stands in the order of waiting. `named`: a part of the code name.
    """
    rows = with_group(Household.objects.visible_in(municipality, user).filter(_shown(shown)))
    if named:
        rows = rows.filter(code_name__icontains=named)
    by_urgency = () if shown == Shown.LONG else ("-urgency",)
    return rows.order_by(*by_urgency, "ready_since", "created_at", "pk")


def as_rows(households: Any, *, now: datetime | None = None) -> list[HouseholdRow]:
    """Lines for the list, from households of `households_of`."""
    now = now or timezone.now()
    return [
        HouseholdRow(
            household=row,
            has_group=row.has_group,
            waiting_days=None if row.has_group else waiting_days(row, now=now),
        )
        for row in households
    ]


def waiting_days(household: Household, *, now: datetime | None = None) -> int | None:
    """Whole days that a household has waited for a group; None when it does not wait."""
    if household.ready_since is None or household.status not in (
        HouseholdStatus.READY,
        HouseholdStatus.PAUSED,
    ):
        return None
    return ((now or timezone.now()) - household.ready_since).days


def has_group(household: Household) -> bool:
    """Whether the name is open to a group now."""
    return DisclosureGrant.objects.open().filter(household=household).exists()


def consents_of(household: Household) -> list[Consent]:
    """Every yes, the newest first."""
    return list(Consent.objects.filter(household=household).order_by("-created_at"))


def parts_written(municipality_id: UUID) -> Iterable[str]:
    """Parts of town on the cards of households that take part. For `municipalities.parts`."""
    rows = Household.objects.filter(municipality=municipality_id).exclude(status__in=STOPPED_STATUSES)
    return rows.exclude(part_of_town="").order_by().values_list("part_of_town", flat=True).distinct()
