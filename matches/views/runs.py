"""Matching runs as such: which there were, the proof of one, and a round of the whole country."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from matches.domain.national import start_national
from matches.queries.runs import DOTS, national_rounds, past_runs, proof_of
from municipalities.access import Central, Staff
from municipalities.enums import StaffRole
from samenhier.core.errors import DomainError

from .workbench import LOOK_AGAIN


class RunList(TemplateView):
    """Past runs of a town: when, by whom, how many proposals."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/runs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.request
        page = past_runs(request.user, request.municipality, request.GET.get("page"))
        return super().get_context_data(page=page, **kwargs)


class ShowRun(TemplateView):
    """One run and its proof, in plain words, with the command that computes it again."""

    access = Staff(StaffRole.COORDINATOR)
    template_name = "matches/run.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        proof = proof_of(request.user, request.municipality, kwargs["run"])
        if proof is None:
            raise Http404
        # The id in the address is called `run` too.
        response = self.render_to_response(
            self.get_context_data(**kwargs | {"proof": proof, "run": proof.run})
        )
        if proof.busy:
            response["Refresh"] = str(LOOK_AGAIN)
        return response


class National(TemplateView):
    """For the national coordinator: start a round of the whole country and see how far it is. No people."""

    access = Central(StaffRole.NATIONAL)
    template_name = "matches/national.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rounds = national_rounds()
        busy = next((one for one in rounds if one.busy), None)
        context = self.get_context_data(
            busy=busy, rounds=[one for one in rounds if not one.busy], total=DOTS, **kwargs
        )
        response = self.render_to_response(context)
        if busy is not None:
            response["Refresh"] = str(LOOK_AGAIN)
        return response


class StartNational(View):
    """POST: a run for every municipality that has both households and groups."""

    access = Central(StaffRole.NATIONAL)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            start_national(actor=request.user)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(
                request, _("The round has started. Coordinators see their own proposals as they come.")
            )
        return redirect("matches:national")
