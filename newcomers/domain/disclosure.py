"""The sealed part of a household: writing it, opening it for one reader, and destroying its key.

This is the only module that touches `newcomers.models.identity`.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from municipalities.enums import StaffRole
from municipalities.models import StaffMembership
from newcomers.enums import Channel, HouseholdStatus
from newcomers.models import Consent, DisclosureGrant, Household
from newcomers.models.identity import HouseholdIdentity, HouseholdKey
from newcomers.rules import tidy_contact, tidy_name
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core import crypto
from samenhier.core.errors import DomainError

log = logging.getLogger(__name__)

#: What a grant opens. The channel belongs to the contact.
FIELDS = ["calling_name", "contact"]


class NotDisclosed(DomainError, Http404):
    """This person may not read it, or it does not exist (any more). A page that lets it pass answers 404."""


@dataclass(frozen=True)
class Identity:
    """What was sealed, opened for one reader. Never store, cache or log it."""

    calling_name: str
    channel: Channel
    contact: str

    @property
    def channel_label(self) -> str | Promise:
        """The channel in words."""
        return self.channel.label

    def __repr__(self) -> str:
        return "Identity(…)"


# -- writing: for intake and erasure, inside their transaction ------------------------------------------


def seal_identity(*, household: Household, calling_name: str, channel: Channel | str, contact: str) -> None:
    """Seal a name and a contact with the household's own key, replacing what was there.

    Raises `DomainError` when they do not fit.
    """
    name, contact = tidy_name(calling_name), tidy_contact(channel, contact)
    key, _made = HouseholdKey.objects.get_or_create(
        household=household,
        defaults={"municipality_id": household.municipality_id, "wrapped": crypto.new_wrapped_key()},
    )
    wrapped = bytes(key.wrapped)
    HouseholdIdentity.objects.update_or_create(
        household=household,
        defaults={
            "municipality_id": household.municipality_id,
            "calling_name": crypto.seal(name, key=wrapped),
            "channel": Channel(channel),
            "contact": crypto.seal(contact, key=wrapped),
        },
    )


def shred(*, household: Household) -> None:
    """Destroy the key and what it sealed. Ciphertext in an old backup can never be opened again."""
    HouseholdIdentity.objects.filter(household=household).delete()
    HouseholdKey.objects.filter(household=household).delete()


def is_sealed(household: Household) -> bool:
    """Whether there is a name and a contact to open; False after erasure."""
    return HouseholdIdentity.objects.filter(household=household).exists()


# -- who may read ---------------------------------------------------------------------------------------


@transaction.atomic
def open_grants(
    *, household: Household, readers: Sequence[User], match_id: UUID, actor: User | None
) -> list[DisclosureGrant]:
    """Let these people read name and contact from now on, because both sides said yes to this match.

    Repeating it changes nothing. Refused with `DomainError` when the household has no yes in force.
    """
    row = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    if row.status in (HouseholdStatus.WITHDRAWN, HouseholdStatus.CLOSED, HouseholdStatus.REGISTERED):
        raise DomainError(_("This household does not take part now, so no name can be opened."))
    if not Consent.objects.in_force().filter(household=row).exists():
        raise DomainError(
            _("There is no consent in force. Ask the newcomer first; then the name can be opened.")
        )
    wanted = {reader.pk: reader for reader in readers if reader.pk != row.user_id}
    already = {grant.reader_id: grant for grant in DisclosureGrant.objects.open().filter(household=row)}
    stale = [pk for pk in wanted if pk in already and already[pk].match_id != match_id]
    if stale:
        DisclosureGrant.objects.open().filter(household=row, reader_id__in=stale).update(
            closed_at=timezone.now(), closed_because="replaced"
        )
    fresh = [pk for pk in wanted if pk not in already or pk in stale]
    grants = DisclosureGrant.objects.bulk_create(
        DisclosureGrant(
            municipality_id=row.municipality_id,
            household=row,
            reader=wanted[pk],
            fields=FIELDS,
            match_id=match_id,
        )
        for pk in fresh
    )
    if grants:
        audit.record(
            "household.grants_opened",
            actor=actor,
            subject=row,
            fields=FIELDS,
            match=str(match_id),
            readers=[str(pk) for pk in fresh],
        )
    return grants


@transaction.atomic
def close_grants(
    *,
    because: str,
    match_id: UUID | None = None,
    household: Household | None = None,
    reader: User | None = None,
    actor: User | None = None,
) -> int:
    """Close open grants, at once: those of a match, of a household, of a reader, or what all given have in
    common.

    `because` is a short code ("ended", "left", "withdrawn"). Returns how many were closed.
    """
    if match_id is None and household is None and reader is None:
        raise TypeError("close_grants needs a match, a household or a reader.")
    grants = DisclosureGrant.objects.open()
    if match_id is not None:
        grants = grants.filter(match_id=match_id)
    if household is not None:
        grants = grants.filter(household=household)
    if reader is not None:
        grants = grants.filter(reader=reader)
    closing = list(grants.select_for_update(of=("self",)).order_by("pk"))
    DisclosureGrant.objects.filter(pk__in=[grant.pk for grant in closing]).update(
        closed_at=timezone.now(), closed_because=because
    )
    by_household: dict[UUID, list[DisclosureGrant]] = {}
    for grant in closing:
        by_household.setdefault(grant.household_id, []).append(grant)
    for row in Household.objects.filter(pk__in=by_household):
        audit.record(
            "household.grants_closed",
            actor=actor,
            subject=row,
            reason=because,
            readers=[str(grant.reader_id) for grant in by_household[row.pk]],
        )
    return len(closing)


def _role_of_reader(viewer: User, household: Household) -> str | None:
    """In which role this person may read, or None."""
    if not viewer.is_active:
        return None
    if household.user_id is not None and household.user_id == viewer.pk:
        return "newcomer"
    roles = set(
        StaffMembership.objects.active()
        .filter(user=viewer.pk, municipality=household.municipality_id)
        .values_list("role", flat=True)
    )
    if StaffRole.COORDINATOR in roles:
        return "coordinator"
    grant = DisclosureGrant.objects.open().filter(household=household.pk, reader=viewer.pk).first()
    if grant is None:
        return None
    if StaffRole.BUILDER in roles:
        return "builder"
    # A builder who stopped working here after the grant was opened held it for that work.
    stopped = StaffMembership.objects.filter(
        user=viewer.pk,
        municipality=household.municipality_id,
        role=StaffRole.BUILDER,
        ended_at__gte=grant.created_at,
    )
    return None if stopped.exists() else "member"


def reveal(*, viewer: User, household: Household, reason: str) -> Identity:
    """Open name and contact for this person, now, and write down that they looked and why.

    A coordinator of the municipality, the newcomer, and whoever holds an open grant may read; anybody else
    meets `NotDisclosed` (a 404). `reason` is a code of `RevealReason`. When the trail cannot be written
    nothing is returned.
    """
    if not reason:
        raise TypeError("reveal needs a reason.")
    with transaction.atomic():
        row = Household.objects.filter(pk=household.pk).first()
        role = _role_of_reader(viewer, row) if row is not None else None
        if row is None or role is None:
            log.warning("reveal.refused household=%s viewer=%s", household.pk, viewer.pk)
            raise NotDisclosed(_("You cannot see this name now."))
        audit.record("household.revealed", actor=viewer, subject=row, role=role, fields=FIELDS, reason=reason)
        key = HouseholdKey.objects.filter(household=row).first()
        sealed = HouseholdIdentity.objects.filter(household=row).first()
        if key is None or sealed is None:
            raise NotDisclosed(_("The name and contact were erased."))
        wrapped = bytes(key.wrapped)
        return Identity(
            calling_name=crypto.unseal(sealed.calling_name, key=wrapped),
            channel=Channel(sealed.channel),
            contact=crypto.unseal(sealed.contact, key=wrapped),
        )
