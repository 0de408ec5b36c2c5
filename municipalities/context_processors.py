"""What the layouts need on each page of a staff member."""

from typing import Any

from django.http import HttpRequest

from . import navigation


def navigation_of_staff(request: HttpRequest) -> dict[str, Any]:
    return {
        "staff_navigation": navigation.entries(request),
        "municipality": getattr(request, "municipality", None),
    }
