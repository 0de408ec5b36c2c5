"""Which groups a town looks for, and how fairly its groups were given. Both computed by a worker beforehand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from matches.domain import insight
from matches.queries import waiting_households
from matches.queries.fairness_board import board
from matches.queries.floors import floor_lines
from matches.queries.recruitment import insight_of, recruitment
from municipalities.access import Staff
from municipalities.enums import StaffRole
from newcomers.models import Household
from samenhier.core.errors import DomainError

#: Seconds until the page looks again while a worker computes.
LOOK_AGAIN = 4


class Recruitment(TemplateView):
    """Which one more group would help most, in words."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/recruitment.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = recruitment(request.user, request.municipality)
        response = self.render_to_response(self.get_context_data(found=found, **kwargs))
        if found.insight is not None and found.insight.is_busy:
            response["Refresh"] = str(LOOK_AGAIN)
        return response


class ComputeInsight(View):
    """POST: ask a worker to compute it again."""

    access = Staff(StaffRole.COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        insight.ask(municipality=request.municipality, actor=request.user)
        page = "matches:fairness" if request.POST.get("terug") == "eerlijk" else "matches:recruitment"
        return redirect(page, slug=request.municipality.slug)


class Fairness(TemplateView):
    """The year behind us by language, size and urgency; and floors with their price."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/fairness.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        town, user = self.request.municipality, self.request.user
        stored = insight_of(user, town)
        return super().get_context_data(
            board=board(
                Household.objects.visible_in(town, user),
                until=timezone.now(),
                bound=town.policy.masking_below,
            ),
            insight=stored,
            floors=floor_lines(stored),
            waiting=waiting_households(town).count(),
            **kwargs,
        )


class UseFloor(View):
    """POST: start a run with a floor from the table."""

    access = Staff(StaffRole.COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        asked = request.POST.get("ondergrens", "")
        slug = request.municipality.slug
        try:
            insight.start_with_floor(
                municipality=request.municipality,
                actor=request.user,
                score=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else -1,
            )
        except DomainError as refusal:
            messages.warning(request, str(refusal))
            return redirect("matches:fairness", slug=slug)
        messages.success(request, _("The matching run starts with this floor."))
        return redirect("matches:workbench", slug=slug)
