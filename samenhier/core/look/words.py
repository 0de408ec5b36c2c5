"""Single words and short texts: a state, a date, a name, a language."""

import datetime as dt
import re

from django.template.defaultfilters import date as date_in_words
from django.utils import timezone, translation
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .register import one_of, register

TONES = ("ok", "wait", "late", "neutral", "quiet")
# How people write a day and a time of day, by language; the words come from Django's own catalogue.
CLOCKS = {"nl": "H.i \\u\\u\\r", "en": "H:i", "ar": "H:i"}


@register.simple_tag
def tag(*, text: str, tone: str = "neutral"):
    """A state as a word.

    Usage: {% tag text="Klaar" tone="ok" %}
    Required: text
    Optional: tone (ok, wait, late, neutral, quiet; neutral)
    """
    # One element, many times on a page: a template would cost more than the page around it.
    return format_html(
        '<span class="tag tag--{}">{}</span>', one_of(TONES, value=tone, argument="tone"), text
    )


@register.simple_tag
def person(*, name: str):
    """A name that people typed, safe in both writing directions.

    Usage: {% person name=member.name %}
    Required: name
    Optional: nothing
    """
    return format_html("<bdi>{}</bdi>", name)


@register.simple_tag
def language_tag(*, name: str, level: str = ""):
    """A language somebody speaks, and how well.

    Usage: {% language_tag name="Tigrinya" level="een beetje" %}
    Required: name (in the language of the page)
    Optional: level (in words)
    """
    comma = translation.pgettext("between words", ", ")
    note = format_html('<span class="tag-note">{}{}</span>', comma, level) if level else ""
    return format_html('<span class="tag tag--neutral">{}{}</span>', name, note)


@register.filter
def whole(name: str) -> str:
    """A name in running text that neither breaks at its hyphen nor takes the direction of the sentence."""
    return format_html('<bdi class="nowrap">{}</bdi>', name)


@register.filter
def address(mail: str) -> str:
    """A mail address that a narrow page breaks after its @ and its dots, not within a word."""
    return mark_safe(re.sub(r"[@.](?=.)", r"\g<0><wbr>", escape(mail)))  # noqa: S308 - escaped here


@register.inclusion_tag("components/progress.html")
def progress(*, step: int, total: int):
    """Where somebody is in a row of pages, as text.

    Usage: {% progress step=2 total=5 %}
    Required: step, total
    Optional: nothing
    """
    return {"step": step, "total": total}


@register.simple_tag
def when(*, value: dt.date | dt.datetime | None, style: str = "moment"):
    """A date as people say it, exact for machines; nothing for None.

    Usage: {% when value=visit.starts_at %}
    Required: value (date or datetime)
    Optional: style (moment: day and time of day; day: the day alone; near: yesterday, today, tomorrow, in or
      before days, else the day; short: 8 dec; moment)
    """
    one_of(("moment", "day", "near", "short"), value=style, argument="style")
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    machine = value.isoformat(timespec="minutes") if isinstance(value, dt.datetime) else value.isoformat()
    return format_html('<time datetime="{}">{}</time>', machine, in_words(value, style=style))


def in_words(value: dt.date | dt.datetime, *, style: str = "moment") -> str:
    """The text of a date or local moment in the active language, without mark-up."""
    today = timezone.localdate()
    day = value.date() if isinstance(value, dt.datetime) else value
    if style == "near":
        return near(day, today=today) or in_words(value, style="day")
    year = "" if day.year == today.year else " Y"
    if style == "short":
        return date_in_words(value, "j b" + year)
    text = date_in_words(value, "l j F" + year)
    if style == "moment" and isinstance(value, dt.datetime):
        clock = date_in_words(value, CLOCKS.get(translation.get_language() or "", "H:i"))
        comma = "، " if translation.get_language_bidi() else ", "
        return f"{text}{comma}{clock}"
    return text


def near(day: dt.date, *, today: dt.date) -> str:
    """Today, yesterday, tomorrow, or a number of days within two weeks; else nothing."""
    distance = (day - today).days
    if distance == 0:
        return _("today")
    if distance == -1:
        return _("yesterday")
    if distance == 1:
        return _("tomorrow")
    if -14 <= distance < 0:
        return translation.ngettext("%(days)s day ago", "%(days)s days ago", -distance) % {"days": -distance}
    if 0 < distance <= 14:
        return translation.ngettext("in %(days)s day", "in %(days)s days", distance) % {"days": distance}
    return ""
