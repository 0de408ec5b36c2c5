"""The statements of the outcome questions: one for each theme that the programme published about what it brings.

Our proposal, to be replaced by the programme's own questions, which are not public; see docs/figures.md. A statement that
changes its meaning gets a new code: answers under the old code stay what they were.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from .enums import Side

#: Below it nobody agrees, from it everybody does.
AGREES_FROM = 4
#: Five points; every statement is worded so that “yes” is what the programme hopes for.
SCALE: list[tuple[int, str | Promise]] = [
    (5, pgettext_lazy("scale", "Yes, completely")),
    (4, pgettext_lazy("scale", "Yes")),
    (3, pgettext_lazy("scale", "In between")),
    (2, pgettext_lazy("scale", "No")),
    (1, pgettext_lazy("scale", "No, not at all")),
]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: `text` as the person reads it, `theme` as the figures call it."""

    code: str
    side: Side
    theme: str | Promise
    text: str | Promise


STATEMENTS = (
    Statement(
        "at_home",
        Side.HOUSEHOLD,
        gettext_lazy("Feels at home"),
        gettext_lazy("I feel at home in the town where I live."),
    ),
    Statement(
        "company",
        Side.HOUSEHOLD,
        gettext_lazy("Less alone"),
        gettext_lazy("I have people to talk to and to do things with."),
    ),
    Statement(
        "dutch_contact",
        Side.HOUSEHOLD,
        gettext_lazy("Contact with Dutch people"),
        gettext_lazy("I often have contact with Dutch people."),
    ),
    Statement(
        "practical",
        Side.HOUSEHOLD,
        gettext_lazy("Practical support"),
        gettext_lazy("I know who can help me with practical things."),
    ),
    Statement(
        "finding_way",
        Side.HOUSEHOLD,
        gettext_lazy("Finds their way with letters and offices"),
        gettext_lazy("I can arrange things myself: with the municipality, the doctor or a letter."),
    ),
    Statement(
        "enriching",
        Side.GROUP,
        gettext_lazy("Enriches the volunteer"),
        gettext_lazy("Taking part in Samen Hier enriches my life."),
    ),
    Statement(
        "acquaintances",
        Side.GROUP,
        gettext_lazy("New acquaintances"),
        gettext_lazy("Through Samen Hier I get to know people whom I would not have met otherwise."),
    ),
    Statement(
        "giving_support",
        Side.GROUP,
        gettext_lazy("Able to give practical support"),
        gettext_lazy("I know how I can give practical support, and whom I can ask for help with it."),
    ),
    Statement(
        "recommends",
        Side.GROUP,
        gettext_lazy("Would recommend it"),
        gettext_lazy("I recommend others to take part in Samen Hier."),
    ),
)


def statements_for(side: Side | str) -> list[Statement]:
    """What this side is asked, in order."""
    return [one for one in STATEMENTS if one.side == side]
