"""Who works where: inviting, accepting, ending."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.enums import LOCAL_ROLES, StaffRole
from municipalities.models import Municipality, StaffInvitation, StaffMembership
from samenhier import audit
from samenhier.accounts.domain import account_for, addresses_of, confirm_address
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict, DomainError
from samenhier.core.reference import LANGUAGES
from samenhier.notifications.outbox import notify

INVITATION_DAYS = 7
#: One person sends so many invitations for one place in a day.
INVITATIONS_A_DAY = 30


def hash_of(token: str) -> str:
    """What the database keeps of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    email: str,
    role: StaffRole,
    municipality: Municipality | None,
    actor: User | None,
    languages: Iterable[str] = (),
) -> StaffInvitation:
    """Invite somebody to work here, by mail. An older open invitation for the same role stops working.

    `languages` are those that a community builder can bridge; other roles have none.
    Raises `DomainError` when the role does not fit the place or the person already has it.
    """
    email = User.objects.normalize_email(email)
    if (role in LOCAL_ROLES) != (municipality is not None):
        raise DomainError(_("This role does not fit here. Choose another role."))
    if (
        StaffMembership.objects.active()
        .filter(user__email=email, role=role, municipality=municipality)
        .exists()
    ):
        raise Conflict(_("This person already has this role."))
    _refuse_too_many(actor, municipality)
    StaffInvitation.objects.filter(
        email=email, role=role, municipality=municipality, accepted_at=None
    ).delete()
    token = secrets.token_urlsafe(24)
    invitation = StaffInvitation.objects.create(
        email=email,
        role=role,
        languages=_known(languages) if role == StaffRole.BUILDER else [],
        municipality=municipality,
        token_hash=hash_of(token),
        invited_by=actor,
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    audit.record(
        "staff.invited",
        actor=actor,
        subject=invitation,
        municipality_id=municipality.pk if municipality else None,
        invited_role=role,
    )
    notify(
        kind="municipalities.staff_invitation",
        to=email,
        dedupe_key=f"staff-invitation:{invitation.pk}",
        municipality_id=municipality.pk if municipality else None,
        context={
            # A command line invites without a person.
            "inviter": (actor.name or actor.email) if actor else "",
            "place": municipality.name if municipality else "",
            "role": role.value,
            "url": settings.SITE_URL + reverse("municipalities:join", kwargs={"token": token}),
            "days": INVITATION_DAYS,
        },
    )
    return invitation


def _refuse_too_many(actor: User | None, municipality: Municipality | None) -> None:
    sent = AuditEvent.objects.filter(
        action="staff.invited",
        actor_id=actor.pk if actor else None,
        municipality_id=municipality.pk if municipality else None,
        at__gt=timezone.now() - timedelta(days=1),
    )
    if actor is not None and sent.count() >= INVITATIONS_A_DAY:
        raise DomainError(_("You sent many invitations today. You can go on tomorrow."))


def open_invitation(token: str) -> StaffInvitation:
    """The invitation of this token. Raises `DomainError` when it is unknown, used or too old."""
    invitation = (
        StaffInvitation.objects.select_related("municipality", "invited_by")
        .filter(token_hash=hash_of(token), accepted_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if invitation is None:
        raise DomainError(
            _("This invitation is used or too old. Ask the person who invited you for a new one.")
        )
    return invitation


@transaction.atomic
def accept(*, token: str, name: str) -> StaffMembership:
    """Say yes to an invitation: an account when there is none, and the membership.

    Having received the mail proves the address. Without a second factor the new colleague reaches nothing yet.
    """
    invitation = StaffInvitation.objects.select_for_update().get(pk=open_invitation(token).pk)
    if invitation.accepted_at:
        raise Conflict(_("This invitation was just used."))
    user = account_for(invitation.email, name=name)
    if name and not user.name:
        user.name = name
        user.save(update_fields=["name"])
    confirm_address(user, invitation.email)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    # Somebody who was invited at a second address of theirs may have the role already.
    role = {"user": user, "municipality": invitation.municipality, "role": invitation.role}
    membership = StaffMembership.objects.active().filter(**role).first()
    if membership is None:
        membership = StaffMembership.objects.create(**role, languages=invitation.languages)
    audit.record(
        "staff.joined",
        actor=user,
        subject=membership,
        municipality_id=invitation.municipality_id,
        joined_role=invitation.role,
    )
    return membership


@transaction.atomic
def set_languages(*, membership: StaffMembership, languages: Iterable[str], actor: User) -> StaffMembership:
    """Write down which languages a community builder can bridge between a household and a group.

    From now on a matching run counts with them. Raises `DomainError` for another role, or when the role ended.
    """
    row = StaffMembership.objects.select_for_update().get(pk=membership.pk)
    if row.ended_at or row.role != StaffRole.BUILDER:
        raise DomainError(_("Only community builders who work here have languages to bridge."))
    before, row.languages = row.languages, _known(languages)
    row.save(update_fields=["languages"])
    if before != row.languages:
        audit.record(
            "staff.languages",
            actor=actor,
            subject=row,
            municipality_id=row.municipality_id,
            languages=row.languages,
        )
    return row


def _known(languages: Iterable[str]) -> list[str]:
    chosen = set(languages)
    return [code for code in LANGUAGES.codes() if code in chosen]


def _withdraw_invitations(ended: StaffMembership) -> None:
    """Open invitations to this person here, and those they sent: nobody comes back by a link kept in a drawer."""
    open_ones = StaffInvitation.objects.filter(accepted_at=None)
    open_ones.filter(email__in=addresses_of(ended.user), municipality=ended.municipality_id).delete()
    if ended.role == StaffRole.COORDINATOR:
        open_ones.filter(invited_by=ended.user_id, municipality=ended.municipality_id).delete()
    elif ended.role == StaffRole.NATIONAL:
        open_ones.filter(invited_by=ended.user_id).delete()


@transaction.atomic
def end_membership(*, membership: StaffMembership, actor: User) -> None:
    """Somebody stops working here: from this second they see nothing of it.

    Raises `DomainError` for the last coordinator of a municipality.
    """
    row = StaffMembership.objects.select_for_update().get(pk=membership.pk)
    if row.ended_at:
        return
    if row.role == StaffRole.COORDINATOR:
        others = (
            StaffMembership.objects.active()
            .select_for_update()
            .filter(municipality=row.municipality_id, role=StaffRole.COORDINATOR)
            .exclude(pk=row.pk)
        )
        if not others:
            raise DomainError(
                _("This is the last coordinator here. First invite another coordinator, then end this role.")
            )
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    _withdraw_invitations(row)
    audit.record(
        "staff.ended", actor=actor, subject=row, municipality_id=row.municipality_id, ended_role=row.role
    )
