"""First words for the coordinator's messages, to change before sending."""

from django.utils.translation import gettext as _


def approval() -> str:
    """With an approval."""
    return _(
        "It was good to meet you. You are approved: welcome! We now look for a household that fits you. "
        "As soon as there is a proposal you hear from us, and you choose yourselves."
    )


def question() -> str:
    """With a question; the coordinator completes the sentence."""
    return (
        _("Thank you for everything you filled in. Before we go on we would like to know one thing:") + "\n\n"
    )


def refusal() -> str:
    """With a no: thanks, why, and what is possible instead."""
    return (
        _(
            "Thank you for wanting to welcome somebody. We talked about it and decided not to go on with your group now."
        )
        + "\n\n"
        + _(
            "That says nothing about you as people. There are other ways to take part: come to a language evening, "
            "join another group, or try again later. Call us, then we look at it together."
        )
    )


def farewell() -> str:
    """With the end of a group: thanks, and that they are welcome again."""
    return _(
        "Thank you for what you did as a group. As we agreed, your group now stops. "
        "Would you like to take part again later? Call us, you are always welcome."
    )
