"""What all staff pages about one household share."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic.base import ContextMixin, View

from municipalities.access import Staff
from municipalities.enums import StaffRole
from municipalities.models import Municipality
from newcomers.models import Household
from samenhier.accounts.models import User


class CoordinatorRequest(HttpRequest):
    """What a view behind `COORDINATOR` finds; for the type checker."""

    user: User
    municipality: Municipality


COORDINATOR = Staff(StaffRole.COORDINATOR)


class OfHousehold(ContextMixin, View):
    """Pages of a coordinator about the household in the URL; 404 when it is not in their care."""

    request: Any  # a CoordinatorRequest; the generic views beside this mixin say HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Before anything else, whatever the method: what is not theirs does not exist.
        assert self.household
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def household(self) -> Household:
        """The household of this page."""
        return get_object_or_404(
            Household.objects.visible_to(self.request.user)
            .filter(municipality=self.request.municipality)
            .select_related("municipality"),
            pk=self.kwargs["household"],
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, "household": self.household})

    def back_to_household(self) -> HttpResponse:
        """Where every act ends."""
        return redirect("newcomers:detail", slug=self.request.municipality.slug, household=self.household.pk)
