"""Which state of a group may follow which."""

from groups.enums import GroupStatus as S
from samenhier.core.transitions import Transitions

GROUP_STATES: Transitions[S] = Transitions(
    {
        S.FORMING: {
            S.SUBMITTED: "the group did its part and asks for approval",
            S.DECLINED: "the coordinator sees early that it will not fit",
            S.WITHDRAWN: "the last member left, or the contact person stopped it",
        },
        S.SUBMITTED: {
            S.APPROVED: "the coordinator visited and agrees",
            S.RETURNED: "the coordinator has a question",
            S.DECLINED: "the coordinator says no, with what is possible instead",
            S.WITHDRAWN: "the last member left, or the contact person stopped it",
        },
        S.RETURNED: {
            S.SUBMITTED: "the group answered and asks again",
            S.DECLINED: "the coordinator says no, with what is possible instead",
            S.WITHDRAWN: "the last member left, or the contact person stopped it",
        },
        S.APPROVED: {
            S.ON_HOLD: "the group became too small, or pauses",
            S.WITHDRAWN: "the last member left",
            S.CLOSED: "the group stops, or its coordinator ends it",
        },
        S.ON_HOLD: {
            S.APPROVED: "the group is large enough again, or its pause is over",
            S.WITHDRAWN: "the last member left",
            S.CLOSED: "the group stops, or its coordinator ends it",
        },
        S.DECLINED: {},
        S.WITHDRAWN: {},
        S.CLOSED: {},
    }
)
