"""Parts of town: the list, and how far one part lies from the others."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from municipalities.access import Staff
from municipalities.domain import parts
from municipalities.enums import Distance, StaffRole
from municipalities.forms import AddPartForm, DistancesForm
from municipalities.models import PartDistance, PartOfTown
from municipalities.parts import written_in
from samenhier.core.errors import DomainError


class Parts(FormView):
    """All parts with their distances, what people wrote that is not in the list, and a form to add one."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "municipalities/parts.html"
    form_class = AddPartForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        town, user = self.request.municipality, self.request.user
        rows = list(PartOfTown.objects.visible_in(town, user).order_by("meant"))
        names = {one.pk: one.name for one in rows}
        bands = _bands(PartDistance.objects.visible_in(town, user))
        known = {one.meant for one in rows}
        return super().get_context_data(
            parts=[
                {
                    "part": one,
                    "near": _named(names, bands.get(one.pk, {}), Distance.NEAR),
                    "further": _named(names, bands.get(one.pk, {}), Distance.FURTHER),
                    "far": _named(names, bands.get(one.pk, {}), Distance.FAR),
                    "unknown": len(rows) - 1 - len(bands.get(one.pk, {})),
                }
                for one in rows
            ],
            written=[text for meant, text in written_in(town.pk).items() if meant not in known],
            **kwargs,
        )

    def form_valid(self, form: AddPartForm) -> HttpResponse:
        try:
            part = parts.add(
                municipality=self.request.municipality,
                actor=self.request.user,
                name=form.cleaned_data["name"],
            )
        except DomainError as refusal:
            form.add_error("name", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("%(part)s stands in the list.") % {"part": part})
        return redirect("municipalities:parts", slug=self.request.municipality.slug)


def _bands(rows: Any) -> dict[UUID, dict[UUID, int]]:
    """From each part to each other of which the distance is known."""
    found: dict[UUID, dict[UUID, int]] = {}
    for one, other, band in rows.values_list("one_id", "other_id", "band"):
        found.setdefault(one, {})[other] = band
        found.setdefault(other, {})[one] = band
    return found


def _named(names: dict[UUID, str], bands: dict[UUID, int], wanted: Distance) -> list[str]:
    return [name for pk, name in names.items() if bands.get(pk) == wanted]


class OfPart:
    """A page about the part of town in the address (`part`)."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def part(self) -> PartOfTown:
        """The part; 404 for one of another town."""
        rows = PartOfTown.objects.visible_in(self.request.municipality, self.request.user)
        return get_object_or_404(rows, pk=self.kwargs["part"])


class Distances(OfPart, FormView):
    """How far the other parts lie from this one."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "municipalities/distances.html"
    form_class = DistancesForm

    def get_form_kwargs(self) -> dict[str, Any]:
        town, user = self.request.municipality, self.request.user
        others = PartOfTown.objects.visible_in(town, user).exclude(pk=self.part.pk).order_by("meant")
        bands = _bands(PartDistance.objects.visible_in(town, user).between(self.part.pk))
        return {
            **super().get_form_kwargs(),
            "others": list(others),
            "bands": bands.get(self.part.pk, {}),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # The id in the address is called `part` too.
        return super().get_context_data(**kwargs | {"part": self.part})

    def form_valid(self, form: DistancesForm) -> HttpResponse:
        try:
            parts.set_distances(part=self.part, actor=self.request.user, bands=form.bands())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("Saved. It counts from the next matching run on."))
        return redirect("municipalities:parts", slug=self.request.municipality.slug)


class RemovePart(OfPart, View):
    """POST: take a part off the list, with its distances."""

    access = Staff(StaffRole.COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        name = self.part.name
        parts.remove(part=self.part, actor=request.user)
        messages.success(request, _("%(part)s does not stand in the list any more.") % {"part": name})
        return redirect("municipalities:parts", slug=request.municipality.slug)
