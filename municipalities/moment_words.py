"""Moments of a policy in words: W2, M3, S."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def moment_in_words(moment: str) -> str:
    """S is “at the start”, W2 “after 2 weeks”, M3 “after 3 months”."""
    if moment == "S":
        return _("at the start")
    number = int(moment[1:])
    if moment.startswith("W"):
        return ngettext("after %(number)s week", "after %(number)s weeks", number) % {"number": number}
    return ngettext("after %(number)s month", "after %(number)s months", number) % {"number": number}
