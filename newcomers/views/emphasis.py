"""“What matters most to you?”: the newcomer's own points, and a coordinator who writes them down."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from newcomers.access import NewcomerRequest, OwnHousehold
from newcomers.domain.emphasis import set_emphasis
from newcomers.forms import OWN_LINES
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.core.errors import DomainError
from samenhier.core.forms import PointsForm
from samenhier.core.points import BUDGET
from samenhier.core.reference import CRITERIA

from .household import COORDINATOR, OfHousehold


class _Points(FormView):
    """A budget of points over what may count, for one household."""

    form_class = PointsForm
    lines: dict[str, Any]

    def get_initial(self) -> dict[str, int]:
        return dict(self.of_whom().emphasis)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "lines": self.lines}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(budget=BUDGET, **kwargs)

    def form_valid(self, form: PointsForm) -> HttpResponse:
        try:
            set_emphasis(household=self.of_whom(), actor=self.actor(), points=form.points())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        return self.done()

    def of_whom(self) -> Household:
        raise NotImplementedError

    def actor(self) -> User:
        raise NotImplementedError

    def done(self) -> HttpResponse:
        raise NotImplementedError


class OwnEmphasis(_Points):
    """What matters most to me."""

    request: NewcomerRequest
    access = OwnHousehold()
    template_name = "newcomers/own/emphasis.html"
    lines = OWN_LINES

    def of_whom(self) -> Household:
        return self.request.household

    def actor(self) -> User:
        return self.request.user

    def done(self) -> HttpResponse:
        messages.success(self.request, _("Your answer is saved."))
        return redirect("newcomers:own_card")


class HouseholdEmphasis(OfHousehold, _Points):
    """What a newcomer told the coordinator, who writes it down for them."""

    access = COORDINATOR
    template_name = "newcomers/emphasis.html"
    lines = dict(CRITERIA.choices())

    def of_whom(self) -> Household:
        return self.household

    def actor(self) -> User:
        return self.request.user

    def done(self) -> HttpResponse:
        messages.success(self.request, _("The points are saved. They count from the next matching run on."))
        return self.back_to_household()
