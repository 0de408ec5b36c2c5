"""Matching: start a run, see what it proposes and why, decide."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from matches.access import StaffOfMatch
from matches.domain import approval, pricing, proposing
from matches.domain.rhythm import round_after
from matches.enums import MatchStatus
from matches.forms import SetAsideForm
from matches.models import Match
from matches.queries import as_proposal, next_best, price_of, timeline, with_cards, workbench
from matches.queries.now_or_wait import now_or_wait
from municipalities.access import Staff
from municipalities.enums import StaffRole
from samenhier.core.errors import DomainError

#: Seconds until the page of a busy run looks again.
LOOK_AGAIN = 4


class Workbench(TemplateView):
    """The last matching run: its proposals, and who is left over with the reason."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/workbench.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bench = workbench(request.user, request.municipality, request.GET.get("page"))
        response = self.render_to_response(
            self.get_context_data(
                bench=bench,
                next_round=round_after(request.municipality.policy.run_every_weeks, timezone.now()),
                **kwargs,
            )
        )
        if bench.busy:
            response["Refresh"] = str(LOOK_AGAIN)
        return response


class NowOrWait(TemplateView):
    """Match now, or wait a round: one sentence of advice, and the facts that it stands on."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/now_or_wait.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = now_or_wait(self.request.user, self.request.municipality)
        return super().get_context_data(question=question, **kwargs)


class StartRun(View):
    """POST: put a run in the queue."""

    access = Staff(StaffRole.COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            proposing.start_run(municipality=request.municipality, actor=request.user)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        return redirect("matches:workbench", slug=request.municipality.slug)


class ShowProposal(TemplateView):
    """Two cards, the reasons, the next best, and the decision."""

    access = StaffOfMatch(StaffRole.COORDINATOR)
    template_name = "matches/proposal.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.match.status not in (MatchStatus.PROPOSED, MatchStatus.WITHDRAWN):
            return redirect("matches:detail", slug=request.municipality.slug, match=request.match.pk)
        context = self.get_context_data(**kwargs)
        response = self.render_to_response(context)
        if context["others"] is not None and context["others"].asked.busy:
            response["Refresh"] = str(LOOK_AGAIN)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match = (
            with_cards(Match.objects.visible_to(self.request.user))
            .select_related("run", "overrides__group")
            .get(pk=self.request.match.pk)
        )
        undecided = match.status == MatchStatus.PROPOSED
        price = price_of(self.request.user, match)
        others = next_best(self.request.user, match) if undecided else None
        # The id in the address is called `proposal` too.
        return super().get_context_data(
            **kwargs
            | {
                "proposal": as_proposal(match),
                "match": match,
                "undecided": undecided,
                "others": others,
                "price": price,
                "events": timeline(match, price=price) if price or not undecided else [],
                "instead": None if undecided else match.overridden_by.first(),
                "obstacles": [rule.problem for rule in others.asked.broken] if others is not None else [],
            }
        )


class AskPrice(View):
    """POST: let a worker compute what others would cost, in a pool too large for the page itself."""

    access = StaffOfMatch(StaffRole.COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        match = request.match
        if match.status == MatchStatus.PROPOSED:
            pricing.ask(household=match.household, group=match.group, actor=request.user)
        return redirect("matches:proposal", slug=request.municipality.slug, proposal=match.pk)


class Approve(View):
    """POST: ask both sides."""

    access = StaffOfMatch(StaffRole.COORDINATOR)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        slug, match = request.municipality.slug, request.match
        try:
            approved = approval.approve(match=match, actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("matches:proposal", slug=slug, proposal=match.pk)
        if approved.status == MatchStatus.OFFERED:
            messages.success(
                request,
                _("Approved. %(town)s is asked now whether its group may. Until then nobody gets a message.")
                % {"town": match.group_municipality},
            )
        else:
            messages.success(request, _("Approved. Both sides get a message and answer for themselves."))
        return redirect("matches:detail", slug=slug, match=match.pk)


class SetAside(FormView):
    """Drop a proposal, with a reason for colleagues."""

    access = StaffOfMatch(StaffRole.COORDINATOR)
    template_name = "matches/set_aside.html"
    form_class = SetAsideForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(match=self.request.match, asked=False, **kwargs)

    def form_valid(self, form: SetAsideForm) -> HttpResponse:
        try:
            approval.set_aside(
                match=self.request.match,
                actor=self.request.user,
                reason=form.cleaned_data["reason"],
                not_again=not form.cleaned_data["again"],
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, self.done())
        return self.onward()

    def done(self) -> str:
        """What the coordinator reads afterwards."""
        return _("Set aside. Both stay free for another proposal.")

    def onward(self) -> HttpResponse:
        """Back to the proposals."""
        return redirect("matches:workbench", slug=self.request.municipality.slug)
