"""Colleagues: inviting, joining, ending."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from municipalities.access import Staff
from municipalities.domain import staff
from municipalities.enums import StaffRole
from municipalities.forms import InviteStaffForm, JoinForm, LanguagesForm
from municipalities.models import StaffInvitation, StaffMembership
from samenhier.core.access import Public
from samenhier.core.errors import DomainError
from samenhier.core.reference import LANGUAGES


class Team(FormView):
    """Who works here, and a form to invite somebody."""

    access = Staff(StaffRole.COORDINATOR, StaffRole.NATIONAL)
    template_name = "municipalities/team.html"
    form_class = InviteStaffForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = self.request.municipality
        return super().get_context_data(
            members=[
                {"membership": one, "languages": LANGUAGES.labels(one.languages)}
                for one in StaffMembership.objects.active()
                .filter(municipality=here)
                .select_related("user")
                .order_by("role", "user__name")
            ],
            invitations=StaffInvitation.objects.filter(municipality=here, accepted_at=None).order_by(
                "-created_at"
            ),
            **kwargs,
        )

    def form_valid(self, form: InviteStaffForm) -> HttpResponse:
        try:
            staff.invite(
                email=form.cleaned_data["email"],
                role=StaffRole(form.cleaned_data["role"]),
                municipality=self.request.municipality,
                actor=self.request.user,
                languages=form.cleaned_data["languages"],
            )
        except DomainError as refusal:
            form.add_error("email", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("The invitation is on its way."))
        return redirect("municipalities:team", slug=self.request.municipality.slug)


class EndMembership(TemplateView):
    """Confirm that a colleague stops here."""

    access = Staff(StaffRole.COORDINATOR, StaffRole.NATIONAL)
    template_name = "municipalities/end_membership.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, "membership": self._membership()})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            staff.end_membership(membership=self._membership(), actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("This colleague no longer works here."))
        return redirect("municipalities:team", slug=request.municipality.slug)

    def _membership(self) -> StaffMembership:
        return get_object_or_404(
            StaffMembership.objects.active().select_related("user"),
            municipality=self.request.municipality,
            pk=self.kwargs["membership"],
        )


class ChangeLanguages(FormView):
    """Which languages a community builder can bridge."""

    access = Staff(StaffRole.COORDINATOR, StaffRole.NATIONAL)
    template_name = "municipalities/languages.html"
    form_class = LanguagesForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.membership = get_object_or_404(
            StaffMembership.objects.active().select_related("user"),
            municipality=request.municipality,
            pk=kwargs["membership"],
        )
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"languages": self.membership.languages}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # The id in the address is called `membership` too.
        return super().get_context_data(**kwargs | {"membership": self.membership})

    def form_valid(self, form: LanguagesForm) -> HttpResponse:
        try:
            staff.set_languages(
                membership=self.membership,
                languages=form.cleaned_data["languages"],
                actor=self.request.user,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("Saved. The next matching run counts with these languages."))
        return redirect("municipalities:team", slug=self.request.municipality.slug)


class Join(FormView):
    """Say yes to work here. The token in the mail proves the address."""

    access = Public()
    template_name = "municipalities/join.html"
    form_class = JoinForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            self.invitation = staff.open_invitation(kwargs["token"])
        except DomainError as refusal:
            return self.closed(refusal)
        return super().dispatch(request, *args, **kwargs)

    def closed(self, refusal: DomainError) -> HttpResponse:
        """Why this link no longer works."""
        return render(self.request, "municipalities/join_closed.html", {"reason": refusal}, status=410)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(invitation=self.invitation, **kwargs)

    def form_valid(self, form: JoinForm) -> HttpResponse:
        try:
            staff.accept(token=self.kwargs["token"], name=form.cleaned_data["name"])
        except DomainError as refusal:
            # Pressed twice: the other press was first.
            return self.closed(refusal)
        messages.success(
            self.request, _("Welcome! Sign in with your e-mail address. You get a code by mail.")
        )
        return redirect(reverse("account_login"))
