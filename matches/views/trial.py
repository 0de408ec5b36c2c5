"""Going on or stopping after the trial: the form of both sides, and what a coordinator heard by phone."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from matches.access import InMatch
from matches.domain import trial
from matches.enums import Side, TrialValue
from matches.forms import RecordTrialForm
from samenhier.core.errors import DomainError

from .matches import FormStep
from .own import template_of


class ChooseAfterTrial(TemplateView):
    """POST go on, stop or "talk first". A stop is final, so it is asked once more."""

    access = InMatch()
    http_method_names = ["post"]

    def get_template_names(self) -> list[str]:
        return [template_of(self.request.side, "trial_sure")]

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        match, side = request.match, request.side
        value = request.POST.get("value", "")
        if value not in TrialValue.values:
            messages.error(request, _("Choose one of the three answers."))
            return redirect("matches:own", match=match.pk)
        if value == TrialValue.STOP and request.POST.get("sure") != "yes" and match.names_are_open:
            return self.render_to_response(self.get_context_data(match=match, town=match.town_of(side)))
        try:
            trial.choose(match=match, side=side, value=TrialValue(value), actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, self._thanks(TrialValue(value)))
        return redirect("matches:own", match=match.pk)

    def _thanks(self, value: TrialValue) -> str:
        if value == TrialValue.GO_ON:
            return _("Thank you. Your choice is saved. You get a message when there is news.")
        if value == TrialValue.TALK:
            return _("Thank you. The coordinator contacts you to talk about it.")
        return _("Thank you for being honest. We look further together.")


class RecordTrial(FormStep):
    """Write down a choice that was made by phone or face to face."""

    template_name = "matches/record_trial.html"
    form_class = RecordTrialForm
    done = gettext_lazy("The choice is written down.")

    def act(self, form: Form) -> None:
        trial.choose(
            match=self.request.match,
            side=Side(form.cleaned_data["side"]),
            value=TrialValue(form.cleaned_data["value"]),
            actor=None,
            recorded_by=self.request.user,
        )
