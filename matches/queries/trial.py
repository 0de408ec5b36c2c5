"""The trial of one match, as each reader may see it."""

from matches.enums import Side
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


def asks_to_choose(match: Match, side: Side) -> bool:
    """Whether this side can choose now and has not yet, or wanted to talk first."""
    trial = trial_of(match)
    if trial is None or not trial.is_choosing or not match.names_are_open:
        return False
    choice = own_trial_choice(match, side)
    return choice is None or choice.value == "talk"
