"""allauth's forms for the second step, with our look and words."""

from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm as TheirRecoveryCodesForm
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _

from samenhier.core.forms import NldsFormMixin, tidy_digits

from .wording import at_most, word

_EMPTY = _("Fill in the code from your app.")
_CODE = {"autocomplete": "one-time-code", "maxlength": "20"}


class AppCodeMixin(NldsFormMixin):
    """A code from a sign-in app, or a recovery code."""

    def clean_code(self) -> str:
        self.cleaned_data["code"] = tidy_digits(self.cleaned_data["code"]).replace(" ", "")  # type: ignore[attr-defined]  # of the form that this is mixed into
        return super().clean_code()  # type: ignore[misc]  # of the form that this is mixed into


class AuthenticateMixin(AppCodeMixin):
    """At signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(
            self,
            "code",
            label=_("The code from your app"),
            help_text=_("Six digits. No phone at hand? Fill in one of your recovery codes."),
            required=_EMPTY,
            **_CODE,
        )


class AuthenticateForm(AuthenticateMixin, base.AuthenticateForm):
    """The second step of signing in."""


class ReauthenticateForm(AuthenticateMixin, base.ReauthenticateForm):
    """Show again that it is you."""


class ActivateTOTPForm(AppCodeMixin, totp.ActivateTOTPForm):
    """Add a sign-in app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(
            self,
            "code",
            label=_("The code that your app shows now"),
            help_text=_("Six digits, for example 123456."),
            required=_EMPTY,
            inputmode="numeric",
            **_CODE,
        )


class DeactivateTOTPForm(NldsFormMixin, totp.DeactivateTOTPForm):
    """Remove the sign-in app."""


class GenerateRecoveryCodesForm(NldsFormMixin, TheirRecoveryCodesForm):
    """Make new recovery codes."""


class AddWebAuthnForm(NldsFormMixin, webauthn.AddWebAuthnForm):
    """Add a passkey: one that signs in by itself, so that nothing has to be chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(
            self,
            "name",
            label=_("A name for this passkey"),
            help_text=_("So that you know later which one it is, for example “my phone”."),
            autocomplete="off",
        )
        at_most(self, "name", 100)
        self.fields["name"].initial = ""
        self.initial["name"] = ""
        del self.fields["passwordless"]


class EditWebAuthnForm(NldsFormMixin, webauthn.EditWebAuthnForm):
    """Rename a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(
            self,
            "name",
            label=_("A name for this passkey"),
            required=_("Fill in a name."),
            autocomplete="off",
        )
        at_most(self, "name", 100)
