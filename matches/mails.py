"""The messages about matches. None holds a word about the other party: they say that something waits, and link."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samenhier.notifications.kinds import Kind, OnDoubt, register

from .enums import NAMES_OPEN, AnswerValue, CheckInStatus, MatchStatus, OutcomeStatus
from .models import Answer, CheckIn, Match, OutcomeSurvey, Trial, TrialChoice

#: One side of each reader may be a newcomer.
LANGUAGES = frozenset({"nl", "en", "ar"})


def _still_asking(context: Mapping[str, Any]) -> bool:
    return Match.objects.filter(pk=context["match_id"], status=MatchStatus.ASKING).exists()


def _still_unanswered(context: Mapping[str, Any]) -> bool:
    answered = Answer.objects.filter(match=context["match_id"], side=context["side"], value=AnswerValue.YES)
    return _still_asking(context) and not answered.exists()


def _still_recorded(context: Mapping[str, Any]) -> bool:
    return Answer.objects.filter(
        match=context["match_id"], side=context["side"], value=context["value"], recorded_by__isnull=False
    ).exists()


def _names_still_open(context: Mapping[str, Any]) -> bool:
    return Match.objects.filter(pk=context["match_id"], status__in=NAMES_OPEN).exists()


def _still_meeting(context: Mapping[str, Any]) -> bool:
    return Match.objects.filter(
        pk=context["match_id"], status__in=NAMES_OPEN, first_meeting_at=context["at"]
    ).exists()


def _still_ends_then(context: Mapping[str, Any]) -> bool:
    return Match.objects.active().filter(pk=context["match_id"], planned_end=context["planned_end"]).exists()


def _still_choosing(context: Mapping[str, Any]) -> bool:
    chosen = TrialChoice.objects.filter(match=context["match_id"], side=context["side"])
    return Trial.objects.choosing().filter(match=context["match_id"]).exists() and not chosen.exists()


def _still_in_time_to_choose(context: Mapping[str, Any]) -> bool:
    in_time = Trial.objects.filter(match=context["match_id"], choose_by__gt=timezone.now())
    return _still_choosing(context) and in_time.exists()


def _choice_still_recorded(context: Mapping[str, Any]) -> bool:
    return TrialChoice.objects.filter(
        match=context["match_id"], side=context["side"], value=context["value"], recorded_by__isnull=False
    ).exists()


def _still_planned(context: Mapping[str, Any]) -> bool:
    return CheckIn.objects.filter(
        pk=context["check_in_id"], status=CheckInStatus.PLANNED, match__status=MatchStatus.ACTIVE
    ).exists()


def _still_to_answer(context: Mapping[str, Any]) -> bool:
    return OutcomeSurvey.objects.filter(pk=context["survey_id"], status=OutcomeStatus.PLANNED).exists()


def _still_offered(context: Mapping[str, Any]) -> bool:
    return Match.objects.filter(pk=context["match_id"], status=MatchStatus.OFFERED).exists()


#: Both sides: a proposal waits for an answer. A double could press; a person decides when in doubt.
PROPOSAL = register(
    Kind(
        code="matches.proposal",
        label=_("proposal of a match"),
        fields=frozenset({"match_id", "side", "answer_by"}),
        still_wanted=_still_asking,
        languages=LANGUAGES,
        sample={"side": "household", "answer_by": "2026-12-08"},
    )
)
ANSWER_REMINDER = register(
    Kind(
        code="matches.answer_reminder",
        label=_("reminder to answer a proposal"),
        fields=frozenset({"match_id", "side", "answer_by"}),
        still_wanted=_still_unanswered,
        languages=LANGUAGES,
        sample={"side": "household", "answer_by": "2026-12-08"},
    )
)
#: A coordinator wrote down what this side said by phone or face to face: who did not say it can tell us at once.
ANSWER_RECORDED = register(
    Kind(
        code="matches.answer_recorded",
        label=_("answer written down by a coordinator"),
        fields=frozenset({"match_id", "side", "value"}),
        still_wanted=_still_recorded,
        languages=LANGUAGES,
        sample={"side": "household", "value": "yes"},
    )
)
#: Declined by the other side, lapsed, or taken back: the same kind words, so that nobody can tell which.
NOT_NOW = register(
    Kind(
        code="matches.not_now",
        label=_("message that a proposal does not go on"),
        fields=frozenset({"match_id", "side"}),
        languages=LANGUAGES,
        sample={"side": "household"},
    )
)
INTRODUCED = register(
    Kind(
        code="matches.introduced",
        label=_("introduction of a match"),
        fields=frozenset({"match_id", "side"}),
        on_doubt=OnDoubt.RESEND,
        still_wanted=_names_still_open,
        languages=LANGUAGES,
        sample={"side": "household"},
    )
)
#: The first meeting was planned or moved. `set_at` is when: back to an earlier moment is news too.
FIRST_MEETING = register(
    Kind(
        code="matches.first_meeting",
        label=_("moment of the first meeting"),
        fields=frozenset({"match_id", "side", "at", "changed", "set_at"}),
        on_doubt=OnDoubt.RESEND,
        still_wanted=_still_meeting,
        languages=LANGUAGES,
        sample={"side": "household", "at": "2026-12-08T18:30:00+00:00", "changed": False},
    )
)
CHECK_IN = register(
    Kind(
        code="matches.check_in",
        label=_("check-in"),
        fields=frozenset({"check_in_id", "side", "number"}),
        still_wanted=_still_planned,
        languages=LANGUAGES,
        sample={"side": "household"},
    )
)
#: Each person by itself. A double is harmless, and nobody should have to decide about a voluntary question.
OUTCOME = register(
    Kind(
        code="matches.outcome",
        label=_("outcome questions"),
        fields=frozenset({"match_id", "survey_id", "side", "number"}),
        on_doubt=OnDoubt.RESEND,
        still_wanted=_still_to_answer,
        languages=LANGUAGES,
        sample={"side": "household", "number": 1},
    )
)
#: After the trial: both sides choose again, each in private.
TRIAL_CHOICE = register(
    Kind(
        code="matches.trial_choice",
        label=_("question after the trial"),
        fields=frozenset({"match_id", "side", "choose_by"}),
        still_wanted=_still_choosing,
        languages=LANGUAGES,
        sample={"side": "household", "choose_by": "2026-12-08"},
    )
)
#: To a side that has not chosen; it says nothing about the other one.
TRIAL_REMINDER = register(
    Kind(
        code="matches.trial_reminder",
        label=_("reminder to choose after the trial"),
        fields=frozenset({"match_id", "side", "choose_by"}),
        still_wanted=_still_in_time_to_choose,
        languages=LANGUAGES,
        sample={"side": "household", "choose_by": "2026-12-08"},
    )
)
TRIAL_RECORDED = register(
    Kind(
        code="matches.trial_recorded",
        label=_("choice written down by a coordinator"),
        fields=frozenset({"match_id", "side", "value"}),
        still_wanted=_choice_still_recorded,
        languages=LANGUAGES,
        sample={"side": "household", "value": "go_on"},
    )
)
TRIAL_AGREED = register(
    Kind(
        code="matches.trial_agreed",
        label=_("message that both go on"),
        fields=frozenset({"match_id", "side"}),
        on_doubt=OnDoubt.RESEND,
        still_wanted=_names_still_open,
        languages=LANGUAGES,
        sample={"side": "household"},
    )
)
#: The planned end was moved; `set_at` as with the first meeting.
END_MOVED = register(
    Kind(
        code="matches.end_moved",
        label=_("message that the planned end moved"),
        fields=frozenset({"match_id", "side", "planned_end", "set_at"}),
        on_doubt=OnDoubt.RESEND,
        still_wanted=_still_ends_then,
        languages=LANGUAGES,
        sample={"side": "household", "planned_end": "2027-03-08"},
    )
)
ENDED = register(
    Kind(
        code="matches.ended",
        label=_("message that a match ended"),
        fields=frozenset({"match_id", "side", "how"}),
        languages=LANGUAGES,
        sample={"side": "household", "how": "planned"},
    )
)
#: For staff, so in a room of their own: the rest of this one is also for newcomers, in their languages.
#: To the coordinators of a group's own town: a neighbour would like this group for one of its households.
GROUP_ASKED = register(
    Kind(
        code="neighbours.group_asked",
        label=_("question about a group for a neighbour municipality"),
        fields=frozenset({"match_id", "group_name", "place", "url"}),
        on_doubt=OnDoubt.RESEND,
        still_wanted=_still_offered,
    )
)
#: To the coordinator who asked: what the neighbour said.
TOWN_ANSWERED = register(
    Kind(
        code="neighbours.town_answered",
        label=_("answer of a neighbour municipality"),
        fields=frozenset({"match_id", "group_name", "place", "value", "url"}),
        on_doubt=OnDoubt.RESEND,
        sample={"value": "yes"},
    )
)
