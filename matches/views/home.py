"""The first page after signing in: everybody goes where they belong."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView

from groups.models import GroupMember
from matches.enums import MatchStatus, Side
from matches.queries import (
    choosing_now,
    current_matches_of_groups,
    open_check_ins,
    open_contact_request,
    open_outcomes,
    own_answers,
)
from matches.words import TONES
from municipalities.access import memberships
from newcomers.models import Household
from samenhier.core.access import SignedIn


class Home(TemplateView):
    """A newcomer goes to their own page, staff to their work; a member sees what is asked and the own groups."""

    access = SignedIn()
    template_name = "matches/home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if Household.objects.filter(user=request.user.pk).exists():
            return redirect("newcomers:own")
        self.mine = list(
            GroupMember.objects.present()
            .filter(user=request.user.pk)
            .select_related("group__municipality")
            .order_by("responded_at", "pk")
        )
        if not self.mine and memberships(request):
            return redirect("municipalities:mine")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        matches = current_matches_of_groups([member.group for member in self.mine])
        answers = own_answers(matches.values(), Side.GROUP)
        cards = []
        for member in self.mine:
            match = matches.get(member.group_id)
            given = answers.get(match.pk) if match is not None else None
            # An agreement shows as asking: what the other side said is theirs.
            asking = match is not None and match.status in (MatchStatus.ASKING, MatchStatus.AGREED)
            cards.append(
                {
                    "member": member,
                    "group": member.group,
                    "match": match,
                    "asking": asking,
                    "asks_me": asking and member.is_contact and (given is None or given.value == "talk"),
                    "answer": given,
                    "choosing": choosing_now(match, Side.GROUP) if match is not None else "",
                    "tone": TONES[MatchStatus(match.status)] if match is not None else "",
                }
            )
        return super().get_context_data(
            cards=cards,
            check_ins=open_check_ins(user) if self.mine else [],
            outcomes=open_outcomes(user) if self.mine else [],
            asked_contact=open_contact_request(user) if self.mine else None,
            is_staff=bool(memberships(self.request)),
            **kwargs,
        )
