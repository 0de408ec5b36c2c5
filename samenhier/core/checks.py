"""System checks: a view without a declared access does not start."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from .access import declared, patterns


@register(Tags.urls)
def every_view_declares_its_access(**_: Any) -> list[CheckMessage]:
    """One error for each URL whose view has no `access`."""
    return [
        Error(
            f"The view of “{route}” declares no access.",
            hint="Give the view class `access = …`; see samenhier/core/access.py.",
            id="samenhier.E001",
        )
        for route, _name, view in patterns()
        if declared(view) is None
    ]
