"""Staff access: which role, in which municipality, with a second factor."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from samenhier.core.access import Role, SignedIn

from .enums import StaffRole
from .models import Municipality, StaffMembership
from .models.tenant import remember


def memberships(request: HttpRequest) -> list[StaffMembership]:
    """The active memberships of the visitor, read once per request, with their municipality."""
    if not request.user.is_authenticated:
        return []
    found = getattr(request, "_memberships", None)
    if found is None:
        found = list(
            StaffMembership.objects.active()
            .filter(user=request.user.pk)
            .select_related("municipality__policy")
        )
        request._memberships = found
        remember(request.user, found)
    return found


class Staff(SignedIn):
    """Staff of the municipality in the URL (`slug`), with one of these roles.

    Sets `request.municipality` and `request.staff_roles`. Another town: 404, as if it did not exist.
    """

    def __init__(self, *roles: StaffRole) -> None:
        self.staff_roles = frozenset(roles)
        self.roles = frozenset(Role(role.value) for role in roles)

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        mine = [m for m in memberships(request) if m.municipality and m.municipality.slug == kwargs["slug"]]
        national = any(m.role == StaffRole.NATIONAL for m in memberships(request))
        if mine:
            municipality: Municipality | None = mine[0].municipality
        elif national:
            municipality = Municipality.objects.select_related("policy").filter(slug=kwargs["slug"]).first()
        else:
            municipality = None
        if municipality is None:
            raise Http404
        roles = {StaffRole(m.role) for m in mine} | ({StaffRole.NATIONAL} if national else set())
        if not roles & self.staff_roles:
            raise PermissionDenied
        request.municipality = municipality
        request.staff_roles = roles
        return None


class Central(SignedIn):
    """National staff: the national coordinator or an operator. No municipality in the URL is needed."""

    def __init__(self, *roles: StaffRole) -> None:
        self.staff_roles = frozenset(roles)
        self.roles = frozenset(Role(role.value) for role in roles)

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        roles = {StaffRole(m.role) for m in memberships(request)}
        if not roles & self.staff_roles:
            # Whoever is no staff at all learns nothing about what exists here.
            if not roles:
                raise Http404
            raise PermissionDenied
        request.staff_roles = roles
        return None
