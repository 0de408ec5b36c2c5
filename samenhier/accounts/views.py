"""A person's own account: language and profile. Signing in itself is allauth's."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from samenhier.core.access import Public, SignedIn

from .domain import change_profile, choose_language
from .forms import ProfileForm


def remember_language(request: HttpRequest, response: HttpResponse, code: str) -> None:
    """Keep the choice in this browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 60 * 60,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )


class SetLanguage(View):
    """POST `language` and `next`; an unknown language changes nothing."""

    access = Public()
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        target = request.POST.get("next", "/")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
            target = "/"
        response = HttpResponseRedirect(target)
        code = request.POST.get("language", "")
        if code in dict(settings.LANGUAGES):
            remember_language(request, response, code)
            if request.user.is_authenticated:
                choose_language(user=request.user, language=code)
        return response


class Profile(View):
    """How I am called, in which language, and how I sign in."""

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
