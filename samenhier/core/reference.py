"""Reference lists: what people choose from, with translations. Never free text, never a trait.

The order is part of the meaning: the place of a code is its bit in the matching engine's masks. Add at the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import repeat
from operator import or_
from unicodedata import combining, normalize

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Option:
    """One choice: a stable code and a label in the reader's language."""

    code: str
    label: str | Promise


class Options(tuple[Option, ...]):
    """A list of options that knows its codes, labels and bits."""

    def choices(self) -> list[tuple[str, str | Promise]]:
        """For a form field."""
        return [(option.code, option.label) for option in self]

    def codes(self) -> tuple[str, ...]:
        """All codes, in bit order."""
        return tuple(option.code for option in self)

    def label(self, code: str) -> str:
        """The label of a code; the code itself when the list no longer holds it."""
        return next((str(option.label) for option in self if option.code == code), code)

    def labels(self, codes: Iterable[str]) -> list[str]:
        """Labels in the list's own order, whatever order they were stored in."""
        chosen = set(codes)
        return [str(option.label) for option in self if option.code in chosen]

    def mask(self, codes: Iterable[str]) -> int:
        """The codes as a bit mask; unknown codes are left out."""
        return reduce(or_, map(self._bits.get, codes, repeat(0)), 0)

    @cached_property
    def _bits(self) -> dict[str, int]:
        return {option.code: 1 << bit for bit, option in enumerate(self)}


def _options(*pairs: tuple[str, str | Promise]) -> Options:
    return Options(Option(code, label) for code, label in pairs)


# ISO 639-3
LANGUAGES = _options(
    ("nld", _("Dutch")),
    ("eng", _("English")),
    ("arb", _("Arabic")),
    ("tir", _("Tigrinya")),
    ("tur", _("Turkish")),
    ("kmr", _("Kurdish (Kurmanji)")),
    ("ckb", _("Kurdish (Sorani)")),
    ("som", _("Somali")),
    ("pes", _("Persian (Farsi)")),
    ("prs", _("Dari")),
    ("ukr", _("Ukrainian")),
    ("rus", _("Russian")),
    ("pus", _("Pashto")),
    ("fra", _("French")),
    ("spa", _("Spanish")),
    ("deu", _("German")),
    ("amh", _("Amharic")),
    ("swa", _("Swahili")),
)


def language_choices(*, dutch: bool = True) -> list[tuple[str, str]]:
    """The languages for a form field, by name in the reader's language: they look for theirs by its name.

    Give it to a field as a callable, so that each page has its own order. `dutch=False` leaves out Dutch.
    """
    named = [(option.code, str(option.label)) for option in LANGUAGES if dutch or option.code != "nld"]
    return sorted(named, key=lambda choice: _by_name(choice[1]))


def _by_name(label: str) -> str:
    return "".join(sign for sign in normalize("NFKD", label.casefold()) if not combining(sign))


LANGUAGE_LEVELS = _options(("basic", _("a little")), ("intermediate", _("reasonably")), ("fluent", _("well")))
INTERESTS = _options(
    ("cooking", _("cooking and eating together")),
    ("walking", _("walking")),
    ("cycling", _("cycling")),
    ("football", _("football")),
    ("sport", _("other sport")),
    ("music", _("music and singing")),
    ("crafts", _("making things by hand")),
    ("garden", _("gardening")),
    ("games", _("board games and chess")),
    ("reading", _("reading and stories")),
    ("culture", _("museums and theatre")),
    ("nature", _("nature and animals")),
    ("film", _("film and series")),
    ("technology", _("computers and technology")),
    ("children", _("doing things with children")),
)
# What a household may want and a group may offer: one list, two sides.
GOALS = _options(
    ("dutch", _("practising Dutch")),
    ("town", _("getting to know the town")),
    ("people", _("meeting people")),
    ("letters", _("understanding letters")),
    ("work", _("thinking along about work")),
    ("study", _("thinking along about study")),
    ("school", _("finding the way at school")),
    ("sport", _("finding a sports club")),
    ("leisure", _("doing nice things together")),
    ("practical", _("odd jobs in the house")),
    ("cycling", _("learning to cycle")),
    ("digital", _("arranging things online")),
)
# Wishes of a household, answered by what a group can promise. As conditions, or as what would be nice.
WISHES = _options(
    ("women_only", _("only women in the group")),
    ("step_free", _("a place to meet without steps")),
    ("no_pets", _("no pets where we meet")),
    ("no_alcohol", _("no alcohol when we meet")),
    ("evenings_only", _("only evenings and weekends")),
    ("near", _("in our own part of town")),
)
DAYS = _options(
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
    ("sat", _("Saturday")),
    ("sun", _("Sunday")),
)
PARTS_OF_DAY = _options(("morning", _("morning")), ("afternoon", _("afternoon")), ("evening", _("evening")))
# 21 slots; the code is day_part, such as "wed_evening".
SLOTS: tuple[str, ...] = tuple(f"{day.code}_{part.code}" for day in DAYS for part in PARTS_OF_DAY)
# What may count when two sides are brought together, in the order of the engine.
CRITERIA = _options(
    ("languages", _("speaking the same language")),
    ("interests", _("liking the same things")),
    ("goals", _("what they would like and what the group can do")),
    ("availability", _("having time at the same moments")),
    ("place", _("living close to each other")),
    ("children", _("children of the same age")),
    ("programme", _("before or after arrival in the town")),
    ("wishes", _("what would be nice, beside the conditions")),
)
CHILD_BANDS = _options(("0-3", _("0–3 years")), ("4-11", _("4–11 years")), ("12-17", _("12–17 years")))


def slot_label(code: str) -> str:
    """“Wednesday evening” in the reader's language."""
    day, _sep, part = code.partition("_")
    return f"{DAYS.label(day)} {PARTS_OF_DAY.label(part)}"
