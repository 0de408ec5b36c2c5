"""Inviting people by mail, and their own yes or no."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from groups import rules
from groups.enums import DutchLevel, GroupStatus, MemberRole, MemberStatus
from groups.models import GroupMember, SponsorGroup
from groups.tokens import new_token, removed_address, token_hash
from municipalities.models import StaffMembership
from samenhier import audit
from samenhier.accounts.domain import account_for, account_of, addresses_of, confirm_address
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError
from samenhier.core.reference import INTERESTS, LANGUAGE_LEVELS, LANGUAGES, SLOTS
from samenhier.notifications.outbox import notify

from .contacts import give_contact, tell_contact
from .locks import contact_of, lock_group, lock_member

#: States in which a group may take new people.
OPEN_STATES = (
    GroupStatus.FORMING,
    GroupStatus.SUBMITTED,
    GroupStatus.RETURNED,
    GroupStatus.APPROVED,
    GroupStatus.ON_HOLD,
)


class Link(StrEnum):
    """What an invitation link is good for."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"  # used: said yes
    DECLINED = "declined"  # used: said no
    CLOSED = "closed"  # the group no longer takes people, or withdrew the invitation
    UNKNOWN = "unknown"  # replaced by a newer one, or never ours


class InvitationClosed(DomainError):
    """The link does not (any more) lead to an open invitation; `link` says why."""

    def __init__(self, link: Link) -> None:
        super().__init__(
            _("This invitation is no longer open. Ask the contact person of the group for a new one.")
        )
        self.link = link


class SignInFirst(DomainError):
    """The account needs more than a link: it belongs to staff, has a second step, or is somebody else's."""


# -- sending -----------------------------------------------------------------------------------------


@transaction.atomic
def invite(*, group: SponsorGroup, name: str, email: str, actor: User | None) -> GroupMember:
    """Invite one person into a group. Refuses a double, a full group and an address that had enough mail."""
    row = lock_group(group.pk)
    return _invite(row, name=name, email=email, role=MemberRole.MEMBER, actor=actor)


def invite_first(
    *, group: SponsorGroup, people: Iterable[tuple[str, str]], actor: User | None
) -> list[GroupMember]:
    """Invite the people of a new group, inside the caller's transaction; the first is the contact person."""
    return [
        _invite(
            group,
            name=name,
            email=email,
            role=MemberRole.CONTACT if number == 0 else MemberRole.MEMBER,
            actor=actor,
        )
        for number, (name, email) in enumerate(people)
    ]


def _invite(
    group: SponsorGroup, *, name: str, email: str, role: MemberRole, actor: User | None
) -> GroupMember:
    email = User.objects.normalize_email(email)
    if group.status not in OPEN_STATES:
        raise DomainError(_("This group no longer takes new people."))
    counted = GroupMember.objects.filter(group=group).counted()
    if counted.filter(email=email).exists():
        raise Conflict(_("%(email)s is already invited to this group.") % {"email": email})
    if counted.count() >= rules.MEMBERS_AT_MOST:
        raise DomainError(
            _("A group has at most %(number)s people. Withdraw an invitation first.")
            % {"number": rules.MEMBERS_AT_MOST}
        )
    now = timezone.now()
    _refuse_too_much_mail(group, email, now)
    member = GroupMember(
        municipality_id=group.municipality_id, group=group, role=role, name=name.strip(), email=email
    )
    _send(group, member, now)
    audit.record("member.invited", actor=actor, subject=member, group=str(group.pk))
    return member


@transaction.atomic
def resend(*, member: GroupMember, actor: User | None) -> GroupMember:
    """Send the invitation again with a fresh link; the old link stops working."""
    group, row = lock_member(member.pk)
    if row.status != MemberStatus.INVITED:
        raise Conflict(_("This person already answered. Reload the page to see the latest."))
    if group.status not in OPEN_STATES:
        raise DomainError(_("This group no longer takes new people."))
    now = timezone.now()
    _refuse_too_much_mail(group, row.email, now)
    _send(group, row, now)
    audit.record("member.invited_again", actor=actor, subject=row, group=str(group.pk))
    return row


@transaction.atomic
def ask_again(*, token: str) -> None:
    """The invited person asks for a fresh link themself, from the page of an expired one."""
    member, link = look_up(token)
    if member is None or link is not Link.EXPIRED:
        raise InvitationClosed(link)
    resend(member=member, actor=None)


