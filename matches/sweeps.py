"""The duties of matching that beat, cron or a person can ask for; what is due stands in Postgres."""

from datetime import datetime

from samenhier.notifications import sweeps


def check_ins(now: datetime) -> int:
    """Remind of check-ins, and pass late ones on to the coordinator."""
    from .domain.checkins import sweep_due

    swept = sweep_due(now)
    return swept.reminded + swept.escalated


def outcomes(now: datetime) -> int:
    """Ask outcome questions that are due, and close those that nobody answered in time."""
    from .domain.outcomes import sweep_outcomes

    swept = sweep_outcomes(now)
    return swept.mailed + swept.closed


def answers(now: datetime) -> int:
    """Remind of proposals that wait for an answer, close those whose time passed, ask and remind of the choice after the
    trial, and queue again what got stuck."""
    from .domain.answering import sweep_answers
    from .domain.pricing import sweep_prices
    from .domain.proposing import sweep_runs
    from .domain.sandbox import sweep_stuck
    from .domain.trial import remind_trials, sweep_trials

    swept = sweep_answers(now)
    asked = sweep_trials(now) + remind_trials(now)
    return swept.reminded + swept.lapsed + asked + sweep_runs(now) + sweep_stuck(now) + sweep_prices(now)


def rounds(now: datetime) -> int:
    """Start the matching runs whose round has come."""
    from .domain.rhythm import start_due

    return start_due(now)


def insights(now: datetime) -> int:
    """Ask for what each town's pool says about itself, once a day or when it lags behind."""
    from .domain.insight import sweep

    return sweep(now)


sweeps.register("check-ins", check_ins)
sweeps.register("outcomes", outcomes)
sweeps.register("answers", answers)
sweeps.register("rounds", rounds)
sweeps.add_upkeep("insights", insights)
