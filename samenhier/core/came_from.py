"""The page that a press came from, when the address itself cannot be opened: most buttons have an address of their own."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

_LOST = "press_lost"


def opens(path: str) -> bool:
    """Whether there is a page at this path: something that answers GET."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    made_from = getattr(view, "view_class", None)
    if made_from is None:
        return True
    return "get" in made_from.http_method_names and hasattr(made_from, "get")


def page_before(request: HttpRequest) -> str:
    """Where to lead somebody who pressed here: this address if it is a page, else where they came from, else their start."""
    if opens(request.path_info):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        if opens(parts.path):
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def remember_lost(request: HttpRequest) -> None:
    """Say on the sign-in page, and once more after it, that what was pressed was not kept."""
    request.session[_LOST] = True
    messages.warning(request, _("You were signed out. What you did last is not saved. Sign in first."))


def say_what_was_lost(sender: object, request: HttpRequest | None, **kwargs: object) -> None:
    """Receiver of `user_logged_in`."""
    if request is not None and request.session.pop(_LOST, False):
        messages.warning(
            request, _("You were signed out, so what you did last is not saved. Please do it once more.")
        )
