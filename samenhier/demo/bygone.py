"""What has had its time, or nearly: so that the page on keeping shows numbers and the sweep has something to do.

Everything here is due since last night, or in the next weeks; what was due before went already, and is counted.
"""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from groups.enums import Decision, GroupStatus, MemberRole, MemberStatus, ScreeningStatus
from groups.models import GroupMember, GroupReview, Screening, SponsorGroup
from groups.tokens import removed_address
from matches.enums import EndKind, EndReason, MatchStatus, Side
from matches.models import Answer, Match
from municipalities.domain.retention import count
from municipalities.models import Municipality, Removal
from municipalities.sweeps import NAME
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.core.moments import add_months, local_date
from samenhier.notifications.models import Heartbeat

from . import groups, history, households
from .towns import TOWNS, TownPlan

#: What the nights before removed, by rule.
GONE_BEFORE = {"stopped_group": 7, "stopped_household": 5, "vog": 9, "former_member": 6}
LAST_NIGHT = timedelta(hours=20)
#: Began to be due within the last day.
JUST_NOW = timedelta(hours=3)


def leave_traces(plan: TownPlan, town: Municipality, coordinator: User, random: Random) -> None:
    """One of each in a town: groups and newcomers who stopped, a match of long ago, a member who left, silence."""
    if not plan.groups:
        return
    _stopped_group(plan, town, "De Zandlopers", coordinator, random, ago=timedelta(weeks=4))
    _stopped_group(plan, town, "De Regenboog", coordinator, random, ago=timedelta(weeks=2))
    _withdrawn(plan, town, 1, coordinator, random, months=6)
    _withdrawn(plan, town, 2, coordinator, random, months=5)
    _long_ago(plan, town, coordinator, random)
    _silent(plan, town, coordinator, random)
    _left(town)
    _said_no(town)
    _ended(plan, town, coordinator, random)
    _paused(plan, town, coordinator, random, days=20 if town.slug != TOWNS[0].slug else 100)
    for rule, number in GONE_BEFORE.items():
        count(municipality_id=town.pk, rule=rule, number=number)
    Removal.objects.filter(municipality=town).update(last_at=timezone.now() - timedelta(days=12))


def last_night() -> None:
    """The sweep ran last night, as it does each night."""
    then = timezone.now() - LAST_NIGHT
    Heartbeat.objects.update_or_create(name=NAME, defaults={"last_started": then, "last_success": then})


def _months_ago(months: int) -> datetime:
    """So long ago that a term of these months ended in the last day."""
    today = timezone.localdate()
    return timezone.now() - (today - add_months(today, -months)) - JUST_NOW


def _stopped_group(
    plan: TownPlan, town: Municipality, name: str, coordinator: User, random: Random, *, ago: timedelta
) -> None:
    group = groups.build_group(
        town, plan.parts, name, GroupStatus.DECLINED, coordinator, groups.trainings_of(town), random
    )
    _stopped(group, timezone.now() - ago - JUST_NOW)


def _stopped(group: SponsorGroup, at: datetime) -> None:
    assert group.stopped_at
    groups.put_back(group, group.stopped_at - at)


def _household(
    plan: TownPlan, town: Municipality, extra: int, status: HouseholdStatus, coordinator: User, random: Random
) -> Household:
    return households.build_household(town, plan.parts, plan.households + extra, status, coordinator, random)


def _put_back(household: Household, born: datetime) -> None:
    households.put_back(household, household.created_at - born)


def _withdrawn(
    plan: TownPlan, town: Municipality, extra: int, coordinator: User, random: Random, *, months: int
) -> None:
    row = _household(plan, town, extra, HouseholdStatus.WITHDRAWN, coordinator, random)
    at = _months_ago(months)
    _put_back(row, at - timedelta(days=30))
    Household.objects.filter(pk=row.pk).update(last_contact_at=at, stopped_at=at)
    history.take_back(row.pk, at)
    history.tell("household.withdrawn", subject=row, at=at, actor=coordinator, role="coordinator")


def _silent(plan: TownPlan, town: Municipality, coordinator: User, random: Random) -> None:
    """Paused, and nobody has heard of them for seven months: “Still in touch?” on the work list."""
    row = _household(plan, town, 4, HouseholdStatus.PAUSED, coordinator, random)
    at = _months_ago(7)
    _put_back(row, at - timedelta(days=50))
    Household.objects.filter(pk=row.pk).update(last_contact_at=at)
    history.tell("household.paused", subject=row, at=at, actor=coordinator, role="coordinator")


