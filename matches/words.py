"""Matches in words: states, moments, the trail. For pages of both sides and of staff."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .enums import AnswerValue, CheckInStatus, MatchStatus

#: Tone of the tag of a state; see docs/look.md.
TONES = {
    MatchStatus.PROPOSED: "neutral",
    MatchStatus.OFFERED: "wait",
    MatchStatus.ASKING: "wait",
    MatchStatus.AGREED: "wait",
    MatchStatus.INTRODUCED: "ok",
    MatchStatus.ACTIVE: "ok",
    MatchStatus.ENDED: "quiet",
    MatchStatus.DECLINED: "quiet",
    MatchStatus.LAPSED: "quiet",
    MatchStatus.WITHDRAWN: "quiet",
}
ANSWER_TONES = {AnswerValue.YES: "ok", AnswerValue.NO: "quiet", AnswerValue.TALK: "wait"}

#: What stands in the trail of a match, by the code of the act.
TRAIL: dict[str, str | Promise] = {
    "match.proposed": gettext_lazy("Proposed by a matching run"),
    "match.chosen": gettext_lazy("Chosen by hand"),
    "match.choice_ended": gettext_lazy("No longer possible, so set aside by the next matching run"),
    "match.replaced": gettext_lazy("Another pair was chosen by hand"),
    "match.approved": gettext_lazy("Proposal approved, both sides asked"),
    "match.offered": gettext_lazy("Approved, the group's municipality is asked"),
    "match.town_agreed": gettext_lazy("The group's municipality agreed"),
    "match.town_refused": gettext_lazy("The group's municipality did not agree"),
    "match.no_longer_open": gettext_lazy("The municipalities are no longer open to each other"),
    "match.set_aside": gettext_lazy("Set aside"),
    "match.rival_approved": gettext_lazy("Another match took its place"),
    "match.household_withdrew": gettext_lazy("The household stopped"),
    "match.more_time": gettext_lazy("More time to answer"),
    "match.answered": gettext_lazy("Answer received"),
    "match.agreed": gettext_lazy("Both sides said yes"),
    "match.lapsed": gettext_lazy("The time to answer passed"),
    "match.introduced": gettext_lazy("Introduced, names are open"),
    "match.first_meeting": gettext_lazy("First meeting written down"),
    "match.activated": gettext_lazy("The time together began"),
    "match.builder_chosen": gettext_lazy("Community builder chosen"),
    "match.member_left": gettext_lazy("A member of the group left"),
    "match.opened_to_members": gettext_lazy("Name opened to new members of the group"),
    "match.ended": gettext_lazy("Ended"),
    "match.anonymised": gettext_lazy("Only what the figures count is left"),
    "check_in.answered": gettext_lazy("Check-in answered"),
    "check_in.note_read": gettext_lazy("Note of a check-in read"),
}
TRAIL_TONES = {
    "match.chosen": "wait",
    "match.town_agreed": "ok",
    "match.agreed": "ok",
    "match.introduced": "ok",
    "match.activated": "ok",
    "match.lapsed": "late",
    "match.member_left": "wait",
    "match.ended": "quiet",
}

#: How it goes, 1 to 5.
WELLBEING: list[tuple[int, str | Promise]] = [
    (5, gettext_lazy("Very well")),
    (4, gettext_lazy("Well")),
    (3, gettext_lazy("So-so")),
    (2, gettext_lazy("Not so well")),
    (1, gettext_lazy("Not well")),
]
#: How often they met since the last check-in.
MEETINGS: list[tuple[int, str | Promise]] = [
    (0, gettext_lazy("Not yet")),
    (1, gettext_lazy("Once")),
    (2, gettext_lazy("Twice")),
    (3, gettext_lazy("Three times or more")),
]


def moment_in_words(moment: str) -> str:
    """W2 is “after 2 weeks”, M3 “after 3 months”."""
    number = int(moment[1:])
    if moment.startswith("W"):
        return ngettext("after %(number)s week", "after %(number)s weeks", number) % {"number": number}
    return ngettext("after %(number)s month", "after %(number)s months", number) % {"number": number}


def check_in_state(status: str, *, is_late: bool, is_due: bool) -> tuple[str, str]:
    """Word and tone of the state of a check-in."""
    if status == CheckInStatus.ANSWERED:
        return _("answered"), "ok"
    if status == CheckInStatus.CANCELLED:
        return _("no longer needed"), "quiet"
    if is_late:
        return _("late"), "late"
    if is_due:
        return _("waiting for an answer"), "wait"
    return _("planned"), "neutral"
