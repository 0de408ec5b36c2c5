"""The life of a match as data: which state may follow which, and why."""

from matches.enums import MatchStatus as S
from matches.enums import OutcomeStatus as O
from samenhier.core.transitions import Transitions

MATCH: Transitions[S] = Transitions(
    {
        S.PROPOSED: {
            S.ASKING: "a coordinator approved the proposal",
            S.OFFERED: "a coordinator approved the proposal with a group of a neighbour municipality",
            S.WITHDRAWN: "set aside by a coordinator, a newer run or another match took its place, or the group stepped back",
        },
        S.OFFERED: {
            S.ASKING: "a coordinator of the group's own municipality agreed",
            S.WITHDRAWN: "the group's municipality said no, it was taken back, another match took its place, or the group stepped back",
        },
        S.ASKING: {
            S.AGREED: "both sides said yes",
            S.DECLINED: "one side said no",
            S.LAPSED: "the time to answer passed",
            S.WITHDRAWN: "a coordinator took it back, or the household withdrew",
        },
        S.AGREED: {
            S.INTRODUCED: "a coordinator approved the introduction",
            S.DECLINED: "one side changed its mind before the names were open",
            S.WITHDRAWN: "a coordinator took it back, or the household withdrew",
        },
        S.INTRODUCED: {
            S.ACTIVE: "the first meeting went well and the year began",
            S.ENDED: "it stopped before the year began",
        },
        S.ACTIVE: {S.ENDED: "the year is complete, or it ended early with care"},
        S.ENDED: {},
        S.DECLINED: {},
        S.LAPSED: {},
        S.WITHDRAWN: {},
    }
)

OUTCOME: Transitions[O] = Transitions(
    {
        O.PLANNED: {
            O.ANSWERED: "the person answered, or rather said nothing",
            O.CLOSED: "three weeks passed, or the match or the membership ended before",
        },
        O.ANSWERED: {},
        O.CLOSED: {},
    }
)
