"""Details, policy and onboarding."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from municipalities import weights
from municipalities.access import Central, Staff
from municipalities.domain import onboarding
from municipalities.enums import StaffRole
from municipalities.forms import DetailsForm, OnboardingForm, PolicyForm, WeightsForm
from municipalities.forms.policy import GROUPS_OF_SETTINGS
from municipalities.models import Opening
from municipalities.moment_words import moment_in_words


class Onboard(FormView):
    """A new municipality in one sitting."""

    access = Central(StaffRole.NATIONAL)
    template_name = "municipalities/onboard.html"
    form_class = OnboardingForm

    def form_valid(self, form: OnboardingForm) -> HttpResponse:
        municipality = onboarding.onboard(actor=self.request.user, **form.details())
        messages.success(
            self.request,
            _("%(name)s takes part. The first coordinator gets an invitation by mail.")
            % {"name": municipality},
        )
        self.success_url = reverse("municipalities:policy", kwargs={"slug": municipality.slug})
        return super().form_valid(form)


class Details(FormView):
    """Contacts, and whether groups can register."""

    access = Staff(StaffRole.COORDINATOR, StaffRole.NATIONAL)
    template_name = "municipalities/details.html"
    form_class = DetailsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        # A copy: a form with mistakes must not change what the page's frame shows.
        town = type(self.request.municipality).objects.get(pk=self.request.municipality.pk)
        return {**super().get_form_kwargs(), "instance": town}

    def form_valid(self, form: DetailsForm) -> HttpResponse:
        onboarding.change_details(
            municipality=self.request.municipality, actor=self.request.user, **form.cleaned_data
        )
        messages.success(self.request, _("The details are saved."))
        self.success_url = reverse("municipalities:details", kwargs={"slug": self.request.municipality.slug})
        return super().form_valid(form)


class ShowPolicy(TemplateView):
    """What holds here, for everybody who works here."""

    access = Staff(StaffRole.COORDINATOR, StaffRole.VIEWER, StaffRole.NATIONAL)
    template_name = "municipalities/policy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = PolicyForm(instance=self.request.municipality.policy)
        shown = [
            (
                heading,
                [(form.fields[name].label, _setting_in_words(name, form.initial[name])) for name in names],
            )
            for heading, names in GROUPS_OF_SETTINGS
        ]
        return super().get_context_data(
            settings=shown,
            weights=_weights_in_words(self.request.municipality.policy.weights),
            neighbours=Opening.objects.open().names_beside(self.request.municipality.pk),
            **kwargs,
        )


def _weights_in_words(stored: dict[str, int]) -> list[tuple[str, str]]:
    """Each weight with its default, where it differs."""
    found = []
    for code, value in weights.complete(stored).items():
        default = weights.DEFAULTS[code]
        text = str(value)
        if value != default:
            text = _("%(number)s (default %(default)s)") % {"number": value, "default": default}
        found.append((capfirst(str(weights.LABELS[code])), text))
    return found


def _setting_in_words(name: str, value: Any) -> str:
    if name.endswith("_moments"):
        return ", ".join(moment_in_words(moment) for moment in value) or _("none")
    return _in_words(value)


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return (", ".join(map(str, value)) or _("none")) if isinstance(value, list) else str(value)


class EditPolicy(FormView):
    """The national coordinator changes what holds here."""

    access = Staff(StaffRole.NATIONAL)
    template_name = "municipalities/policy_edit.html"
    form_class = PolicyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        policy = type(self.request.municipality.policy).objects.get(municipality=self.request.municipality)
        return {**super().get_form_kwargs(), "instance": policy}

    def form_valid(self, form: PolicyForm) -> HttpResponse:
        onboarding.change_policy(
            policy=self.request.municipality.policy, actor=self.request.user, **form.cleaned_data
        )
        messages.success(self.request, _("The settings are saved. What was already planned stays as it was."))
        self.success_url = reverse("municipalities:policy", kwargs={"slug": self.request.municipality.slug})
        return super().form_valid(form)


class EditWeights(FormView):
    """What counts how much in matching, or all of it back to the defaults."""

    access = Staff(StaffRole.NATIONAL)
    template_name = "municipalities/weights.html"
    form_class = WeightsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "stored": self.request.municipality.policy.weights}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "defaults" in request.POST:
            return self.change({}, _("The defaults hold again. They count from the next matching run on."))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: WeightsForm) -> HttpResponse:
        return self.change(
            form.weights(), _("The weights are saved. They count from the next matching run on.")
        )

    def change(self, wanted: dict[str, int], done: str) -> HttpResponse:
        onboarding.change_policy(
            policy=self.request.municipality.policy, actor=self.request.user, weights=wanted
        )
        messages.success(self.request, done)
        return redirect("municipalities:policy", slug=self.request.municipality.slug)
