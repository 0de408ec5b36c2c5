"""From a kind and its context to a subject, a text and an HTML body, in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from .kinds import Kind


@dataclass(frozen=True)
class Rendered:
    """What goes over the wire. `language` is the one it is really written in."""

    subject: str
    text: str
    html: str
    language: str


def render(kind: Kind, language: str, context: Mapping[str, Any], recipient_name: str = "") -> Rendered:
    """Write the mail. A language that this kind does not have becomes the site's own."""
    if language not in kind.languages:
        language = settings.LANGUAGE_CODE
    template = get_template(kind.template).template  # type: ignore[attr-defined]  # Django's own engine
    with translation.override(language):
        values = {
            **context,
            "recipient_name": _one_line(recipient_name),
            "language": language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
            "site_url": settings.SITE_URL,
        }

        def written(layout: str, *, html: bool) -> str:
            return template.render(Context({**values, "layout": layout}, autoescape=html))

        return Rendered(
            subject=_one_line(written("mail/subject.txt", html=False)),
            text=_tidy(written("mail/base.txt", html=False)),
            html=written("mail/base.html", html=True),
            language=language,
        )


def _one_line(text: str) -> str:
    """No line breaks and no control characters: nothing that could start a header of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _tidy(text: str) -> str:
    return (
        re.sub(
            r"\n{3,}",
            "\n\n",
            "\n".join(line.rstrip() if line != "-- " else line for line in text.splitlines()),
        ).strip()
        + "\n"
    )
