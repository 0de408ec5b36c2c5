"""Matches in words: states, moments, the trail. For pages of both sides and of staff."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from .enums import AnswerValue, MatchStatus, TrialOutcome, TrialValue

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
TRIAL_TONES = {TrialValue.GO_ON: "ok", TrialValue.STOP: "quiet", TrialValue.TALK: "wait"}
OUTCOME_TONES = {TrialOutcome.AGREED: "ok", TrialOutcome.STOPPED: "quiet", TrialOutcome.ENDED: "quiet"}

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
    "match.group_stepped_back": gettext_lazy("The group paused or stopped"),
    "match.more_time": gettext_lazy("More time to answer"),
    "match.answered": gettext_lazy("Answer received"),
    "match.agreed": gettext_lazy("Both sides said yes"),
    "match.lapsed": gettext_lazy("The time to answer passed"),
    "match.introduced": gettext_lazy("Introduced, names are open"),
    "match.first_meeting": gettext_lazy("First meeting written down"),
    "match.activated": gettext_lazy("The time together began"),
    "match.trial_asked": gettext_lazy("The trial is over, both sides choose"),
    "match.trial_chosen": gettext_lazy("Choice after the trial"),
    "match.trial_agreed": gettext_lazy("Agreed: both go on"),
    "match.trial_stopped": gettext_lazy("Stopped after the trial"),
    "match.end_moved": gettext_lazy("Planned end moved"),
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
    "match.trial_agreed": "ok",
    "match.trial_stopped": "quiet",
    "match.lapsed": "late",
    "match.member_left": "wait",
    "match.ended": "quiet",
}
