"""What counts how much when two sides are brought together: the programme's defaults and the bounds of a municipality.

The numbers are those of `matches.engine.scoring.Weights`, which lies above this room; a test keeps them equal.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samenhier.core.reference import CRITERIA

DEFAULTS = {
    "languages": 3,
    "interests": 3,
    "goals": 4,
    "availability": 3,
    "place": 2,
    "children": 2,
    "programme": 2,
    "wishes": 2,
    "waiting_per_week": 4,
    "waiting_cap": 150,
}
HIGHEST = {**dict.fromkeys(CRITERIA.codes(), 10), "waiting_per_week": 50, "waiting_cap": 500}
LABELS: dict[str, str | Promise] = {
    **{option.code: option.label for option in CRITERIA},
    "waiting_per_week": gettext_lazy("bonus for each week of waiting"),
    "waiting_cap": gettext_lazy("highest bonus for waiting"),
}


def complete(weights: Mapping[str, int]) -> dict[str, int]:
    """Every weight: the municipality's own where it has one, else the default."""
    return {code: weights.get(code, default) for code, default in DEFAULTS.items()}


def own_weights(weights: Mapping[str, int]) -> dict[str, int]:
    """Only what differs from the defaults: that is what a policy keeps."""
    return {code: value for code, value in weights.items() if value != DEFAULTS.get(code)}


def differences(weights: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """What differs from the defaults: label, weight, default."""
    return [
        (str(LABELS[code]), weights[code], default)
        for code, default in DEFAULTS.items()
        if weights.get(code, default) != default
    ]


def all_off(weights: Mapping[str, int]) -> bool:
    """Whether no criterion counts at all: then every pair would be as good as every other."""
    full = complete(weights)
    return not any(full[code] for code in CRITERIA.codes())


def validate_weights(weights: Any) -> None:
    """Raise `ValidationError` unless these are weights that the engine takes."""
    if not isinstance(weights, dict) or set(weights) - set(DEFAULTS):
        raise ValidationError(_("These are not weights of the matching."))
    for code, value in weights.items():
        if type(value) is not int or not 0 <= value <= HIGHEST[code]:
            raise ValidationError(
                _("%(what)s: a whole number from 0 to %(highest)s.")
                % {"what": LABELS[code], "highest": HIGHEST[code]}
            )
    if all_off(weights):
        raise ValidationError(_("Let at least one thing count: give it 1 or more."))
