"""Choosing a language: for this browser, and for the person when signed in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from samenhier.accounts.domain import choose_language
from samenhier.core.access import Public


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


def choose_in_browser(request: HttpRequest, response: HttpResponse, code: str) -> None:
    """Keep a choice in this browser, and for the person when signed in; an unknown language changes nothing."""
    if code in dict(settings.LANGUAGES):
        remember_language(request, response, code)
        if request.user.is_authenticated:
            choose_language(user=request.user, language=code)


class SetLanguage(View):
    """POST `language` and `next`; an unknown language changes nothing."""

    access = Public()
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        target = request.POST.get("next", "/")
        if not url_has_allowed_host_and_scheme(
            target, {request.get_host()}, require_https=request.is_secure()
        ):
            target = "/"
        response = HttpResponseRedirect(target)
        choose_in_browser(request, response, request.POST.get("language", ""))
        return response
