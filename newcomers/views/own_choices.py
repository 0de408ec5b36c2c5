"""What a newcomer decides alone: yes, a break, stopping, erasing, wishes, language."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from newcomers.access import NewcomerRequest, OwnHousehold
from newcomers.consent_texts import consent_text
from newcomers.domain import erasure, intake, lifecycle
from newcomers.enums import ConsentHow, HouseholdStatus
from newcomers.forms import (
    AvailabilityForm,
    GoalsForm,
    InterestsForm,
    OwnChoiceForm,
    OwnConsentForm,
    OwnLanguageForm,
    WishesForm,
    WouldLikeForm,
)
from newcomers.rules import NEEDED
from samenhier.core.errors import DomainError


class OwnConsent(TemplateView):
    """The text in my language, and one button that says yes."""

    request: NewcomerRequest
    access = OwnHousehold()
    template_name = "newcomers/own/consent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = consent_text(get_language() or settings.LANGUAGE_CODE)
        household = self.request.household
        consent = lifecycle.consent_in_force(household)
        return super().get_context_data(
            household=household,
            text=text,
            text_language=get_language_info(text.language),
            already=consent if consent is not None and consent.version == text.version else None,
            **kwargs,
        )

    def post(self, request: NewcomerRequest) -> HttpResponse:
        form = OwnConsentForm(request.POST)
        try:
            if not form.is_valid():
                raise DomainError(_("Press the button “Yes, I take part” to say yes. Or go back."))
            language = form.cleaned_data["language"]
            if form.cleaned_data["version"] != consent_text(language).version:
                raise DomainError(_("The text was changed just now. Read it again."))
            intake.record_consent(
                household=request.household, actor=request.user, how=ConsentHow.ONLINE, language=language
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return self.render_to_response(self.get_context_data())
        messages.success(request, _("Thank you. You take part."))
        return redirect("newcomers:own")


class OwnStep(TemplateView):
    """GET: what it means, in plain words; POST: do it at once."""

    request: NewcomerRequest
    access = OwnHousehold()
    template_name = "newcomers/own/confirm.html"
    act: Callable[..., Any]
    question: str | Promise
    meaning: tuple[str | Promise, ...]
    button: str | Promise
    danger = False
    done: str | Promise

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            question=self.question,
            meaning=self.meaning,
            button_text=self.button,
            tone="danger" if self.danger else "primary",
            **kwargs,
        )

    def post(self, request: NewcomerRequest) -> HttpResponse:
        try:
            type(self).act(household=request.household, actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, str(self.done))
        return self.after(request)

    def after(self, request: HttpRequest) -> HttpResponse:
        """Where it ends."""
        return redirect("newcomers:own")


class OwnPause(OwnStep):
    """A break."""

    act = lifecycle.pause
    question = gettext_lazy("Do you want a break?")
    meaning = (
        gettext_lazy("We do not look for a group until you say so."),
        gettext_lazy("You keep your place. If you have a group, it stays your group."),
    )
    button = gettext_lazy("Yes, take a break")
    done = gettext_lazy("You have a break. Go on when you want.")


class OwnResume(OwnStep):
    """The break is over."""

    act = lifecycle.resume
    question = gettext_lazy("Do you want to go on?")
    meaning = (gettext_lazy("We go on where you were. You keep your place."),)
    button = gettext_lazy("Yes, go on")
    done = gettext_lazy("Good. We go on.")


class OwnStop(OwnStep):
    """Stop, at once, without a reason."""

    act = lifecycle.withdraw
    question = gettext_lazy("Do you want to stop?")
    meaning = (
        gettext_lazy("You do not have to say why."),
        gettext_lazy("From that moment nobody of a group can see your name and how to reach you."),
        gettext_lazy("It changes nothing for your house, your benefit or your right to stay."),
        gettext_lazy("You can always start again."),
    )
    button = gettext_lazy("Yes, I stop")
    danger = True
    done = gettext_lazy("You have stopped. Nobody of a group can see your name any more.")


class OwnErase(OwnStep):
    """Erase everything, and the account with it."""

    act = erasure.erase
    question = gettext_lazy("Do you want to erase your data?")
    meaning = (
        gettext_lazy("You stop with Samen Hier, if you had not stopped yet."),
        gettext_lazy(
            "We erase your name, how to reach you, your card and your account. This cannot be undone."
        ),
        gettext_lazy("Only numbers stay: how many adults and children."),
        gettext_lazy("Do you want to keep your data? Then download them first."),
    )
    button = gettext_lazy("Yes, erase everything")
    danger = True
    done = gettext_lazy("Your data are erased.")

    def after(self, request: HttpRequest) -> HttpResponse:
        return redirect(settings.LOGOUT_REDIRECT_URL)


class OwnAnswers(FormView):
    """One list of my card, as a question."""

    request: NewcomerRequest
    access = OwnHousehold()
    template_name = "newcomers/own/question.html"
    field: str
    form_class: type[OwnChoiceForm]

    def get_initial(self) -> dict[str, Any]:
        return {"answers": getattr(self.request.household, self.field)}

    def get_form_kwargs(self) -> dict[str, Any]:
        waits = self.request.household.status == HouseholdStatus.READY
        return {**super().get_form_kwargs(), "needed": waits and self.field in NEEDED}

    def form_valid(self, form: OwnChoiceForm) -> HttpResponse:
        try:
            intake.update_card(
                household=self.request.household,
                actor=self.request.user,
                **{self.field: form.cleaned_data["answers"]},
            )
        except DomainError as refusal:
            form.add_error("answers", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("Your answer is saved."))
        return redirect("newcomers:own_card")


class OwnGoals(OwnAnswers):
    """What I would like to do."""

    field = "goals"
    form_class = GoalsForm


class OwnInterests(OwnAnswers):
    """What I like."""

    field = "interests"
    form_class = InterestsForm


class OwnWishes(OwnAnswers):
    """What is important to me."""

    field = "wishes"
    form_class = WishesForm


class OwnWouldLike(OwnAnswers):
    """What would be nice."""

    field = "would_like"
    form_class = WouldLikeForm


class OwnAvailability(OwnAnswers):
    """When I have time."""

    field = "availability"
    form_class = AvailabilityForm


class OwnLanguage(FormView):
    """The language of my pages and mails."""

    request: NewcomerRequest
    access = OwnHousehold()
    template_name = "newcomers/own/question.html"
    form_class = OwnLanguageForm

    def get_initial(self) -> dict[str, Any]:
        return {"language": get_language()}

    def form_valid(self, form: OwnLanguageForm) -> HttpResponse:
        code = form.cleaned_data["language"]
        intake.update_card(household=self.request.household, actor=self.request.user, language=code)
        response = redirect("newcomers:own")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 24 * 60 * 60,
            samesite="Lax",
            httponly=True,
            secure=self.request.is_secure(),
        )
        return response
