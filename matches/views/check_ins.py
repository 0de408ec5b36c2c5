"""Check-ins: the short question for each side, and the overview for staff."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from matches.access import OwnCheckIn, StaffOfCheckIn
from matches.domain import checkins
from matches.enums import CheckInStatus, MatchStatus, Side
from matches.forms import CheckInForm
from matches.models import CheckIn
from matches.queries import as_row, check_ins_in_town
from matches.words import moment_in_words
from municipalities.access import Staff
from municipalities.enums import StaffRole
from samenhier.core.errors import DomainError

ROWS_PER_PAGE = 50
FILTERS = ("open", "late", "coming", "answered")


class AnswerCheckIn(FormView):
    """Two choices and, if wanted, a few words. The other side never sees it."""

    access = OwnCheckIn()
    form_class = CheckInForm

    @property
    def check_in(self) -> CheckIn:
        """Set by the access."""
        found: CheckIn = self.request.check_in
        return found

    def get_template_names(self) -> list[str]:
        return [f"matches/own/check_in_{self.check_in.side}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.check_in
        open_now = (
            row.status == CheckInStatus.PLANNED
            and row.match.status == MatchStatus.ACTIVE
            and row.due_on <= timezone.localdate() + checkins.OPENS_BEFORE
        )
        context = super().get_context_data(
            check_in=row,
            match=row.match,
            town=row.municipality,
            moment=moment_in_words(row.moment),
            open_now=open_now,
            too_early=row.status == CheckInStatus.PLANNED and row.match.status == MatchStatus.ACTIVE and not open_now,
            **kwargs,
        )
        if not open_now:
            context["form"] = None
        return context

    def form_valid(self, form: CheckInForm) -> HttpResponse:
        try:
            checkins.answer_check_in(check_in=self.check_in, actor=self.request.user, **form.cleaned_data)
        except DomainError as refusal:
            messages.error(self.request, str(refusal))
            return redirect("matches:check_in", check_in=self.check_in.pk)
        if form.cleaned_data["wants_contact"]:
            messages.success(self.request, _("Thank you. The coordinator contacts you soon."))
        else:
            messages.success(self.request, _("Thank you. It is good to hear how it goes."))
        if self.check_in.side == Side.HOUSEHOLD:
            return redirect("newcomers:own")
        return redirect("matches:own", match=self.check_in.match_id)


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
        page = Paginator(check_ins_in_town(user, here, which), ROWS_PER_PAGE).get_page(self.request.GET.get("page"))
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
