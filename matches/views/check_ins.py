"""Check-ins for staff: the overview, and reading a note."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from matches.access import StaffOfCheckIn
from matches.domain import checkins
from matches.queries import as_row, check_ins_in_town, page_of
from municipalities.access import Staff
from municipalities.enums import StaffRole

FILTERS = ("open", "late", "coming", "answered")


class CheckInList(TemplateView):
    """Which check-ins wait, are late, come, or were answered."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/check_ins.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, here = self.request.user, self.request.municipality
        asked = self.request.GET.get("welke", "")
        which = asked if asked in FILTERS else "open"
        labels = {
            "open": _("Waiting now"),
            "late": _("Late"),
            "coming": _("Coming"),
            "answered": _("Answered"),
        }
        page = page_of(check_ins_in_town(user, here, which), self.request.GET.get("page"))
        today = timezone.localdate()
        return super().get_context_data(
            rows=[as_row(row, today) for row in page],
            page=page,
            which=which,
            filters=[(name, labels[name]) for name in FILTERS],
            **kwargs,
        )


class ReadNote(TemplateView):
    """POST: open the words of one check-in. Who read them is written down."""

    access = StaffOfCheckIn(StaffRole.COORDINATOR, StaffRole.BUILDER)
    template_name = "matches/note.html"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = request.check_in
        text = checkins.read_note(check_in=row, reader=request.user)
        guided = StaffRole.COORDINATOR not in request.staff_roles
        return self.render_to_response(self.get_context_data(row=as_row(row), text=text, guided=guided))
