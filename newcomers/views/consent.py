"""A coordinator reads the text together with a newcomer, and writes down the yes."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.generic import FormView

from newcomers.consent_texts import consent_text
from newcomers.domain.intake import record_consent
from newcomers.forms import RecordConsentForm
from newcomers.rules import missing_on_card
from samenhier.core.errors import DomainError

from .household import COORDINATOR, OfHousehold


class RecordConsent(OfHousehold, FormView):
    """The text in the language of `?taal=`, and below it the form to write down a yes."""

    access = COORDINATOR
    template_name = "newcomers/consent.html"
    form_class = RecordConsentForm

    def language(self) -> str:
        """The language of the text on the page."""
        asked = self.request.POST.get("language") or self.request.GET.get("taal", "")
        return asked if asked in dict(settings.LANGUAGES) else self.household.language

    def get_initial(self) -> dict[str, Any]:
        text = consent_text(self.language())
        return {"language": text.language, "version": text.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = consent_text(self.language())
        return super().get_context_data(
            text=text,
            text_language=get_language_info(text.language),
            choices=[(code, get_language_info(code)) for code, _name in settings.LANGUAGES],
            **kwargs,
        )

    def form_valid(self, form: RecordConsentForm) -> HttpResponse:
        language = form.cleaned_data["language"]
        try:
            if form.cleaned_data["version"] != consent_text(language).version:
                raise DomainError(_("The text was changed just now. Read it again."))
            record_consent(
                household=self.household,
                actor=self.request.user,
                how=form.cleaned_data["how"],
                language=language,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("The consent is recorded."))
        if missing_on_card(self.household):
            return redirect(
                "newcomers:card", slug=self.request.municipality.slug, household=self.household.pk
            )
        return self.back_to_household()
