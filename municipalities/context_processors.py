"""What the layouts need on each page of a staff member."""

from typing import Any

from django.http import HttpRequest

from . import navigation


def navigation_of_staff(request: HttpRequest) -> dict[str, Any]:
    links = navigation.entries(request)
    return {
        "staff_navigation": links,
        "staff_home": navigation.first_page(links),
        "municipality": getattr(request, "municipality", None),
    }
