"""Prices in words: who would lose a place, who would move, and the next best for both sides of a proposal."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import SponsorGroup
from matches.domain.prices import Cost
from matches.domain.pricing import Asked, Other, asked
from matches.models import Match
from newcomers.models import Household
from samenhier.accounts.models import User

from .sight import groups_in_sight

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
    """The next best for both sides of a proposal; empty as long as a worker computes them.

    overtaken  with today's data another division places more
    """

    asked: Asked
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
    user: User,
    town: UUID,
    costs: Iterable[Cost],
    households: Iterable[UUID] = (),
    groups: Iterable[UUID] = (),
) -> People:
    """Everybody in these prices of a municipality. Two queries."""
    moves = [move for cost in costs for move in cost.moves]
    wanted = {who for who, _now, _then in moves} | set(households)
    to = {then for _who, _now, then in moves if then is not None} | set(groups)
    return People(
        households={
            row.pk: row
            for row in Household.objects.visible_to(user).filter(pk__in=wanted).only("code_name", "urgency")
        },
        groups={row.pk: row for row in groups_in_sight(user, town).filter(pk__in=to).only("name")},
    )


def price_of(user: User, match: Match) -> PriceWords | None:
    """What a coordinator knew when choosing this pair by hand; None for the proposal of a run."""
    if match.override_price is None:
        return None
    cost = Cost.from_json(match.override_price)
    return people_of(user, match.municipality_id, [cost]).words(cost, chosen=match.household_id)


def next_best(user: User, match: Match) -> Others:
    """The next best groups for the household and households for the group, as far as they are known now."""
    known = asked(match.household, match.group)
    prices = known.prices
    if prices is None:
        return Others(known, [], [], None)
    # A choice by hand was never the cheapest.
    own = prices.cost if match.run is not None else None
    rows = (*prices.groups, *prices.households)
    people = people_of(
        user,
        match.municipality_id,
        [one.cost for one in rows] + ([own] if own else []),
        (one.pk for one in prices.households),
        (one.pk for one in prices.groups),
    )
    return Others(
        asked=known,
        groups=[
            _next(one, people.groups[one.pk], people, chosen=match.household_id)
            for one in prices.groups
            if one.pk in people.groups
        ],
        households=[
            _next(one, people.households[one.pk], people, chosen=one.pk)
            for one in prices.households
            if one.pk in people.households
        ],
        overtaken=people.words(own, chosen=match.household_id)
        if own is not None and (own.placed > 0 or own.urgent_lost)
        else None,
    )


def _next(one: Other, row: Side, people: People, *, chosen: UUID) -> NextBest[Side]:
    return NextBest(row, one.fit, people.words(one.cost, chosen=chosen))
