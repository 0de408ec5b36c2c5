"""The trial of one match, as each reader may see it."""

from collections.abc import Mapping

from matches.enums import Side, TrialValue
from matches.models import Match, Trial, TrialChoice


def trial_of(match: Match) -> Trial | None:
    """The trial of this match; None when it has none. No query when `trial` was selected."""
    trial: Trial | None = getattr(match, "trial", None)
    return trial


def own_trial_choice(match: Match, side: Side) -> TrialChoice | None:
    """What this side chose after the trial."""
    return TrialChoice.objects.filter(match=match, side=side).first()


def trial_choices_of(match: Match) -> dict[str, TrialChoice | None]:
    """What each side chose, for the coordinator."""
    given = {
        choice.side: choice
        for choice in TrialChoice.objects.filter(match=match).select_related("recorded_by")
    }
    return {side.value: given.get(side.value) for side in Side}


def trial_waits_for(trial: Trial | None, choices: Mapping[str, TrialChoice | None]) -> str:
    """What a coordinator has to do while both sides choose: "talk" with a side, or ask who is "late"; else empty."""
    if trial is None or not trial.is_choosing:
        return ""
    if any(choice is not None and choice.value == TrialValue.TALK for choice in choices.values()):
        return "talk"
    return "" if trial.is_in_time else "late"


def choosing_now(match: Match, side: Side) -> str:
    """Where this side stands while both choose: "ask" when it said nothing yet, else what it chose; empty when not asked."""
    trial = trial_of(match)
    if trial is None or not trial.is_choosing or not match.names_are_open:
        return ""
    choice = own_trial_choice(match, side)
    return str(choice.value) if choice is not None else "ask"
