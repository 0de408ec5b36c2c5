"""The picture that a sign-in app reads."""

import re

from django import template
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def qr_code(*, svg: str, label: str) -> str:
    """allauth's QR picture as our own SVG: sized by attributes, black on white also in dark colours, with a text."""
    path = re.search(r'<path[^>]* d="([^"]+)"', svg)
    box = re.search(r'viewBox="0 0 ([\d.]+) [\d.]+"', svg)
    if path is None or box is None:
        raise ValueError("The QR code is not an SVG of one path.")
    return format_html(
        '<p><svg role="img" aria-label="{}" width="220" height="220" viewBox="0 0 {size} {size}">'
        '<rect width="{size}" height="{size}" fill="#ffffff"/><path d="{}" fill="#000000"/></svg></p>',
        label,
        path.group(1),
        size=box.group(1),
    )


@register.filter
def fours(key: str) -> list[str]:
    """A long key in groups of four letters, to type over."""
    return [key[start : start + 4] for start in range(0, len(key), 4)]
