"""Matches in every state: a year of history, some that ask for an answer, some that are running, some that ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from groups.enums import GroupStatus
from groups.models import SponsorGroup
from matches.domain.checkins import plan_check_ins
from matches.enums import AnswerValue, CheckInStatus, EndKind, EndReason, MatchStatus, Side
from matches.models import Answer, CheckIn, Match
from municipalities.models import Municipality
from newcomers.domain.disclosure import FIELDS
from newcomers.enums import HouseholdStatus
from newcomers.models import DisclosureGrant, Household
from samenhier.accounts.models import User
from samenhier.core.moments import END_OF_DAY, add_months, local_moment

from . import check_ins, groups, history, households, outcomes, trials
from .choosing import chosen_long_ago

MEETING_TIME = time(16)
#: When a coordinator wrote down, on the first day, that they began.
BEGAN = time(20)

#: Each town goes through this list as far as its groups and households reach: state, days ago it was approved.
STORY: list[tuple[MatchStatus, int]] = [
    (MatchStatus.ACTIVE, 95),
    (MatchStatus.ASKING, 2),
    (MatchStatus.ACTIVE, 190),
    (MatchStatus.INTRODUCED, 9),
    # Its four trial weeks ended yesterday: both sides choose.
    (MatchStatus.ACTIVE, 38),
    (MatchStatus.AGREED, 4),
    (MatchStatus.ACTIVE, 345),
    (MatchStatus.ACTIVE, 18),
    (MatchStatus.ASKING, 4),
]
#: The same where the trial of the first one ended the day before yesterday, and somebody wants to talk first.
TALKS_FIRST: list[tuple[MatchStatus, int]] = [(MatchStatus.ACTIVE, 39), *STORY[1:]]
#: The same where the group was asked longer ago: it said yes, and the household wants to talk first.
ASKED_LONGER: list[tuple[MatchStatus, int]] = [STORY[0], (MatchStatus.ASKING, 4), *STORY[2:]]
#: Ended and failed ones do not take anybody, so they use pairs of their own.
PAST: list[tuple[MatchStatus, int, EndKind, EndReason]] = [
    (MatchStatus.ENDED, 400, EndKind.PLANNED, EndReason.COMPLETED),
    (MatchStatus.DECLINED, 40, EndKind.PLANNED, EndReason.COMPLETED),
    (MatchStatus.ENDED, 210, EndKind.EARLY, EndReason.MOVED),
    (MatchStatus.ENDED, 395, EndKind.PLANNED, EndReason.COMPLETED),
    (MatchStatus.LAPSED, 60, EndKind.PLANNED, EndReason.COMPLETED),
    (MatchStatus.ENDED, 150, EndKind.EARLY, EndReason.NO_TIME),
    (MatchStatus.ENDED, 420, EndKind.PLANNED, EndReason.COMPLETED),
]
#: The same where the first one did not go on after the trial.
PARTED: list[tuple[MatchStatus, int, EndKind, EndReason]] = [
    (MatchStatus.ENDED, 130, EndKind.EARLY, EndReason.TRIAL),
    *PAST,
]

#: From proposal to goodbye.
LONGEST = timedelta(days=385)


@dataclass
class Teller:
    """Who writes the story of one town."""

    town: Municipality
    coordinators: list[User]
    builder: User
    random: Random
    #: Who agreed for the group's town, in a match across.
    neighbour: User | None = None
    #: A free group that a run could have proposed instead of the one that was chosen.
    other_group: SponsorGroup | None = None

    def day(self, days_ago: int) -> date:
        return timezone.localdate() - timedelta(days=days_ago)

    def moment(self, days_ago: int) -> datetime:
        return timezone.now() - timedelta(days=days_ago, hours=self.random.randint(0, 5))


def build_matches(
    *,
    town: Municipality,
    groups: Sequence[SponsorGroup],
    households: Sequence[Household],
    coordinators: list[User],
    builder: User,
    random: Random,
    story: Sequence[tuple[MatchStatus, int]] = STORY,
    past: Sequence[tuple[MatchStatus, int, EndKind, EndReason]] = PAST,
) -> list[Match]:
    """The matches of a town. Some approved groups and ready households stay free for a matching run."""
    teller = Teller(town, coordinators, builder, random)
    free_groups = [group for group in groups if group.status == GroupStatus.APPROVED]
    free_households = [row for row in households if row.status == HouseholdStatus.READY]
    pairs = _pairs(free_groups, free_households)
    taken = max(0, len(free_groups) - max(2, len(free_groups) // 3)) if free_groups else 0
    teller.other_group = next(iter(free_groups[taken:]), None)
    made = [_running(teller, *pair, *one) for pair, one in zip(pairs[:taken], [*story] * 2, strict=False)]
    # A household of the past is in no other match; a group may be, once it was free again.
    meets_now = {household.pk for _group, household in pairs[:taken]}
    others = [row for row in free_households[::-1] if row.pk not in meets_now]
    for household, one in zip(others[: len(free_groups) // 2], [*past] * 2, strict=False):
        group = next((group for group in free_groups[::-1] if _was_free(group, made, one[1])), None)
        if group is not None:
            made.append(_past(teller, group, household, one))
    return made


def _was_free(group: SponsorGroup, made: Sequence[Match], days: int) -> bool:
    """Whether this group was in no match when one began so many days ago, nor before that one was over at the latest."""
    began = timezone.now() - timedelta(days=days + 2)
    over = min(timezone.now(), began + LONGEST)
    return not any(
        match.created_at < over and began < (match.closed_at or timezone.now())
        for match in made
        if match.group_id == group.pk
    )


def build_across(
    *,
    town: Municipality,
    group: SponsorGroup,
    household: Household,
    coordinators: list[User],
    builder: User,
    agreed_by: User,
    random: Random,
) -> Match:
    """A running match of a household here with a group of a neighbour municipality."""
    teller = Teller(town, coordinators, builder, random, neighbour=agreed_by)
    return _running(teller, group, household, MatchStatus.ACTIVE, 120)


def _pairs(groups: list[SponsorGroup], households: list[Household]) -> list[tuple[SponsorGroup, Household]]:
    """Those with an account first: they have somebody to sign in as.

    Who reads from right to left gets the proposal that waits for an answer, so that this page can be seen, too.
    """
    ordered = sorted(households, key=lambda row: (row.user_id is None, str(row.code_name)))
    reader = next((row for row in ordered if row.user_id and row.language == "ar"), None)
    if reader is not None:
        ordered.remove(reader)
        ordered.insert([status for status, _days in STORY].index(MatchStatus.ASKING), reader)
    return list(zip(groups, ordered, strict=False))


def _new(teller: Teller, group: SponsorGroup, household: Household, status: MatchStatus, days: int) -> Match:
    approved = teller.moment(days)
    ago = timezone.localdate() - timedelta(days=days)
    match = Match(
        created_at=teller.moment(days + 1),
        municipality=teller.town,
        group=group,
        household=household,
        status=status,
        score=teller.random.randint(610, 905),
        builder=teller.builder,
        approved_by=teller.coordinators[0],
        approved_at=approved,
        answer_due=local_moment(ago + timedelta(days=7), END_OF_DAY),
    )
    if teller.neighbour is not None:
        match.group_municipality = group.municipality
        match.offered_by, match.offered_at = match.approved_by, approved - timedelta(hours=4)
        match.agreed_by, match.agreed_at = teller.neighbour, approved
    _older(group, household, match.created_at)
    return match


def _older(group: SponsorGroup, household: Household, moment: datetime) -> None:
    """Approved groups and waiting households are older than their match."""
    assert group.approved_at
    assert household.ready_since
    if group.approved_at >= moment:
        groups.put_back(group, group.approved_at - moment + timedelta(days=18))
    if household.ready_since >= moment:
        households.put_back(household, household.ready_since - moment + timedelta(days=20))


def _running(
    teller: Teller, group: SponsorGroup, household: Household, status: MatchStatus, days: int
) -> Match:
    match = _new(teller, group, household, status, days)
    if status in (MatchStatus.INTRODUCED, MatchStatus.ACTIVE):
        match.introduced_by = teller.coordinators[-1]
        match.introduced_at = teller.moment(days - 4)
        match.first_meeting_at = local_moment(teller.day(days - 8), MEETING_TIME) if days > 8 else None
    if status == MatchStatus.ACTIVE:
        match.started_on = teller.day(days - 9)
        match.planned_end = add_months(match.started_on, teller.town.policy.match_months)
    match.save()
    if status == MatchStatus.INTRODUCED and teller.other_group is not None:
        chosen_long_ago(match, instead=teller.other_group, coordinator=teller.coordinators[-1])
    _tell(teller, match)
    if status == MatchStatus.ASKING:
        _answers(teller, match, days, Side.GROUP if days > 3 else None)
    else:
        _answers(teller, match, days, *Side)
    if match.names_are_open:
        present = group.members.filter(status="accepted").select_related("user")
        readers = [member.user for member in present if member.user]
        _open_grants(teller, match, [*readers, teller.builder])
    if status == MatchStatus.ACTIVE:
        plan_check_ins(match=match, policy=teller.town.policy)
        check_ins.lived(match, random=teller.random)
        outcomes.lived(match)
        trials.lived(match)
    return match


def _open_grants(teller: Teller, match: Match, readers: Sequence[User]) -> None:
    """As `newcomers.domain.disclosure.open_grants` did when they were introduced."""
    assert match.introduced_at
    DisclosureGrant.objects.bulk_create(
        DisclosureGrant(
            created_at=match.introduced_at,
            municipality_id=match.municipality_id,
            household=match.household,
            reader=reader,
            fields=FIELDS,
            match_id=match.pk,
        )
        for reader in readers
    )
    history.tell(
        "household.grants_opened",
        subject=match.household,
        at=match.introduced_at,
        actor=match.introduced_by,
        role="coordinator",
        fields=FIELDS,
        match=str(match.pk),
        readers=[str(reader.pk) for reader in readers],
    )


def _past(
    teller: Teller,
    group: SponsorGroup,
    household: Household,
    story: tuple[MatchStatus, int, EndKind, EndReason],
) -> Match:
    status, days, kind, reason = story
    match = _new(teller, group, household, status, days)
    if status == MatchStatus.ENDED:
        match.introduced_by, match.introduced_at = teller.coordinators[-1], teller.moment(days - 4)
        match.started_on = teller.day(days - 9)
        match.planned_end = add_months(match.started_on, teller.town.policy.match_months)
        lived = _days_lived(teller, match, reason)
        match.ended_on = min(
            match.started_on + timedelta(days=lived), timezone.localdate() - timedelta(days=1)
        )
        match.end_kind, match.end_reason = kind, reason
        match.closed_at = local_moment(match.ended_on, END_OF_DAY)
    elif status == MatchStatus.LAPSED:
        match.closed_at = match.answer_due
    else:
        match.closed_at = teller.moment(days - 3)
    match.save()
    _tell(teller, match)
    if status == MatchStatus.DECLINED:
        _answers(teller, match, days, Side.GROUP)
        _answer(teller, match, Side.HOUSEHOLD, AnswerValue.NO, days - 2)
    if status == MatchStatus.ENDED:
        _answers(teller, match, days, *Side)
        plan_check_ins(match=match, policy=teller.town.policy)
        check_ins.lived(match, random=teller.random)
        outcomes.lived(match)
        trials.lived(match)
        CheckIn.objects.planned().filter(match=match).update(
            status=CheckInStatus.CANCELLED, next_reminder_at=None, escalate_at=None
        )
        # Whose year is complete has left; the group is free for another household.
        Household.objects.filter(pk=household.pk).update(
            status=HouseholdStatus.CLOSED, last_contact_at=match.closed_at, stopped_at=match.closed_at
        )
    return match


def _days_lived(teller: Teller, match: Match, reason: EndReason) -> int:
    assert match.started_on
    assert match.planned_end
    if reason == EndReason.COMPLETED:
        return (match.planned_end - match.started_on).days
    if reason == EndReason.TRIAL:
        return (trials.last_day(match) - match.started_on + trials.CHOSEN).days
    # Who moves soon, moves within the trial.
    least, most = (12, 24) if reason == EndReason.MOVED else (40, 120)
    return teller.random.randint(least, most)


def _answers(teller: Teller, match: Match, days: int, *sides: Side | None) -> None:
    given = [
        _answer(teller, match, side, AnswerValue.YES, max(0, days - 1 - number))
        for number, side in enumerate(side for side in sides if side)
    ]
    if len(given) == len(Side):
        history.tell("match.agreed", subject=match, at=given[-1])


def _answer(teller: Teller, match: Match, side: Side, value: AnswerValue, days: int) -> datetime:
    at = teller.moment(days)
    Answer.objects.create(municipality=teller.town, match=match, side=side, value=value, answered_at=at)
    history.tell("match.answered", subject=match, at=at, side=side.value, value=value.value)
    return at


def _tell(teller: Teller, match: Match) -> None:
    boss, other = teller.coordinators[0], teller.coordinators[-1]
    began = local_moment(match.started_on, BEGAN) if match.started_on else None
    told: list[tuple[str, datetime | None, User | None]] = [
        ("match.proposed", match.created_at if match.overrides is None else None, None),
        ("match.approved", match.approved_at, boss),
        ("match.introduced", match.introduced_at, other),
        ("match.activated", began, boss),
        ("match.lapsed", match.closed_at if match.status == MatchStatus.LAPSED else None, None),
        ("match.ended", match.closed_at if match.ended_on else None, boss),
    ]
    for action, at, actor in told:
        if at is not None:
            role = "coordinator" if actor else ""
            history.tell(action, subject=match, at=at, actor=actor, role=role)
