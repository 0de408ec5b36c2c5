"""What is asked of a visitor before any view runs, besides the view's own access. See `ACCESS_GATES`."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    get_reauthentication_flows,
)
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from .access import memberships

#: When staff were last seen at work, in seconds since 1970; written once a minute at most.
SEEN = "staff_seen"
WRITE_EVERY = 60

#: What staff may open before they have a second factor.
_BEFORE_SECOND_FACTOR = (
    "allauth.mfa.",
    "samenhier.accounts.views.sign_in",
    "samenhier.accounts.views.language",
)
_PROVING = {
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_logout",
    "set_language",
}
#: Of allauth's account pages only these: proving who one is, and going away.
_ACCOUNT_PAGES = {"account_login", "account_logout", "account_reauthenticate", "account_confirm_login_code"}


def second_factor_gate(request: HttpRequest, view: Callable[..., Any]) -> HttpResponseBase | None:
    """Staff without a second factor are led to the page where they add one, from everywhere."""
    if (
        (view.__module__ or "").startswith(_BEFORE_SECOND_FACTOR)
        or _name(request) in _ACCOUNT_PAGES
        or not memberships(request)
    ):
        return None
    return None if is_mfa_enabled(request.user) else redirect("mfa_index")


def idle_gate(request: HttpRequest, view: Callable[..., Any]) -> HttpResponseBase | None:
    """Staff who did nothing for `STAFF_IDLE_MINUTES` show once more that it is them.

    A form that was being filled in is not lost: it is given back, to be sent again after that.
    """
    if not settings.STAFF_IDLE_MINUTES or _name(request) in _PROVING or not memberships(request):
        return None
    now = int(time.time())
    away = now - _last_seen(request)
    if away <= settings.STAFF_IDLE_MINUTES * 60:
        if away >= WRITE_EVERY:
            request.session[SEEN] = now
        return None
    if request.method == "POST":
        return _given_back(request)
    return _prove_again(request)


def fresh_proof_gate(request: HttpRequest, view: Callable[..., Any]) -> HttpResponseBase | None:
    """Whoever has a password or a second factor shows it again before changing the address that signs in."""
    if (
        _name(request) != "account_email"
        or not request.user.is_authenticated
        or not get_reauthentication_flows(request.user)
        or did_recently_reauthenticate(request)
    ):
        return None
    return _prove_again(request)


def remember_sign_in(sender: object, request: HttpRequest | None, **kwargs: object) -> None:
    """Receiver of `user_logged_in`: the clock of `idle_gate` starts."""
    if request is not None:
        request.session[SEEN] = int(time.time())


def _name(request: HttpRequest) -> str:
    return (request.resolver_match.url_name or "") if request.resolver_match else ""


def _last_seen(request: HttpRequest) -> int:
    session: SessionBase = request.session
    # A second factor that was just shown counts as being there.
    proofs = [int(one["at"]) for one in get_authentication_records(request, request.user)]
    return max([int(session.get(SEEN, 0)), *proofs])


def _prove_again(request: HttpRequest) -> HttpResponseBase:
    query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    return redirect(f"{reverse('account_reauthenticate')}?{query}")


def _given_back(request: HttpRequest) -> HttpResponseBase:
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    return render(request, "municipalities/away.html", {"fields": fields}, status=403)
