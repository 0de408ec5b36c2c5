"""A registration that is not finished: saved on each page, sealed, found again by a link."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import RegistrationDraft
from groups.tokens import new_token, token_hash
from municipalities.models import Policy
from samenhier.accounts.models import User
from samenhier.core.crypto import seal_json, unseal_json
from samenhier.core.errors import DomainError
from samenhier.notifications.outbox import notify

from .invitations import written_language

#: What was typed on one page: the values of each field, exactly as they came.
Answers = Mapping[str, list[str]]


class DraftGone(DomainError):
    """The draft was finished, continued elsewhere, or removed after a long time."""

    def __init__(self) -> None:
        super().__init__(_("This registration was finished or opened somewhere else. You can start again."))


@dataclass(frozen=True)
class Draft:
    """The content of a draft. `registered` is the id of the group when it is done."""

    steps: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    registered: str = ""
    contact_email: str = ""

    def sealed(self) -> bytes:
        return seal_json(
            {"steps": self.steps, "registered": self.registered, "contact_email": self.contact_email}
        )


def content_of(row: RegistrationDraft) -> Draft:
    """What a stored draft holds."""
    known: dict[str, Any] = unseal_json(row.sealed)
    return Draft(
        steps=known.get("steps", {}),
        registered=known.get("registered", ""),
        contact_email=known.get("contact_email", ""),
    )


def town_of(steps: Mapping[str, Answers]) -> str:
    """The slug of the municipality that was chosen; empty when none was."""
    return (steps.get("gemeente", {}).get("municipality") or [""])[0]


def months_kept(steps: Mapping[str, Answers]) -> int:
    """How long a draft with these answers is kept; as is usual when no municipality was chosen yet."""
    slug = town_of(steps)
    here = None if "\x00" in slug else Policy.objects.filter(municipality__slug=slug).first()
    return (here or Policy()).draft_months


def read(token: str) -> Draft | None:
    """The draft of this token, or None. Changes nothing."""
    if not token:
        return None
    row = RegistrationDraft.objects.filter(token_hash=token_hash(token)).first()
    return content_of(row) if row else None


@transaction.atomic
def keep(*, token: str, step: str, answers: Answers) -> str:
    """Keep what was typed on one page. Returns the token: a new one when there was no open draft."""
    row = (
        RegistrationDraft.objects.select_for_update().filter(token_hash=token_hash(token)).first()
        if token
        else None
    )
    if row is None or (content := content_of(row)).registered:
        token = new_token()
        row, content = RegistrationDraft(token_hash=token_hash(token)), Draft()
    steps = {**content.steps, step: {name: list(values) for name, values in answers.items()}}
    row.sealed = Draft(steps=steps).sealed()
    row.save()
    return token


@transaction.atomic
def mail_link(*, token: str, email: str) -> None:
    """Mail the link with which somebody goes on later. The address is kept as the contact person's when none was given."""
    row = RegistrationDraft.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if row is None or (content := content_of(row)).registered:
        raise DraftGone
    email = User.objects.normalize_email(email)
    about = content.steps.get("over-jou", {})
    if not any(about.get("contact_email", [])):
        steps = {**content.steps, "over-jou": {**about, "contact_email": [email]}}
        row.sealed = Draft(steps=steps).sealed()
        row.save()
    now = timezone.now()
    notify(
        kind="groups.draft_link",
        # One mail with the same link in ten minutes is enough, however often the button is pressed.
        dedupe_key=f"groups.draft_link:{row.token_hash[:32]}:{token_hash(email)[:16]}:{int(now.timestamp()) // 600}",
        to=email,
        language=written_language(),
        context={
            "draft_id": str(row.pk),
            "link_hash": row.token_hash,
            "url": reverse("groups:draft_link", kwargs={"token": token}),
        },
    )


@transaction.atomic
def reopen(*, token: str) -> str:
    """Go on with a draft from its link. The link works once: the answer is a fresh token."""
    row = RegistrationDraft.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if row is None or content_of(row).registered:
        raise DraftGone
    fresh = new_token()
    row.used_hash, row.token_hash = row.token_hash, token_hash(fresh)
    row.save()
    return fresh


def was_used(token: str) -> bool:
    """Whether this link opened a draft that can still be gone on with."""
    row = RegistrationDraft.objects.filter(used_hash=token_hash(token)).first() if token else None
    return row is not None and bool(_mailbox(content_of(row)))


def _mailbox(content: Draft) -> str:
    """The address of the contact person, to which links went; empty for a finished draft."""
    given = content.steps.get("over-jou", {}).get("contact_email") or [""]
    return "" if content.registered else given[0]


@transaction.atomic
def mail_again(*, used: str) -> None:
    """Mail a new link to the contact person of a draft whose link was used. What was open elsewhere closes by it."""
    row = RegistrationDraft.objects.select_for_update().filter(used_hash=token_hash(used)).first()
    email = _mailbox(content_of(row)) if row else ""
    if row is None or not email:
        raise DraftGone
    token = new_token()
    row.token_hash, row.used_hash = token_hash(token), ""
    row.save()
    mail_link(token=token, email=email)
