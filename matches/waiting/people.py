"""People who cannot wait: who asked to be called, who is silent, who wants to talk first."""

from collections.abc import Iterator
from datetime import time
from typing import Any

from django.db.models import Count, Exists, QuerySet, UUIDField
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matches.domain.checkins import late
from matches.enums import AnswerValue, MatchStatus, Side
from matches.models import Answer, CheckIn, ContactRequest, Match
from matches.queries import names_of_askers
from municipalities.models import Municipality
from municipalities.moment_words import moment_in_words
from municipalities.worklist import EACH, Pressing, Waiting
from samenhier.core.moments import local_moment
from samenhier.core.prepared import Given, prepared, together

from .steps import TALKS_AFTER_TRIAL, pages

#: The condition of an answer that asks to talk first, while the question is open.
TALKS = {"value": AnswerValue.TALK, "match__status": MatchStatus.ASKING}


@prepared(town=UUIDField())
def _quiet_requests(town: Given) -> QuerySet[Any]:
    return (
        ContactRequest.objects.waiting()
        .filter(municipality=town)
        .order_by("created_at")
        .values_list("created_at", "asked_by_id", "household__code_name")[:EACH]
    )


def quiet_lines(municipality: Municipality) -> Iterator[Waiting]:
    """Who asked to be called."""
    rows = _quiet_requests(town=municipality.pk)
    names = names_of_askers(asker for _moment, asker, household in rows if asker and household is None)
    url = reverse("matches:contact_requests", kwargs={"slug": municipality.slug})
    for moment, asker, household in rows:
        who = household or names.get(asker, "")
        yield Waiting(
            pressing=Pressing.NOW,
            what=gettext_lazy("Quiet request"),
            who=_("%(who)s asks for contact") % {"who": who},
            moment=moment,
            action=gettext_lazy("Call back"),
            url=url,
        )


#: Of both sides of a match, the name that staff read for one of them.
_NAMED = ("side", "match_id", "match__group__name", "match__household__code_name")


@prepared(town=UUIDField())
def _late(town: Given) -> QuerySet[Any]:
    return (
        CheckIn.objects.filter(late(), municipality=town)
        .order_by("escalated_at", "pk")
        .values_list("moment", "due_on", *_NAMED)[:EACH]
    )


def late_lines(municipality: Municipality) -> Iterator[Waiting]:
    """Check-ins of which nobody heard in time."""
    url = pages(municipality)
    for moment, due_on, side, match_id, group, household in _late(town=municipality.pk):
        name = group if side == Side.GROUP else household
        yield Waiting(
            pressing=Pressing.NOW,
            what=gettext_lazy("Check-in is late"),
            who=_("%(who)s, %(moment)s") % {"who": name, "moment": moment_in_words(moment)},
            moment=local_moment(due_on, time(9)),
            action=gettext_lazy("Get in touch"),
            url=url(match_id),
        )


@prepared(town=UUIDField())
def _talks(town: Given) -> QuerySet[Any]:
    return (
        Answer.objects.filter(**TALKS, municipality=town)
        .order_by("answered_at", "pk")
        .values_list("answered_at", *_NAMED)[:EACH]
    )


def talk_lines(municipality: Municipality) -> Iterator[Waiting]:
    """Sides that want to talk before a yes or no."""
    url = pages(municipality)
    for answered_at, side, match_id, group, household in _talks(town=municipality.pk):
        yield Waiting(
            pressing=Pressing.NOW,
            what=gettext_lazy("Wants to talk first"),
            who=group if side == Side.GROUP else household,
            moment=answered_at,
            action=gettext_lazy("Talk about the proposal"),
            url=url(match_id),
        )


@prepared(town=UUIDField())
def _pressing(town: Given) -> QuerySet[Any]:
    kinds = [
        together(rows.filter(municipality=town), Count("pk"))
        for rows in (
            ContactRequest.objects.waiting(),
            CheckIn.objects.filter(late()),
            Answer.objects.filter(**TALKS),
            Match.objects.filter(Exists(TALKS_AFTER_TRIAL), status=MatchStatus.ACTIVE),
        )
    ]
    return kinds[0].union(*kinds[1:], all=True)


def pressing(municipality: Municipality) -> int:
    """Quiet requests, late check-ins and people who want to talk first, also after the trial, in one query."""
    return sum(number for (number,) in _pressing(town=municipality.pk))
