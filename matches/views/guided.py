"""A community builder's pages: only the matches that they guide."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.generic import TemplateView

from groups.queries import group_card
from matches.access import StaffOfMatch
from matches.enums import MatchStatus
from matches.models import Match
from matches.queries import (
    by_moment,
    check_ins_of,
    group_in_words,
    guided_matches,
    page_of,
    timeline,
    trial_of,
)
from matches.words import TONES
from municipalities.access import Staff
from municipalities.enums import StaffRole
from newcomers.domain.disclosure import reveal
from newcomers.enums import RevealReason
from newcomers.queries import household_card


class GuidedList(TemplateView):
    """The matches I guide, with the check-ins that are late."""

    access = Staff(StaffRole.BUILDER)
    template_name = "matches/guided.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = guided_matches(self.request.user, self.request.municipality)
        page = page_of(rows, self.request.GET.get("page"))
        return super().get_context_data(
            rows=[{"match": match, "tone": TONES[MatchStatus(match.status)]} for match in page],
            page=page,
            **kwargs,
        )


class GuidedMatch(TemplateView):
    """One match I guide. POST opens the household's name and contact, and writes that down."""

    access = StaffOfMatch(StaffRole.BUILDER)
    template_name = "matches/guided_match.html"
    http_method_names = ["get", "head", "post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        identity = reveal(viewer=request.user, household=request.match.household, reason=RevealReason.CONTACT)
        return self.render_to_response(self.get_context_data(identity=identity))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match: Match = self.request.match
        rows = check_ins_of(self.request.user, match)
        card = group_card(match.group)
        context = {
            "match": match,
            "tone": TONES[MatchStatus(match.status)],
            "household_card": household_card(match.household),
            "group_card": card,
            "group_words": group_in_words(card),
            "trial": trial_of(match),
            "moments": by_moment(rows),
            "events": timeline(match, rows, answers=False),
        }
        return super().get_context_data(**kwargs | context)
