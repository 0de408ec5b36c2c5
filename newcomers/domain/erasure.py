"""Erasing a household: the key, the name, the contact, the account, the words. Counts stay for figures."""

from collections.abc import Callable

from django.db import transaction

from newcomers.enums import HouseholdStatus, Urgency
from newcomers.models import Household
from samenhier import audit
from samenhier.accounts.models import User

from .disclosure import close_grants, shred
from .lifecycle import close, lock, role_of, withdraw

#: Called inside the transaction of `erase`: others remove what they hold of this household's people.
after_erasing: list[Callable[[Household], None]] = []


@transaction.atomic
def erase(*, household: Household, actor: User | None) -> Household:
    """Make the people behind this household unknowable, for good, in old backups too. Repeating it is
    harmless.

    The card keeps the numbers of adults and children, so that figures of earlier months stay true.
    """
    row = lock(household)
    role = role_of(actor, row)
    if row.status not in (HouseholdStatus.WITHDRAWN, HouseholdStatus.CLOSED):
        row = withdraw(household=row, actor=actor)
    if row.status != HouseholdStatus.CLOSED:
        row = close(household=row, actor=actor, reason="erased")
    close_grants(because="erased", household=row, actor=actor)
    shred(household=row)
    account, row.user = row.user, None
    row.languages, row.goals, row.interests, row.wishes, row.availability = [], [], [], [], []
    row.part_of_town = row.referred_by = row.urgency_reason = ""
    row.urgency = Urgency.NORMAL
    row.save()
    for act in after_erasing:
        act(row)
    audit.record("household.erased", actor=actor, subject=row, role=role)
    if account is not None and not _known_elsewhere(account):
        account.delete()
    return row


#: Rows about the account itself; they go with it.
_OF_THE_ACCOUNT = {"account", "mfa", "usersessions", "socialaccount"}


def _known_elsewhere(account: User) -> bool:
    """Whether this person has another place here, as staff or in a group: then only the link is cut."""
    relations = account._meta.related_objects
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: account.pk}).exists()
        for relation in relations
        if not relation.hidden and relation.related_model._meta.app_label not in _OF_THE_ACCOUNT
    )
