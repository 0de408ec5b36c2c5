"""Try it: the ten steps with one-click sign-in, and the local inbox. Installed by the demo settings only."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.generic import TemplateView

from samenhier.accounts.models import User
from samenhier.core.access import Public
from samenhier.services.inbox import RECIPIENT_HEADER, SUFFIX, Inbox, read, text_of

from . import cast
from .towns import DOMAIN

SHOWN = 60


class TryIt(TemplateView):
    """The main line, step by step."""

    access = Public()
    template_name = "demo/try.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(steps=cast.steps(), everybody=cast.everybody(), **kwargs)


class SignIn(View):
    """Become one of the invented people. Refuses everybody else, and exists only in the practice world."""

    access = Public()
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        assert settings.DEMO, "one-click sign-in belongs to the practice world"
        target = request.POST.get("next", "/")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
            target = "/"
        if not request.POST.get("person"):
            logout(request)
            return redirect(target)
        wanted = request.POST["person"].replace("\x00", "")
        person = get_object_or_404(User, email=wanted, email__endswith=f"@{DOMAIN}")
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
        # The person's own language, not that of who was here before.
        response = redirect(target)
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return response


def _inbox() -> Inbox:
    return Inbox(Path(settings.DEMO_INBOX_DIR))


def _sent_at(message: EmailMessage) -> datetime | None:
    if not message["Date"]:
        return None
    at = parsedate_to_datetime(str(message["Date"]))
    # “-0000” says that the zone is not known, and gives a moment without one: mails are dated in UTC then.
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _row(path: Path, message: EmailMessage) -> dict[str, Any]:
    return {
        "key": path.name.removesuffix(SUFFIX),
        "to": ", ".join(map(str, message.get_all(RECIPIENT_HEADER, []))),
        "subject": str(message.get("Subject", "")),
        "at": _sent_at(message),
    }


class Post(TemplateView):
    """The mail that would have left, newest first."""

    access = Public()
    template_name = "demo/inbox.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newest = _inbox().paths()[::-1][:SHOWN]
        return super().get_context_data(messages_caught=[_row(path, read(path)) for path in newest], **kwargs)


class Letter(TemplateView):
    """One caught mail, as text."""

    access = Public()
    template_name = "demo/letter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        path = next((p for p in _inbox().paths() if p.name == kwargs["key"] + SUFFIX), None)
        if path is None:
            raise Http404
        message = read(path)
        return super().get_context_data(letter=_row(path, message), text=text_of(message), **kwargs)
