"""Safety flags: which households and groups must stay apart. For coordinators alone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from groups.enums import GroupStatus
from groups.models import SponsorGroup
from matches.domain import safety
from matches.forms.safety import SafetyFlagForm
from matches.models import Match, SafetyFlag
from matches.queries import page_of
from matches.queries.sight import groups_in_sight
from municipalities.access import Staff
from municipalities.enums import StaffRole
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from samenhier.core.errors import DomainError

#: Who can never be matched again needs no flag.
GONE = (GroupStatus.DECLINED, GroupStatus.WITHDRAWN, GroupStatus.CLOSED)


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SafetyFlags(FormView):
    """The flags of the town, without their reasons, and a form for a new one."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/safety.html"
    form_class = SafetyFlagForm

    def get_initial(self) -> dict[str, Any]:
        asked = {name: self.request.GET.get(key, "") for name, key in _ASKED.items()}
        return {name: value for name, value in asked.items() if _is_id(value)}

    def get_form_kwargs(self) -> dict[str, Any]:
        user, here = self.request.user, self.request.municipality
        # Whoever is in a match that goes on can always be flagged, whatever became of one of them.
        together = Match.objects.visible_in(here, user).open().filter(municipality=here)
        households = Household.objects.visible_in(here, user).filter(
            ~Q(status=HouseholdStatus.CLOSED) | Q(pk__in=together.values("household"))
        )
        in_sight = groups_in_sight(user, here.pk).exclude(status__in=GONE)
        groups = SponsorGroup.objects.filter(
            Q(pk__in=in_sight.values("pk")) | Q(pk__in=together.values("group"))
        )
        return {
            **super().get_form_kwargs(),
            "households": households.only("code_name").order_by("code_name"),
            "groups": groups.only("name").order_by("name", "pk"),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        flags = (
            SafetyFlag.objects.visible_in(self.request.municipality, self.request.user)
            .select_related("household", "group", "raised_by", "lifted_by")
            .defer("reason")
            .order_by(F("lifted_at").desc(nulls_first=True), "-created_at", "pk")
        )
        page = page_of(flags, self.request.GET.get("page"))
        return super().get_context_data(flags=page, page=page, **kwargs)

    def form_valid(self, form: SafetyFlagForm) -> HttpResponse:
        try:
            flag = safety.raise_flag(actor=self.request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("The flag stands. These two are not proposed to each other."))
        return redirect("matches:safety_flag", slug=self.request.municipality.slug, flag=flag.pk)


_ASKED = {"household": "huishouden", "group": "groep"}


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


class OfFlag(TemplateView):
    """A page about the flag in the URL (`flag`); 404 when it is not of this town."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/safety_flag.html"

    def flag(self) -> SafetyFlag:
        flags = SafetyFlag.objects.visible_in(self.request.municipality, self.request.user)
        return get_object_or_404(
            flags.select_related("household", "group", "raised_by", "lifted_by"), pk=self.kwargs["flag"]
        )


class ShowFlag(OfFlag):
    """GET: who and when; POST: its reason, once. Who read it is written down."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(self.flag())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        flag = self.flag()
        return self.page(flag, reason=safety.read_reason(flag=flag, reader=request.user), opened=True)

    def page(self, flag: SafetyFlag, *, reason: str = "", opened: bool = False) -> HttpResponse:
        together = Match.objects.visible_in(self.request.municipality, self.request.user).filter(
            household=flag.household_id, group=flag.group_id
        )
        return self.render_to_response(
            {"flag": flag, "reason": reason, "opened": opened, "together": together.open().first()}
        )


class LiftFlag(OfFlag):
    """POST: the two may be matched again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        safety.lift_flag(flag=self.flag(), actor=request.user)
        messages.success(request, _("The flag is lifted and its reason removed."))
        return redirect("matches:safety", slug=request.municipality.slug)
