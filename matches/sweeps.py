"""The duties of matching that beat, cron or a person can ask for; what is due stands in Postgres."""

from datetime import datetime

from samenhier.notifications import sweeps


def check_ins(now: datetime) -> int:
    """Remind of check-ins, and pass late ones on to the coordinator."""
    from .domain.checkins import sweep_due

    swept = sweep_due(now)
    return swept.reminded + swept.escalated


def answers(now: datetime) -> int:
    """Remind of proposals that wait for an answer, close those whose time passed, and queue stuck runs again."""
    from .domain.answering import sweep_answers
    from .domain.proposing import sweep_runs

    swept = sweep_answers(now)
    return swept.reminded + swept.lapsed + sweep_runs(now)


sweeps.register("check-ins", check_ins)
sweeps.register("answers", answers)
