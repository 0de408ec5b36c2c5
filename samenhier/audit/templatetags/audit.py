"""The trail on a page."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import template

from samenhier.audit.queries import timeline

register = template.Library()


@register.inclusion_tag("audit/timeline.html")
def audit_timeline(*, subjects: Iterable[UUID], limit: int = 50) -> dict[str, Any]:
    """What happened to these subjects: {% load audit %}{% audit_timeline subjects=ids limit=20 %}."""
    return {"items": timeline(subjects, limit)}
