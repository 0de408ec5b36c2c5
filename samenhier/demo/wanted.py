"""Households for whom no group is found yet: they make the page of wanted groups speak."""

from collections.abc import Sequence
from random import Random

from municipalities.models import Municipality
from newcomers.enums import HouseholdStatus
from samenhier.accounts.models import User

from . import households, names

#: Numbers far from those of the others, so that no code name occurs twice.
FIRST, COUNT = 60, 8
LANGUAGE = "tir"


def still_waiting(*, town: Municipality, parts: Sequence[str], coordinator: User, random: Random) -> None:
    """Households that speak one language, more than the free groups can support."""
    spoken = [language for _name, language, _code in names.NEWCOMERS]
    numbers = (number for number in range(FIRST, 10 * FIRST) if spoken[number % len(spoken)] == LANGUAGE)
    for number, _place in zip(numbers, range(COUNT), strict=False):
        row = households.build_household(town, parts, number, HouseholdStatus.READY, coordinator, random)
        row.languages = [one for one in row.languages if one["code"] != "eng"]
        row.save(update_fields=["languages"])
