"""Asking for approval, and the coordinator's answer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.enums import Decision, GroupStatus
from groups.models import Attendance, GroupReview, SponsorGroup
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError

from .contacts import tell_members
from .impartial import refuse_own_group
from .locks import contact_of, lock_group, present_members
from .readiness import Condition, Readiness, fresh_readiness
from .states import GROUP_STATES

#: What is still missing, as the end of “Still needed: …”.
MISSING: dict[Condition, str | Promise] = {
    Condition.MEMBERS: gettext_lazy("enough members"),
    Condition.AGREEMENTS: gettext_lazy("a signature of each member"),
    Condition.VOG: gettext_lazy("a VOG of each member"),
    Condition.TRAINING: gettext_lazy("the start training of each member"),
    Condition.VISIT: gettext_lazy("the visit of the coordinator"),
}


class NotReady(DomainError):
    """The group does not have everything yet; `missing` says what."""

    def __init__(self, message: str, missing: tuple[Condition, ...]) -> None:
        super().__init__(message)
        self.missing = missing


def in_words(missing: tuple[Condition, ...]) -> str:
    """“enough members, a VOG of each member”."""
    return ", ".join(str(MISSING[condition]) for condition in missing)


@transaction.atomic
def submit(*, group: SponsorGroup, actor: User, reason: str = "", answer: str = "") -> SponsorGroup:
    """The group did its part and asks for approval. A smaller group gives a reason; `answer` is to a question of before."""
    row = lock_group(group.pk)
    GROUP_STATES.check(row.status, GroupStatus.SUBMITTED)
    ready = fresh_readiness(row)
    if not ready.own_part_done:
        left = tuple(condition for condition in ready.missing if condition is not Condition.VISIT)
        raise NotReady(
            _("Your group is not complete yet. Still needed: %(what)s.") % {"what": in_words(left)}, left
        )
    if ready.small and not reason.strip():
        raise DomainError(_("Tell why you want to start with fewer people."))
    row.status = GroupStatus.SUBMITTED
    row.submitted_at = timezone.now()
    row.size_reason = reason.strip() if ready.small else ""
    row.answer = answer.strip()
    row.save(update_fields=["status", "submitted_at", "size_reason", "answer"])
    audit.record("group.submitted", actor=actor, subject=row, present=ready.present)
    return row


@transaction.atomic
def plan_visit(*, group: SponsorGroup, visit_at: datetime, actor: User) -> SponsorGroup:
    """Plan the coordinator's visit, or write down when it was. The group hears of a visit that is still to come."""
    row = lock_group(group.pk)
    if row.status not in (
        GroupStatus.FORMING,
        GroupStatus.SUBMITTED,
        GroupStatus.RETURNED,
        GroupStatus.ON_HOLD,
    ):
        raise DomainError(_("A visit is planned while a group is forming or under review."))
    now = timezone.now()
    if not now - timedelta(days=366) < visit_at < now + timedelta(days=366):
        raise DomainError(_("Choose a day within a year from now."))
    row.visit_at = visit_at
    row.save(update_fields=["visit_at"])
    audit.record("group.visit_planned", actor=actor, subject=row)
    if visit_at > now:
        tell_members(
            row,
            present_members(row),
            kind="groups.visit_planned",
            key=f"{row.pk}:{visit_at.isoformat()}",
            visit_at=visit_at.isoformat(),
        )
    return row


@transaction.atomic
def approve(*, group: SponsorGroup, actor: User, message: str = "", size_reason: str = "") -> SponsorGroup:
    """Approve a complete group. A group that is only too small needs the coordinator's reason.

    Raises `NotReady` with what is missing, `TransitionRefused` when somebody else decided first, `OwnGroup` when
    the actor takes part in it.
    """
    row = lock_group(group.pk)
    refuse_own_group(group_id=row.pk, actor=actor)
    GROUP_STATES.check(row.status, GroupStatus.APPROVED)
    ready = fresh_readiness(row)
    _refuse_incomplete(ready, size_reason)
    row.status, row.paused_at = GroupStatus.APPROVED, None
    row.approved_at = timezone.now()
    row.save(update_fields=["status", "approved_at", "paused_at"])
    _decide(row, Decision.APPROVED, message=message, actor=actor)
    audit.record(
        "group.approved",
        actor=actor,
        subject=row,
        reason="" if ready.complete else size_reason.strip(),
        present=ready.present,
    )
    tell_members(
        row, present_members(row), kind="groups.approved", key=f"{row.pk}:{row.approved_at.isoformat()}"
    )
    return row


def _refuse_incomplete(ready: Readiness, size_reason: str) -> None:
    if ready.complete:
        return
    if not ready.complete_but_size:
        raise NotReady(
            _("This group cannot be approved yet. Still needed: %(what)s.")
            % {"what": in_words(ready.missing)},
            ready.missing,
        )
    if not size_reason.strip():
        raise NotReady(
            _("This group has %(present)s of %(wanted)s people. Give a reason to approve it all the same.")
            % {"present": ready.present, "wanted": ready.wanted},
            ready.missing,
        )


@transaction.atomic
def return_with_question(*, group: SponsorGroup, actor: User, message: str) -> SponsorGroup:
    """Give the group back with a question; the contact person reads it on their page."""
    row = lock_group(group.pk)
    refuse_own_group(group_id=row.pk, actor=actor)
    GROUP_STATES.check(row.status, GroupStatus.RETURNED)
    if not message.strip():
        raise DomainError(_("Write your question to the group."))
    row.status = GroupStatus.RETURNED
    row.save(update_fields=["status"])
    review = _decide(row, Decision.RETURNED, message=message, actor=actor)
    audit.record("group.returned", actor=actor, subject=row)
    contact = contact_of(row)
    tell_members(row, [contact] if contact else [], kind="groups.returned", key=str(review.pk))
    return row


@transaction.atomic
def decline(*, group: SponsorGroup, actor: User, message: str) -> SponsorGroup:
    """Say no to a group, kindly, with what is possible instead."""
    row = lock_group(group.pk)
    refuse_own_group(group_id=row.pk, actor=actor)
    GROUP_STATES.check(row.status, GroupStatus.DECLINED)
    if not message.strip():
        raise DomainError(_("Write to the group why, and what they can do instead."))
    row.status = GroupStatus.DECLINED
    row.stopped_at = timezone.now()
    row.save(update_fields=["status", "stopped_at"])
    Attendance.objects.to_come().filter(member__group=row).delete()
    review = _decide(row, Decision.DECLINED, message=message, actor=actor)
    audit.record("group.declined", actor=actor, subject=row)
    tell_members(row, present_members(row), kind="groups.declined", key=str(review.pk))
    return row


def _decide(group: SponsorGroup, decision: Decision, *, message: str, actor: User) -> GroupReview:
    return GroupReview.objects.create(
        municipality_id=group.municipality_id,
        group=group,
        decision=decision,
        message=message.strip(),
        decided_by=actor,
    )
