"""Erasing a household: the key, the name, the contact, the account, the words. Counts stay for figures."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from newcomers.enums import STOPPED_STATUSES, Arrival, HouseholdStatus, Urgency
from newcomers.models import Household
from samenhier import audit
from samenhier.accounts.domain import erase_if_unused
from samenhier.accounts.models import User

from .disclosure import close_grants, shred
from .lifecycle import close, lock, role_of, withdraw

#: Called inside the transaction of `erase`: others remove what they hold of this household's people.
after_erasing: list[Callable[[Household], None]] = []


@transaction.atomic
def erase(*, household: Household, actor: User | None, rule: str = "") -> Household:
    """Make the people behind this household unknowable, for good, in old backups too. Repeating it is
    harmless.

    The newcomer or a coordinator asks for it, or a `rule` of retention, then without an actor. The card keeps
    the numbers of adults and children, so that figures of earlier months stay true.
    """
    row = lock(household)
    role = role_of(actor, row)
    if actor is not None and row.status not in STOPPED_STATUSES:
        row = withdraw(household=row, actor=actor)
    if row.status != HouseholdStatus.CLOSED:
        row = close(household=row, actor=actor, reason="erased")
    close_grants(because="erased", household=row, actor=actor)
    shred(household=row)
    account, row.user = row.user, None
    row.languages, row.goals, row.interests, row.availability = [], [], [], []
    row.wishes, row.would_like, row.emphasis, row.arrival = [], [], {}, Arrival.UNKNOWN
    row.part_of_town = row.referred_by = row.urgency_reason = ""
    row.urgency = Urgency.NORMAL
    row.erased_at = row.erased_at or timezone.now()
    row.save()
    for act in after_erasing:
        act(row)
    audit.record("household.erased", actor=actor, subject=row, role=role, rule=rule)
    if account is not None:
        erase_if_unused(user=account)
    return row
