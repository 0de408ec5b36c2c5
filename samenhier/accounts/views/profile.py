"""How I am called, in which language, and how I sign in."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View

from samenhier.accounts.domain import change_profile
from samenhier.accounts.forms.profile import ProfileForm
from samenhier.core.access import SignedIn

from .language import remember_language


class Profile(View):
    """My own account."""

    access = SignedIn()

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ProfileForm(user=self._user(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProfileForm(request.POST, user=self._user(request))
        if not form.is_valid():
            return self._page(request, form)
        change_profile(user=self._user(request), **form.cleaned_data)
        language = form.cleaned_data["language"]
        with translation.override(language):
            messages.success(request, _("Your changes are saved."))
        response = redirect("account_profile")
        remember_language(request, response, language)
        return response

    def _user(self, request: HttpRequest) -> Any:
        return request.user

    def _page(self, request: HttpRequest, form: ProfileForm) -> HttpResponse:
        user = self._user(request)
        context = {
            "form": form,
            "second_factor": is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]),
            "password": user.has_usable_password(),
        }
        return render(request, "account/profile.html", context)
