"""The goals of a result, in the order in which they count. What each weighs stands in `weights.py`."""

from __future__ import annotations

from dataclasses import dataclass

from .rules import Sentence


@dataclass(frozen=True)
class Goal:
    """One goal: a later one is looked at only among results that are equal in all earlier ones.

    code  stable name;  sentence  {"nl": …, "en": …}
    """

    code: str
    sentence: Sentence


GOALS: tuple[Goal, ...] = (
    Goal(
        "urgent",
        {
            "nl": "Zo veel mogelijk urgente huishoudens krijgen een groep, de urgentste eerst. "
            "Een coördinator zegt wie urgent is, met een reden.",
            "en": "As many urgent households as possible get a group, the most urgent first. "
            "A coordinator says who is urgent, with a reason.",
        },
    ),
    Goal(
        "placed",
        {
            "nl": "Zo veel mogelijk huishoudens krijgen een groep.",
            "en": "As many households as possible get a group.",
        },
    ),
    Goal(
        "total",
        {
            "nl": "De koppels passen samen zo goed mogelijk: de hoogste som van de scores.",
            "en": "The pairs fit as well as possible together: the highest sum of the scores.",
        },
    ),
    Goal(
        "lottery",
        {
            "nl": "Zijn er meer uitkomsten die even goed zijn, dan loot de computer. "
            "Het lot wordt bewaard, zodat iedereen de loting kan naspelen.",
            "en": "If several results are equally good, the computer draws lots. "
            "The lot is kept, so that anybody can repeat the draw.",
        },
    ),
)
"""All goals, first things first."""
