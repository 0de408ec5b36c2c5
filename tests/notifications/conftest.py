from collections.abc import Iterator

import pytest

from samenhier.notifications.models import OutgoingMessage
from tests.notifications.sink import Sink, SinkServer


@pytest.fixture
def sink(settings: object) -> Iterator[Sink]:
    """A relay that does what its plan says; Django sends to it."""
    server = SinkServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST = "127.0.0.1"  # type: ignore[attr-defined]
    settings.EMAIL_PORT = server.port  # type: ignore[attr-defined]
    settings.EMAIL_TIMEOUT = 0.5  # type: ignore[attr-defined]
    server.sink.port = server.port  # type: ignore[attr-defined]
    yield server.sink
    server.stop()


@pytest.fixture
def only_message() -> object:
    """The one row of the outbox, read again at each call."""
    return lambda: OutgoingMessage.objects.get()
