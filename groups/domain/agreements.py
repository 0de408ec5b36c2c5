"""Texts that a member agrees to: files by version and language, and the signature as a row."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from groups.enums import AgreementKind, MemberStatus
from groups.models import Agreement, GroupMember
from municipalities.models import Policy
from samenhier import audit
from samenhier.core.errors import DomainError

from .locks import lock_member, refuse_stopped

TEXTS = Path(__file__).resolve().parent.parent / "texts"
#: The language that every text exists in.
FIRST_LANGUAGE = "nl"


@dataclass(frozen=True)
class AgreementText:
    """One text exactly as shown. `language` is the one it is really written in."""

    kind: AgreementKind
    version: str
    language: str
    body: str
    sha256: str


def asked(policy: Policy) -> tuple[AgreementKind, ...]:
    """The texts that members sign in one municipality, in the order in which they meet them."""
    required = {
        AgreementKind.STATEMENT: policy.statement_required,
        AgreementKind.CODE_OF_CONDUCT: policy.code_of_conduct_required,
    }
    return tuple(kind for kind in AgreementKind if required[kind])


@cache
def versions(kind: AgreementKind) -> tuple[str, ...]:
    """Every version of a text, oldest first; a version is a year and a number, such as 2026-1."""
    names = {path.name.split(".")[0] for path in (TEXTS / kind.value).glob(f"*.{FIRST_LANGUAGE}.md")}
    return tuple(sorted(names, key=lambda name: [int(part) for part in re.findall(r"\d+", name)]))


def current_version(kind: AgreementKind) -> str:
    """The version that a member is asked to sign today."""
    return versions(kind)[-1]


@cache
def text(kind: AgreementKind, version: str, language: str) -> AgreementText:
    """The text of one version; in Dutch when it does not exist in that language. KeyError for an unknown version."""
    if version not in versions(kind):
        raise KeyError(version)
    path = TEXTS / kind.value / f"{version}.{language}.md"
    if not re.fullmatch(r"[a-z]{2}", language) or not path.exists():
        language = FIRST_LANGUAGE
        path = TEXTS / kind.value / f"{version}.{language}.md"
    raw = path.read_bytes()
    return AgreementText(
        kind=kind,
        version=version,
        language=language,
        body=raw.decode(),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


@transaction.atomic
def sign(*, member: GroupMember, kind: AgreementKind, version: str, language: str) -> Agreement:
    """Record that this member agrees to this version. Signing twice is one signature."""
    group, row = lock_member(member.pk)
    refuse_stopped(group)
    if row.status != MemberStatus.ACCEPTED:
        raise DomainError(_("You can sign this as soon as you said yes to the group."))
    if kind not in asked(group.municipality.policy):
        raise DomainError(_("Nobody signs this text in your municipality."))
    if version != current_version(kind):
        raise DomainError(_("This text was renewed. Read the new text first."))
    shown = text(kind, version, language)
    agreement, made = Agreement.objects.get_or_create(
        member=row,
        kind=kind,
        version=version,
        defaults={
            "municipality_id": row.municipality_id,
            "text_sha256": shown.sha256,
            "language": shown.language,
        },
    )
    if made:
        audit.record("agreement.signed", actor=row.user, subject=row, kind=kind.value, version=version)
    return agreement
