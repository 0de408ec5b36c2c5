"""Access to a match: by the two sides under /mijn/, by staff under their town."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from matches.domain.sides import side_of
from matches.enums import Side
from matches.models import CheckIn, ContactRequest, Match, WhatIf
from municipalities.access import Staff
from municipalities.enums import StaffRole
from samenhier.core.access import Role, SignedIn
from samenhier.core.middleware import in_language_of_staff

_SIDES = frozenset({Role.MEMBER, Role.CONTACT, Role.NEWCOMER})


class InMatch(SignedIn):
    """Somebody of either side of the match in the URL (`match`), once they were asked.

    Sets `request.match` and `request.side`. Others: 404, as if it did not exist.
    """

    roles = _SIDES

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        match = (
            Match.objects.visible_to(request.user)
            .filter(pk=kwargs["match"], approved_at__isnull=False)
            .select_related("household", "group", "municipality", "group_municipality", "trial")
            .first()
        )
        side = side_of(match, request.user) if match is not None else None
        if side is None:
            raise Http404
        request.match = match
        request.side = side
        if side == Side.GROUP:
            in_language_of_staff(request)
        return None


class OwnCheckIn(SignedIn):
    """Somebody of the side that the check-in in the URL (`check_in`) asks. Sets `request.check_in`."""

    roles = _SIDES

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        check_in = (
            CheckIn.objects.visible_to(request.user)
            .filter(pk=kwargs["check_in"])
            .select_related(
                "match__household", "match__group", "match__municipality", "match__group_municipality"
            )
            .first()
        )
        if check_in is None or side_of(check_in.match, request.user) != check_in.side:
            raise Http404
        request.check_in = check_in
        if check_in.side == Side.GROUP:
            in_language_of_staff(request)
        return None


class StaffOfMatch(Staff):
    """Staff of the town in the URL, for a match there that they may see (`match` or `proposal`). Sets `request.match`."""

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        super().admit(request, kwargs)
        rows = Match.objects.visible_in(request.municipality, request.user)
        if StaffRole.COORDINATOR not in request.staff_roles:
            # A builder may be a member of a group too, and sees that match as a member only.
            rows = rows.filter(builder=request.user.pk)
        request.match = get_object_or_404(
            rows.select_related(
                *("household", "group", "group_municipality", "builder"),
                *("approved_by", "introduced_by", "run", "trial"),
            ),
            pk=kwargs.get("match") or kwargs["proposal"],
        )
        return None


class StaffOfVisit(Staff):
    """Staff of the town in the URL, for a group of it in a match with a household of a neighbour (`visit`).

    Sets `request.match`.
    """

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        super().admit(request, kwargs)
        rows = Match.objects.visiting_in(request.municipality, request.user)
        request.match = get_object_or_404(
            rows.select_related("household", "group", "municipality", "group_municipality", "agreed_by"),
            pk=kwargs["visit"],
        )
        return None


class StaffOfCheckIn(Staff):
    """The same for a check-in (`check_in`). Sets `request.check_in`."""

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        super().admit(request, kwargs)
        rows = CheckIn.objects.visible_in(request.municipality, request.user)
        if StaffRole.COORDINATOR not in request.staff_roles:
            rows = rows.filter(match__builder=request.user.pk)
        request.check_in = get_object_or_404(
            rows.select_related("match__household", "match__group", "report"),
            pk=kwargs["check_in"],
        )
        return None


class StaffOfWhatIf(Staff):
    """The same for something that was tried there (`what_if`). Sets `request.what_if`."""

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        super().admit(request, kwargs)
        request.what_if = get_object_or_404(
            WhatIf.objects.visible_in(request.municipality, request.user)
            .select_related("created_by", "run", "municipality")
            .defer("run__result", "run__leftovers", "run__households", "run__groups", "result"),
            pk=kwargs["what_if"],
        )
        return None


class StaffOfContactRequest(Staff):
    """The same for a quiet request (`contact_request`). Sets `request.contact_request`."""

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        super().admit(request, kwargs)
        request.contact_request = get_object_or_404(
            ContactRequest.objects.visible_to(request.user)
            .filter(municipality=request.municipality)
            .select_related("household"),
            pk=kwargs["contact_request"],
        )
        return None
