"""Matches through their life: lists by phase, answers, and what happened."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from groups.models import GroupMember
from matches import words
from matches.domain.words import blocked_rule_in_words
from matches.enums import OPEN_STATUSES, AnswerValue, CheckInStatus, MatchStatus, Side, TrialValue
from matches.models import Answer, Match
from municipalities.models import Municipality
from newcomers.models import DisclosureGrant
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent
from samenhier.core.look.words import in_words as date_in_words

from .check_ins import CheckInRow
from .prices import PriceWords

#: Filters of the list of matches: name in the address and the states it shows.
PHASES: dict[str, list[MatchStatus]] = {
    "now": [MatchStatus.OFFERED, *OPEN_STATUSES],
    "asking": [MatchStatus.OFFERED, MatchStatus.ASKING, MatchStatus.AGREED],
    "active": [MatchStatus.INTRODUCED, MatchStatus.ACTIVE],
    "over": [MatchStatus.ENDED, MatchStatus.DECLINED, MatchStatus.LAPSED],
}


def matches_of(user: User, municipality: Municipality, phase: str = "now", *, named: str = "") -> Any:
    """Matches of a town that the user may see, in one phase, the newest step first.

    `named`: a part of the name of one of the two; then those of every phase.
    """
    rows = Match.objects.visible_in(municipality, user)
    every = [status for statuses in PHASES.values() for status in statuses]
    if named:
        rows = rows.filter(Q(household__code_name__icontains=named) | Q(group__name__icontains=named))
    return (
        rows.filter(status__in=every if named else PHASES.get(phase, PHASES["now"]))
        .select_related("household", "group", "group_municipality", "builder")
        .order_by("-created_at", "pk")
    )


def guided_matches(user: User, municipality: Municipality) -> Any:
    """The matches that a community builder guides, those that go on first, with the number of late check-ins."""
    late = Q(check_ins__status=CheckInStatus.PLANNED, check_ins__escalated_at__isnull=False)
    return (
        Match.objects.visible_in(municipality, user)
        .filter(builder=user.pk, approved_at__isnull=False)
        .select_related("household", "group")
        .annotate(late=Count("check_ins", filter=late), is_over=Q(closed_at__isnull=False))
        .order_by("is_over", "-started_on", "-created_at", "pk")
    )


def phase_counts(user: User, municipality: Municipality) -> dict[str, int]:
    """How many matches each filter shows, in one query."""
    counted: dict[str, int] = Match.objects.visible_in(municipality, user).aggregate(
        **{phase: Count("pk", filter=Q(status__in=statuses)) for phase, statuses in PHASES.items()}
    )
    return counted


def answers_of(match: Match) -> dict[str, Answer | None]:
    """What each side answered, for the coordinator."""
    given = {answer.side: answer for answer in match.answers.select_related("answered_by", "recorded_by")}
    return {side.value: given.get(side.value) for side in Side}


def timeline(
    match: Match,
    check_ins: Iterable[CheckInRow] = (),
    *,
    answers: bool = True,
    price: PriceWords | None = None,
    limit: int = 100,
) -> list[dict[str, Any]]:
    """What happened in this match and its check-ins, newest first, for the timeline component. Two queries.

    It names staff only: who acted for a side shows as that side. Without `answers` it leaves out what a side answered,
    which is for coordinators alone; so is the `price` of a choice by hand, which names other households.
    """
    subjects = [match.pk, *(row.check_in.pk for row in check_ins)]
    found = AuditEvent.objects.filter(subject_id__in=subjects)
    if match.is_across:
        # Acts between two towns stand in the trail of each.
        found = found.exclude(municipality_id=match.group_municipality_id)
    if not answers:
        found = found.exclude(action__in=["match.answered", "match.trial_chosen"])
    events = list(found.order_by("-id")[:limit])
    staff = dict(
        User.objects.filter(
            pk__in={event.actor_id for event in events if event.actor_id},
            memberships__municipality=match.municipality_id,
        ).values_list("pk", "name")
    )
    shown: list[dict[str, Any]] = [
        {
            "moment": event.at,
            "title": words.TRAIL.get(event.action, event.action),
            "text": _explained(event, price),
            "by": staff.get(event.actor_id, "") if event.actor_id else "",
            "tone": words.TRAIL_TONES.get(event.action, "neutral"),
        }
        for event in events
    ]
    if match.run_id is not None and len(events) < limit:
        # A run writes one line in the trail for all its proposals.
        shown.append({"moment": match.created_at, "title": words.TRAIL["match.proposed"], "tone": "neutral"})
    return shown


def members_without_name(match: Match) -> list[str]:
    """First names of present members who cannot open the household's name: they joined after the introduction."""
    opened = DisclosureGrant.objects.open().filter(household=match.household_id).values("reader_id")
    return list(
        GroupMember.objects.present()
        .filter(group=match.group_id)
        .exclude(user__in=opened)
        .order_by("responded_at", "pk")
        .values_list("name", flat=True)
    )


def _explained(event: AuditEvent, price: PriceWords | None) -> str:
    if event.action == "match.chosen" and price is not None:
        return format_html("{}<br>{}", event.reason, price.in_short)
    if event.action == "match.choice_ended":
        problems = (capfirst(blocked_rule_in_words(code).problem) for code in event.detail["rules"])
        return " ".join(f"{problem}." for problem in problems)
    if event.action == "match.end_moved":
        until = date_in_words(date.fromisoformat(event.detail["to"]), style="day")
        return _("Until %(day)s. %(reason)s") % {"day": until, "reason": event.reason}
    side = event.detail.get("side")
    said = str(Side(side).label) if side in Side.values else ""
    if event.action == "match.answered" and event.detail.get("value") in AnswerValue.values:
        return f"{said}: {AnswerValue(event.detail['value']).label}"
    if event.action == "match.trial_chosen" and event.detail.get("value") in TrialValue.values:
        return f"{said}: {TrialValue(event.detail['value']).label}"
    if event.action == "check_in.answered":
        return said
    return event.reason
