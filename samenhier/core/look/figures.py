"""Numbers large enough to read from a distance, and points out of a maximum."""

from typing import Any

from django.utils.html import format_html

from .register import register


@register.inclusion_tag("components/kpi.html")
def kpi(*, value: Any, label: str, comparison: str = ""):
    """One number that matters. Put several in <div class="kpis">.

    Usage: {% kpi value="94%" label=_("check-ins on time") comparison=_("national average 91%") %}
    Required: value (already formatted, also "< 5"), label
    Optional: comparison (one line)
    """
    return {"value": value, "label": label, "comparison": comparison}


@register.simple_block_tag
def reasons(content: str):
    """The reasons of a score; holds {% bar %}.

    Usage: {% reasons %}{% bar label=reason value=900 %}{% endreasons %}
    Required: nothing
    Optional: nothing
    """
    return format_html('<ul class="reasons">{}</ul>', content)


@register.inclusion_tag("components/bar.html")
def bar(*, label: str, value: int, maximum: int = 1000):
    """One reason with its points, inside {% reasons %}.

    Usage: {% bar label=_("One member speaks Tigrinya") value=900 %}
    Required: label, value (0 to maximum)
    Optional: maximum (1000)
    """
    return {"label": label, "value": value, "percent": _percent(value, maximum)}


@register.inclusion_tag("components/points.html")
def points(*, value: int, maximum: int = 1000):
    """A number of points with its bar, inside {% td %}.

    Usage: {% td label=_("For the group") %}{% points value=640 %}{% endtd %}
    Required: value (0 to maximum)
    Optional: maximum (1000)
    """
    return {"value": value, "percent": _percent(value, maximum)}


def _percent(value: int, maximum: int) -> str:
    if maximum <= 0 or not 0 <= value <= maximum:
        raise ValueError(f"value must be 0 to maximum; not {value} of {maximum}.")
    return f"{100 * value / maximum:.1f}"
