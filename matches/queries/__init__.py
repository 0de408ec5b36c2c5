"""What the pages of matching read. Every read starts from `visible_to`."""

from .cards import GroupWords, group_in_words, with_cards
from .check_ins import (
    CheckInRow,
    Moment,
    as_row,
    by_moment,
    check_ins_in_town,
    check_ins_of,
    contact_requests,
    names_of_askers,
)
from .lives import PHASES, answers_of, guided_matches, matches_of, phase_counts, timeline
from .own import (
    current_match_of_household,
    current_matches_of_groups,
    next_check_ins,
    open_check_ins,
    open_contact_request,
    own_answer,
    own_answers,
)
from .paging import page_of
from .proposals import (
    Alternative,
    LeftOver,
    Proposal,
    Reason,
    Workbench,
    alternatives,
    as_proposal,
    free_groups,
    waiting_households,
    workbench,
)

__all__ = [
    "PHASES",
    "Alternative",
    "CheckInRow",
    "GroupWords",
    "LeftOver",
    "Moment",
    "Proposal",
    "Reason",
    "Workbench",
    "alternatives",
    "answers_of",
    "as_proposal",
    "as_row",
    "by_moment",
    "check_ins_in_town",
    "check_ins_of",
    "contact_requests",
    "current_match_of_household",
    "current_matches_of_groups",
    "free_groups",
    "group_in_words",
    "guided_matches",
    "matches_of",
    "names_of_askers",
    "next_check_ins",
    "open_check_ins",
    "open_contact_request",
    "own_answer",
    "own_answers",
    "page_of",
    "phase_counts",
    "timeline",
    "waiting_households",
    "with_cards",
    "workbench",
]
