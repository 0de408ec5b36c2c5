"""Two tries beside the runs of the largest town, computed really: one with a pair held together and one kept apart, one with
a group that does not exist."""

from groups.models import SponsorGroup
from matches.domain import sandbox
from matches.domain.imaginary import ImaginaryGroup
from matches.domain.pool import sides_of_run
from matches.domain.trying import BAN, PIN
from matches.enums import MatchStatus
from matches.models import Match, WhatIf
from municipalities.models import Municipality
from newcomers.models import Household
from samenhier.accounts.models import User


def try_out(town: Municipality, coordinator: User) -> list[WhatIf]:
    """Both tries, done; the second without pairs when the town proposes too few."""
    what_ifs = [_pairs(town, coordinator), _tigrinya(town, coordinator)]
    for what_if in what_ifs:
        sandbox.start(what_if=what_if, actor=coordinator)
        sandbox.compute(what_if.pk)
    return what_ifs


def _pairs(town: Municipality, coordinator: User) -> WhatIf:
    what_if = sandbox.create(
        municipality=town,
        actor=coordinator,
        title="Buren bij elkaar",
        note="Voor het overleg van dinsdag",
    )
    proposed = list(
        Match.objects.filter(municipality=town, status=MatchStatus.PROPOSED, group_municipality=None)
        .select_related("household", "group")
        .order_by("household__code_name")
    )
    if not proposed:
        return what_if
    kept_apart, *others = proposed
    sandbox.add_pair(
        what_if=what_if,
        actor=coordinator,
        kind=BAN,
        household=kept_apart.household,
        group=kept_apart.group,
        reason="De contactpersoon werkt op dezelfde school",
    )
    if together := _other_pair(town, others, without=kept_apart):
        sandbox.add_pair(
            what_if=what_if,
            actor=coordinator,
            kind=PIN,
            household=together[0],
            group=together[1],
            reason="Zij wonen in dezelfde straat",
        )
    return what_if


def _other_pair(
    town: Municipality, proposed: list[Match], *, without: Match
) -> tuple[Household, SponsorGroup] | None:
    """A pair that is possible and that no run proposed, with another group than the one kept apart."""
    sides = sides_of_run(town.pk)
    allowed = sides.rulebook().allowed()
    for match in proposed:
        if match.household_id not in sides.household_ids:
            continue
        row = allowed[sides.household_ids.index(match.household_id)]
        for column in row.nonzero()[0].tolist():
            own = not sides.groups.municipality[column]
            if own and sides.group_ids[column] not in (match.group_id, without.group_id):
                return match.household, SponsorGroup.objects.get(pk=sides.group_ids[column])
    return None


def _tigrinya(town: Municipality, coordinator: User) -> WhatIf:
    what_if = sandbox.create(
        municipality=town,
        actor=coordinator,
        title="Nog een groep die Tigrinya spreekt",
        note="Loont het om in het Havenkwartier te werven?",
    )
    return sandbox.add_group(
        what_if=what_if,
        actor=coordinator,
        group=ImaginaryGroup(
            place=0,
            name="Tigrinya op woensdag",
            languages=("nld", "tir"),
            availability=("wed_afternoon", "wed_evening", "sat_morning"),
            max_household=8,
            child_bands=("0-3", "4-11", "12-17"),
            part_of_town="Havenkwartier",
            offers=("dutch", "letters", "people"),
            interests=("cooking", "walking"),
            promises=("no_pets", "no_alcohol"),
            wishes=("evenings_only",),
        ),
    )