@transaction.atomic
def revoke(*, member: GroupMember, actor: User) -> None:
    """Withdraw an invitation that was not answered yet. The name and the address are removed."""
    group, row = lock_member(member.pk)
    if row.status != MemberStatus.INVITED:
        raise Conflict(_("This person already answered. Reload the page to see the latest."))
    if row.is_contact:
        raise DomainError(_("This is the contact person of the group. Choose another contact person first."))
    row.status = MemberStatus.REVOKED
    _forget(row)
    row.save()
    audit.record("member.revoked", actor=actor, subject=row, group=str(group.pk))


def _send(group: SponsorGroup, member: GroupMember, now: datetime) -> None:
    """Give the row a fresh token and put the mail into the outbox."""
    days = group.municipality.policy.invitation_days
    token = new_token()
    member.invitation_hash = token_hash(token)
    member.invited_at = now
    member.invitation_expires_at = now + timedelta(days=days)
    member.invitations_sent += 1
    member.full_clean(
        exclude=["municipality", "group", "user"], validate_unique=False, validate_constraints=False
    )
    member.save()
    contact = contact_of(group)
    notify(
        kind="groups.confirm" if member.is_contact else "groups.invitation",
        dedupe_key=f"groups.invitation:{member.invitation_hash}",
        to=member.email,
        language=written_language(),
        municipality_id=group.municipality_id,
        context={
            "member_id": str(member.pk),
            "link_hash": member.invitation_hash,
            "group_name": group.name,
            "contact_name": contact.name if contact else "",
            "town": group.municipality.name,
            "days": days,
            "url": reverse("groups:invitation_link", kwargs={"token": token}),
        },
    )


def written_language() -> str:
    """The reader's likely language among those that volunteers' mails are written in."""
    current = translation.get_language() or ""
    return current if current in settings.STAFF_LANGUAGES else settings.LANGUAGE_CODE


def _refuse_too_much_mail(group: SponsorGroup, email: str, now: datetime) -> None:
    # In every town: somebody who is pestered does not care where the groups are.
    rows = GroupMember.objects.filter(email__in=[email, removed_address(email)])
    here = [row for row in rows if row.group_id == group.pk]
    last = max((row.invited_at for row in here if row.invited_at), default=None)
    if last and last + rules.INVITE_AGAIN_AFTER > now:
        raise DomainError(
            _("%(email)s got an invitation less than a week ago. You can send a new one after %(days)s days.")
            % {"email": email, "days": (last + rules.INVITE_AGAIN_AFTER - now).days + 1}
        )
    if sum(row.invitations_sent for row in here) >= rules.INVITATIONS_EVER:
        raise DomainError(
            _(
                "%(email)s got %(number)s invitations for this group. Ask this person yourself, or invite somebody else."
            )
            % {"email": email, "number": rules.INVITATIONS_EVER}
        )
    elsewhere = sum(
        1
        for row in rows
        if row.group_id != group.pk and row.invited_at and row.invited_at > now - rules.INVITATIONS_SPAN
    )
    if elsewhere >= rules.INVITATIONS_IN_SPAN:
        raise DomainError(
            _("%(email)s got many invitations this month. Ask this person yourself, and try again later.")
            % {"email": email}
        )
    today = GroupMember.objects.filter(group=group, invited_at__gt=now - timedelta(days=1)).count()
    if today >= rules.INVITATIONS_A_DAY:
        raise DomainError(_("You sent many invitations today. You can go on tomorrow."))


# -- answering ---------------------------------------------------------------------------------------


def look_up(token: str) -> tuple[GroupMember | None, Link]:
    """Whose invitation this is and what the link is good for. Changes nothing."""
    member = (
        GroupMember.objects.filter(invitation_hash=token_hash(token))
        .select_related("group__municipality__policy", "user")
        .first()
    )
    return member, _state(member)


def _state(member: GroupMember | None) -> Link:
    if member is None:
        return Link.UNKNOWN
    if member.status in (MemberStatus.ACCEPTED, MemberStatus.LEFT):
        return Link.ACCEPTED
    if member.status == MemberStatus.DECLINED:
        return Link.DECLINED
    if member.status == MemberStatus.REVOKED or member.group.status not in OPEN_STATES:
        return Link.CLOSED
    if member.invitation_expires_at is None or member.invitation_expires_at <= timezone.now():
        return Link.EXPIRED
    return Link.OPEN


def _locked(token: str) -> tuple[SponsorGroup, GroupMember, Link]:
    found, link = look_up(token)
    if found is None:
        raise InvitationClosed(link)
    group, member = lock_member(found.pk)
    if member.invitation_hash != token_hash(token):
        raise InvitationClosed(Link.UNKNOWN)
    return group, member, _state(member)


