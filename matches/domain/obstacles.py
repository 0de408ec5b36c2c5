"""What stands between two, rule by rule and in words."""

from collections.abc import Mapping
from typing import Any

from groups.models import SponsorGroup
from newcomers.models import Household
from samenhier.core.reference import WISHES

from .masks import FIRST_PART_BIT
from .pool import Sides, sides_of_pair
from .words import RuleInWords, blocked_in_words, blocked_rule_in_words

_NEAR = WISHES.codes().index("near")


def obstacles(household: Household, group: SponsorGroup) -> list[str]:
    """Why these two cannot be matched now, one sentence for each broken rule; empty when they can."""
    return [rule.problem for rule in blocking(household, group)]


def blocking(household: Household, group: SponsorGroup) -> list[RuleInWords]:
    """The same with what would help, rule by rule."""
    return broken_rules(sides_of_pair(household, group), 0, 0)


def broken_rules(sides: Sides, household: int, group: int) -> list[RuleInWords]:
    """What stands between two that were loaded, by position."""
    return [
        RuleInWords(
            problem=blocked_in_words(blocked.code, readable(blocked.data)),
            help=blocked_rule_in_words(blocked.code).help,
        )
        for blocked in sides.rulebook().blocking(household, group)
    ]


def readable(data: Mapping[str, Any]) -> dict[str, Any]:
    """Positions of parts of town become the wish they stand for, so that others know the list of wishes alone."""
    found = dict(data)
    for key in ("wishes", "unmet"):
        if key in found:
            found[key] = sorted({_NEAR if bit >= FIRST_PART_BIT else bit for bit in found[key]})
    return found
