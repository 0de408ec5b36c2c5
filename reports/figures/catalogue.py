"""Each figure: its name, what it means, and how it is masked; see also docs/figures.md."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matches.statements import STATEMENTS


class Mask(StrEnum):
    """How small numbers of a figure are hidden."""

    ATOM = "atom"
    SUM = "sum"
    PEOPLE = "people"
    ENDINGS = "endings"
    SPLIT = "split"
    MEDIAN = "median"
    SHARE = "share"
    OPINION = "opinion"


MASKS: dict[Mask, str | Promise] = {
    Mask.ATOM: _("A number below the bound is shown as “fewer than”. Zero stays zero."),
    Mask.SUM: _("Shown as a range when the exact sum would give a hidden number away."),
    Mask.PEOPLE: _("Shown when enough groups or matches stand behind it."),
    Mask.ENDINGS: _("Shown as a range when a change in the active matches would give it away."),
    Mask.SPLIT: _("Told in batches of at least twice the bound; a small part becomes a range."),
    Mask.MEDIAN: _("Shown for ten households or more."),
    Mask.SHARE: _("Shown as a range when the part or the rest is small."),
    Mask.OPINION: _(
        "Shown from ten new answers or twice the bound, in tens of percents; a range when few agree or few do not. Nobody’s answer counts twice."
    ),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `unit` is empty for counts."""

    code: str
    label: str | Promise
    meaning: str | Promise
    mask: Mask
    unit: str = ""


FIGURES = (
    Figure("groups", _("Groups that take part"), _("All groups that registered and did not stop."), Mask.SUM),
    Figure(
        "groups_forming",
        _("Groups that are forming"),
        _("Registered, not yet sent in for review."),
        Mask.ATOM,
    ),
    Figure(
        "groups_in_review", _("Groups under review"), _("Sent in, or returned with a question."), Mask.ATOM
    ),
    Figure(
        "groups_approved",
        _("Approved groups without a match"),
        _("Approved, also those that pause or are too small."),
        Mask.ATOM,
    ),
    Figure("running", _("Active matches"), _("Matches from the introduction until they end."), Mask.ATOM),
    Figure(
        "households",
        _("Households that take part"),
        _("All households that were referred and did not stop."),
        Mask.SUM,
    ),
    Figure("households_registered", _("Registered households"), _("Referred, no consent yet."), Mask.ATOM),
    Figure(
        "households_in_intake",
        _("Households in intake"),
        _("Gave consent, not ready yet, or paused."),
        Mask.ATOM,
    ),
    Figure(
        "households_waiting", _("Waiting households"), _("Ready to meet a group, no match yet."), Mask.ATOM
    ),
    Figure(
        "wait_days",
        _("Waiting time"),
        _(
            "The middle number of days from ready to introduced (last twelve months), or until now while waiting."
        ),
        Mask.MEDIAN,
        "days",
    ),
    Figure(
        "on_time",
        _("Check-ins on time"),
        _("Of the check-ins whose week to answer ended this month: answered within that week."),
        Mask.SHARE,
        "%",
    ),
    Figure(
        "volunteers",
        _("Volunteers"),
        _("People who said yes and are in a group that takes part."),
        Mask.PEOPLE,
    ),
    Figure(
        "adults",
        _("Adult newcomers in an active match"),
        _("Adults in the households of active matches."),
        Mask.PEOPLE,
    ),
    Figure(
        "children",
        _("Children in an active match"),
        _("Children in the households of active matches."),
        Mask.PEOPLE,
    ),
    Figure("ended", _("Ended matches"), _("All matches that ended since the start."), Mask.ENDINGS),
    Figure(
        "completed",
        _("Ended as planned"),
        _("Of the ended matches: the time together is complete."),
        Mask.SPLIT,
    ),
    Figure("early", _("Ended early"), _("Of the ended matches: stopped before the planned end."), Mask.SPLIT),
)
#: One for each outcome statement; what people answered stands beside each moment at which they were asked.
OUTCOMES = tuple(Figure(f"outcome_{one.code}", one.theme, one.text, Mask.OPINION, "%") for one in STATEMENTS)
#: Everything that is explained on the page, in the files and in the report.
EXPLAINED = (*FIGURES, *OUTCOMES)
BY_CODE = {figure.code: figure for figure in EXPLAINED}
