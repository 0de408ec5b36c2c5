"""What this room adds to the newcomer's own page and to their own data."""

from collections.abc import Iterator
from typing import Any

from groups.models import GroupMember
from newcomers.models import Household
from newcomers.own_page import Block, Place

from .domain import private_notes
from .enums import MatchStatus, OutcomeStatus, Side
from .models import CheckIn, CheckInReport, ContactRequest, Match, OutcomeRespondent, OutcomeSurvey
from .queries import (
    choosing_now,
    current_match_of_household,
    open_check_ins,
    open_contact_request,
    open_outcomes,
    own_answer,
    own_trial_choice,
    trial_of,
)


def blocks(household: Household) -> Iterator[Block]:
    """A question about a group, the group itself, a check-in, and the quiet line."""
    match = current_match_of_household(household)
    if match is not None:
        yield Block(
            template="matches/own/block_match.html",
            context={
                "match": match,
                "met": match.names_are_open,
                "answer": own_answer(match, Side.HOUSEHOLD),
                "choosing": choosing_now(match, Side.HOUSEHOLD),
            },
            order=20,
            replaces_next=True,
        )
    if household.user is not None:
        for check_in in open_check_ins(household.user):
            yield Block(template="matches/own/block_check_in.html", context={"check_in": check_in}, order=10)
        # One at a time: the next one shows when this one is answered.
        outcomes = [row for row in open_outcomes(household.user) if row.side == Side.HOUSEHOLD]
        for survey in outcomes[:1]:
            yield Block(template="matches/own/block_outcome.html", context={"survey": survey}, order=15)
        yield Block(
            template="matches/own/block_contact.html",
            context={"asked": open_contact_request(household.user)},
            place=Place.HELP,
            order=10,
        )


def data(household: Household) -> dict[str, Any]:
    """What is held about the household in matches, as JSON-able values; groups by name, other people not at all."""
    matches = (
        Match.objects.filter(household=household, approved_at__isnull=False)
        .select_related("group", "trial")
        .order_by("created_at")
    )
    check_ins = (
        CheckIn.objects.filter(match__household=household, side=Side.HOUSEHOLD)
        .select_related("report")
        .order_by("due_on")
    )
    return {
        "matches": [
            {
                "group": match.group.name,
                "status": _status_for_household(match),
                "asked_at": match.approved_at,
                "own_answer": answer.value if (answer := own_answer(match, Side.HOUSEHOLD)) else None,
                "introduced_at": match.introduced_at,
                "first_meeting_at": match.first_meeting_at,
                "started_on": match.started_on,
                "planned_end": match.planned_end,
                "trial_until": trial.ends_on if (trial := trial_of(match)) else None,
                "own_choice_after_trial": choice.value
                if (choice := own_trial_choice(match, Side.HOUSEHOLD))
                else None,
                "ended_on": match.ended_on,
            }
            for match in matches
        ],
        "check_ins": [_check_in(row) for row in check_ins],
        "outcome_questions": [
            {"due_on": row.due_on, "answered_on": row.answered_on, "answers": row.answers}
            for row in OutcomeSurvey.objects.filter(
                respondent__in=OutcomeRespondent.objects.filter(
                    match__household=household, side=Side.HOUSEHOLD
                ).values("pk"),
                status=OutcomeStatus.ANSWERED,
            ).order_by("due_on")
        ],
        "contact_requests": [
            {"asked_at": row.created_at, "handled_at": row.handled_at}
            for row in ContactRequest.objects.filter(household=household).order_by("created_at")
        ],
    }


def member_data(member: GroupMember) -> dict[str, Any]:
    """What this member answered; nothing about the household or the other members."""
    reports = CheckInReport.objects.filter(
        answered_by=member.user_id, check_in__match__group=member.group_id, check_in__side=Side.GROUP
    ).select_related("check_in")
    keys = OutcomeRespondent.objects.filter(member=member).values("pk")
    return {
        "check_ins": [
            {
                "due_on": report.check_in.due_on,
                "answered_at": report.check_in.answered_at,
                "wellbeing": report.wellbeing,
                "meetings": report.meetings,
                "note": private_notes.unseal(report.note),
            }
            for report in reports.order_by("check_in__due_on")
        ],
        "outcome_questions": [
            {"due_on": row.due_on, "answered_on": row.answered_on, "answers": row.answers}
            for row in OutcomeSurvey.objects.filter(
                respondent__in=keys, status=OutcomeStatus.ANSWERED
            ).order_by("due_on")
        ],
        "contact_requests": [
            {"asked_at": row.created_at, "handled_at": row.handled_at}
            for row in ContactRequest.objects.filter(asked_by=member.user_id, side=Side.GROUP).order_by(
                "created_at"
            )
        ],
    }


def _status_for_household(match: Match) -> str:
    """The state without what the group answered: an agreement is still asking, and every no reads the same."""
    if match.status == MatchStatus.AGREED:
        return MatchStatus.ASKING.value
    if match.status in (MatchStatus.DECLINED, MatchStatus.LAPSED, MatchStatus.WITHDRAWN):
        return "not_now"
    return str(match.status)


def _check_in(row: CheckIn) -> dict[str, Any]:
    report = getattr(row, "report", None)
    return {
        "due_on": row.due_on,
        "status": row.status,
        "answered_at": row.answered_at,
        "wellbeing": report.wellbeing if report else None,
        "meetings": report.meetings if report else None,
        "note": private_notes.unseal(report.note) if report else "",
        "wants_contact": report.wants_contact if report else None,
    }
