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
    """One menu entry. `count` gives the number in the tag, or None for no tag; `count_means` follows it, heard only."""

    order: int
    label: str | Promise
    url_name: str
    roles: frozenset[StaffRole]
    count: Callable[[Municipality], int] | None = None
    count_means: str | Promise = ""
    #: A page of the whole country, shown where no municipality is; `everywhere`: in a municipality too, as the way back.
    central: bool = False
    everywhere: bool = False


@dataclass(frozen=True, kw_only=True)
class Link:
    label: str | Promise
    url: str
    current: bool
    count: int | None
    count_means: str | Promise = ""


_entries: list[Entry] = []


def add(entry: Entry) -> None:
    """Called by an app when it is ready."""
    _entries.append(entry)
    _entries.sort(key=lambda item: item.order)


def entries(request: HttpRequest) -> list[Link]:
    """The entries for this visitor: of the municipality of the page, or on other staff pages those of the country."""
    town = getattr(request, "municipality", None)
    roles: set[StaffRole] = getattr(request, "staff_roles", set())
    shown = [
        entry
        for entry in _entries
        if entry.roles & roles and (entry.everywhere or entry.central == (town is None))
    ]
    urls = [
        reverse(entry.url_name, kwargs=None if entry.central else {"slug": town.slug})  # type: ignore[union-attr]  # those of a town only on its pages
        for entry in shown
    ]
    # Some addresses begin with another one: the longest is where we are.
    here = max((url for url in urls if request.path.startswith(url)), key=len, default=None)
    return [
        Link(
            label=entry.label,
            url=url,
            current=url == here,
            count=entry.count(town) if entry.count and town else None,
            count_means=entry.count_means,
        )
        for entry, url in zip(shown, urls, strict=True)
    ]


def first_page(links: list[Link]) -> str:
    """Where the name at the top leads: the first page of the visitor's role; empty for who is no staff here."""
    return links[0].url if links else ""
