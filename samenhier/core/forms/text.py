"""What free text may hold."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Spaces of any width, dots and dashes, as people and word processors put them between digits.
_BETWEEN = r"[ .\-\t\u00a0\u2000-\u200d\u202f\u2060\u2010-\u2015\u2212]"
# Nine digits, as a whole or with one or two of those between them, not part of a longer number.
NINE_DIGITS = re.compile(
    rf"(?<!\d)(?<!\d{_BETWEEN})(?<!\d{_BETWEEN}{_BETWEEN})(?<!\+)\d(?:{_BETWEEN}{{0,2}}\d){{8}}(?!{_BETWEEN}{{0,2}}\d)"
)
LINE_ENDS = frozenset("\t\n\r")
# These turn the order of letters around and can make a text look like another one.
ORDER_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy_digits(text: str) -> str:
    """Digits of any script (Arabic, Persian, …) as 0 to 9; all else as it was."""
    return "".join(
        str(unicodedata.digit(letter, letter)) if letter.isdecimal() else letter for letter in text
    )


def refuse_control_characters(value: str) -> None:
    """Raise ValidationError for NUL, control characters and marks that turn the order of letters around."""
    for letter in str(value):
        if letter in ORDER_MARKS or (letter not in LINE_ENDS and unicodedata.category(letter) == "Cc"):
            raise ValidationError(
                _("This text holds a sign that cannot be shown. Type the text again, without copying it."),
                code="control_characters",
            )


def is_bsn(digits: str) -> bool:
    """The eleven-test on nine digits: the citizen service number (BSN) passes it."""
    numbers = [int(digit) for digit in digits]
    total = (
        sum(weight * number for weight, number in zip(range(9, 1, -1), numbers, strict=False)) - numbers[8]
    )
    return total % 11 == 0 and any(numbers)


def refuse_bsn(value: str) -> None:
    """Raise ValidationError when a text holds what may be a BSN: we never keep those."""
    for found in NINE_DIGITS.finditer(tidy_digits(str(value))):
        if is_bsn(re.sub(r"\D", "", found.group())):
            raise ValidationError(
                _("This looks like a BSN. We do not need it and may not keep it. Leave the number out."),
                code="bsn",
            )
