"""Signing in and out at Dutch addresses. The work is allauth's."""

from typing import Any

from allauth.account.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponseBase

from samenhier.accounts.forms.sign_in import PasswordSignInForm
from samenhier.core.access import Public


class SignIn(LoginView):
    """Give your address; a code follows by mail."""

    access = Public()


class PasswordSignIn(LoginView):
    """For who has chosen a password."""

    access = Public()
    template_name = "account/password_sign_in.html"

    def get_form_class(self) -> type[PasswordSignInForm]:
        return PasswordSignInForm


class SignOut(LogoutView):
    """Sign out, and ask the browser to forget the pages too."""

    access = Public()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if not request.user.is_authenticated:
            # Not the cookies: the language stays.
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response
