"""The coordinator's pages: the list, a new household, one household, its card, its sealed part."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from municipalities.retention import in_words
from newcomers import trail
from newcomers.consent_texts import CURRENT
from newcomers.domain import intake
from newcomers.domain.disclosure import is_sealed, reveal
from newcomers.enums import ConsentPurpose, HouseholdStatus, Shown, Urgency
from newcomers.forms import CardForm, IdentityForm, RegisterForm, RevealForm, UrgencyForm, initial_of
from newcomers.queries import (
    alike,
    as_rows,
    consents_of,
    has_group,
    household_card,
    households_of,
    waiting_days,
)
from newcomers.rules import ENOUGH_ALIKE, NEEDED, missing_on_card
from samenhier.core import points
from samenhier.core.errors import Conflict, DomainError
from samenhier.core.forms import SearchForm
from samenhier.core.look import words

from .household import COORDINATOR, CoordinatorRequest, OfHousehold

ROWS_PER_PAGE = 25
#: Of the list. Who is ready stands under what that means for them.
FILTERS = [
    HouseholdStatus.REGISTERED,
    HouseholdStatus.CONSENTED,
    *Shown,
    HouseholdStatus.PAUSED,
    HouseholdStatus.WITHDRAWN,
    HouseholdStatus.CLOSED,
]
#: Personal data never reach an error report.
sensitive = method_decorator(sensitive_post_parameters(), name="dispatch")


class HouseholdList(TemplateView):
    """The cards of the municipality, most urgent first. No names."""

    request: CoordinatorRequest
    access = COORDINATOR
    template_name = "newcomers/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, here = self.request.user, self.request.municipality
        asked = self.request.GET.get("status", "")
        search = SearchForm(self.request.GET or None)
        # A name is looked for among all households.
        status = asked if asked in FILTERS and not search.asked else ""
        households = households_of(user, here, shown=status, named=search.asked)
        page = Paginator(households, ROWS_PER_PAGE).get_page(self.request.GET.get("page"))
        filters = [("", _("all")), *((one.value, str(one.label)) for one in FILTERS)]
        return super().get_context_data(
            rows=as_rows(page), page=page, filters=filters, status=status, search=search, **kwargs
        )


@sensitive
class Register(FormView):
    """A new household: the card and, apart from it, name and contact."""

    request: CoordinatorRequest
    access = COORDINATOR
    template_name = "newcomers/register.html"
    form_class = RegisterForm
    initial = {"language": "nl", "adults": 1}

    def form_valid(self, form: RegisterForm) -> HttpResponse:
        here = self.request.municipality
        try:
            household = intake.register_household(
                municipality=here, actor=self.request.user, **form.household()
            )
        except Conflict as refusal:
            form.add_error("email", str(refusal))
            return self.form_invalid(form)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        text = _("%(name)s is registered. Now read together what taking part means.")
        messages.success(self.request, text % {"name": household.code_name})
        return redirect("newcomers:consent", slug=here.slug, household=household.pk)


class HouseholdDetail(OfHousehold, TemplateView):
    """One household: card, consent, what is missing, what can be done, what happened."""

    access = COORDINATOR
    template_name = "newcomers/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        household = self.household
        consents = consents_of(household)
        in_force = next((one for one in consents if one.withdrawn_at is None), None)
        missing = missing_on_card(household)
        matched = has_group(household)
        # A group is to see the card: the moment to say that it may give a family away.
        shown_soon = household.status in (HouseholdStatus.CONSENTED, HouseholdStatus.READY) and not matched
        others = alike(household) - 1 if shown_soon else ENOUGH_ALIKE
        return super().get_context_data(
            card=household_card(household),
            others_alike=others,
            may_be_recognised=others + 1 < ENOUGH_ALIKE,
            emphasis=points.in_words(household.emphasis),
            consents=[(one, get_language_info(one.language)) for one in consents],
            consent=in_force,
            consent_is_old=in_force is not None and in_force.version != CURRENT[ConsentPurpose.PARTICIPATION],
            needed=[(label, field not in missing) for field, label in NEEDED.items()],
            complete=not missing,
            has_group=matched,
            sealed=is_sealed(household),
            waiting_days=waiting_days(household),
            urgency=Urgency(household.urgency),
            silent_after=in_words(
                "never_matched_months", self.request.municipality.policy.never_matched_months
            ),
            events=trail.timeline(household),
            **kwargs,
        )


class CardChange(OfHousehold, FormView):
    """Change the card."""

    access = COORDINATOR
    template_name = "newcomers/card_change.html"
    form_class = CardForm

    def get_initial(self) -> dict[str, Any]:
        return initial_of(self.household)

    def form_valid(self, form: CardForm) -> HttpResponse:
        try:
            intake.update_card(household=self.household, actor=self.request.user, **form.card())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("The card is saved."))
        return self.back_to_household()


@sensitive
class IdentityChange(OfHousehold, FormView):
    """Replace name and contact, without reading the old ones."""

    access = COORDINATOR
    template_name = "newcomers/identity_change.html"
    form_class = IdentityForm

    def form_valid(self, form: IdentityForm) -> HttpResponse:
        try:
            intake.update_identity(household=self.household, actor=self.request.user, **form.identity())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("The new name and contact are saved. The old ones are gone."))
        return self.back_to_household()


class Reveal(OfHousehold, FormView):
    """Show name and contact once, on the answer to this form; who looked and why is written down."""

    access = COORDINATOR
    template_name = "newcomers/reveal.html"
    form_class = RevealForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_sealed(self.household):
            messages.info(request, _("The name and contact were erased."))
            return self.back_to_household()
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: RevealForm) -> HttpResponse:
        identity = reveal(
            viewer=self.request.user, household=self.household, reason=form.cleaned_data["reason"]
        )
        # A number reads from left to right in every language.
        contact = format_html('<bdi dir="ltr">{}</bdi>', words.address(identity.contact))
        return self.render_to_response(self.get_context_data(form=None, identity=identity, contact=contact))


class UrgencyChange(OfHousehold, FormView):
    """How urgent it is, and why."""

    access = COORDINATOR
    template_name = "newcomers/urgency.html"
    form_class = UrgencyForm

    def get_initial(self) -> dict[str, Any]:
        return {"urgency": self.household.urgency, "reason": self.household.urgency_reason}

    def form_valid(self, form: UrgencyForm) -> HttpResponse:
        try:
            intake.set_urgency(household=self.household, actor=self.request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("reason", str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("The urgency is saved."))
        return self.back_to_household()
