"""Loading the practice world, once."""

from itertools import count
from random import Random

from django.db import transaction
from django.utils import timezone

from groups.enums import GroupStatus
from groups.models import SponsorGroup
from matches.domain import insight, proposing, rhythm, safety
from matches.enums import MatchStatus, Side
from matches.models import Match
from municipalities.enums import StaffRole
from municipalities.models import Municipality
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from reports.domain.closing import close_all_months
from reports.enums import Frequency
from reports.models import ReportSubscription
from samenhier.accounts.models import User

from . import (
    bygone,
    check_ins,
    choosing,
    country,
    groups,
    history,
    households,
    lasting,
    matches,
    neighbours,
    outcomes,
    parts,
    trying,
    wanted,
)
from .towns import TOWNS, TownPlan, address, build_town, person, staff

SEED = 342
STORIES = {TOWNS[1].slug: matches.TALKS_FIRST, TOWNS[2].slug: matches.ASKED_LONGER}


def is_loaded() -> bool:
    """Whether this database holds the practice world."""
    return Municipality.objects.filter(slug=TOWNS[0].slug).exists()


@transaction.atomic
def load() -> None:
    """Everything at once, or nothing. The same `SEED` gives the same people; dates count from today."""
    history.begin()
    staff("Nora", StaffRole.NATIONAL, None)
    staff("Olivier", StaffRole.OPERATOR, None)
    person(address("Vrijwilliger"), "Mirjam")
    named = 0
    people = {}
    for number, plan in enumerate(TOWNS):
        people[plan.slug] = _town(plan, first=named, random=Random(SEED + number))
        named += plan.groups
    neighbours.lived_across(here=TOWNS[1], there=TOWNS[0], people=people, random=Random(f"{SEED} across"))
    bygone.last_night()
    groups.drop_empty_trainings()
    history.write()
    # The months that are over get their figures now, as beat would have made them at the time.
    close_all_months(timezone.now())


def _town(plan: TownPlan, *, first: int, random: Random) -> list[User]:
    """Everything in one town. Its coordinators, and last its community builder."""
    town, coordinators, builder = build_town(plan)
    made_groups = groups.build_groups(
        town=town,
        parts=plan.parts,
        count=plan.groups,
        first=first,
        coordinator=coordinators[0],
        random=random,
    )
    made_households = households.build_households(
        town=town, parts=plan.parts, count=plan.households, coordinator=coordinators[0], random=random
    )
    made = matches.build_matches(
        town=town,
        groups=made_groups,
        households=made_households,
        coordinators=coordinators,
        builder=builder,
        random=random,
        story=STORIES.get(plan.slug, matches.STORY),
        past=matches.PARTED if plan is TOWNS[1] else matches.PAST,
    )
    # In the large town it would change what the runs and the tries beside them find.
    if made_groups and plan is not TOWNS[0]:
        groups.joined_later(made_groups[-1])
    if plan is TOWNS[2]:
        groups.fill_training(town)
        check_ins.wants_to_talk(town)
    active = [match for match in made if match.status == MatchStatus.ACTIVE]
    check_ins.due_in_a_moment(active[:3], seconds=count(10, 7))
    for match in active[1:2]:
        outcomes.due_in_a_moment(match, seconds=count(12, 7))
    for match in active[-1:]:
        check_ins.quiet_request(match)
    for match in active[-2:-1]:
        check_ins.quiet_request(match, handled_by=coordinators[0])
    if plan is TOWNS[1]:
        check_ins.quiet_request(active[0], side=Side.GROUP)
    if plan is TOWNS[0]:
        check_ins.left_unanswered(town)
        lasting.lasts_longer(made, coordinators[0])
        parts.list_parts(town, plan.parts, coordinators[0])
        _safety_flag(made_households, made_groups, coordinators[0])
    _subscribe(town, plan)
    bygone.leave_traces(plan, town, coordinators[0], Random(f"{SEED} {plan.slug}"))
    if plan is TOWNS[0]:
        wanted.still_waiting(
            town=town, parts=plan.parts, coordinator=coordinators[0], random=Random(f"{SEED} wanted")
        )
    return [*coordinators, builder]


def _safety_flag(made_households: list[Household], made_groups: list[SponsorGroup], actor: User) -> None:
    """The last household and the last group, which are in no match: they stay apart."""
    safety.raise_flag(
        household=made_households[-1],
        group=made_groups[-1],
        actor=actor,
        reason="Iemand van de groep is een vroegere huurbaas.",
    )


def _subscribe(town: Municipality, plan: TownPlan) -> None:
    viewer = User.objects.get(email=address(plan.viewer, plan.slug))
    ReportSubscription.objects.create(municipality=town, user=viewer, frequency=Frequency.MONTHLY)


def propose() -> int:
    """A real matching run in each town with somebody to match. Returns the number of proposals.

    The largest town comes last: then it is open to a neighbour, whose own newcomers went first.
    """
    country.finished_round(User.objects.get(email=address("Nora", "samenhier")))
    towns = {town.slug: town for town in Municipality.objects.filter(slug__in=[plan.slug for plan in TOWNS])}
    for plan in [*TOWNS[1:], TOWNS[0]]:
        town = towns[plan.slug]
        if plan is TOWNS[0]:
            neighbours.open_up(
                town=town,
                neighbour=towns[TOWNS[1].slug],
                asking=towns[TOWNS[2].slug],
                parts=TOWNS[1].parts,
                random=Random(f"{SEED} neighbours"),
            )
            history.write()
        waiting = Household.objects.filter(municipality=town, status=HouseholdStatus.READY)
        ready = SponsorGroup.objects.filter(municipality=town, status=GroupStatus.APPROVED)
        if waiting.exists() and ready.exists():
            coordinator = User.objects.filter(
                memberships__municipality=town, memberships__role=StaffRole.COORDINATOR
            ).first()
            assert coordinator is not None
            # As the round of this moment: beat must not replace these proposals while somebody looks at them.
            moment = rhythm.round_before(town.policy.run_every_weeks, timezone.now())
            run = proposing.start_run(municipality=town, actor=coordinator, scheduled_for=moment)
            proposing.compute_run(run.pk)
            insight.compute(town.pk)
            if town.slug == TOWNS[0].slug:
                trying.try_out(town, coordinator)
                choosing.choose_by_hand(town, coordinator)
                neighbours.offer(town, coordinator)
    return Match.objects.filter(status=MatchStatus.PROPOSED).count()
