"""Neighbour municipalities: who is open to us, who asked, and asking another."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from municipalities.access import Staff
from municipalities.domain import neighbours
from municipalities.enums import OpeningStatus, StaffRole
from municipalities.forms import AskNeighbourForm
from municipalities.models import Municipality, Opening
from samenhier.core.errors import DomainError


class Neighbours(FormView):
    """What stands between this town and others, and a form to ask one more."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "municipalities/neighbours.html"
    form_class = AskNeighbourForm

    def get_form_kwargs(self) -> dict[str, Any]:
        taken = {one.other(self.request.municipality.pk).pk for one in self.standing}
        towns = Municipality.objects.exclude(pk__in={*taken, self.request.municipality.pk})
        return {**super().get_form_kwargs(), "towns": towns.values_list("pk", "name")}

    @cached_property
    def standing(self) -> list[Opening]:
        """Read once for the page and its form."""
        rows = Opening.objects.visible_in(self.request.municipality, self.request.user).standing()
        found = rows.select_related("municipality", "neighbour", "asked_by", "accepted_by")
        return list(found.order_by("created_at", "pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here: UUID = self.request.municipality.pk
        rows = [
            {"opening": one, "town": one.other(here), "is_ours": one.municipality_id == here}
            for one in self.standing
        ]
        return super().get_context_data(
            open=[row for row in rows if row["opening"].status == OpeningStatus.OPEN],
            asked_us=[row for row in rows if _waits(row) and not row["is_ours"]],
            we_asked=[row for row in rows if _waits(row) and row["is_ours"]],
            **kwargs,
        )

    def form_valid(self, form: AskNeighbourForm) -> HttpResponse:
        try:
            neighbour = Municipality.objects.get(pk=form.cleaned_data["neighbour"])
            opening = neighbours.ask(
                municipality=self.request.municipality, neighbour=neighbour, actor=self.request.user
            )
        except DomainError as refusal:
            form.add_error("neighbour", str(refusal))
            return self.form_invalid(form)
        if opening.status == OpeningStatus.OPEN:
            messages.success(self.request, _opened(neighbour))
        else:
            messages.success(
                self.request,
                _("%(town)s gets your question. The answer stands on this page.") % {"town": neighbour},
            )
        return redirect("municipalities:neighbours", slug=self.request.municipality.slug)


def _waits(row: dict[str, Any]) -> bool:
    return bool(row["opening"].status == OpeningStatus.ASKED)


def _opened(town: Municipality) -> str:
    return _("You and %(town)s are open to each other. The next matching run counts with it.") % {
        "town": town
    }


def _of_town(request: HttpRequest, pk: UUID) -> Opening:
    rows = Opening.objects.visible_in(request.municipality, request.user).standing()
    return get_object_or_404(rows.select_related("municipality", "neighbour"), pk=pk)


class Accept(View):
    """POST: say yes to a neighbour that asked."""

    access = Staff(StaffRole.COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        opening = _of_town(request, kwargs["opening"])
        try:
            neighbours.accept(opening=opening, municipality=request.municipality, actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _opened(opening.other(request.municipality.pk)))
        return redirect("municipalities:neighbours", slug=request.municipality.slug)


class Close(TemplateView):
    """Confirm: say no, take the question back, or stop being open to each other."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "municipalities/close_opening.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        opening = _of_town(self.request, self.kwargs["opening"])
        here = self.request.municipality.pk
        # The id in the address is called `opening` too.
        return super().get_context_data(
            **kwargs
            | {
                "opening": opening,
                "town": opening.other(here),
                "is_ours": opening.municipality_id == here,
                "is_open": opening.status == OpeningStatus.OPEN,
            }
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        opening = _of_town(request, kwargs["opening"])
        try:
            neighbours.close(opening=opening, municipality=request.municipality, actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _("You and %(town)s are not open to each other.")
                % {"town": opening.other(request.municipality.pk)},
            )
        return redirect("municipalities:neighbours", slug=request.municipality.slug)
