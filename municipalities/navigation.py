"""The menu of the staff pages: each app adds its entry, so that nobody imports upward."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from .enums import StaffRole
from .models import Municipality


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One menu entry. `count` gives the number in the tag, or None for no tag."""

    order: int
    label: str | Promise
    url_name: str
    roles: frozenset[StaffRole]
    count: Callable[[Municipality], int] | None = None


@dataclass(frozen=True, kw_only=True)
class Link:
    label: str | Promise
    url: str
    current: bool
    count: int | None


_entries: list[Entry] = []


def add(entry: Entry) -> None:
    """Called by an app when it is ready."""
    _entries.append(entry)
    _entries.sort(key=lambda item: item.order)


def entries(request: HttpRequest) -> list[Link]:
    """The entries for this visitor in the municipality of the page; none outside staff pages."""
    municipality = getattr(request, "municipality", None)
    if municipality is None:
        return []
    links = []
    for entry in _entries:
        if entry.roles & request.staff_roles:
            url = reverse(entry.url_name, kwargs={"slug": municipality.slug})
            links.append(
                Link(
                    label=entry.label,
                    url=url,
                    current=request.path.startswith(url),
                    count=entry.count(municipality) if entry.count else None,
                )
            )
    return links
