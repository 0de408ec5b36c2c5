"""The one template library of all components, and the check on their words."""

from django import template

register = template.Library()


def one_of(allowed: tuple[str, ...], *, value: str, argument: str) -> str:
    """Give `value` back, or raise ValueError when the component does not know that word."""
    if value not in allowed:
        raise ValueError(f"{argument} must be one of {', '.join(allowed)}; not {value!r}.")
    return value
