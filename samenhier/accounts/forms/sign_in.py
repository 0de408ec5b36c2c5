"""allauth's forms for signing in, with our look and words."""

from typing import Any

from allauth.account import forms as theirs
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from samenhier.core.forms import NldsFormMixin, tidy_digits

from .wording import word

_NO_PASSWORD = _("Fill in your password.")
_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "20"}


class SignInForm(NldsFormMixin, theirs.LoginForm):
    """E-mail address; a code follows by mail."""

    question = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "login", label=_("Your e-mail address"), autocomplete="email", dir="ltr", maxlength="254")
        self.fields["login"].validators.append(MaxLengthValidator(254))


class PasswordSignInForm(SignInForm):
    """For who has chosen a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "password", label=_("Your password"), required=_NO_PASSWORD)

    def _setup_password_field(self) -> None:
        """Keep the field that allauth leaves out where signing in goes by code."""


class CodeMixin(NldsFormMixin):
    """A code from a mail; digits of any script, with or without spaces."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(
            self,
            "code",
            label=_("The code from the mail"),
            help_text=_("Six digits, for example 123456."),
            required=_("Fill in the code from the mail."),
            **_CODE,
        )

    def clean_code(self) -> str:
        self.cleaned_data["code"] = tidy_digits(self.cleaned_data["code"])  # type: ignore[attr-defined]  # of the form that this is mixed into
        return super().clean_code()  # type: ignore[misc]  # of the form that this is mixed into


class ConfirmCodeForm(CodeMixin, theirs.ConfirmLoginCodeForm):
    """The code to sign in."""


class ConfirmEmailForm(CodeMixin, theirs.ConfirmEmailVerificationCodeForm):
    """The code that shows that an address is yours."""


class ChangeEmailForm(NldsFormMixin, theirs.AddEmailForm):
    """Another address to sign in with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "email", label=_("Your new e-mail address"), autocomplete="email", dir="ltr")


class RequestCodeForm(NldsFormMixin, theirs.RequestLoginCodeForm):
    """The same as SignInForm, on allauth's own page for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "email", label=_("Your e-mail address"), autocomplete="email", dir="ltr")


class ResetPasswordForm(NldsFormMixin, theirs.ResetPasswordForm):
    """Ask for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "email", label=_("Your e-mail address"), autocomplete="email", dir="ltr")


class NewPasswordMixin(NldsFormMixin):
    """Choose a password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(
            self,
            "password1",
            label=_("New password"),
            help_text=_("At least 12 letters or digits. A few words after each other are fine."),
            required=_("Fill in a new password."),
        )
        word(
            self,
            "password2",
            label=_("The same password again"),
            required=_("Fill in the same password again."),
        )


class SetPasswordForm(NewPasswordMixin, theirs.SetPasswordForm):
    """Add a password."""


class ResetPasswordKeyForm(NewPasswordMixin, theirs.ResetPasswordKeyForm):
    """A new password after the link from the mail."""


class ChangePasswordForm(NewPasswordMixin, theirs.ChangePasswordForm):
    """Another password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "oldpassword", label=_("Your password now"), required=_NO_PASSWORD)


class ReauthenticateForm(NldsFormMixin, theirs.ReauthenticateForm):
    """Show again that it is you."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "password", label=_("Your password"), required=_NO_PASSWORD)
