"""Matches in every state: a year of history, some that ask for an answer, some that are running, some that ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from groups.enums import GroupStatus
from groups.models import SponsorGroup
from matches.domain.checkins import plan_check_ins
from matches.enums import AnswerValue, CheckInStatus, ContactStatus, EndKind, EndReason, MatchStatus, Side
from matches.models import Answer, CheckIn, CheckInReport, ContactRequest, Match
from municipalities.models import Municipality
from newcomers.domain.disclosure import open_grants
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.core.moments import END_OF_DAY, add_months, local_moment

from . import history, outcomes
from .choosing import chosen_long_ago

MEETING_TIME = time(16)

#: Each town goes through this list as far as its groups and households reach: state, days ago it was approved.
STORY: list[tuple[MatchStatus, int]] = [
    (MatchStatus.ACTIVE, 95),
    (MatchStatus.ASKING, 2),
    (MatchStatus.ACTIVE, 190),
    (MatchStatus.INTRODUCED, 9),
    (MatchStatus.ACTIVE, 33),
    (MatchStatus.AGREED, 4),
    (MatchStatus.ACTIVE, 345),
    (MatchStatus.ACTIVE, 18),
    (MatchStatus.ASKING, 4),
]
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
) -> list[Match]:
    """The matches of a town. Some approved groups and ready households stay free for a matching run."""
    teller = Teller(town, coordinators, builder, random)
    free_groups = [group for group in groups if group.status == GroupStatus.APPROVED]
    free_households = [row for row in households if row.status == HouseholdStatus.READY]
    pairs = _pairs(free_groups, free_households)
    taken = max(0, len(free_groups) - max(2, len(free_groups) // 3)) if free_groups else 0
    teller.other_group = next(iter(free_groups[taken:]), None)
    made = [_running(teller, *pair, *story) for pair, story in zip(pairs[:taken], STORY * 2, strict=False)]
    past = list(zip(free_groups[::-1], free_households[::-1], strict=False))[: len(free_groups) // 2]
    made += [_past(teller, *pair, story) for pair, story in zip(past, PAST * 2, strict=False)]
    return made


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
        match.offered_by, match.offered_at = match.approved_by, approved - timedelta(days=1)
        match.agreed_by, match.agreed_at = teller.neighbour, approved
    # Approved groups and waiting households are older than their match.
    _older(group, approved, "submitted_at", "approved_at")
    _older(household, approved, "ready_since")
    return match


def _older(row: SponsorGroup | Household, moment: datetime, *fields: str) -> None:
    changes = {}
    for number, name in enumerate(fields):
        value = getattr(row, name)
        if value is not None and value >= moment:
            changes[name] = moment - timedelta(days=20 - number)
    if row.created_at >= moment:
        changes["created_at"] = moment - timedelta(days=40)
    if changes:
        type(row)._default_manager.filter(pk=row.pk).update(**changes)
        for name, value in changes.items():
            setattr(row, name, value)


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
    _tell(teller, match, days)
    if status == MatchStatus.ASKING:
        _answers(teller, match, days, Side.GROUP if days > 3 else None)
    else:
        _answers(teller, match, days, *Side)
    if match.names_are_open:
        present = group.members.filter(status="accepted").select_related("user")
        readers = [member.user for member in present if member.user]
        open_grants(
            household=household,
            readers=[*readers, teller.builder],
            match_id=match.pk,
            actor=teller.coordinators[-1],
        )
    if status == MatchStatus.ACTIVE:
        plan_check_ins(match=match, policy=teller.town.policy)
        _lived(teller, match)
        outcomes.lived(match)
    return match


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
        lived = (
            (match.planned_end - match.started_on).days
            if kind == EndKind.PLANNED
            else teller.random.randint(40, 120)
        )
        match.ended_on = min(
            match.started_on + timedelta(days=lived), timezone.localdate() - timedelta(days=1)
        )
        match.end_kind, match.end_reason = kind, reason
        match.closed_at = local_moment(match.ended_on, END_OF_DAY)
    else:
        match.closed_at = teller.moment(days - 3)
    match.save()
    _tell(teller, match, days)
    if status == MatchStatus.DECLINED:
        _answers(teller, match, days, Side.GROUP)
        _answer(teller, match, Side.HOUSEHOLD, AnswerValue.NO, days - 2)
    if status == MatchStatus.ENDED:
        _answers(teller, match, days, *Side)
        plan_check_ins(match=match, policy=teller.town.policy)
        _lived(teller, match)
        outcomes.lived(match)
        CheckIn.objects.planned().filter(match=match).update(
            status=CheckInStatus.CANCELLED, next_reminder_at=None, escalate_at=None
        )
        # Whose year is complete has left; the group is free for another household.
        Household.objects.filter(pk=household.pk).update(
            status=HouseholdStatus.CLOSED, last_contact_at=match.closed_at, stopped_at=match.closed_at
        )
    return match


def _answers(teller: Teller, match: Match, days: int, *sides: Side | None) -> None:
    for number, side in enumerate(side for side in sides if side):
        _answer(teller, match, side, AnswerValue.YES, max(0, days - 1 - number))


def _answer(teller: Teller, match: Match, side: Side, value: AnswerValue, days: int) -> None:
    Answer.objects.create(
        municipality=teller.town, match=match, side=side, value=value, answered_at=teller.moment(days)
    )


def _lived(teller: Teller, match: Match) -> None:
    """Answer the check-ins of the past: most on time, some late, a few not at all."""
    today = match.ended_on or timezone.localdate()
    check_ins = list(match.check_ins.filter(due_on__lt=today).order_by("due_on", "side"))
    reports = []
    for row in check_ins:
        chance = teller.random.random()
        recent = (today - row.due_on).days < 10 and match.ended_on is None
        if recent and chance < 0.6:
            _left_open(row)
            continue
        late = 0 if chance < 0.82 else teller.random.randint(4, 12)
        at = local_moment(min(row.due_on + timedelta(days=late), today), END_OF_DAY)
        row.status, row.answered_at = CheckInStatus.ANSWERED, at
        row.reminders_sent, row.next_reminder_at, row.escalate_at = 1 if late < 3 else 2, None, None
        reports.append(
            CheckInReport(
                municipality=teller.town,
                check_in=row,
                wellbeing=teller.random.choice([3, 4, 4, 5, 5]),
                meetings=teller.random.choice([1, 2, 3, 3]),
            )
        )
    CheckIn.objects.bulk_update(
        check_ins,
        ["status", "answered_at", "reminders_sent", "next_reminder_at", "escalate_at", "escalated_at"],
    )
    CheckInReport.objects.bulk_create(reports)


def _left_open(row: CheckIn) -> None:
    """A check-in that nobody answered yet: reminded, and when it is late on the coordinator's list."""
    now = timezone.now()
    days = (timezone.localdate() - row.due_on).days
    row.reminders_sent = 1 if days < 3 else 2
    row.next_reminder_at = now + timedelta(days=2) if days < 7 else None
    if row.escalate_at and row.escalate_at <= now:
        row.escalated_at = row.escalate_at


