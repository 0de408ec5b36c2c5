"""One guess at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from zlib import crc32

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

#: Pages where a code or a password is judged. The tries that are left stand in the session.
_JUDGING = (
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_reauthenticate",
)
# The first half of the advisory lock's key: ours among other users of the database.
_LOCK_SPACE = crc32(b"samenhier.guesses") - 2**31


class OneGuessAtATimeMiddleware:
    """Codes that are sent at the same moment from one session are judged one after the other.

    Otherwise each of them would find the same number of tries left. Stands before the session's own middleware, so
    that the next one reads what this one kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    @cached_property
    def judging(self) -> frozenset[str]:
        """The addresses of those pages."""
        return frozenset(reverse(name) for name in _JUDGING)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if request.method != "POST" or not session or request.path_info not in self.judging:
            return self.get_response(request)
        with _turn(session):
            return self.get_response(request)


@contextmanager
def _turn(session: str) -> Iterator[None]:
    """Wait until no other request of this session is being judged. The lock goes with the database session, too."""
    key = [_LOCK_SPACE, crc32(session.encode()) - 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", key)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
