"""After adding a second step: the person has just shown that it is theirs, and every older session ends."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from .models import User

_SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def remember_proof(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """allauth would otherwise ask for the same code again before it shows the recovery codes."""
    if authenticator.type in _SECOND_STEPS:
        record_authentication(
            request, user, method="mfa", type=authenticator.type, id=authenticator.pk, reauthenticated=True
        )


def end_older_sessions(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """The first second step ends all other sessions of this person: those began with a code by mail alone.

    Otherwise somebody who read the mailbox before would be inside, past the second step that the person just added.
    """
    first = (
        not Authenticator.objects.filter(user=user, type__in=_SECOND_STEPS)
        .exclude(pk=authenticator.pk)
        .exists()
    )
    if authenticator.type not in _SECOND_STEPS or not first:
        return
    others = Session.objects.filter(expire_date__gt=timezone.now()).exclude(
        session_key=request.session.session_key
    )
    for session in others.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
