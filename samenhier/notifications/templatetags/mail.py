"""What a mail is made of. One template gives both forms: HTML escapes, plain text does not; the tags follow that."""

import datetime
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import unescape_string_literal
from django.utils.translation import get_language_bidi, gettext

from samenhier.core.look.words import in_words

register = template.Library()

# Unicode isolates: the plain-text counterpart of <bdi>.
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def _html(context: Context) -> bool:
    return bool(context.autoescape)


def _filled(sentence: str, values: dict[str, Any], *, html: bool) -> str:
    if not values:
        return conditional_escape(sentence) if html else str(sentence)
    shown = {name: isolate(value, autoescape=html) for name, value in values.items()}
    return mark_safe(conditional_escape(sentence) % shown) if html else str(sentence) % shown  # noqa: S308 - both escaped


class ParagraphNode(template.Node):
    """One paragraph of a mail."""

    def __init__(self, sentence: FilterExpression | str, values: dict[str, FilterExpression]) -> None:
        self.sentence = sentence
        self.values = values

    def render(self, context: Context) -> str:
        # Django would double the % of a constant before it looks up the translation, and find none.
        sentence = (
            gettext(self.sentence) if isinstance(self.sentence, str) else self.sentence.resolve(context)
        )
        text = _filled(
            sentence,
            {name: value.resolve(context) for name, value in self.values.items()},
            html=_html(context),
        )
        return format_html("<p>{}</p>\n", text) if _html(context) else f"{text}\n\n"


@register.tag
def paragraph(parser: Parser, token: Token) -> ParagraphNode:
    """One paragraph: {% paragraph _("Your group %(group)s is ready.") group=group_name %}."""
    _name, first, *rest = token.split_contents()
    constant = first.startswith(('_("', "_('")) and first.endswith(('")', "')"))
    sentence = unescape_string_literal(first[2:-1]) if constant else parser.compile_filter(first)
    return ParagraphNode(sentence, token_kwargs(rest, parser))


@register.filter(name="paragraph", needs_autoescape=True)
def paragraph_filter(content: str, autoescape: bool = True) -> str:
    """The same around a longer piece: {% filter paragraph %}{% blocktranslate trimmed %} … {% endfilter %}."""
    if autoescape:
        # Stripping would lose the mark of text that is escaped already.
        return format_html("<p>{}</p>\n", mark_safe(conditional_escape(content).strip()))  # noqa: S308
    return mark_safe(f"{content.strip()}\n\n")  # noqa: S308 - plain text


@register.simple_tag(takes_context=True)
def points(context: Context, *sentences: str) -> str:
    """A short list: {% points _("First thing") _("Second thing") %}; empty ones are left out."""
    lines = [line for line in sentences if line]
    if not lines:
        return ""
    if _html(context):
        return format_html("<ul>{}</ul>\n", format_html_join("", "<li>{}</li>", ((line,) for line in lines)))
    return mark_safe("".join(f"- {line}\n" for line in lines) + "\n")  # noqa: S308 - plain text


@register.simple_tag(takes_context=True)
def fact(context: Context, label: str, value: Any) -> str:
    """One fact with its name: {% fact _("When") starts_at|at_moment %}; nothing without a value."""
    if not value:
        return ""
    if _html(context):
        return format_html("<dl><dt>{}</dt><dd>{}</dd></dl>\n", label, isolate(value))
    return mark_safe(f"{label}: {isolate(value, autoescape=False)}\n\n")  # noqa: S308 - plain text


@register.simple_tag(takes_context=True)
def big_code(context: Context, value: str) -> str:
    """A code that somebody types over, large and always from left to right."""
    if _html(context):
        return format_html('<p class="code"><bdi dir="ltr">{}</bdi></p>\n', value)
    return mark_safe(f"    {value}\n\n")  # noqa: S308 - plain text


@register.filter(needs_autoescape=True)
def isolate(value: Any, autoescape: bool = True) -> str:
    """A name or number that people typed, safe in both writing directions."""
    if autoescape:
        return format_html("<bdi>{}</bdi>", value)
    text = str(value)
    return mark_safe(f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if get_language_bidi() else text)  # noqa: S308 - plain text


@register.filter
def absolute(address: str) -> str:
    """A full address for a path of this site; full addresses stay as they are."""
    address = str(address).strip()
    full = f"{settings.SITE_URL}{address}" if address.startswith("/") else address
    return mark_safe(full) if isinstance(address, SafeString) else full  # noqa: S308 - it was safe


def _moment(value: Any) -> datetime.date | datetime.datetime:
    if isinstance(value, datetime.date):
        return value
    found = parse_date(str(value)) if len(str(value)) == 10 else parse_datetime(str(value))
    if found is None:
        raise ValueError("A mail's context holds dates and moments in ISO form.")
    return found


@register.filter
def on_day(value: Any) -> str:
    """An ISO date (or moment) from the context as people say it: {{ due_on|on_day }}."""
    return in_words(_local(_moment(value)), style="day")


@register.filter
def at_moment(value: Any) -> str:
    """An ISO moment from the context, with the local time of day: {{ starts_at|at_moment }}."""
    return in_words(_local(_moment(value)), style="moment")


def _local(value: datetime.date | datetime.datetime) -> datetime.date | datetime.datetime:
    from django.utils import timezone

    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
