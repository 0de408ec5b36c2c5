"""What happens around each request: language, access, caching."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string
from django.utils.translation import trans_real

from .access import Role, declared

Handler = Callable[[HttpRequest], HttpResponse]


def _known(code: str | None) -> str | None:
    return code if code in dict(settings.LANGUAGES) else None


class LanguageMiddleware:
    """Dutch unless the visitor chose otherwise: the cookie first, then what the browser asks for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = _known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)) or self._asked(request)
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or chosen)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    def _asked(self, request: HttpRequest) -> str:
        for code, _weight in trans_real.parse_accept_lang_header(request.headers.get("Accept-Language", "")):
            if known := _known(code.split("-")[0]):
                return known
        return settings.LANGUAGE_CODE


class PersonalLanguageMiddleware:
    """A signed-in person's own language wins over the browser's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            code = _known(request.user.language)
            if code and not request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME):
                translation.activate(code)
                request.LANGUAGE_CODE = code
        return self.get_response(request)


class AccessMiddleware:
    """Enforces each view's declared access, after the gates of `ACCESS_GATES` (such as the second factor)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.gates = [import_string(path) for path in settings.ACCESS_GATES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        access = declared(view)
        if access is None:
            raise ImproperlyConfigured(f"The view of {request.path} declares no access.")
        for gate in self.gates:
            if (answer := gate(request, view)) is not None:
                return answer
        return access.enforce(request, kwargs)


class PageLanguageMiddleware:
    """Pages that no newcomer needs are in the languages of staff only: others get them in Dutch, all of it.

    Otherwise Dutch sentences would stand in a page that says it is Arabic and runs from right to left.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        access = declared(view)
        if access and (
            Role.NEWCOMER not in access.roles
            or (view.__module__ or "").startswith(tuple(settings.NOT_FOR_NEWCOMERS))
        ):
            in_language_of_staff(request)


def in_language_of_staff(request: HttpRequest) -> None:
    """Go on in Dutch when the visitor's language is none that staff pages are written in; the layout says so."""
    asked = translation.get_language() or settings.LANGUAGE_CODE
    if asked not in settings.STAFF_LANGUAGES:
        request.language_missed = asked  # type: ignore[attr-defined]  # for the layout
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        translation.activate(settings.LANGUAGE_CODE)


class PageForNoPageMiddleware:
    """Who opens an address that only a button uses gets a page that says so, instead of an empty one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET":
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page


#: Names of arguments in addresses that are secrets: of invitations, drafts, new passwords.
SECRETS = frozenset({"token", "key", "uidb36"})


class NoStoreMiddleware:
    """Pages of somebody with a session, and of who holds a secret link, are kept by no cache and no back button."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = settings.SESSION_COOKIE_NAME
        known = session in request.COOKIES or session in response.cookies
        if known or (request.resolver_match and SECRETS & request.resolver_match.kwargs.keys()):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class BodyLimitMiddleware:
    """No page takes files: a body larger than any form is refused before a byte of it is read.

    Django itself counts text only; a file of any size would be written to disk first.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
            raise RequestDataTooBig("The body is larger than any form.")
        return self.get_response(request)


class HeadersMiddleware:
    """Headers that Django has no setting for: nobody elsewhere embeds our files, no page asks for a device."""

    ALWAYS = {
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.ALWAYS.items():
            response.headers.setdefault(name, value)
        return response
