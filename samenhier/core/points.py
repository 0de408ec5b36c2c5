"""The fixed budget of points of each side: “what matters most to you?”

Points are kept as {criterion code: number}, without zeros. More points make a criterion weigh more for the side that
gave them, and for that side alone; who gives none lets the municipality's weights speak.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .errors import DomainError
from .reference import CRITERIA

#: As `matches.engine.profiles.BUDGET`; a test keeps them equal.
BUDGET = 10
MOST_ON_ONE = 5


def tidy_points(points: Mapping[str, int]) -> dict[str, int]:
    """Without zeros, in the order of the criteria.

    Raises `DomainError` when they are more than the budget, ValueError for codes or numbers that no form can give.
    """
    if unknown := set(points) - set(CRITERIA.codes()):
        raise ValueError(f"not criteria: {sorted(unknown)}")
    for code, number in points.items():
        if type(number) is not int or not 0 <= number <= MOST_ON_ONE:
            raise ValueError(f"not a number of points: {code}: {number!r}")
    if refusal := too_many(sum(points.values())):
        raise DomainError(refusal)
    return {code: points[code] for code in CRITERIA.codes() if points.get(code)}


def too_many(given: int) -> str:
    """What to say when more points were given than there are; empty when there were enough."""
    if given <= BUDGET:
        return ""
    return _("You gave %(given)s points. Give %(fewer)s fewer.") % {
        "given": given,
        "fewer": given - BUDGET,
    }


def number_of_points(number: int) -> str:
    """“4 points” in the reader's language."""
    return ngettext("%(number)s point", "%(number)s points", number) % {"number": number}


def in_words(points: Mapping[str, int], lines: Mapping[str, str | Promise] | None = None) -> list[str]:
    """Each criterion that got points, most points first. `lines`: what the criteria are called for this reader."""
    given = [(code, points[code]) for code in CRITERIA.codes() if points.get(code)]
    return [
        f"{lines[code] if lines else CRITERIA.label(code)}: {number_of_points(number)}"
        for code, number in sorted(given, key=lambda one: -one[1])
    ]
