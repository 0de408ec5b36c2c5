"""The quiet line: “please contact me”. No reason is asked, the other side is never told."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import GroupMember
from matches.enums import OPEN_STATUSES, ContactStatus, Side
from matches.models import ContactRequest, Match
from newcomers.domain.lifecycle import in_touch
from newcomers.enums import STOPPED_STATUSES, HouseholdStatus
from newcomers.models import Household
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError

#: Long enough to notice a wrong press after a weekend.
UNDO_WITHIN = timedelta(days=7)


@transaction.atomic
def ask_for_contact(*, user: User) -> ContactRequest:
    """Ask the coordinator to get in touch. Asking again while one request waits changes nothing.

    Raises `DomainError` when the person belongs to no household and no group: nobody would know whom to call.
    """
    household = (
        Household.objects.filter(user=user.pk)
        .exclude(status__in=[HouseholdStatus.WITHDRAWN, HouseholdStatus.CLOSED])
        .first()
    )
    if household is not None:
        match = Match.objects.filter(household=household, status__in=OPEN_STATUSES).first()
        in_touch(household)
        return _open(user, Side.HOUSEHOLD, town=household.municipality_id, household=household, match=match)
    member = GroupMember.objects.present().filter(user=user.pk).order_by("-responded_at").first()
    if member is None:
        raise DomainError(_("You are not in a group yet. Use the contact details at the bottom of the page."))
    match = Match.objects.filter(group=member.group_id, status__in=OPEN_STATUSES).first()
    return _open(user, Side.GROUP, town=member.municipality_id, match=match)


def open_request(*, user: User, side: Side, match: Match) -> ContactRequest:
    """The same, from within an answer to a check-in."""
    household = match.household if side == Side.HOUSEHOLD else None
    return _open(user, side, town=match.town_id_of(side), household=household, match=match)


def _open(
    user: User,
    side: Side,
    *,
    town: UUID,
    household: Household | None = None,
    match: Match | None,
) -> ContactRequest:
    # The own municipality of who asks: also for a group that supports a household of a neighbour municipality.
    request = ContactRequest(municipality_id=town, asked_by=user, side=side, household=household, match=match)
    # The partial unique index decides when two taps arrive together.
    ContactRequest.objects.bulk_create([request], ignore_conflicts=True)
    kept = ContactRequest.objects.waiting().filter(asked_by=user.pk, side=side).first()
    if kept is None:  # the older one was handled at this very moment, so this is a new request
        return _open(user, side, town=town, household=household, match=match)
    if kept.pk == request.pk:
        audit.record("contact.asked", actor=user, subject=kept, side=side.value)
    return kept


@transaction.atomic
def mark_handled(*, request: ContactRequest, actor: User) -> ContactRequest:
    """The coordinator has spoken with the person. Twice does no harm: the first name stays."""
    row = ContactRequest.objects.select_for_update().get(pk=request.pk)
    if row.status == ContactStatus.OPEN:
        row.status = ContactStatus.DONE
        row.handled_by = actor
        row.handled_at = timezone.now()
        row.save(update_fields=["status", "handled_by", "handled_at"])
        audit.record("contact.handled", actor=actor, subject=row)
    return row


def may_take_back(request: ContactRequest) -> bool:
    """Somebody pressed “I spoke with them” not long ago, and there is still a person to call."""
    return (
        request.status == ContactStatus.DONE
        and request.handled_at is not None
        and request.handled_at > timezone.now() - UNDO_WITHIN
        and not _has_stopped(request)
    )


def _has_stopped(request: ContactRequest) -> bool:
    """The one who asked is gone; a request that ended with its household was handled by nobody."""
    household = request.household
    return (
        request.asked_by_id is None
        or request.handled_by_id is None
        or (household is not None and household.status in STOPPED_STATUSES)
    )


@transaction.atomic
def take_back_handled(*, request: ContactRequest, actor: User) -> ContactRequest:
    """“I spoke with them” was pressed by mistake: the request waits again, since the day it was asked.

    Twice does no harm. Raises `DomainError` after `UNDO_WITHIN`, when nobody pressed it, when the person asked
    again since, and when the household stopped.
    """
    row = ContactRequest.objects.select_for_update(of=["self"]).select_related("household").get(pk=request.pk)
    if row.status == ContactStatus.OPEN:
        return row
    if _has_stopped(row):
        raise DomainError(_("This request ended because this person stopped. There is nobody to call."))
    if not may_take_back(row):
        raise DomainError(
            _("This was marked as done too long ago to take back. You can contact this person all the same.")
        )
    row.status = ContactStatus.OPEN
    row.handled_by = row.handled_at = None
    try:
        with transaction.atomic():
            row.save(update_fields=["status", "handled_by", "handled_at"])
    except IntegrityError:
        raise DomainError(_("This person asked again since, and that request waits for you.")) from None
    audit.record("contact.reopened", actor=actor, subject=row)
    return row
