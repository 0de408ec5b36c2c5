"""A check-in in words: its answers and its state, as both sides read them; newcomers in Arabic too."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .enums import CheckInStatus

#: How it goes, 1 to 5.
WELLBEING: list[tuple[int, str | Promise]] = [
    (5, gettext_lazy("Very well")),
    (4, gettext_lazy("Well")),
    (3, gettext_lazy("So-so")),
    (2, gettext_lazy("Not so well")),
    (1, gettext_lazy("Not well")),
]
#: How often they met since the last check-in.
MEETINGS: list[tuple[int, str | Promise]] = [
    (0, gettext_lazy("Not yet")),
    (1, gettext_lazy("Once")),
    (2, gettext_lazy("Twice")),
    (3, gettext_lazy("Three times or more")),
]
#: The same after another word, for staff.
MET: list[tuple[int, str | Promise]] = [
    (0, gettext_lazy("not met yet")),
    (1, gettext_lazy("met once")),
    (2, gettext_lazy("met twice")),
    (3, gettext_lazy("met three times or more")),
]


def check_in_state(status: str, *, is_late: bool, is_due: bool) -> tuple[str, str]:
    """Word and tone of the state of a check-in."""
    if status == CheckInStatus.ANSWERED:
        return _("answered"), "ok"
    if status == CheckInStatus.CANCELLED:
        return _("no longer needed"), "quiet"
    if is_late:
        return _("late"), "late"
    if is_due:
        return _("waiting for an answer"), "wait"
    return _("planned"), "neutral"
