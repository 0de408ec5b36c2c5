"""For the own municipality of a group that a neighbour would like, or has, in a match: agree, refuse, follow.

Of the household only the thin card that the group sees too; its rows stay with its own town.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from matches.access import StaffOfVisit
from matches.domain import neighbours
from matches.enums import MatchStatus
from matches.forms import RefuseVisitForm
from matches.models import Match
from matches.queries import check_ins_of, page_of, trial_of
from matches.queries.visits import visits_of
from matches.words import TONES
from municipalities.access import Staff
from municipalities.enums import StaffRole
from newcomers.queries import household_card
from samenhier.core.errors import DomainError

COORDINATOR = StaffOfVisit(StaffRole.COORDINATOR)


class VisitList(TemplateView):
    """Groups of this town that support a household of a neighbour, or were asked for it."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/visits.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = page_of(visits_of(self.request.user, self.request.municipality), self.request.GET.get("page"))
        return super().get_context_data(
            rows=[{"match": match, "tone": TONES[MatchStatus(match.status)]} for match in page],
            page=page,
            **kwargs,
        )


class ShowVisit(TemplateView):
    """One of them: the thin card, where it stands, and the decision while it waits for this town."""

    access = COORDINATOR
    template_name = "matches/visit.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match: Match = self.request.match
        return super().get_context_data(
            match=match,
            tone=TONES[MatchStatus(match.status)],
            card=household_card(match.household),
            trial=trial_of(match),
            decides=match.status == MatchStatus.OFFERED,
            check_ins=[row for row in check_ins_of(self.request.user, match) if row.check_in.side == "group"],
            **kwargs,
        )


class Agree(View):
    """POST: we agree. Both sides are asked now."""

    access = COORDINATOR
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        match: Match = request.match
        try:
            neighbours.agree(match=match, actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("Agreed. Your group and the household get a message and answer for themselves.")
            )
        return redirect("matches:visit", slug=request.municipality.slug, visit=match.pk)


class Refuse(FormView):
    """We do not agree, if wanted with a reason for the colleagues of both towns."""

    access = COORDINATOR
    template_name = "matches/refuse_visit.html"
    form_class = RefuseVisitForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(match=self.request.match, **kwargs)

    def form_valid(self, form: RefuseVisitForm) -> HttpResponse:
        try:
            neighbours.refuse(
                match=self.request.match, actor=self.request.user, reason=form.cleaned_data["reason"]
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("You did not agree. Nobody was asked, and your group stays free."))
        return redirect("matches:visits", slug=self.request.municipality.slug)
