"""Prices in words: who would lose a place, who would move, and the next best for both sides of a proposal."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar
from uuid import UUID

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import SponsorGroup
from matches.domain.prices import BestNow, Cost, best_now
from matches.models import Match
from newcomers.models import Household
from samenhier.accounts.models import User

#: So many other groups and households stand with a proposal.
NEXT_BEST = 3
Side = TypeVar("Side", Household, SponsorGroup)


@dataclass(frozen=True)
class PriceWords:
    """What a choice costs, by code name. `points` is what all pairs together lose; less than zero is a gain."""

    without: list[Household]
    moves: list[tuple[Household, SponsorGroup]]
    urgent_lost: int
    points: int

    @property
    def gained(self) -> int:
        """Points won by everybody together."""
        return max(0, -self.points)

    @property
    def is_free(self) -> bool:
        """Nobody loses a place, and everybody together fits as well."""
        return not (self.without or self.urgent_lost or self.points)

    @property
    def in_short(self) -> SafeString:
        """One sentence."""
        if self.without:
            names = format_html_join(
                ", ", "<bdi>{}</bdi>{}", ((row.code_name, _haste(row)) for row in self.without)
            )
            return format_html("{} {}.", _("Then no group is left for"), names)
        if self.points > 0:
            text = ngettext(
                "Nobody loses a place; all pairs together lose %(points)s point.",
                "Nobody loses a place; all pairs together lose %(points)s points.",
                self.points,
            )
            return escape(text % {"points": self.points})
        if self.gained:
            text = ngettext(
                "Nobody loses a place; all pairs together gain %(points)s point.",
                "Nobody loses a place; all pairs together gain %(points)s points.",
                self.gained,
            )
            return escape(text % {"points": self.gained})
        return escape(_("Nobody loses anything by it."))


def _haste(household: Household) -> str:
    return f" ({household.get_urgency_display()})" if household.urgency else ""


@dataclass(frozen=True)
class NextBest(Generic[Side]):
    """Another group, or another household: how well it fits, out of 1000, and what choosing it costs."""

    row: Side
    score: int
    price: PriceWords


@dataclass(frozen=True)
class Others:
    """The next best for both sides of a proposal. `overtaken`: with today's data another division places more."""

    groups: list[NextBest[SponsorGroup]]
    households: list[NextBest[Household]]
    overtaken: PriceWords | None


@dataclass(frozen=True)
class People:
    """The households and groups that prices speak of, as far as the reader may see them."""

    households: dict[UUID, Household]
    groups: dict[UUID, SponsorGroup]

    def words(self, cost: Cost, *, chosen: UUID | None = None) -> PriceWords:
        """The price in words. `chosen` is the household that the choice is about: its own move is no price."""
        return PriceWords(
            without=[self.households[pk] for pk in cost.without if pk in self.households and pk != chosen],
            moves=[
                (self.households[who], self.groups[then])
                for who, _now, then in cost.moves
                if who != chosen and then is not None and who in self.households and then in self.groups
            ],
            urgent_lost=cost.urgent_lost,
            points=cost.total,
        )


def people_of(
    user: User, costs: Iterable[Cost], households: Iterable[UUID] = (), groups: Iterable[UUID] = ()
) -> People:
    """Everybody in these prices. Two queries."""
    moves = [move for cost in costs for move in cost.moves]
    wanted = {who for who, _now, _then in moves} | set(households)
    to = {then for _who, _now, then in moves if then is not None} | set(groups)
    return People(
        households={
            row.pk: row
            for row in Household.objects.visible_to(user).filter(pk__in=wanted).only("code_name", "urgency")
        },
        groups={row.pk: row for row in SponsorGroup.objects.visible_to(user).filter(pk__in=to).only("name")},
    )


def price_of(user: User, match: Match) -> PriceWords | None:
    """What a coordinator knew when choosing this pair by hand; None for the proposal of a run."""
    if match.override_price is None:
        return None
    cost = Cost.from_json(match.override_price)
    return people_of(user, [cost]).words(cost, chosen=match.household_id)


def next_best(user: User, match: Match) -> Others:
    """The next best groups for the household and households for the group, with the data of this moment."""
    household, group = match.household_id, match.group_id
    best = best_now(match.municipality_id, reconsider=(household, group))
    groups = dict(_first(best.groups_for(household), but=group))
    households = dict(_first(best.households_for(group), but=household))
    # A choice by hand, or a pair that a floor kept apart from others, was never the cheapest.
    own = best.cost(household, group) if match.run is not None and not match.run.floor else None
    costs = [cost for cost, _score in (*groups.values(), *households.values())] + ([own] if own else [])
    people = people_of(user, costs, households, groups)
    return Others(
        groups=[
            NextBest(people.groups[pk], _fit(best, household, pk), people.words(cost, chosen=household))
            for pk, (cost, _score) in groups.items()
            if pk in people.groups
        ],
        households=[
            NextBest(people.households[pk], _fit(best, pk, group), people.words(cost, chosen=pk))
            for pk, (cost, _score) in households.items()
            if pk in people.households
        ],
        overtaken=people.words(own, chosen=household)
        if own is not None and (own.placed or own.urgent_lost)
        else None,
    )


def _first(found: dict[UUID, tuple[Cost, int]], *, but: UUID) -> Iterable[tuple[UUID, tuple[Cost, int]]]:
    return islice(((pk, one) for pk, one in found.items() if pk != but), NEXT_BEST)


def _fit(best: BestNow, household: UUID, group: UUID) -> int:
    fits = best.explain(household, group)
    return min(1000, max(0, fits.score - fits.bonus)) if fits is not None else 0