def _long_ago(plan: TownPlan, town: Municipality, coordinator: User, random: Random) -> None:
    """A year that ended a year ago, and both sides have stopped since."""
    # Approved as any group; it stopped when its year was over.
    group = _approved(plan, town, "De Trekvogels", coordinator, random)
    household = _household(plan, town, 3, HouseholdStatus.READY, coordinator, random)
    ended = _months_ago(12)
    began = ended - timedelta(days=365)
    assert group.approved_at
    groups.put_back(group, group.approved_at - began + timedelta(days=15))
    SponsorGroup.objects.filter(pk=group.pk).update(status=GroupStatus.CLOSED, stopped_at=ended)
    _put_back(household, began - timedelta(days=60))
    match = Match.objects.create(
        created_at=began - timedelta(days=10),
        municipality=town,
        group=group,
        household=household,
        status=MatchStatus.ENDED,
        score=random.randint(610, 905),
        approved_by=coordinator,
        approved_at=began - timedelta(days=9),
        answer_due=began - timedelta(days=4),
        introduced_by=coordinator,
        introduced_at=began - timedelta(days=5),
        started_on=local_date(began),
        planned_end=local_date(ended),
        ended_on=local_date(ended),
        end_kind=EndKind.PLANNED,
        end_reason=EndReason.COMPLETED,
        closed_at=ended,
    )
    for side in Side:
        Answer.objects.create(
            municipality=town, match=match, side=side, value="yes", answered_at=began - timedelta(days=7)
        )
    history.tell("match.ended", subject=match, at=ended, actor=coordinator, role="coordinator")
    Household.objects.filter(pk=household.pk).update(
        status=HouseholdStatus.CLOSED, last_contact_at=ended, stopped_at=ended
    )
    history.take_back(household.pk, ended)


def _said_no(town: Municipality) -> None:
    """Two whom a group on its way had asked: one said no, the other was asked by mistake. Nobody knows their names."""
    group = (
        SponsorGroup.objects.filter(municipality=town, status=GroupStatus.FORMING).order_by("name").first()
    )
    if group is None:
        return
    for number, status in enumerate((MemberStatus.DECLINED, MemberStatus.REVOKED)):
        at = group.created_at + timedelta(hours=10)
        GroupMember.objects.create(
            created_at=group.created_at,
            municipality=town,
            group=group,
            status=status,
            email=removed_address(f"{number}.{group.pk}@oefen.example"),
            invited_at=group.created_at,
            responded_at=at if status == MemberStatus.DECLINED else None,
        )


def _approved(
    plan: TownPlan, town: Municipality, name: str, coordinator: User, random: Random
) -> SponsorGroup:
    return groups.build_group(
        town, plan.parts, name, GroupStatus.APPROVED, coordinator, groups.trainings_of(town), random
    )


def _ended(plan: TownPlan, town: Municipality, coordinator: User, random: Random) -> None:
    """A group that its coordinator ended ten days ago, as they had agreed."""
    group = _approved(plan, town, "De Kastanje", coordinator, random)
    at = timezone.now() - timedelta(days=10)
    group.status, group.stopped_at = GroupStatus.CLOSED, at
    group.save(update_fields=["status", "stopped_at"])
    GroupReview.objects.create(
        created_at=at,
        municipality=town,
        group=group,
        decision=Decision.CLOSED,
        message="Dank jullie wel voor alles. Tot een andere keer!",
        decided_by=coordinator,
    )
    history.tell("group.stopped", subject=group, at=at, actor=coordinator, role="coordinator")


def _paused(plan: TownPlan, town: Municipality, coordinator: User, random: Random, *, days: int) -> None:
    """A group that rests for a while; after long somebody asks how it goes on."""
    group = _approved(plan, town, "De Zonnewijzer", coordinator, random)
    at = timezone.now() - timedelta(days=days)
    if group.approved_at and group.approved_at > at:
        groups.put_back(group, group.approved_at - at + timedelta(days=30))
    group.status, group.paused_at = GroupStatus.ON_HOLD, at
    group.save(update_fields=["status", "paused_at"])
    history.tell("group.paused", subject=group, at=at)


def _left(town: Municipality) -> None:
    """Somebody left an approved group three months ago; the group found another."""
    member = (
        GroupMember.objects.present()
        .filter(
            municipality=town,
            group__status=GroupStatus.APPROVED,
            group__created_at__lt=_months_ago(9),
            role=MemberRole.MEMBER,
        )
        .order_by("group__name", "name")
        .first()
    )
    if member is None:
        return
    left = GroupMember.objects.create(
        created_at=_months_ago(9),
        municipality=town,
        group=member.group,
        role=MemberRole.MEMBER,
        status=MemberStatus.LEFT,
        name="Winde",
        email=f"winde.{town.slug}@oefen.example",
        dutch="yes",
        is_adult=True,
        responded_at=_months_ago(9),
        left_at=_months_ago(3),
    )
    seen = local_date(left.created_at)
    Screening.objects.create(
        municipality=town,
        member=left,
        status=ScreeningStatus.SEEN,
        seen_on=seen,
        renew_after=add_months(seen, town.policy.vog_renew_months),
    )
    history.tell("member.left", subject=left, at=_months_ago(3))
