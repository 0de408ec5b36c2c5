"""The secret of a draft or an invitation in the visitor's session, sealed."""

from typing import Any

from django.http import HttpRequest

from samenhier.core.crypto import Unreadable, seal_json, unseal_json

DRAFT = "group_draft"
RETURNING = "group_draft_returning"
INVITATION = "group_invitation"
ANSWERS = "group_invitation_answers"


def put(request: HttpRequest, key: str, value: Any) -> None:
    """Keep a JSON-able value in the session, unreadable in the database."""
    request.session[key] = seal_json(value).decode()


def get(request: HttpRequest, key: str, default: Any = "") -> Any:
    """The value again; the default when there is none or the key of the house changed."""
    sealed = request.session.get(key)
    if not isinstance(sealed, str):
        return default
    try:
        return unseal_json(sealed.encode())
    except Unreadable:
        return default


def drop(request: HttpRequest, *keys: str) -> None:
    """Forget these values."""
    for key in keys:
        request.session.pop(key, None)
