"""What happens around each request: language, access, caching."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string
from django.utils.translation import trans_real

from .access import declared

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


class NoStoreMiddleware:
    """Pages of a signed-in person are kept by no cache and no back button."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
