"""Access of newcomers to their own household."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from samenhier.accounts.models import User
from samenhier.core.access import Role, SignedIn

from .models import Household


class NewcomerRequest(HttpRequest):
    """What a view behind `OwnHousehold` finds; for the type checker."""

    user: User
    household: Household


class OwnHousehold(SignedIn):
    """The signed-in person has a household. Sets `request.household`; for others the page does not exist."""

    roles = frozenset({Role.NEWCOMER})

    def admit(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> HttpResponseBase | None:
        household = Household.objects.filter(user=request.user.pk).select_related("municipality").first()
        if household is None:
            raise Http404
        request.household = household
        return None
