"""Any pair a coordinator picks: what stands between them, or how they fit and what choosing them costs."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from groups.enums import GroupStatus
from groups.models import SponsorGroup
from groups.queries import GroupCard, group_card
from matches.domain.overriding import Choice, look_at
from matches.domain.proposing import reasons_to_store
from matches.models import Match
from municipalities.models import Municipality
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from newcomers.queries import HouseholdCard, household_card
from samenhier.accounts.models import User

from .cards import GroupWords, group_in_words
from .prices import PriceWords, people_of
from .proposals import Reason, as_reasons, without_bonus
from .sight import groups_in_sight

#: Whoever left is nobody's question any more.
GONE_HOUSEHOLDS = [HouseholdStatus.WITHDRAWN, HouseholdStatus.CLOSED]
GONE_GROUPS = [GroupStatus.WITHDRAWN, GroupStatus.DECLINED, GroupStatus.CLOSED]


@dataclass(frozen=True)
class Pair:
    """One pair, ready for a page."""

    choice: Choice
    household: HouseholdCard
    group: GroupCard
    group_words: GroupWords
    reasons: list[Reason]
    bonus: str
    bonus_points: int
    score: int | None
    price: PriceWords | None

    @property
    def can_be_asked(self) -> bool:
        """Whether nothing but a worker's answer is missing: the price is not known yet, or no longer."""
        known = self.choice.asked
        return known.prices is None and not known.broken and self.choice.proposed is None


def pair_of(user: User, household: Household, group: SponsorGroup) -> Pair:
    """The pair with the data of this moment. A constant number of queries."""
    choice = look_at(household=household, group=group)
    fits = choice.asked.fits
    rows = reasons_to_store(fits, choice.asked.part_names) if fits else []
    reasons, bonus, bonus_points = as_reasons(rows)
    price = None
    if choice.cost is not None:
        price = people_of(user, household.municipality_id, [choice.cost]).words(
            choice.cost, chosen=household.pk
        )
    card = group_card(group)
    return Pair(
        choice=choice,
        household=household_card(household),
        group=card,
        group_words=group_in_words(card),
        reasons=reasons,
        bonus=bonus,
        bonus_points=bonus_points,
        score=without_bonus(fits.score, rows) if fits else None,
        price=price,
    )


def households_to_compare(user: User, municipality: Municipality) -> QuerySet[Household]:
    """Everybody in the town that a coordinator may ask about; `taken` says who has a group."""
    return (
        Household.objects.visible_in(municipality, user)
        .exclude(status__in=GONE_HOUSEHOLDS)
        .annotate(taken=Exists(Match.objects.open().filter(household=OuterRef("pk"))))
        .order_by("code_name")
    )


def groups_to_compare(user: User, municipality: Municipality) -> QuerySet[SponsorGroup]:
    """The groups that a coordinator may ask about; `taken` says which support a household, `town` whose it is."""
    found: QuerySet[SponsorGroup] = (
        groups_in_sight(user, municipality.pk)
        .exclude(status__in=GONE_GROUPS)
        .annotate(taken=Exists(Match.objects.open().filter(group=OuterRef("pk"))))
        .order_by("name", "pk")
    )
    return found
