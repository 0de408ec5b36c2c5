"""One event as an iCalendar file (RFC 5545)."""

from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone

from .models import TrainingSession
from .rules import TRAINING_LASTS


def event(session: TrainingSession) -> str:
    """The file for a training; times in UTC, so that it needs no table of time zones."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Samen Hier//Samen Hier//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{session.pk}@{settings.MAIL_DOMAIN}",
        # A calendar that has this training already takes the newer file in its place.
        f"SEQUENCE:{session.revision + (session.cancelled_at is not None)}",
        f"STATUS:{'CANCELLED' if session.cancelled_at else 'CONFIRMED'}",
        f"DTSTAMP:{_utc(timezone.now())}",
        f"DTSTART:{_utc(session.starts_at)}",
        f"DTEND:{_utc(session.starts_at + TRAINING_LASTS)}",
        f"SUMMARY:{_text(f'Samen Hier: {session.title}')}",
        f"LOCATION:{_text(session.place)}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """A text value: backslash, semicolon, comma and line ends are escaped."""
    for sign in ("\\", ";", ","):
        value = value.replace(sign, f"\\{sign}")
    return "\\n".join(value.splitlines())


def _folded(line: str) -> str:
    """Lines of at most 75 octets; what follows begins with a space. Letters are never cut in two."""
    pieces, piece, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > 75:
            pieces.append(piece)
            piece, size = " ", 1
        piece += letter
        size += width
    return "\r\n".join([*pieces, piece])
