"""Who may open a page: one declaration on each view, enforced in one place.

A view class carries `access = Public()` (or another `Access`). `AccessMiddleware` enforces it before the view
runs, a system check fails for a view without one, and the access matrix in the tests reads the same objects.
Apps with tables add their own kinds: `municipalities.access.Staff`, `groups.access.InGroup`, …
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from .came_from import page_before, remember_lost


class Role(StrEnum):
    """Everyone the house knows; see docs/access.md."""

    ANONYMOUS = "anonymous"
    VOLUNTEER = "volunteer"  # signed in, in no group yet
    MEMBER = "member"
    CONTACT = "contact"
    NEWCOMER = "newcomer"
    BUILDER = "builder"
    COORDINATOR = "coordinator"
    VIEWER = "viewer"
    NATIONAL = "national"
    OPERATOR = "operator"


class Access:
    """What a view asks of its visitor."""

    #: The roles that may pass, given that the object is theirs.
    roles: frozenset[Role]

    def enforce(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        """Return None to let pass, or a redirect. Raise Http404 (not theirs) or PermissionDenied (not allowed)."""
        raise NotImplementedError


class Public(Access):
    """Everybody, signed in or not."""

    roles = frozenset(Role)

    def enforce(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        return None


class SignedIn(Access):
    """Everybody who is signed in. The base of all stricter kinds."""

    roles = frozenset(Role) - {Role.ANONYMOUS}

    def enforce(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        if not request.user.is_authenticated:
            if request.method not in ("GET", "HEAD"):
                remember_lost(request)
            return redirect_to_login(page_before(request))
        return self.admit(request, kwargs)

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        """What a signed-in visitor needs besides; nothing here."""
        return None


#: Views of others, by the start of their module's name. allauth guards its own pages.
THIRD_PARTY: dict[str, Access] = {
    "allauth.": Public(),
    "django.views.i18n": Public(),
    "django.contrib.staticfiles": Public(),
    "django.views.static": Public(),
}


def declared(view: Callable[..., Any]) -> Access | None:
    """The access that a resolved view declares, or None."""
    found = getattr(getattr(view, "view_class", view), "access", None)
    if isinstance(found, Access):
        return found
    module = getattr(view, "__module__", "") or ""
    return next((access for start, access in THIRD_PARTY.items() if module.startswith(start)), None)


def patterns(
    resolver: URLResolver | None = None, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Each URL of the site as (route, namespaced name, view), from the resolver itself."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from patterns(entry, route, inner)
        elif isinstance(entry, URLPattern):
            yield route, f"{space}{entry.name or ''}", entry.callback
