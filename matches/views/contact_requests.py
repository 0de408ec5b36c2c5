"""The coordinator's list of quiet requests."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from matches.access import StaffOfContactRequest
from matches.domain import contact
from matches.enums import Side
from matches.queries import contact_requests, names_of_askers, page_of
from municipalities.access import Staff
from municipalities.enums import StaffRole
from samenhier.core.errors import DomainError


class ContactRequestList(TemplateView):
    """Who asked to be contacted: those that wait first."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/contact_requests.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = contact_requests(self.request.user, self.request.municipality)
        page = page_of(rows, self.request.GET.get("page"))
        requests = list(page)
        names = names_of_askers(
            row.asked_by_id for row in requests if row.side == Side.GROUP and row.asked_by_id
        )
        return super().get_context_data(
            rows=[
                {
                    "request": row,
                    "who": row.household.code_name if row.household else names.get(row.asked_by_id, ""),
                    "may_take_back": contact.may_take_back(row),
                }
                for row in requests
            ],
            page=page,
            **kwargs,
        )


class MarkHandled(View):
    """POST: I have spoken with this person."""

    access = StaffOfContactRequest(StaffRole.COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        contact.mark_handled(request=request.contact_request, actor=request.user)
        messages.success(request, _("Marked as done. By mistake? Then take it back below."))
        return redirect("matches:contact_requests", slug=request.municipality.slug)


class TakeBackHandled(View):
    """POST: that was a mistake, I did not speak with this person yet."""

    access = StaffOfContactRequest(StaffRole.COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            contact.take_back_handled(request=request.contact_request, actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Taken back. This request waits for you again."))
        return redirect("matches:contact_requests", slug=request.municipality.slug)
