"""Outcome questions: each person answers for themself, and only counts leave this page."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from matches.access import InMatch
from matches.domain import outcomes
from matches.enums import Side
from matches.forms import OutcomeForm
from matches.models import OutcomeSurvey
from matches.queries import open_outcomes
from municipalities.moment_words import moment_in_words
from samenhier.core.errors import DomainError

from .own import template_of


class AnswerOutcome(FormView):
    """The statements that wait for this person in this match, the oldest first."""

    access = InMatch()
    form_class = OutcomeForm

    def get_template_names(self) -> list[str]:
        return [template_of(self.request.side, "outcome")]

    def waiting(self) -> list[OutcomeSurvey]:
        """What this person can answer now in this match."""
        match = self.request.match
        return [row for row in open_outcomes(self.request.user) if row.match_id == match.pk]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "side": self.request.side}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match = self.request.match
        survey = next(iter(self.waiting()), None)
        if survey is None:
            kwargs["form"] = None
        elif "form" not in kwargs:
            kwargs["form"] = OutcomeForm(side=survey.side, initial={"moment": survey.moment})
        return super().get_context_data(
            survey=survey,
            match=match,
            town=match.town_of(self.request.side),
            moment=moment_in_words(survey.moment) if survey else "",
            **kwargs,
        )

    def form_valid(self, form: OutcomeForm) -> HttpResponse:
        match, user = self.request.match, self.request.user
        asked = OutcomeSurvey.objects.visible_to(user).filter(match=match, moment=form.cleaned_data["moment"])
        survey = asked.first()
        try:
            if survey is None:
                raise DomainError(_("The time for these questions is over. You do not have to do anything."))
            outcomes.answer_outcome(survey=survey, actor=user, answers=form.answers)
        except DomainError as refusal:
            messages.error(self.request, str(refusal))
            return redirect("matches:outcome", match=match.pk)
        messages.success(self.request, _("Thank you. Your answers help to make Samen Hier better."))
        if self.request.side == Side.HOUSEHOLD:
            return redirect("newcomers:own")
        return redirect("matches:own", match=match.pk)
