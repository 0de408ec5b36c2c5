"""Matches in every state: a year of history, some that ask for an answer, some that are running, some that ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from groups.enums import GroupStatus
from groups.models import SponsorGroup
from matches.domain.batches import due_at
from matches.domain.checkins import plan_check_ins
from matches.enums import AnswerValue, CheckInStatus, ContactStatus, EndKind, EndReason, MatchStatus, Side
from matches.models import Answer, CheckIn, CheckInReport, ContactRequest, Match
from municipalities.models import Municipality
from newcomers.domain.disclosure import FIELDS
from newcomers.enums import HouseholdStatus
from newcomers.models import DisclosureGrant, Household
from samenhier.accounts.models import User
from samenhier.core.moments import END_OF_DAY, add_months, local_moment

from . import groups, history, households, outcomes, trials
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
    for household, past in zip(others[: len(free_groups) // 2], PAST * 2, strict=False):
        group = next((one for one in free_groups[::-1] if _was_free(one, made, past[1])), None)
        if group is not None:
            made.append(_past(teller, group, household, past))
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
        _lived(teller, match)
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
        at = min(local_moment(min(row.due_on + timedelta(days=late), today), END_OF_DAY), timezone.now())
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


def need_a_coordinator(town: Municipality) -> None:
    """What the dice may leave out: a check-in that stayed unanswered, and somebody who wants to talk before a yes or no."""
    late = (
        CheckIn.objects.filter(
            municipality=town,
            status=CheckInStatus.ANSWERED,
            match__status=MatchStatus.ACTIVE,
            due_on__lt=timezone.localdate() - timedelta(days=town.policy.escalate_after_days + 1),
        )
        .order_by("-due_on", "pk")
        .first()
    )
    if late is not None:
        CheckInReport.objects.filter(check_in=late).delete()
        late.status, late.answered_at = CheckInStatus.PLANNED, None
        late.reminders_sent, late.next_reminder_at = 3, None
        late.escalate_at = late.escalated_at = due_at(late.due_on, town.policy.escalate_after_days)
        late.save()
    # The group said yes already: the guided walk asks those who have not answered at all.
    asked = Match.objects.filter(municipality=town, status=MatchStatus.ASKING, answers__side=Side.GROUP)
    talks = asked.exclude(answers__side=Side.HOUSEHOLD).order_by("approved_at", "pk").first()
    if talks is not None:
        Answer.objects.create(
            municipality=town,
            match=talks,
            side=Side.HOUSEHOLD,
            value=AnswerValue.TALK,
            answered_at=timezone.now(),
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


def quiet_request(household: Household, match: Match | None, *, handled_by: User | None = None) -> None:
    """A newcomer who asked to be called, yesterday; with `handled_by` somebody did so this very hour."""
    request = ContactRequest.objects.create(
        created_at=timezone.now() - timedelta(days=1),
        municipality=household.municipality,
        asked_by=household.user,
        side=Side.HOUSEHOLD,
        household=household,
        match=match,
        status=ContactStatus.DONE if handled_by else ContactStatus.OPEN,
        handled_by=handled_by,
        handled_at=timezone.now() - timedelta(minutes=30) if handled_by else None,
    )
    history.tell(
        "contact.asked", subject=request, at=request.created_at, actor=household.user, side="household"
    )
    if handled_by:
        at = timezone.now() - timedelta(minutes=30)
        history.tell("contact.handled", subject=request, at=at, actor=handled_by, role="coordinator")
