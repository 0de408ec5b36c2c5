"""“Why not?” for any pair, and choosing a pair that no run proposed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from matches.domain import overriding, pricing
from matches.forms import ChooseForm, PairForm
from matches.queries import pair_of
from matches.queries.best_groups import GroupThatFits, best_groups_for
from matches.queries.why_not import households_to_compare
from municipalities.access import Staff
from municipalities.enums import StaffRole
from newcomers.models import Household
from samenhier.core.errors import DomainError

from .workbench import LOOK_AGAIN


class WhyNot(TemplateView):
    """GET: one pair, with what stands between them, or how they fit and what choosing them costs. POST: choose it."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/why_not.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._page(ChooseForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        choose, asked = ChooseForm(request.POST), self._asked()
        if request.POST.get("do") == "price":
            return self._ask_price(asked)
        if not asked.is_valid() or not choose.is_valid():
            return self._page(choose)
        try:
            match = overriding.choose(
                household=asked.cleaned_data["huishouden"],
                group=asked.cleaned_data["groep"],
                reason=choose.cleaned_data["reason"],
                seen=choose.cleaned_data["seen"],
                actor=request.user,
            )
        except DomainError as refusal:
            choose.add_error(None, str(refusal))
            return self._page(choose)
        messages.success(request, _("Chosen. Nobody has been asked yet: approve it below when you are sure."))
        return redirect("matches:proposal", slug=request.municipality.slug, proposal=match.pk)

    def _ask_price(self, asked: PairForm) -> HttpResponse:
        if not asked.is_valid():
            return self._page(ChooseForm())
        household, group = asked.cleaned_data["huishouden"], asked.cleaned_data["groep"]
        pricing.ask(household=household, group=group, actor=self.request.user)
        address = reverse("matches:why_not", kwargs={"slug": self.request.municipality.slug})
        return redirect(f"{address}?huishouden={household.pk}&groep={group.pk}")

    def _asked(self) -> PairForm:
        # Half an address is a question that is not finished, not a mistake.
        given = {name: value for name, value in self.request.GET.items() if value}
        return PairForm(
            given if {"huishouden", "groep"} <= given.keys() else None,
            initial=given,
            user=self.request.user,
            municipality=self.request.municipality,
        )

    def _page(self, choose: ChooseForm) -> HttpResponse:
        asked = self._asked()
        pair, nearest = None, None
        if not asked.is_bound:
            nearest = self._nearest()
        elif asked.is_valid():
            found = asked.cleaned_data
            pair = pair_of(self.request.user, found["huishouden"], found["groep"])
            # What is chosen is what this page shows, also after an error.
            choose.initial["seen"] = pair.choice.seen
            if choose.is_bound:
                choose.data = {**choose.data.dict(), "seen": pair.choice.seen}
        response = self.render_to_response(
            self.get_context_data(
                asked=asked,
                choose=choose,
                pair=pair,
                nearest=nearest,
                form=choose if pair is not None else asked,
            )
        )
        if pair is not None and pair.choice.asked.busy:
            response["Refresh"] = str(LOOK_AGAIN)
        return response

    def _nearest(self) -> tuple[Household, list[GroupThatFits]] | None:
        """For a household without a group beside it: the groups that fit it best now."""
        rows = households_to_compare(self.request.user, self.request.municipality)
        try:
            household = rows.filter(pk=UUID(self.request.GET.get("huishouden", ""))).first()
        except ValueError:
            return None
        return None if household is None else (household, best_groups_for(household))
