"""What a name may hold. Names go into mails to people who did not ask for them."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Begins at the start of a word only, so that a very long one costs one look and not one for each letter.
ADDRESS = re.compile(
    r"://|www\.|@|(?<![a-z0-9-])[a-z0-9-]{2,}\.(?:com|net|org|info|nl|eu|de|be|ru|cn|xyz|top|shop|site|online|link|click|io|me|co)\b",
    re.IGNORECASE,
)
MARKS = frozenset("<>{}[]\\|`\n\r\t")


def validate_plain_name(value: str) -> None:
    """Raise ValidationError when a name holds an address, mark-up or a line break, or no letter or digit at all."""
    if ADDRESS.search(value):
        raise ValidationError(
            _("A name holds no web address or e-mail address. Leave it out."), code="address"
        )
    if any(letter in MARKS for letter in value):
        raise ValidationError(_("Leave out signs like < and >."), code="marks")
    if not any(letter.isalnum() for letter in value):
        raise ValidationError(_("A name holds at least one letter."), code="empty_name")
