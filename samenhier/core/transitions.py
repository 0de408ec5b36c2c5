"""State machines as data: which state may follow which, and why."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from .errors import TransitionRefused

S = TypeVar("S", bound=models.TextChoices)


class Transitions(Generic[S]):
    """The arrows of one state machine.

    `arrows` maps each state to the states that may follow it, each with the reason for the arrow.
    A state without arrows is an end. The database repeats the states in a check constraint.
    """

    def __init__(self, arrows: Mapping[S, Mapping[S, str]]) -> None:
        self.arrows = {state: dict(targets) for state, targets in arrows.items()}

    def allows(self, current: S | str, target: S | str) -> bool:
        """Whether `target` may follow `current`."""
        return any(
            target == name for state, targets in self.arrows.items() if state == current for name in targets
        )

    def check(self, current: S | str, target: S) -> None:
        """Raise `TransitionRefused`, with the present state in words, when `target` may not follow `current`."""
        if not self.allows(current, target):
            label = type(target)(current).label
            raise TransitionRefused(
                _("This is not possible now: it is already “%(state)s”. Reload the page to see the latest.")
                % {"state": label}
            )

    def states(self) -> set[str]:
        """Every state that occurs, as a start or as a target."""
        return {*self.arrows, *(t for targets in self.arrows.values() for t in targets)}
