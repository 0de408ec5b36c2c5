"""What taking part asks, in words: in one municipality by its policy; where none is known, what is usual by the defaults."""

from dataclasses import dataclass

from django.utils.translation import ngettext

from .models import Policy
from .moment_words import moment_in_words
from .retention import in_words


@dataclass(frozen=True)
class Programme:
    """The numbers that pages tell.

    length       how long they do things together: “a year”, “9 months”
    trial        after how long both sides choose again: “4 weeks”; empty: they are not asked
    people       members of a group; `fewer` says whether a group may start with less
    age          how old members are at the least
    answer_days  working days to answer a proposal
    check_ins    how often both sides are asked how it goes, and `first_check_in` when for the first time
    """

    length: str
    trial: str
    people: int
    fewer: bool
    age: int
    answer_days: int
    check_ins: int
    first_check_in: str


def programme(policy: Policy | None = None) -> Programme:
    """The programme of one municipality; without one the national defaults, which texts call “usually”."""
    policy = policy or Policy()
    moments = sorted(policy.check_in_moments, key=_weeks)
    return Programme(
        length=months_in_words(policy.match_months),
        trial=in_words("trial_weeks", policy.trial_weeks) if policy.trial_weeks else "",
        people=policy.group_size,
        fewer=policy.group_size_min < policy.group_size,
        age=policy.minimum_age,
        answer_days=policy.answer_working_days,
        check_ins=len(moments),
        first_check_in=moment_in_words(moments[0]) if moments else "",
    )


def months_in_words(months: int) -> str:
    """12 is “a year”, 24 “2 years”, 9 “9 months”."""
    years, rest = divmod(months, 12)
    if years and not rest:
        return ngettext("a year", "%(number)s years", years) % {"number": years}
    return in_words("match_months", months)


def _weeks(moment: str) -> float:
    return int(moment[1:]) * (1.0 if moment.startswith("W") else 52 / 12)
