"""What the card and the contact channel must satisfy. Pure: no table is read here."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samenhier.core import reference
from samenhier.core.errors import DomainError
from samenhier.core.forms.text import refuse_bsn, refuse_control_characters, tidy_digits

from .enums import Arrival, Channel

if TYPE_CHECKING:
    from .models import Household

MAX_ADULTS = 12
MAX_CHILDREN_PER_BAND = 9
MAX_LANGUAGES = 6
#: A card with fewer alike in its municipality may be recognised by who knows the family; the coordinator is told.
ENOUGH_ALIKE = 5

PHONE = re.compile(r"^\+?\d{7,15}$")

#: Fields of the card that hold codes, with their lists.
CODE_LISTS: dict[str, tuple[str, ...]] = {
    "goals": reference.GOALS.codes(),
    "interests": reference.INTERESTS.codes(),
    "wishes": reference.WISHES.codes(),
    "would_like": reference.WISHES.codes(),
    "availability": reference.SLOTS,
}
#: The words of the card; only staff type them.
TEXT_FIELDS = ("part_of_town", "referred_by", "urgency_reason")


def tidy_contact(channel: Channel | str, contact: str) -> str:
    """The contact as we keep it. Raises `DomainError` when it does not fit the channel.

    Phone numbers may be typed with digits of any script, spaces, dots, dashes and brackets.
    """
    contact = contact.strip()
    if channel == Channel.EMAIL:
        try:
            validate_email(contact)
        except ValidationError:
            raise DomainError(_("Fill in an e-mail address, for example name@example.nl.")) from None
        return contact
    number = re.sub(r"[\s().\-/]", "", tidy_digits(contact))
    if not PHONE.match(number):
        raise DomainError(_("Fill in a phone number, for example 06 1234 5678."))
    return number


def tidy_name(name: str) -> str:
    """The calling name without spaces around it; any script. `DomainError` when empty or unsafe."""
    name = name.strip()
    if not name or len(name) > 80:
        raise DomainError(
            _("Fill in the name that the newcomer wants to be called by, in at most 80 letters.")
        )
    check_text(name)
    return name


def check_text(text: str) -> None:
    """Raise `DomainError` when a text holds something like a BSN, or signs that cannot be shown."""
    try:
        refuse_control_characters(text)
        refuse_bsn(text)
    except ValidationError as problem:
        raise DomainError(problem.messages[0]) from None


def check_card(values: Mapping[str, Any]) -> None:
    """Check those fields of a card that `values` names.

    Raises `DomainError` for what a person can get wrong, ValueError for codes that no list knows.
    """
    if "adults" in values and not 1 <= values["adults"] <= MAX_ADULTS:
        raise DomainError(_("A household has 1 to %(most)s adults.") % {"most": MAX_ADULTS})
    for band, number in values.get("children", {}).items():
        if band not in reference.CHILD_BANDS.codes() or not 1 <= number <= MAX_CHILDREN_PER_BAND:
            raise ValueError(f"not a number of children: {band}: {number}")
    spoken = values.get("languages", [])
    if len(spoken) > MAX_LANGUAGES or len({one["code"] for one in spoken}) != len(spoken):
        raise DomainError(_("Choose each language once, and at most %(most)s.") % {"most": MAX_LANGUAGES})
    for one in spoken:
        if (
            one["code"] not in reference.LANGUAGES.codes()
            or one["level"] not in reference.LANGUAGE_LEVELS.codes()
        ):
            raise ValueError(f"not a language: {one}")
    if values.get("arrival", Arrival.UNKNOWN) not in Arrival.values:
        raise ValueError(f"not an arrival: {values['arrival']}")
    for field, known in CODE_LISTS.items():
        if unknown := set(values.get(field, ())) - set(known):
            raise ValueError(f"not in the list of {field}: {unknown}")
    for field in TEXT_FIELDS:
        check_text(values.get(field, ""))


def in_order(field: str, codes: Iterable[str]) -> list[str]:
    """Codes without doubles, in the order of their list."""
    chosen = set(codes)
    return [code for code in CODE_LISTS[field] if code in chosen]


#: What a household needs on its card before a group can be looked for, in words for a checklist.
NEEDED: dict[str, str | Promise] = {
    "languages": gettext_lazy("the languages that are spoken"),
    "goals": gettext_lazy("what they would like to do"),
    "availability": gettext_lazy("when they have time"),
}


def missing_on_card(household: "Household") -> list[str]:
    """The fields of `NEEDED` that are still empty."""
    return [field for field in NEEDED if not getattr(household, field)]
