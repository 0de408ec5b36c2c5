"""The mails about signing in. They stand here because `accounts` lies below the outbox; see accounts/post.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .kinds import Kind, OnDoubt, register

_LANGUAGES = frozenset({"nl", "en", "ar"})


def _not_expired(context: Mapping[str, Any]) -> bool:
    return timezone.now() < datetime.fromisoformat(context["expires_at"])


def _sign_in(what: str, *fields: str, label: Promise, **values: Any) -> Kind:
    return register(
        Kind(
            code=f"accounts.{what}",
            fields=frozenset(fields),
            on_doubt=OnDoubt.RESEND,
            urgent=True,
            languages=_LANGUAGES,
            label=label,
            **values,
        )
    )


LOGIN_CODE = _sign_in(
    "login_code",
    "code",
    "minutes",
    "expires_at",
    label=_("sign-in code"),
    still_wanted=_not_expired,
    sample={"code": "402917", "minutes": 10},
)
CONFIRM_EMAIL = _sign_in(
    "confirm_email",
    "code",
    "minutes",
    "expires_at",
    label=_("confirmation of an e-mail address"),
    still_wanted=_not_expired,
    sample={"code": "402917", "minutes": 15},
)
PASSWORD_RESET = _sign_in("password_reset", "url", "days", label=_("link for a new password"))
UNKNOWN_ACCOUNT = _sign_in("unknown_account", label=_("answer to an unknown address"))
ADDRESS_IN_USE = _sign_in("address_in_use", "url", label=_("answer to an unknown address"))
SECURITY_NOTICE = _sign_in(
    "security_notice", "event", "changed_at", label=_("security notice"), sample={"event": "totp_activated"}
)
