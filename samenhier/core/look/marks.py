"""The motif: a house and the people around it, and the small icons."""

import math

from django.utils.translation import gettext as _

from .register import one_of, register

ICONS = {
    "done": "M7 13.5l3.8 3.8L18.5 9",
    "busy": "M13 7v6.5l4 2.3",
    "todo": "",
    "arrow": "M5 13h15M14 7l6 6-6 6",
    "back": "M16 6l-7 7 7 7",
    "next": "M10 6l7 7-7 7",
    "info": "M13 12v6.5M13 7.5v.2",
    "attention": "M13 6.5v8M13 18.8v.2",
    "phone": (
        "M8.5 4.5l3 5-2.2 2.2c.9 2 2.2 3.3 4.2 4.2l2.2-2.2 5 3c-.3 2.6-2 4.3-4 4.3C10.500 21 5 15.500 5 9"
        "c0-2.200 1.300-4 3.500-4.500z"
    ),
    "mail": "M4 7h18v13H4zM4.500 7.500L13 14l8.500-6.500",
    "download": "M13 4v12M8 11.500l5 5 5-5M5 21h16",
}
MIRRORED = frozenset({"arrow", "back", "next"})
CENTRE = 24.0


def around_the_house(total: int, *, distance: float = 18.5) -> list[tuple[str, str]]:
    """Where `total` people stand around the house in a box of 48 by 48, the first one on top."""
    angles = (math.tau * place / total - math.tau / 4 for place in range(total))
    return [
        (f"{CENTRE + distance * math.cos(angle):.1f}", f"{CENTRE + distance * math.sin(angle):.1f}")
        for angle in angles
    ]


@register.inclusion_tag("components/mark.html")
def mark(*, size: int = 40, label: str = ""):
    """The logo: five people around a house.

    Usage: {% mark size=40 %}
    Required: nothing
    Optional: size (pixels; 40), label (text alternative; without it the mark is decoration)
    """
    return {"size": size, "label": label, "places": around_the_house(5)}


@register.inclusion_tag("components/dots.html")
def dots(*, filled: int, total: int, size: int = 120, label: str = ""):
    """How far a group is: one dot for each person, filled when that person is ready.

    Usage: {% dots filled=3 total=5 %}
    Required: filled (0 to total), total (3 to 8)
    Optional: size (pixels; 120), label (text alternative; "3 of 5")
    """
    if not 3 <= total <= 8:
        raise ValueError(f"total must be 3 to 8; not {total}.")
    if not 0 <= filled <= total:
        raise ValueError(f"filled must be 0 to {total}; not {filled}.")
    places = [(x, y, number < filled) for number, (x, y) in enumerate(around_the_house(total))]
    return {
        "places": places,
        "size": size,
        "label": label or _("%(filled)s of %(total)s") % {"filled": filled, "total": total},
    }


@register.inclusion_tag("components/icon.html")
def icon(*, name: str, size: int = 26):
    """A small drawing beside a word; never without the word.

    Usage: {% icon name="done" %}
    Required: name (done, busy, todo, arrow, back, next, info, attention, phone, mail, download)
    Optional: size (pixels; 26)
    """
    one_of(tuple(ICONS), value=name, argument="name")
    return {"name": name, "path": ICONS[name], "size": size, "mirrored": name in MIRRORED}


@register.inclusion_tag("components/picture.html")
def picture(*, label: str):
    """The large drawing of five people around a house, for a first page.

    Usage: {% picture label=text %}
    Required: label (text alternative)
    Optional: nothing
    """
    return {"label": label}
