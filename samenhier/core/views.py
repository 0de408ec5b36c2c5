"""Pages of the house itself: health, errors, security.txt."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views import View

from .access import Public


class Health(View):
    """For probes: the database answers."""

    access = Public()

    def get(self, request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return HttpResponse("ok", content_type="text/plain")


class SecurityTxt(View):
    """Where a finder of a hole reports it (RFC 9116)."""

    access = Public()

    def get(self, request: HttpRequest) -> HttpResponse:
        expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
        text = f"Contact: {settings.SECURITY_CONTACT}\nExpires: {expires}\nPreferred-Languages: nl, en\n"
        return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _error(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same bytes for what does not exist and for what is not yours."""
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request: what every page asks of the database may be what failed.
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    """A form that was open too long: say so, and that going back keeps what was typed."""
    return render(request, "403_csrf.html", status=403)
