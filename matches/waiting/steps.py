"""Matches of which a coordinator does the next step."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    Count,
    DateField,
    DateTimeField,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from groups.enums import STOPPED
from matches.domain.lifecycle import CLOSING_TIME
from matches.enums import OPEN_STATUSES, MatchStatus, Side, TrialValue
from matches.models import Answer, Match, TrialChoice
from municipalities.models import Municipality
from municipalities.worklist import EACH, Pressing, Waiting, addresses
from samenhier.core.moments import local_moment
from samenhier.core.prepared import Given, prepared, together

#: Answers that lapse within this time stand on the list.
LAPSES_WITHIN = timedelta(days=2)
#: Introduced people of whom nobody wrote down that they began, after this time.
BEGINS_WITHIN = timedelta(days=21)
#: After this time without a word of the group's municipality somebody calls there.
DECIDES_WITHIN = timedelta(days=7)


#: No shared language, and nobody yet who bridges it: the run counted with a community builder.
UNBRIDGED = Q(status__in=OPEN_STATUSES, builder=None, reasons__contains=[{"code": "languages.bridged"}])

#: A side of the match of the outer query wants to talk before it goes on or stops.
TALKS_AFTER_TRIAL = TrialChoice.objects.filter(
    match=OuterRef("pk"), value=TrialValue.TALK, match__trial__outcome=""
)


@prepared(
    town=UUIDField(),
    now=DateTimeField(),
    undecided_since=DateTimeField(),
    lapsing_by=DateTimeField(),
    introduced_by=DateTimeField(),
    ending_by=DateField(),
)
def _match_rows(
    town: Given,
    now: Given,
    undecided_since: Given,
    lapsing_by: Given,
    introduced_by: Given,
    ending_by: Given,
) -> QuerySet[Any]:
    matches = Match.objects.filter(municipality=town)
    asking = matches.filter(status=MatchStatus.ASKING)
    answered = Subquery(Answer.objects.filter(match=OuterRef("pk"), side=Side.HOUSEHOLD).values("value")[:1])
    kinds = [
        # Since the second yes.
        (
            "agreed",
            matches.filter(status=MatchStatus.AGREED).annotate(
                both_at=Coalesce(
                    Subquery(
                        Answer.objects.filter(match=OuterRef("pk"))
                        .order_by("-answered_at")
                        .values("answered_at")[:1]
                    ),
                    "approved_at",
                )
            ),
            "both_at",
        ),
        (
            "undecided",
            matches.filter(status=MatchStatus.OFFERED, offered_at__lte=undecided_since),
            "offered_at",
        ),
        # A group of this town: of the neighbour's household no name stands here, but its town.
        (
            "asked_for",
            Match.objects.visiting().filter(group_municipality=town, status=MatchStatus.OFFERED),
            "offered_at",
        ),
        ("lapsing", asking.filter(answer_due__lte=lapsing_by), "answer_due"),
        ("to_bridge", matches.filter(UNBRIDGED), "approved_at"),
        # A household without an account did not answer: somebody has to ask them in person.
        # A value instead of EXISTS: for that the database may read all answers.
        (
            "to_tell",
            asking.filter(household__user=None).alias(said=answered).filter(said=None),
            "approved_at",
        ),
        (
            "not_begun",
            matches.filter(status=MatchStatus.INTRODUCED, introduced_at__lte=introduced_by),
            "introduced_at",
        ),
        (
            "talks_after_trial",
            matches.filter(Exists(TALKS_AFTER_TRIAL), status=MatchStatus.ACTIVE),
            "trial__asked_at",
        ),
        (
            "not_chosen",
            matches.filter(status=MatchStatus.ACTIVE, trial__outcome="", trial__choose_by__lte=now),
            "trial__choose_by",
        ),
        (
            "near_end",
            matches.filter(status=MatchStatus.ACTIVE, planned_end__lte=ending_by).annotate(
                end=Cast("planned_end", DateTimeField())
            ),
            "end",
        ),
    ]
    first, *others = [
        # By the day itself, as its index has it.
        rows.order_by("planned_end" if kind == "near_end" else moment, "pk").values_list(
            Value(kind),
            moment,
            "pk",
            "municipality__name" if kind == "asked_for" else "household__code_name",
            "group__name",
        )[:EACH]
        for kind, rows, moment in kinds
    ]
    return first.union(*others, all=True)


class _Line(NamedTuple):
    """How a kind of match stands on the list."""

    what: Promise
    action: Promise
    pressing: Pressing = Pressing.SOON
    deadline: bool = False


_LINES = {
    "agreed": _Line(gettext_lazy("Both said yes"), gettext_lazy("Introduce them")),
    "undecided": _Line(
        gettext_lazy("Neighbour has not answered"), gettext_lazy("Call them, or take it back")
    ),
    "asked_for": _Line(gettext_lazy("Neighbour would like a group"), gettext_lazy("Do we agree?")),
    "lapsing": _Line(gettext_lazy("Answer time ends"), gettext_lazy("Ask, or give more time"), deadline=True),
    "to_bridge": _Line(gettext_lazy("No shared language"), gettext_lazy("Choose a community builder")),
    "to_tell": _Line(gettext_lazy("Ask in person"), gettext_lazy("Tell about the group")),
    "not_begun": _Line(
        gettext_lazy("Introduced, not begun"), gettext_lazy("Ask how it goes"), Pressing.NORMAL
    ),
    "talks_after_trial": _Line(
        gettext_lazy("Wants to talk after the trial"), gettext_lazy("Talk about going on"), Pressing.NOW
    ),
    "not_chosen": _Line(gettext_lazy("No choice after the trial"), gettext_lazy("Ask whether they go on")),
    "near_end": _Line(
        gettext_lazy("The time together is nearly over"),
        gettext_lazy("Close the match together"),
        Pressing.NORMAL,
        deadline=True,
    ),
}


def _who(kind: str, whose: str, group: str) -> str:
    if kind == "to_tell":
        return whose
    if kind == "asked_for":
        return _("%(town)s: %(group)s") % {"town": whose, "group": group}
    return _both(whose, group)


def match_lines(municipality: Municipality) -> Iterator[Waiting]:
    """Matches where a coordinator has to do the next thing: one query, in which each kind has its own bound."""
    now = timezone.now()
    rows = _match_rows(
        town=municipality.pk,
        now=now,
        undecided_since=now - DECIDES_WITHIN,
        lapsing_by=now + LAPSES_WITHIN,
        introduced_by=now - BEGINS_WITHIN,
        ending_by=timezone.localdate() + CLOSING_TIME,
    )
    ours, visits = pages(municipality), addresses("matches:visit", municipality, "visit")
    for kind, moment, pk, whose, group in rows:
        line = _LINES[kind]
        yield Waiting(
            pressing=line.pressing,
            what=line.what,
            who=_who(kind, whose, group),
            moment=local_moment(moment.date(), time(9)) if kind == "near_end" else moment,
            moment_is_deadline=line.deadline,
            action=line.action,
            url=visits(pk) if kind == "asked_for" else ours(pk),
        )


def pages(municipality: Municipality) -> Callable[[UUID], str]:
    """The address of a match, by its id."""
    return addresses("matches:detail", municipality, "match")


def _both(household: str, group: str) -> str:
    return _("%(household)s and %(group)s") % {"household": household, "group": group}


@prepared(town=UUIDField())
def _left_alone(town: Given) -> QuerySet[Any]:
    return (
        Match.objects.open()
        .filter(municipality=town, group__status__in=STOPPED)
        .order_by("group__stopped_at", "pk")
        .values_list("group__stopped_at", "pk", "household__code_name", "group__name")[:EACH]
    )


def alone_lines(municipality: Municipality) -> Iterator[Waiting]:
    """Matches whose last member left: the household has nobody, and a person ends it with care."""
    url = pages(municipality)
    for moment, pk, household, group in _left_alone(town=municipality.pk):
        yield Waiting(
            pressing=Pressing.SOON,
            what=gettext_lazy("The group of this match stopped"),
            who=_both(household, group),
            moment=moment,
            action=gettext_lazy("Call the household"),
            url=url(pk),
        )


@prepared(town=UUIDField())
def _proposals(town: Given) -> QuerySet[Any]:
    proposed = Match.objects.filter(municipality=town, status=MatchStatus.PROPOSED)
    return together(proposed, Count("pk"), Min("created_at"))


def proposal_lines(municipality: Municipality) -> Iterator[Waiting]:
    """One line for all proposals that nobody decided about yet."""
    [(number, since)] = _proposals(town=municipality.pk)
    if number:
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=gettext_lazy("Proposals to decide"),
            who=ngettext("%(number)s proposal", "%(number)s proposals", number) % {"number": number},
            moment=since,
            action=gettext_lazy("Look at them"),
            url=reverse("matches:workbench", kwargs={"slug": municipality.slug}),
        )
