"""How allauth works in this house: closed sign-up, mail through the outbox, our words."""

import hashlib
import ipaddress
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.manage_email import sync_email_address
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .models import User
from .post import Letter, send

#: Our name for each change that allauth reports.
SECURITY_EVENTS = {
    "account/email/password_changed": "password_changed",
    "account/email/password_set": "password_set",
    "account/email/password_reset": "password_reset",
    "account/email/email_changed": "email_changed",
    "account/email/email_confirm": "email_added",
    "account/email/email_deleted": "email_removed",
    "mfa/email/totp_activated": "totp_activated",
    "mfa/email/totp_deactivated": "totp_deactivated",
    "mfa/email/recovery_codes_generated": "recovery_codes_generated",
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
}


class AccountAdapter(DefaultAccountAdapter):
    """People enter by invitation, registration or intake; nobody signs up here."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Contact the person at Samen Hier who helps you."),
        "email_password_mismatch": _(
            "The e-mail address and the password do not belong together. Try again, or sign in with a code."
        ),
        "email_taken": _("Another account uses this e-mail address. Choose another one."),
        "enter_current_password": _("This is not your password now. Try again."),
        "incorrect_code": _("This is not the right code. Look in your newest mail and try again."),
        "incorrect_password": _("This is not your password. Try again."),
        "invalid_login": _("Fill in an e-mail address, for example name@example.nl."),
        "invalid_password_reset": _("This link is used or too old. Ask for a new one."),
        "rate_limited": _("That was too often. Wait a few minutes and try again."),
        "same_as_current": _("This is your address now. Fill in another one."),
        "too_many_login_attempts": _("That was too often. Wait a few minutes and ask for a new code."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address; an IPv4 address in IPv6 clothes is one of its own, not a neighbour of all others."""
        address = ipaddress.ip_address(super().get_client_ip(request))
        return str(getattr(address, "ipv4_mapped", None) or address)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: the page says how to take part."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """allauth's messages, except "address confirmed" to somebody who only signs in."""
        if message_template == "account/messages/email_confirmed.txt" and not request.user.is_authenticated:
            return
        super().add_message(request, level, message_template, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue one of allauth's mails. KeyError for one that we do not know."""
        _LETTERS[template_prefix](email.lower(), context)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell a person that something changed in their account."""
        _post(
            "security_notice",
            email or user.email,
            user=user,
            event=SECURITY_EVENTS[template_prefix],
            changed_at=timezone.now().isoformat(),
        )


def _post(what: str, email: str, *, user: User | None, dedupe_key: str = "", **context: Any) -> None:
    send(
        Letter(
            kind=f"accounts.{what}",
            email=email,
            user=user,
            language=get_language() or settings.LANGUAGE_CODE,
            dedupe_key=dedupe_key or f"{what}:{uuid.uuid4()}",
            context=context,
        )
    )


def _person(email: str) -> User | None:
    return User.objects.filter(email=email).first()


def _until(seconds: int) -> dict[str, Any]:
    return {"minutes": seconds // 60, "expires_at": (timezone.now() + timedelta(seconds=seconds)).isoformat()}


def _login_code(email: str, context: dict[str, Any]) -> None:
    user = _person(email)
    if user is not None:
        # Typing the code over shows that the address is theirs: no second code for that.
        sync_email_address(user, email)
    _post("login_code", email, user=user, code=context["code"], **_until(app_settings.LOGIN_BY_CODE_TIMEOUT))


def _confirm_email(email: str, context: dict[str, Any]) -> None:
    timeout = app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT
    _post("confirm_email", email, user=context.get("user"), code=context["code"], **_until(timeout))


def _password_reset(email: str, context: dict[str, Any]) -> None:
    # Only the path: the host in the mail is ours, whatever the request said.
    path = urlsplit(context["password_reset_url"]).path
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    _post("password_reset", email, user=context.get("user") or _person(email), url=path, days=days)


def _unknown_account(email: str, context: dict[str, Any]) -> None:
    # At most one an hour to somebody who did not ask for it.
    digest = hashlib.sha256(email.encode()).hexdigest()[:32]
    _post("unknown_account", email, user=None, dedupe_key=f"unknown:{digest}:{timezone.now():%Y%m%d%H}")


def _address_in_use(email: str, context: dict[str, Any]) -> None:
    from django.urls import reverse

    _post("address_in_use", email, user=_person(email), url=reverse("account_login"))


_LETTERS: dict[str, Callable[[str, dict[str, Any]], None]] = {
    "account/email/login_code": _login_code,
    "account/email/email_confirmation": _confirm_email,
    "account/email/email_confirmation_signup": _confirm_email,
    "account/email/password_reset_key": _password_reset,
    "account/email/unknown_account": _unknown_account,
    "account/email/account_already_exists": _address_in_use,
}
