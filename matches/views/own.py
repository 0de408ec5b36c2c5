"""The pages of both sides of a match: the question, the people, the end."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from groups.queries import group_card, present_of
from matches.access import InMatch
from matches.domain import answering, contact
from matches.domain.sides import speaks_for_group
from matches.enums import AnswerValue, MatchStatus, Side
from matches.models import Match
from matches.queries import (
    as_row,
    group_in_words,
    may_open,
    next_check_ins,
    open_contact_request,
    own_answer,
    own_trial_choice,
    trial_of,
)
from newcomers.domain.disclosure import reveal
from newcomers.enums import RevealReason
from newcomers.queries import household_card
from samenhier.core.access import SignedIn
from samenhier.core.errors import DomainError

#: Open for the two sides as one: neither learns from the page what the other one said.
ASKED = (MatchStatus.ASKING, MatchStatus.AGREED)


def template_of(side: Side | str, page: str) -> str:
    """The same page as that side reads it."""
    return f"matches/{'own' if side == Side.HOUSEHOLD else 'group'}/{page}.html"


class OwnMatch(TemplateView):
    """One match as one side sees it. POST opens name and contact to a member of the group, and writes that down."""

    access = InMatch()
    http_method_names = ["get", "head", "post"]

    def get_template_names(self) -> list[str]:
        return [template_of(self.request.side, "match")]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        identity = None
        if request.side == Side.GROUP:
            # Refuses by itself without an open grant: then the page does not exist for this reader.
            identity = reveal(
                viewer=request.user, household=request.match.household, reason=RevealReason.INTRODUCED
            )
        return self.render_to_response(self.get_context_data(identity=identity))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match: Match = self.request.match
        side: Side = self.request.side
        user = self.request.user
        answer = own_answer(match, side)
        context = {
            "match": match,
            "town": match.town_of(side),
            "asked": match.status in ASKED,
            "met": match.names_are_open,
            "met_before": match.first_meeting_at is not None and match.first_meeting_at < timezone.now(),
            "before_first_meeting": match.started_on is None or match.meets_ahead,
            "answer": answer,
            "may_answer": side == Side.HOUSEHOLD or speaks_for_group(match, user),
            "trial": trial_of(match),
            "trial_choice": own_trial_choice(match, side) if trial_of(match) else None,
            "check_ins": [as_row(row) for row in next_check_ins(user, match, side)],
            "asked_contact": open_contact_request(user),
        }
        if side == Side.GROUP:
            context["card"] = household_card(match.household)
            context["may_open"] = match.names_are_open and may_open(user, match)
            context["contact_person"] = next((one for one in present_of(match.group) if one.is_contact), None)
        else:
            card = group_card(match.group)
            context |= {"card": card, "words": group_in_words(card)}
            if match.names_are_open:
                context["contact_person"] = next(
                    (one for one in present_of(match.group) if one.is_contact), None
                )
        return super().get_context_data(**kwargs | context)


class GiveAnswer(TemplateView):
    """POST a yes, no or "talk first". A no is final, so it is asked once more."""

    access = InMatch()
    http_method_names = ["post"]

    def get_template_names(self) -> list[str]:
        return [template_of(self.request.side, "sure")]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        match, side = request.match, request.side
        value = request.POST.get("value", "")
        if value not in AnswerValue.values:
            messages.error(request, _("Choose one of the three answers."))
            return redirect("matches:own", match=match.pk)
        if value == AnswerValue.NO and request.POST.get("sure") != "yes" and match.status in ASKED:
            return self.render_to_response(self.get_context_data(match=match, town=match.town_of(side)))
        try:
            answering.answer(match=match, side=side, value=AnswerValue(value), actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, self._thanks(AnswerValue(value)))
        return redirect("matches:own", match=match.pk)

    def _thanks(self, value: AnswerValue) -> str:
        if value == AnswerValue.YES:
            return _("Thank you. Your yes is saved. You get a message when there is news.")
        if value == AnswerValue.TALK:
            return _("Thank you. The coordinator contacts you to talk about it.")
        return _("Thank you for being honest. We look further together.")


class AskContact(View):
    """The quiet line: POST asks the coordinator to get in touch. No reason, and the other side is not told."""

    access = SignedIn()
    # Whoever belongs to no group and no household hears what is possible instead.
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            contact.ask_for_contact(user=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("We contact you soon. Only the coordinator knows that you asked."))
        return redirect("matches:home")
