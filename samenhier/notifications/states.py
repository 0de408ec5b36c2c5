"""Which state of a message may follow which."""

from samenhier.core.transitions import Transitions

from .models import State

#: What a person may decide.
DECISIONS: Transitions[State] = Transitions(
    {
        State.UNCERTAIN: {
            State.SENT: "a person counts it as sent",
            State.PENDING: "a person sends it again",
        },
        State.FAILED: {
            State.PENDING: "a person sends it again",
            State.CANCELLED: "a person lets it go",
        },
    }
)

#: Everything that may happen to a message.
MESSAGE_STATES: Transitions[State] = Transitions(
    {
        **DECISIONS.arrows,
        State.PENDING: {State.CLAIMED: "a worker takes it"},
        State.RETRY: {State.CLAIMED: "a worker takes it again"},
        State.CLAIMED: {
            State.HANDED_OVER: "the relay is about to get the text",
            State.PENDING: "the worker stopped, or the relay is away",
            State.RETRY: "the relay refused for now",
            State.FAILED: "the relay refused for good, or nothing can be written",
            State.CANCELLED: "no longer wanted, or the person is gone",
        },
        State.HANDED_OVER: {
            State.SENT: "the relay took it",
            State.RETRY: "the relay refused for now, or a second copy does no harm",
            State.FAILED: "the relay refused for good",
            State.UNCERTAIN: "nobody knows whether it left",
        },
        State.SENT: {},
        State.CANCELLED: {},
    }
)
