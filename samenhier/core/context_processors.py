"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi, get_language_info


def site(request: HttpRequest) -> dict[str, Any]:
    """Name and mode of the site, the languages in their own names, and where help is.

    A view may give its own `help_phone`, for example that of a municipality.
    """
    current = get_language()
    languages = []
    for code, _name in settings.LANGUAGES:
        info = get_language_info(code)
        languages.append(
            {
                "code": code,
                "name": info["name_local"],
                "direction": "rtl" if info["bidi"] else "ltr",
                "current": code == current,
            }
        )
    return {
        "demo": settings.DEMO,
        "site_name": "Samen Hier",
        "languages": languages,
        "staff_languages": settings.STAFF_LANGUAGES,
        "language_missed": getattr(request, "language_missed", ""),
        "text_direction": "rtl" if get_language_bidi() else "ltr",
        "help_phone": getattr(settings, "HELP_PHONE", ""),
        "help_email": getattr(settings, "HELP_EMAIL", ""),
    }
