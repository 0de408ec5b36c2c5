"""A group pauses, goes on, or stops: by its contact person, or by a coordinator."""

from collections.abc import Callable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.enums import ON_THE_WAY, Decision, GroupStatus, MemberStatus
from groups.models import Attendance, GroupReview, SponsorGroup
from municipalities.domain.neighbours import coordinators_of
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError, TransitionRefused
from samenhier.notifications.outbox import Notice, notify_many

from .contacts import tell_members
from .impartial import refuse_own_group
from .locks import contact_of, lock_group, present_members
from .readiness import fresh_readiness
from .states import GROUP_STATES

#: Each says whether something still rests on this group, whose row is locked. A room above, such as matches, adds its own.
taken: list[Callable[[SponsorGroup], bool]] = []
#: Called with a group that takes no part any more, for now or for good, in the same transaction; its row is locked and
#: saved. `matches` withdraws what nobody was asked about.
after_stepping_back: list[Callable[[SponsorGroup], None]] = []


class Taken(DomainError):
    """A household still counts on this group."""


def is_taken(group: SponsorGroup) -> bool:
    """Whether a household still counts on this group: it was asked, or the two met already."""
    return any(found(group) for found in taken)


@transaction.atomic
def pause(*, group: SponsorGroup, actor: User) -> SponsorGroup:
    """An approved group wants no proposals for a while.

    Raises `Taken` while a household counts on it, `TransitionRefused` when it is not approved, `DomainError` when the
    actor is not its contact person (any more).
    """
    row = lock_group(group.pk)
    _refuse_others(row, actor)
    GROUP_STATES.check(row.status, GroupStatus.ON_HOLD)
    _refuse_taken(row)
    row.status, row.paused_at = GroupStatus.ON_HOLD, timezone.now()
    row.save(update_fields=["status", "paused_at"])
    audit.record("group.paused", actor=actor, subject=row)
    step_back(row)
    return row


@transaction.atomic
def go_on(*, group: SponsorGroup, actor: User) -> SponsorGroup:
    """The end of a pause. A group that became too small meanwhile stays on hold, for the coordinator to look at.

    Raises `TransitionRefused` for a group that has not paused, `DomainError` when the actor is not its contact person.
    """
    row = lock_group(group.pk)
    _refuse_others(row, actor)
    if row.paused_at is None:
        raise TransitionRefused(_("This group has not paused. Reload the page to see the latest."))
    GROUP_STATES.check(row.status, GroupStatus.APPROVED)
    ready = fresh_readiness(row)
    row.paused_at = None
    if ready.present >= row.municipality.policy.group_size_min:
        row.status = GroupStatus.APPROVED
    row.save(update_fields=["status", "paused_at"])
    audit.record("group.went_on", actor=actor, subject=row, present=ready.present)
    return row


@transaction.atomic
def stop(*, group: SponsorGroup, actor: User, message: str = "") -> SponsorGroup:
    """The group takes no part any more; its members hear it, and the term of what is kept begins.

    Its contact person may stop it without words. With a `message` to the members it is a coordinator who ends it, and who
    does not take part in the group. Raises `Taken` while a household counts on it.
    """
    row = lock_group(group.pk)
    by_itself = not message.strip() and _is_contact(row, actor)
    was_approved = row.status not in ON_THE_WAY
    to = GroupStatus.CLOSED if was_approved else GroupStatus.WITHDRAWN
    if not by_itself:
        refuse_own_group(group_id=row.pk, actor=actor)
        # Before the approval a coordinator declines.
        to = GroupStatus.CLOSED
    GROUP_STATES.check(row.status, to)
    _refuse_taken(row)
    if not by_itself and not message.strip():
        raise DomainError(_("Write a few words to the group."))
    row.status, row.stopped_at, row.paused_at = to, timezone.now(), None
    row.save(update_fields=["status", "stopped_at", "paused_at"])
    if not by_itself:
        GroupReview.objects.create(
            municipality_id=row.municipality_id,
            group=row,
            decision=Decision.CLOSED,
            message=message.strip(),
            decided_by=actor,
        )
    Attendance.objects.to_come().filter(member__group=row).delete()
    audit.record("group.stopped", actor=actor, subject=row, by_itself=by_itself)
    step_back(row)
    tell_members(
        row,
        [one for one in present_members(row) if one.user_id != actor.pk],
        kind="groups.stopped",
        key=str(row.pk),
    )
    if by_itself and was_approved:
        tell_coordinators(row, actor)
    return row


def step_back(group: SponsorGroup) -> None:
    """What follows in other rooms when a group takes no part any more; in the act that saved it."""
    for act in after_stepping_back:
        act(group)


def tell_coordinators(group: SponsorGroup, actor: User) -> None:
    """Mail the coordinators of its town that an approved group stopped by itself: they counted on it."""
    url = reverse("groups:review", kwargs={"slug": group.municipality.slug, "group": group.pk})
    notify_many(
        Notice(
            kind="groups.stopped_itself",
            dedupe_key=f"groups.stopped_itself:{group.pk}:{person.pk}",
            recipient=person,
            municipality_id=group.municipality_id,
            context={"group_id": str(group.pk), "group_name": group.name, "url": url},
        )
        for person in coordinators_of(group.municipality_id)
        if person.pk != actor.pk
    )


def _is_contact(group: SponsorGroup, actor: User) -> bool:
    contact = contact_of(group)
    return contact is not None and contact.status == MemberStatus.ACCEPTED and contact.user_id == actor.pk


def _refuse_others(group: SponsorGroup, actor: User) -> None:
    # The page asked this before the lock; somebody else may have become the contact person since.
    if not _is_contact(group, actor):
        raise DomainError(
            _("Only the contact person of the group can do this. Reload the page to see the latest.")
        )


def _refuse_taken(group: SponsorGroup) -> None:
    if is_taken(group):
        raise Taken(
            _(
                "A household counts on this group now. First say no to the question, or end the match together."
            )
        )