def needs_code(user: User) -> bool:
    """Whether a link alone may not sign this person in: staff, and whoever has a second step."""
    return (
        not user.is_active
        or StaffMembership.objects.active().filter(user=user).exists()
        or is_mfa_enabled(user)
    )


def belongs_to(member: GroupMember, user: User) -> bool:
    """Whether the invitation was sent to an address of this person."""
    return member.email in addresses_of(user)


@transaction.atomic
def accept_invitation(
    *,
    token: str,
    user: User | None,
    old_enough: bool,
    dutch: DutchLevel | str,
    languages: Iterable[Mapping[str, str]] = (),
    interests: Iterable[str] = (),
    availability: Iterable[str] = (),
    phone: str = "",
) -> GroupMember:
    """Say yes. `user` is who is signed in, or None: then the account of the address is found or made.

    `old_enough`: what the person said of the `minimum_age` of the municipality.

    Having the token proves the address, so it is marked as verified. Saying yes twice is one yes.
    Raises `InvitationClosed`, or `SignInFirst` when the link alone is not enough.
    """
    group, member, link = _locked(token)
    if (
        link is Link.ACCEPTED
        and member.status == MemberStatus.ACCEPTED
        and user is not None
        and member.user_id == user.pk
    ):
        return member
    if link is not Link.OPEN:
        raise InvitationClosed(link)
    if not old_enough:
        age = group.municipality.policy.minimum_age
        raise DomainError(_("You can join a group when you are %(age)s or over.") % {"age": age})
    person = _person(member, user)
    if GroupMember.objects.filter(group=group, user=person, status=MemberStatus.ACCEPTED).exists():
        raise Conflict(_("You are already a member of this group."))
    member.user = person
    member.status = MemberStatus.ACCEPTED
    member.responded_at = timezone.now()
    member.is_adult = True
    member.dutch = DutchLevel(dutch)
    member.languages = known_languages(languages, member.dutch)
    member.interests = [code for code in INTERESTS.codes() if code in set(interests)]
    member.availability = [code for code in SLOTS if code in set(availability)]
    member.phone = phone
    member.save()
    group.last_yes_at = member.responded_at
    group.save(update_fields=["last_yes_at"])
    audit.record("member.accepted", actor=person, subject=member, group=str(group.pk))
    if contact_of(group) is None:
        give_contact(member)
    tell_contact(group, about=member, said_yes=True)
    return member


def _person(member: GroupMember, user: User | None) -> User:
    if user is not None:
        if not belongs_to(member, user):
            raise SignInFirst(_("This invitation was sent to another address than yours. Sign out first."))
        person = user
    else:
        found = account_of(member.email)
        if found is not None and needs_code(found):
            raise SignInFirst(_("You already have an account. Sign in with a code first, then say yes."))
        person = found or account_for(member.email, name=member.name, language=written_language())
    confirm_address(person, member.email)
    return person


def known_languages(languages: Iterable[Mapping[str, str]], dutch: DutchLevel | str) -> list[dict[str, str]]:
    """Languages with level from the reference lists; Dutch follows from the answer about Dutch."""
    levels = {DutchLevel.YES: "fluent", DutchLevel.SOME: "basic"}
    chosen = {one["code"]: one["level"] for one in languages if one["level"] in LANGUAGE_LEVELS.codes()}
    chosen.pop("nld", None)
    if level := levels.get(DutchLevel(dutch)):
        chosen["nld"] = level
    return [{"code": code, "level": chosen[code]} for code in LANGUAGES.codes() if code in chosen]


@transaction.atomic
def decline_invitation(*, token: str) -> None:
    """Say no. Nothing about the person is kept but an unreadable mark of the address. Twice is one no."""
    group, member, link = _locked(token)
    if link is Link.DECLINED:
        return
    if link is not Link.OPEN:
        raise InvitationClosed(link)
    was_contact = member.is_contact
    member.status = MemberStatus.DECLINED
    member.responded_at = timezone.now()
    member.role = MemberRole.MEMBER
    _forget(member)
    member.save()
    audit.record("member.declined", actor=None, subject=member, group=str(group.pk))
    if was_contact:
        longest = GroupMember.objects.filter(group=group).present().order_by("responded_at", "id").first()
        if longest is not None:
            give_contact(longest)
    tell_contact(group, about=member, said_yes=False)


def _forget(member: GroupMember) -> None:
    member.name = ""
    member.phone = ""
    member.email = removed_address(member.email)


__all__ = [
    "InvitationClosed",
    "Link",
    "SignInFirst",
    "accept_invitation",
    "ask_again",
    "decline_invitation",
    "invite",
    "invite_first",
    "look_up",
    "resend",
    "revoke",
]
