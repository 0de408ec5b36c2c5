"""The coordinator's first page, and the way to it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView, View

from municipalities import worklist
from municipalities.access import Central, Staff, memberships
from municipalities.enums import StaffRole
from municipalities.models import Municipality
from samenhier.core.access import SignedIn

LINES_PER_PAGE = 30

#: Where each role starts.
FIRST_PAGE = {
    StaffRole.COORDINATOR: "municipalities:worklist",
    StaffRole.BUILDER: "matches:guided",
    StaffRole.VIEWER: "reports:dashboard",
}


class WorkList(TemplateView):
    """Who waits for what, most urgent first."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "municipalities/worklist.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert not isinstance(user, AnonymousUser)
        lines = worklist.lines(user, self.request.municipality)
        page = Paginator(lines, LINES_PER_PAGE).get_page(self.request.GET.get("page"))
        pressing = sum(1 for line in lines if line.pressing == worklist.Pressing.NOW)
        return super().get_context_data(lines=page.object_list, page=page, pressing=pressing, **kwargs)


class MyWork(View):
    """Sends a staff member to their page; with several municipalities it lists them."""

    access = SignedIn()

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = memberships(request)
        local = [m for m in mine if m.municipality]
        if len(local) == 1 and len(mine) == 1:
            return redirect(FIRST_PAGE[StaffRole(local[0].role)], slug=local[0].municipality.slug)
        if any(m.role == StaffRole.NATIONAL for m in mine) and not local:
            return redirect("reports:national")
        if any(m.role == StaffRole.OPERATOR for m in mine) and not local:
            return redirect("operations:home")
        if not mine:
            return redirect("matches:home")
        return TemplateView.as_view(
            template_name="municipalities/my_work.html", extra_context={"choices": choices(local)}
        )(request)


def choices(memberships_here: list[Any]) -> list[dict[str, Any]]:
    """One entry for each role in each town."""
    return [{"membership": m, "url_name": FIRST_PAGE[StaffRole(m.role)]} for m in memberships_here]


class MunicipalityList(TemplateView):
    """All municipalities, for the national coordinator."""

    access = Central(StaffRole.NATIONAL)
    template_name = "municipalities/list.html"
    extra_context = {"here": "municipalities"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(municipalities=Municipality.objects.all(), **kwargs)
