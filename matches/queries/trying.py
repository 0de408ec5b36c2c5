"""What-ifs as a page shows them: the choices, what they change, and what they cost, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.enums import GroupKind
from groups.models import SponsorGroup
from matches.domain.imaginary import ImaginaryGroup, imaginary_groups
from matches.domain.prices import Cost
from matches.domain.reach import groups_in, reach_of
from matches.domain.trying import ABSENT, BAN, PIN
from matches.domain.words import blocked_in_words
from matches.models import WhatIf
from municipalities.models import Municipality
from newcomers.enums import Urgency
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.core.reference import (
    CHILD_BANDS,
    CRITERIA,
    DAYS,
    GOALS,
    INTERESTS,
    LANGUAGES,
    PARTS_OF_DAY,
    WISHES,
)

from .prices import People, PriceWords
from .proposals import waiting_households
from .sight import groups_in_sight


def households_in_pool(user: User, municipality: Municipality) -> QuerySet[Household]:
    """Who may be chosen: ready and free, by code name."""
    rows: QuerySet[Household] = waiting_households(municipality).filter(
        pk__in=Household.objects.visible_in(municipality, user).values("pk")
    )
    return rows.only("code_name").order_by("code_name")


def groups_in_pool(user: User, municipality: Municipality) -> QuerySet[SponsorGroup]:
    """Who may be chosen: approved and free, also those of open neighbours that nobody else has a proposal with, by name.

    Of a neighbour's group a page shows its name and its `town`.
    """
    free = groups_in(reach_of(municipality.pk))
    rows: QuerySet[SponsorGroup] = groups_in_sight(user, municipality.pk).filter(pk__in=free.values("pk"))
    return rows.only("name").order_by("name", "pk")


@dataclass(frozen=True)
class PairLine:
    """One pin or ban. `price` after computing; `why` when it no longer stands."""

    kind: str
    household: Household | None
    group: SponsorGroup | None
    reason: str
    key: str
    price: PriceWords | None = None
    why: tuple[str, ...] = ()

    @property
    def pinned(self) -> bool:
        """They belong together; otherwise they may not."""
        return self.kind == PIN


@dataclass(frozen=True)
class GroupLine:
    """An imaginary group in a few words."""

    name: str
    facts: list[str]
    key: str


@dataclass(frozen=True)
class Counted:
    """One row of before and after."""

    label: str
    before: str
    after: str
    difference: str


@dataclass(frozen=True)
class Moved:
    """A household that would go elsewhere. None: without a group."""

    household: Household
    now: SponsorGroup | None
    then: SponsorGroup | None


@dataclass(frozen=True)
class WhatIfPage:
    """A what-if with its choices and, once computed, its outcome."""

    what_if: WhatIf
    pairs: list[PairLine]
    groups: list[GroupLine]
    weights: list[tuple[str, int, int | None]]
    sentences: list[str]
    counted: list[Counted]
    gains: list[Moved]
    loses: list[Moved]
    changes: list[Moved]
    together: PriceWords | None

    @property
    def moves(self) -> list[Moved]:
        """Who gets a group, who loses one, who goes elsewhere."""
        return [*self.gains, *self.loses, *self.changes]

    @property
    def plain(self) -> bool:
        """Nothing was chosen: it shows what a run would do now."""
        row = self.what_if
        return not (row.pins or row.bans or row.weights or row.imaginary or row.floor)

    @property
    def same_as_run(self) -> bool:
        """The data are still those of the last run."""
        return bool((self.what_if.comparison or {}).get("same_as_run"))


def what_if_page(user: User, what_if: WhatIf) -> WhatIfPage:
    """Everything on the pages of one what-if. Two queries."""
    comparison: Mapping[str, Any] = what_if.comparison or {}
    imaginary = imaginary_groups(what_if.imaginary)
    costs = _costs(comparison)
    people = _people(user, what_if, imaginary, [cost for cost in costs.values() if cost is not None])
    moved, together = _moved(people, costs.get("all")), costs.get("together")
    return WhatIfPage(
        what_if=what_if,
        pairs=_pairs(what_if, comparison, people, costs),
        groups=[_group_line(one) for one in imaginary],
        weights=[
            (
                capfirst(str(option.label)),
                what_if.weights[option.code],
                comparison.get("weights", {}).get(option.code),
            )
            for option in CRITERIA
            if option.code in what_if.weights
        ],
        sentences=_sentences(comparison, moved) if comparison else [],
        counted=_counted(comparison) if comparison else [],
        gains=[one for one in moved if one.now is None],
        loses=[one for one in moved if one.then is None],
        changes=[one for one in moved if one.now and one.then],
        together=people.words(together) if together is not None else None,
    )


def _costs(comparison: Mapping[str, Any]) -> dict[Any, Cost | None]:
    """All prices: of everything, of pins and bans together, and of each by its place."""
    if not comparison:
        return {}
    stored: dict[Any, Any] = {
        "all": comparison["cost"],
        "together": comparison["together"],
        **{place: one["price"] for place, one in enumerate(comparison["choices"])},
    }
    return {key: Cost.from_json(one) if one else None for key, one in stored.items()}


def _people(
    user: User, what_if: WhatIf, imaginary: Sequence[ImaginaryGroup], costs: Sequence[Cost]
) -> People:
    """Everybody whom the page names; imaginary groups stand beside the real ones. Two queries."""
    pairs = [*what_if.pins, *what_if.bans]
    moves = [move for cost in costs for move in cost.moves]
    households = {who for who, _now, _then in moves} | {UUID(one["household"]) for one in pairs}
    groups = {pk for _who, *both in moves for pk in both if pk} | {UUID(one["group"]) for one in pairs}
    return People(
        households={
            row.pk: row
            for row in Household.objects.visible_in(what_if.municipality, user)
            .filter(pk__in=households)
            .only("code_name", "urgency")
        },
        groups={
            **{
                row.pk: row
                for row in groups_in_sight(user, what_if.municipality_id).filter(pk__in=groups).only("name")
            },
            **{one.pk: SponsorGroup(pk=one.pk, name=one.name) for one in imaginary},
        },
    )


def _pairs(
    what_if: WhatIf, comparison: Mapping[str, Any], people: People, costs: Mapping[Any, Cost | None]
) -> list[PairLine]:
    lines = []
    rows = [*((PIN, one) for one in what_if.pins), *((BAN, one) for one in what_if.bans)]
    outcomes = comparison.get("choices", [])
    for place, (kind, row) in enumerate(rows):
        household = UUID(row["household"])
        cost = costs.get(place)
        lines.append(
            PairLine(
                kind=kind,
                household=people.households.get(household),
                group=people.groups.get(UUID(row["group"])),
                reason=row["reason"],
                key=f"away-{kind}:{row['household']}:{row['group']}",
                price=people.words(cost, chosen=household if kind == PIN else None) if cost else None,
                why=tuple(_why(one) for one in outcomes[place]["why"]) if outcomes else (),
            )
        )
    return lines


def _why(one: Mapping[str, Any]) -> str:
    if one["code"] == ABSENT:
        return _("One of the two is not free now.")
    return blocked_in_words(one["code"], one["data"])


def _moved(people: People, cost: Cost | None) -> list[Moved]:
    if cost is None:
        return []
    return sorted(
        (
            Moved(
                people.households[who],
                people.groups.get(now) if now else None,
                people.groups.get(then) if then else None,
            )
            for who, now, then in cost.moves
            if who in people.households
        ),
        key=lambda one: (-one.household.urgency, one.household.code_name),
    )


def _sentences(comparison: Mapping[str, Any], moved: Sequence[Moved]) -> list[str]:
    """The outcome in words: first the places, then the points."""
    more = comparison["changed"]["placed"] - comparison["plain"]["placed"]
    if more > 0:
        told = [
            ngettext(
                "With these choices %(number)s household more gets a group.",
                "With these choices %(number)s households more get a group.",
                more,
            )
            % {"number": more}
        ]
    elif more < 0:
        told = [
            ngettext(
                "With these choices %(number)s household fewer gets a group.",
                "With these choices %(number)s households fewer get a group.",
                -more,
            )
            % {"number": -more}
        ]
    elif moved:
        told = [_("As many households get a group as without these choices.")]
    else:
        return [_("These choices change nothing: everybody goes where a run would bring them too.")]
    lost = sum(max(0, count) for count in comparison["cost"]["urgent"].values())
    if lost:
        told.append(
            ngettext(
                "%(number)s urgent household fewer gets a group.",
                "%(number)s urgent households fewer get a group.",
                lost,
            )
            % {"number": lost}
        )
    return told


def _counted(comparison: Mapping[str, Any]) -> list[Counted]:
    before, after, everybody = comparison["plain"], comparison["changed"], comparison["households"]
    rows = [
        (_("Households with a group"), before["placed"], after["placed"]),
        (_("Households without a group"), everybody - before["placed"], everybody - after["placed"]),
    ]
    for tier in ("3", "2", "1"):
        then, now = after["placed_by_urgency"][tier], before["placed_by_urgency"][tier]
        if now or then:
            label = _("With a group, of the households that are “%(urgency)s”") % {
                "urgency": Urgency(int(tier)).label
            }
            rows.append((label, now, then))
    rows.append((_("Points of all pairs together"), before["total"], after["total"]))
    rows.append((_("Points of a pair on average"), _mean(before), _mean(after)))
    return [Counted(label, str(one), str(two), _difference(two - one)) for label, one, two in rows]


def _mean(counts: Mapping[str, Any]) -> int:
    return round(counts["total"] / counts["placed"]) if counts["placed"] else 0


def _difference(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"


def _group_line(one: ImaginaryGroup) -> GroupLine:
    slots = set(one.availability)
    days = [
        f"{day.label} {', '.join(parts)}"
        for day in DAYS
        if (parts := [str(part.label) for part in PARTS_OF_DAY if f"{day.code}_{part.code}" in slots])
    ]
    facts = [
        capfirst(str(GroupKind(one.kind).label)),
        ", ".join(LANGUAGES.labels(one.languages)),
        _("at most %(people)s people") % {"people": one.max_household},
        _("children: %(ages)s") % {"ages": ", ".join(CHILD_BANDS.labels(one.child_bands))}
        if one.child_bands
        else "",
        one.part_of_town,
        "; ".join(days),
        ", ".join(GOALS.labels(one.offers)),
        ", ".join(INTERESTS.labels(one.interests)),
        _("promises: %(list)s") % {"list": ", ".join(WISHES.labels(one.promises))} if one.promises else "",
        _("cannot do without: %(list)s") % {"list": ", ".join(WISHES.labels(one.wishes))}
        if one.wishes
        else "",
    ]
    return GroupLine(name=one.name, facts=[fact for fact in facts if fact], key=f"away-group:{one.place}")
