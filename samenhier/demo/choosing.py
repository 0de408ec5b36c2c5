"""Pairs that a coordinator chose by hand: one that waits for a decision, and one that went on long ago."""

from datetime import timedelta

from groups.models import SponsorGroup
from matches.domain.overriding import choose, look_at
from matches.domain.prices import best_now
from matches.enums import MatchStatus
from matches.models import Match
from municipalities.models import Municipality
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from samenhier.accounts.models import User

from . import history


def choose_by_hand(town: Municipality, coordinator: User) -> Match | None:
    """Place the first household that the run left over, where it costs others least."""
    taken = Match.objects.open() | Match.objects.filter(status=MatchStatus.PROPOSED)
    waiting = Household.objects.filter(municipality=town, status=HouseholdStatus.READY)
    for household in waiting.exclude(pk__in=taken.values("household")).order_by("code_name"):
        groups = best_now(town.pk, reconsider=(household.pk, household.pk)).groups_for(household.pk)
        own = SponsorGroup.objects.filter(municipality=town).in_bulk(list(groups))
        if own:
            group = next(own[pk] for pk in groups if pk in own)
            return choose(
                household=household,
                group=group,
                reason="De groep kent dit gezin al van de taalles.",
                seen=look_at(household=household, group=group).seen,
                actor=coordinator,
            )
    return None


def chosen_long_ago(match: Match, *, instead: SponsorGroup, coordinator: User) -> None:
    """As if a run had proposed another group for this match, and a coordinator chose this one."""
    assert match.approved_at is not None
    moment = match.approved_at - timedelta(hours=2)
    match.overrides = Match.objects.create(
        created_at=match.created_at,
        municipality_id=match.municipality_id,
        household=match.household,
        group=instead,
        status=MatchStatus.WITHDRAWN,
        score=match.score + 30,
        closed_at=moment,
    )
    match.created_at = moment
    match.override_reason = "De kinderen zitten bij elkaar op school."
    match.override_price = {"urgent": {"1": 0, "2": 0, "3": 0}, "placed": 0, "total": 30, "moves": []}
    match.save(update_fields=["overrides", "created_at", "override_reason", "override_price"])
    history.tell("match.proposed", subject=match.overrides, at=match.overrides.created_at)
    history.tell(
        "match.replaced",
        subject=match.overrides,
        at=moment,
        actor=coordinator,
        role="coordinator",
        by=str(match.pk),
    )
    history.tell(
        "match.chosen",
        subject=match,
        at=moment,
        actor=coordinator,
        role="coordinator",
        reason=match.override_reason,
        price=match.override_price,
        replaced=[str(match.overrides.pk)],
    )
