"""Intake: registering a household, its yes, its card, and setting it ready to meet a group.

Names and contacts go straight into the sealed part; this module never reads them back.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.models import Municipality
from newcomers import code_names
from newcomers.consent_texts import CURRENT, consent_text
from newcomers.enums import Arrival, Channel, ConsentHow, ConsentPurpose, HouseholdStatus, Urgency
from newcomers.mails import CONSENT_RECORDED, WELCOME
from newcomers.models import Consent, Household
from newcomers.rules import CODE_LISTS, NEEDED, check_card, check_text, in_order, missing_on_card
from samenhier import audit
from samenhier.accounts.domain import account_of
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError
from samenhier.notifications.outbox import notify

from .disclosure import is_sealed, seal_identity
from .lifecycle import (
    TRANSITIONS,
    after_withdrawing,
    consent_in_force,
    in_touch,
    lock,
    pause,
    resume,
    role_of,
    withdraw,
)

__all__ = [
    "after_withdrawing",
    "pause",
    "record_consent",
    "register_household",
    "resume",
    "set_ready",
    "set_urgency",
    "update_card",
    "update_identity",
    "withdraw",
]

_ATTEMPTS = 50


@transaction.atomic
def register_household(
    *,
    municipality: Municipality,
    actor: User | None,
    calling_name: str,
    channel: Channel | str,
    contact: str,
    email: str | None = None,
    language: str,
    adults: int,
    children: Mapping[str, int],
    languages: Sequence[Mapping[str, str]],
    goals: Sequence[str],
    interests: Sequence[str],
    wishes: Sequence[str],
    availability: Sequence[str],
    part_of_town: str,
    would_like: Sequence[str] = (),
    arrival: Arrival | str = Arrival.UNKNOWN,
    referred_by: str = "",
    code_name: str = "",
) -> Household:
    """A new household: a card under a code name, and beside it the sealed name and contact.

    `children` maps a band to a number above zero; the lists hold codes of `samenhier.core.reference`.
    With an `email`
    the newcomer gets an account and a mail in `language` about how to sign in. `code_name` is chosen by
    chance
    unless given. Raises `DomainError` for what a person can correct, `Conflict` when the address has an
    account.
    """
    card = {
        "adults": adults,
        "children": dict(children),
        "languages": [dict(one) for one in languages],
        "goals": goals,
        "interests": interests,
        "wishes": wishes,
        "would_like": [code for code in would_like if code not in wishes],
        "availability": availability,
        "arrival": arrival,
        "part_of_town": part_of_town.strip(),
        "referred_by": referred_by.strip(),
    }
    row = _create(municipality, actor, language, _checked(card), code_name)
    seal_identity(household=row, calling_name=calling_name, channel=channel, contact=contact)
    if email:
        row.user = _new_account(email, language)
        row.save(update_fields=["user"])
        notify(
            kind=WELCOME.code,
            recipient=row.user,
            dedupe_key=f"{WELCOME.code}:{row.pk}",
            municipality_id=row.municipality_id,
        )
    audit.record(
        "household.registered", actor=actor, subject=row, role=role_of(actor, row), account=bool(email)
    )
    return row


def _create(
    municipality: Municipality, actor: User | None, language: str, card: dict[str, Any], code_name: str
) -> Household:
    """Insert under a code name that is free in this municipality; the database has the last word."""
    proposals = iter([code_name]) if code_name else code_names.candidates()
    for proposal, _attempt in zip(proposals, range(_ATTEMPTS), strict=False):
        try:
            with transaction.atomic():
                return Household.objects.create(
                    municipality=municipality,
                    code_name=proposal,
                    language=language,
                    registered_by=actor,
                    **card,
                )
        except IntegrityError as error:
            if "household_code_name_once" not in str(error):
                raise
    raise Conflict(_("This code name is taken. Try again."))


def _new_account(email: str, language: str) -> User:
    """An account for this address, never one that exists: it may be that of a volunteer or of staff."""
    taken = Conflict(
        _(
            "There is already an account with this e-mail address. Ask for another address,"
            " or leave it empty: "
            "without an account somebody can take part too, and you write down the answers."
        )
    )
    address = User.objects.normalize_email(email)
    if account_of(address) is not None:
        raise taken
    try:
        with transaction.atomic():
            return User.objects.create_user(address, language=language)
    except IntegrityError:
        raise taken from None
    except ValidationError:
        if User.objects.filter(email=address).exists():
            raise taken from None
        raise DomainError(_("Fill in an e-mail address, for example name@example.nl.")) from None


@transaction.atomic
def record_consent(*, household: Household, actor: User, how: ConsentHow | str, language: str) -> Consent:
    """Write down a yes to the current text in this language, and how it was given.

    Online only the newcomer says yes; otherwise somebody else writes it down, and the newcomer hears of
    it by mail
    in their own language. The same yes twice is one; a newer text replaces the older yes.
    """
    row = lock(household)
    own = row.user_id is not None and row.user_id == actor.pk
    if own != (how == ConsentHow.ONLINE):
        raise DomainError(
            _(
                "Online, only the newcomer can say yes. If you read the text together, "
                "choose how you did that."
            )
        )
    text = consent_text(language)
    now = consent_in_force(row)
    taking_part = row.status not in (HouseholdStatus.WITHDRAWN, HouseholdStatus.CLOSED)
    if now is not None and now.version == text.version and taking_part:
        return now
    if not is_sealed(row):
        raise DomainError(
            _("The data of this household were erased. Register them again, if they want that.")
        )
    if row.status not in (HouseholdStatus.CONSENTED, HouseholdStatus.READY, HouseholdStatus.PAUSED):
        TRANSITIONS.check(row.status, HouseholdStatus.CONSENTED)
        if not taking_part:
            # A new start: the old waiting date does not count for it.
            row.ready_since = row.stopped_at = None
        row.status = HouseholdStatus.CONSENTED
        row.save(update_fields=["status", "ready_since", "stopped_at"])
    Consent.objects.in_force().filter(household=row, purpose=text.purpose).update(withdrawn_at=timezone.now())
    consent = Consent.objects.create(
        municipality_id=row.municipality_id,
        household=row,
        purpose=text.purpose,
        version=text.version,
        text_sha256=text.sha256,
        language=language,
        how=how,
        recorded_by=actor,
    )
    in_touch(row)
    audit.record(
        "household.consented",
        actor=actor,
        subject=row,
        role=role_of(actor, row),
        how=str(how),
        version=text.version,
    )
    if row.user is not None and not own:
        notify(
            kind=CONSENT_RECORDED.code,
            recipient=row.user,
            dedupe_key=f"{CONSENT_RECORDED.code}:{consent.pk}",
            municipality_id=row.municipality_id,
        )
    return consent


@transaction.atomic
def set_ready(*, household: Household, actor: User) -> Household:
    """The intake is complete: a group may be looked for. Needs a yes to the current text and a full card."""
    row = lock(household)
    TRANSITIONS.check(row.status, HouseholdStatus.READY)
    if row.status == HouseholdStatus.PAUSED:
        raise DomainError(_("This household has paused. End the pause first."))
    consent = consent_in_force(row)
    if consent is None or consent.version != CURRENT[ConsentPurpose.PARTICIPATION]:
        raise DomainError(_("There is no consent to the current text yet. Read it together first."))
    if missing := missing_on_card(row):
        raise DomainError(
            _("The card is not complete yet. Still needed: %(what)s.")
            % {"what": ", ".join(str(NEEDED[field]) for field in missing)}
        )
    row.status = HouseholdStatus.READY
    row.ready_since = row.ready_since or timezone.now()
    row.save(update_fields=["status", "ready_since"])
    in_touch(row)
    audit.record("household.ready", actor=actor, subject=row, role=role_of(actor, row))
    return row


@transaction.atomic
def set_urgency(*, household: Household, actor: User, urgency: Urgency | int, reason: str = "") -> Household:
    """How urgent it is to find a group, with a reason unless it is normal. A group never sees the reason."""
    row = lock(household)
    reason = reason.strip()
    if urgency and not reason:
        raise DomainError(_("Write in a few words why it is urgent, without naming anybody."))
    check_text(reason)
    row.urgency = Urgency(urgency)
    row.urgency_reason = reason[:200] if urgency else ""
    row.save(update_fields=["urgency", "urgency_reason"])
    audit.record(
        "household.urgency_set", actor=actor, subject=row, role=role_of(actor, row), urgency=int(urgency)
    )
    return row


@transaction.atomic
def update_card(*, household: Household, actor: User, **values: Any) -> Household:
    """Change fields of the card: adults, children, languages, goals, interests, wishes, would_like, availability,
    arrival, part_of_town, referred_by, and `language` (of pages and mails). Fields that are not named stay.

    A household that waits for a group, or has one, must keep enough on its card. The trail keeps which fields
    changed, not what they held.
    """
    row = lock(household)
    language = values.pop("language", None)
    checked = _checked(values)
    if checked.keys() & {"wishes", "would_like"}:
        # What must be so is no longer only nice.
        musts = checked.get("wishes", row.wishes)
        checked["would_like"] = [
            code for code in checked.get("would_like", row.would_like) if code not in musts
        ]
    changed = [field for field, value in checked.items() if getattr(row, field) != value]
    for field in changed:
        setattr(row, field, checked[field])
    if row.status == HouseholdStatus.READY and (missing := missing_on_card(row)):
        raise DomainError(
            _("While a group is being looked for the card must hold: %(what)s.")
            % {"what": ", ".join(str(NEEDED[field]) for field in missing)}
        )
    if language is not None and language != row.language:
        row.language = language
        changed.append("language")
        if row.user is not None:
            row.user.language = language
            row.user.save(update_fields=["language"])
    if changed:
        row.save(update_fields=changed)
        in_touch(row)
        audit.record(
            "household.card_changed", actor=actor, subject=row, role=role_of(actor, row), fields=changed
        )
    return row


@transaction.atomic
def update_identity(
    *, household: Household, actor: User, calling_name: str, channel: Channel | str, contact: str
) -> Household:
    """Replace the sealed name and contact. The old values are gone; the trail keeps that they changed."""
    row = lock(household)
    if not is_sealed(row):
        raise DomainError(
            _("The data of this household were erased. Register them again, if they want that.")
        )
    seal_identity(household=row, calling_name=calling_name, channel=channel, contact=contact)
    in_touch(row)
    audit.record(
        "household.identity_changed",
        actor=actor,
        subject=row,
        role=role_of(actor, row),
        fields=["calling_name", "contact"],
    )
    return row


_CARD_FIELDS = {"adults", "children", "languages", "arrival", "part_of_town", "referred_by", *CODE_LISTS}


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The card's fields, checked, with codes in the order of their lists and empty bands left out."""
    if unknown := set(values) - _CARD_FIELDS:
        raise TypeError(f"not on the card: {sorted(unknown)}")
    checked = dict(values)
    if "children" in checked:
        checked["children"] = {band: number for band, number in checked["children"].items() if number}
    check_card(checked)
    for field in CODE_LISTS.keys() & checked.keys():
        checked[field] = in_order(field, checked[field])
    return checked
