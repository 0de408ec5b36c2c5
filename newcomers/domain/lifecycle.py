"""The life of a household here: from registered to closed, with pauses, and leaving at any time."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from newcomers.enums import STOPPED_STATUSES, ConsentPurpose, HouseholdStatus
from newcomers.mails import STOPPED
from newcomers.models import Consent, Household
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError, TransitionRefused
from samenhier.core.transitions import Transitions
from samenhier.notifications.outbox import notify

from .disclosure import close_grants

TRANSITIONS: Transitions[HouseholdStatus] = Transitions(
    {
        HouseholdStatus.REGISTERED: {
            HouseholdStatus.CONSENTED: "the newcomer said yes",
            HouseholdStatus.PAUSED: "not now",
            HouseholdStatus.WITHDRAWN: "the newcomer does not want to take part",
            HouseholdStatus.CLOSED: "moved away, or registered by mistake",
        },
        HouseholdStatus.CONSENTED: {
            HouseholdStatus.READY: "the card holds enough to look for a group",
            HouseholdStatus.PAUSED: "not now",
            HouseholdStatus.WITHDRAWN: "the yes is taken back",
            HouseholdStatus.CLOSED: "moved away, or support is no longer needed",
        },
        HouseholdStatus.READY: {
            HouseholdStatus.PAUSED: "not now; the waiting date stays",
            HouseholdStatus.WITHDRAWN: "the yes is taken back",
            HouseholdStatus.CLOSED: "the year with a group is over, or moved away",
        },
        HouseholdStatus.PAUSED: {
            HouseholdStatus.REGISTERED: "goes on where it was, before a yes",
            HouseholdStatus.CONSENTED: "goes on where it was, in intake",
            HouseholdStatus.READY: "goes on where it was, waiting for a group",
            HouseholdStatus.WITHDRAWN: "the yes is taken back",
            HouseholdStatus.CLOSED: "moved away, or support is no longer needed",
        },
        HouseholdStatus.WITHDRAWN: {
            HouseholdStatus.CONSENTED: "a new yes",
            HouseholdStatus.CLOSED: "the data are erased",
        },
        HouseholdStatus.CLOSED: {
            HouseholdStatus.CONSENTED: "a new yes, for a new start",
        },
    }
)

#: Called inside the transaction of `withdraw`, `close` and `erase`, after the grants were closed:
#: matches ends here what was going on.
after_withdrawing: list[Callable[[Household], None]] = []


def lock(household: Household) -> Household:
    """The household as it is now, kept from others until the transaction ends. The first lock of an act."""
    return Household.objects.select_for_update(of=("self",)).select_related("user").get(pk=household.pk)


def role_of(actor: User | None, household: Household) -> str:
    """How the trail names the one who acts: the newcomer, or somebody of the municipality."""
    if actor is None:
        return ""
    return "newcomer" if household.user_id == actor.pk else "coordinator"


def consent_in_force(household: Household) -> Consent | None:
    """The yes that counts now, or None."""
    return (
        Consent.objects.in_force().filter(household=household, purpose=ConsentPurpose.PARTICIPATION).first()
    )


@transaction.atomic
def pause(*, household: Household, actor: User) -> Household:
    """No proposals for now. The waiting date stays, and so does a group that is there already."""
    row = lock(household)
    TRANSITIONS.check(row.status, HouseholdStatus.PAUSED)
    row.status = HouseholdStatus.PAUSED
    row.save(update_fields=["status"])
    in_touch(row)
    audit.record("household.paused", actor=actor, subject=row, role=role_of(actor, row))
    return row


@transaction.atomic
def resume(*, household: Household, actor: User) -> Household:
    """On again from where the household was; with the old waiting date when it waited for a group."""
    row = lock(household)
    if consent_in_force(row) is None:
        target = HouseholdStatus.REGISTERED
    elif row.ready_since is None:
        target = HouseholdStatus.CONSENTED
    else:
        target = HouseholdStatus.READY
    if row.status != HouseholdStatus.PAUSED:
        raise TransitionRefused(_("This household has not paused. Reload the page to see the latest."))
    TRANSITIONS.check(row.status, target)
    row.status = target
    row.save(update_fields=["status"])
    in_touch(row)
    audit.record("household.resumed", actor=actor, subject=row, role=role_of(actor, row))
    return row


@transaction.atomic
def withdraw(*, household: Household, actor: User | None) -> Household:
    """The newcomer stops. At once nobody of a group can read the name any more; the yes is taken back."""
    row = lock(household)
    TRANSITIONS.check(row.status, HouseholdStatus.WITHDRAWN)
    _stop(row, HouseholdStatus.WITHDRAWN, because="withdrawn")
    in_touch(row)
    event = audit.record("household.withdrawn", actor=actor, subject=row, role=role_of(actor, row))
    if row.user is not None:
        notify(
            kind=STOPPED.code,
            recipient=row.user,
            dedupe_key=f"{STOPPED.code}:{event.pk}",
            municipality_id=row.municipality_id,
        )
    return row


@transaction.atomic
def close(*, household: Household, actor: User | None, reason: str = "") -> Household:
    """Taking part is over: the year is complete, or the people moved. A new yes can start it again."""
    row = lock(household)
    TRANSITIONS.check(row.status, HouseholdStatus.CLOSED)
    _stop(row, HouseholdStatus.CLOSED, because="closed")
    audit.record("household.closed", actor=actor, subject=row, role=role_of(actor, row), reason=reason)
    return row


@transaction.atomic
def record_contact(*, household: Household, actor: User) -> Household:
    """Somebody of us spoke with them today, and they still want to take part."""
    row = lock(household)
    if row.status in STOPPED_STATUSES:
        raise DomainError(_("This household does not take part now. With a new yes it can start again."))
    in_touch(row)
    audit.record("household.contacted", actor=actor, subject=row, role=role_of(actor, row))
    return row


def in_touch(row: Household) -> None:
    """Note that there was contact now; retention counts from it. In the caller's transaction."""
    row.last_contact_at, row.warned_at = timezone.now(), None
    row.save(update_fields=["last_contact_at", "warned_at"])


def _stop(row: Household, status: HouseholdStatus, *, because: str) -> None:
    """End the yes and every grant, and let others end what rested on them. In the caller's transaction."""
    close_grants(because=because, household=row)
    Consent.objects.in_force().filter(household=row).update(withdrawn_at=timezone.now())
    row.status = status
    row.stopped_at = row.stopped_at or timezone.now()
    row.save(update_fields=["status", "stopped_at"])
    for act in after_withdrawing:
        act(row)
