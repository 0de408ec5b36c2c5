"""From the first meeting to the ending, and what follows when a member leaves, a group steps back or a household withdraws."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import GroupMember, SponsorGroup
from matches.enums import (
    NAMES_OPEN,
    UNDECIDED_STATUSES,
    ContactStatus,
    EndKind,
    EndReason,
    MatchStatus,
    Side,
)
from matches.models import ContactRequest, Match
from newcomers.domain import disclosure, intake
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError
from samenhier.core.moments import add_months, local_date

from .checkins import plan_check_ins
from .closing import close
from .locking import lock, policy_of
from .offering import STEPPED_BACK, tell_answer, withdraw
from .outcomes import close_outcomes_of_household, close_outcomes_of_member, plan_outcomes
from .sides import tell, works_as_builder
from .states import MATCH
from .trial import plan_trial

#: A year may be closed as planned this long before its last day.
CLOSING_TIME = timedelta(days=31)


@transaction.atomic
def record_first_meeting(*, match: Match, actor: User, at: datetime) -> Match:
    """Write down when the two meet (or met) for the first time. A meeting that lies ahead: both sides hear of it."""
    match = lock(match)
    if not match.names_are_open:
        raise DomainError(_("A first meeting is possible after the introduction."))
    if match.introduced_at is not None and local_date(at) < local_date(match.introduced_at):
        raise DomainError(_("This lies before the introduction. Check the date."))
    if match.first_meeting_at == at:
        return match
    changed = match.first_meeting_at is not None
    match.first_meeting_at = at
    match.save(update_fields=["first_meeting_at"])
    audit.record("match.first_meeting", actor=actor, subject=match, at=at.isoformat())
    now = timezone.now()
    if at > now:
        # `set_at`: back to an earlier moment is news too.
        news: dict[str, Any] = {"at": at.isoformat(), "changed": changed, "set_at": now.isoformat()}
        tell(match, Side.HOUSEHOLD, "matches.first_meeting", **news)
        tell(match, Side.GROUP, "matches.first_meeting", everybody=True, **news)
    return match


@transaction.atomic
def activate(*, match: Match, actor: User, started_on: date) -> Match:
    """The year begins: the planned end follows from the policy; check-ins and outcome questions are planned."""
    match = lock(match)
    MATCH.check(match.status, MatchStatus.ACTIVE)
    policy = policy_of(match)
    today = timezone.localdate()
    planned_end = add_months(started_on, policy.match_months)
    if started_on > today:
        raise DomainError(_("The first day cannot lie ahead. Come back on that day."))
    if planned_end <= today:
        raise DomainError(_("With this start the time together would already be over. Check the date."))
    match.status = MatchStatus.ACTIVE
    match.started_on = started_on
    match.planned_end = planned_end
    match.save(update_fields=["status", "started_on", "planned_end"])
    plan_check_ins(match=match, policy=policy, not_before=today)
    plan_outcomes(match=match, policy=policy, not_before=today)
    plan_trial(match=match, policy=policy)
    audit.record("match.activated", actor=actor, subject=match, started_on=started_on.isoformat())
    return match


@transaction.atomic
def end(
    *,
    match: Match,
    actor: User,
    kind: EndKind,
    reason: EndReason,
    ended_on: date,
    household_goes_on: bool | None = None,
) -> Match:
    """Close a match: the names close at once, open check-ins are cancelled, both sides can go on.

    The group is free at once. `household_goes_on` says whether the household wants another group now: it then keeps
    its old waiting date; otherwise it is paused until it says so. By default it goes on after an early end only.
    """
    match = lock(match)
    MATCH.check(match.status, MatchStatus.ENDED)
    kind, reason = EndKind(kind), EndReason(reason)
    _check_ending(match, kind, reason, ended_on)
    close(match, actor, kind=kind, reason=reason, ended_on=ended_on)
    for side in Side:
        tell(match, side, "matches.ended", everybody=side == Side.GROUP, how=kind.value)
    goes_on = kind == EndKind.EARLY if household_goes_on is None else household_goes_on
    if not goes_on and match.household.status == HouseholdStatus.READY:
        intake.pause(household=match.household, actor=actor)
    return match


@transaction.atomic
def choose_builder(*, match: Match, actor: User, builder: User | None) -> Match:
    """Say which community builder guides this match; None for nobody."""
    match = lock(match)
    if builder is not None and not works_as_builder(builder, match.municipality_id):
        raise DomainError(_("Choose a community builder of this municipality."))
    before = match.builder
    if match.names_are_open and before is not None and before != builder:
        disclosure.close_grants(because="replaced", match_id=match.pk, reader=before, actor=actor)
    match.builder = builder
    match.save(update_fields=["builder"])
    if match.names_are_open and builder is not None:
        disclosure.open_grants(household=match.household, readers=[builder], match_id=match.pk, actor=actor)
    audit.record(
        "match.builder_chosen", actor=actor, subject=match, builder=str(builder.pk) if builder else None
    )
    return match


def close_for_leaving_member(member: GroupMember) -> None:
    """A member left: what was open to them closes in the same transaction. Registered with groups."""
    close_outcomes_of_member(member)
    if member.user is None:
        return
    for match in Match.objects.filter(group=member.group_id, status__in=NAMES_OPEN):
        disclosure.close_grants(because="left", match_id=match.pk, reader=member.user)
        audit.record("match.member_left", actor=None, subject=match, member=str(member.pk))


def close_for_group_that_stepped_back(group: SponsorGroup) -> None:
    """A group pauses or stopped: what nobody was asked about goes in the same transaction. Registered with groups.

    The group is locked by the caller, so no approval is under way; the household is not, as only the match changes. It
    counts again in the next run, and whoever waits for a word of the group's town hears that none comes.
    """
    undecided = Match.objects.select_for_update().filter(group=group.pk, status__in=UNDECIDED_STATUSES)
    for match in undecided.order_by("pk"):
        offered = match.status == MatchStatus.OFFERED
        withdraw(match, not_again=False)
        # In the trail of both towns, without an actor: who speaks for the group is not known to the other one.
        for town in filter(None, (match.municipality_id, match.group_municipality_id)):
            audit.record("match.group_stepped_back", actor=None, subject=match, municipality_id=town)
        if offered:
            tell_answer(match, STEPPED_BACK)


def close_for_withdrawn_household(household: Household) -> None:
    """A household withdrew: every match with it closes in the same transaction. Registered with newcomers."""
    close_outcomes_of_household(household)
    going_on = [*UNDECIDED_STATUSES, MatchStatus.ASKING, MatchStatus.AGREED, *NAMES_OPEN]
    for found in Match.objects.filter(household=household, status__in=going_on).order_by("pk"):
        match = lock(found)
        if match.status in NAMES_OPEN:
            close(match, None, kind=EndKind.EARLY, reason=EndReason.OTHER, ended_on=timezone.localdate())
            tell(match, Side.GROUP, "matches.ended", everybody=True, how=EndKind.EARLY.value)
            continue
        asked = match.status not in UNDECIDED_STATUSES
        MATCH.check(match.status, MatchStatus.WITHDRAWN)
        match.status = MatchStatus.WITHDRAWN
        match.closed_at = timezone.now()
        match.answer_remind_at = None
        match.save(update_fields=["status", "closed_at", "answer_remind_at"])
        audit.record("match.household_withdrew", actor=None, subject=match)
        if asked:
            tell(match, Side.GROUP, "matches.not_now")
    ContactRequest.objects.waiting().filter(household=household).update(
        status=ContactStatus.DONE, handled_at=timezone.now()
    )


def _check_ending(match: Match, kind: EndKind, reason: EndReason, ended_on: date) -> None:
    if ended_on > timezone.localdate():
        raise DomainError(_("The last day cannot lie ahead. Come back on that day."))
    began = match.started_on or (local_date(match.introduced_at) if match.introduced_at else None)
    if began is not None and ended_on < began:
        raise DomainError(_("The last day lies before the beginning. Check the date."))
    planned = kind == EndKind.PLANNED
    if planned != (reason == EndReason.COMPLETED):
        raise DomainError(
            _(
                "“The time together is complete” belongs to an end as planned, the other reasons to an early end."
            )
        )
    if planned and (match.planned_end is None or ended_on < match.planned_end - CLOSING_TIME):
        raise DomainError(_("The time together is not over yet. Choose an early end and its reason."))
