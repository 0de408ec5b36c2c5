"""Figures as people read them, in the active language."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.masking import Shown


def number(value: int) -> str:
    """With the separators of the language."""
    return number_format(value, use_l10n=True, force_grouping=True)


def text_of(shown: Shown | None) -> str:
    """“12”, “< 5”, “14–17”, “30+”, “not shown”."""
    if shown is None:
        return _("not shown")
    if shown.value is not None:
        return number(shown.value)
    if shown.high is None:
        return f"{number(shown.low)}+" if shown.low > 1 else _("not shown")
    if shown.low == 1:
        return f"< {number(shown.high + 1)}"
    return f"{number(shown.low)}–{number(shown.high)}"


def percent_of(shown: Shown | None) -> str:
    """“94%”, “90–99%”, “not shown”."""
    if shown is None:
        return _("not shown")
    return f"{shown.value}%" if shown.value is not None else f"{shown.low}–{shown.high}%"


def days_of(days: int | None) -> str:
    """The number of days alone; the label says that they are days."""
    return _("not shown") if days is None else number(days)


def fewer_or_more_days(days: int, *, than: str) -> str:
    """“11 days less than in May 2026”; nothing when it is the same."""
    if days == 0:
        return _("the same as in %(month)s") % {"month": than}
    if days < 0:
        text = ngettext("%(days)s day less than in %(month)s", "%(days)s days less than in %(month)s", -days)
    else:
        text = ngettext("%(days)s day more than in %(month)s", "%(days)s days more than in %(month)s", days)
    return text % {"days": number(abs(days)), "month": than}