def _tell(teller: Teller, match: Match, days: int) -> None:
    boss = teller.coordinators[0]
    if match.overrides is None:
        history.tell("match.proposed", subject=match, at=teller.moment(days + 1))
    history.tell("match.approved", subject=match, at=teller.moment(days), actor=boss, role="coordinator")
    if match.introduced_at:
        history.tell(
            "match.introduced",
            subject=match,
            at=match.introduced_at,
            actor=teller.coordinators[-1],
            role="coordinator",
        )
    if match.started_on:
        history.tell(
            "match.activated",
            subject=match,
            at=teller.moment(max(0, days - 9)),
            actor=boss,
            role="coordinator",
        )
    if match.ended_on:
        history.tell(
            "match.ended", subject=match, at=match.closed_at or timezone.now(), actor=boss, role="coordinator"
        )


def due_in_a_moment(matches: Sequence[Match], *, seconds: Iterator[int]) -> int:
    """Let one check-in of each of these fall due within the first minute, so that the inbox fills while one watches.

    Returns how many reminders will leave.
    """
    now = timezone.now()
    count = 0
    for match in matches:
        row = (
            match.check_ins.filter(status=CheckInStatus.PLANNED, due_on__gte=timezone.localdate())
            .order_by("due_on")
            .first()
        )
        if row is None:
            continue
        for twin in match.check_ins.filter(moment=row.moment, status=CheckInStatus.PLANNED):
            twin.due_on = timezone.localdate()
            twin.next_reminder_at = now + timedelta(seconds=next(seconds))
            twin.escalate_at = now + timedelta(days=8)
            twin.save(update_fields=["due_on", "next_reminder_at", "escalate_at"])
            count += 1
    return count


def quiet_request(household: Household, match: Match | None) -> None:
    """A newcomer who asked to be called, yesterday."""
    ContactRequest.objects.create(
        created_at=timezone.now() - timedelta(days=1),
        municipality=household.municipality,
        asked_by=household.user,
        side=Side.HOUSEHOLD,
        household=household,
        match=match,
        status=ContactStatus.OPEN,
    )
