"""Matches of which a coordinator does the next step."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any
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
            _agreed,
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
            _undecided,
            matches.filter(status=MatchStatus.OFFERED, offered_at__lte=undecided_since),
            "offered_at",
        ),
        # A group of this town: of the neighbour's household no name stands here, but its town.
        (
            _asked_for,
            Match.objects.visiting().filter(group_municipality=town, status=MatchStatus.OFFERED),
            "offered_at",
        ),
        (_lapsing, asking.filter(answer_due__lte=lapsing_by), "answer_due"),
        (_to_bridge, matches.filter(UNBRIDGED), "approved_at"),
        # A household without an account did not answer: somebody has to ask them in person.
        # A value instead of EXISTS: for that the database may read all answers.
        (_to_tell, asking.filter(household__user=None).alias(said=answered).filter(said=None), "approved_at"),
        (
            _not_begun,
            matches.filter(status=MatchStatus.INTRODUCED, introduced_at__lte=introduced_by),
            "introduced_at",
        ),
        (
            _talks_after_trial,
            matches.filter(Exists(TALKS_AFTER_TRIAL), status=MatchStatus.ACTIVE),
            "trial__asked_at",
        ),
        (
            _not_chosen,
            matches.filter(status=MatchStatus.ACTIVE, trial__outcome="", trial__choose_by__lte=now),
            "trial__choose_by",
        ),
        (
            _near_end,
            matches.filter(status=MatchStatus.ACTIVE, planned_end__lte=ending_by).annotate(
                end=Cast("planned_end", DateTimeField())
            ),
            "end",
        ),
    ]
    first, *others = [
        # By the day itself, as its index has it.
        rows.order_by("planned_end" if line is _near_end else moment, "pk").values_list(
            Value(line.__name__),
            moment,
            "pk",
            "municipality__name" if line is _asked_for else "household__code_name",
            "group__name",
        )[:EACH]
        for line, rows, moment in kinds
    ]
    return first.union(*others, all=True)


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
        yield line(moment, whose, group, visits(pk) if line is _asked_for else ours(pk))


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


def _lapsing(moment: datetime, household: str, group: str, url: str) -> Waiting:
    return Waiting(
        pressing=Pressing.SOON,
        what=gettext_lazy("Answer time ends"),
        who=_both(household, group),
        moment=moment,
        moment_is_deadline=True,
        action=gettext_lazy("Ask, or give more time"),
        url=url,
    )


def _asked_for(moment: datetime, town: str, group: str, url: str) -> Waiting:
    return Waiting(
        pressing=Pressing.SOON,
        what=gettext_lazy("Neighbour would like a group"),
        who=_("%(town)s: %(group)s") % {"town": town, "group": group},
        moment=moment,
        action=gettext_lazy("Do we agree?"),
        url=url,
    )


def _undecided(moment: datetime, household: str, group: str, url: str) -> Waiting:
    return Waiting(
        pressing=Pressing.SOON,
        what=gettext_lazy("Neighbour has not answered"),
        who=_both(household, group),
        moment=moment,
        action=gettext_lazy("Call them, or take it back"),
        url=url,
    )


def _to_bridge(moment: datetime, household: str, group: str, url: str) -> Waiting:
    return Waiting(
        pressing=Pressing.SOON,
        what=gettext_lazy("No shared language"),
        who=_both(household, group),
        moment=moment,
        action=gettext_lazy("Choose a community builder"),
        url=url,
    )


def _to_tell(moment: datetime, household: str, group: str, url: str) -> Waiting:
    return Waiting(
        pressing=Pressing.SOON,
        what=gettext_lazy("Ask in person"),
        who=household,
        moment=moment,
        action=gettext_lazy("Tell about the group"),
        url=url,
    )


def _agreed(moment: datetime, household: str, group: str, url: str) -> Waiting:
    return Waiting(
        pressing=Pressing.SOON,
        what=gettext_lazy("Both said yes"),
        who=_both(household, group),
        moment=moment,
        action=gettext_lazy("Introduce them"),
        url=url,
    )


def _not_begun(moment: datetime, household: str, group: str, url: str) -> Waiting:
    return Waiting(
        pressing=Pressing.NORMAL,
        what=gettext_lazy("Introduced, not begun"),
        who=_both(household, group),
        moment=moment,
        action=gettext_lazy("Ask how it goes"),
        url=url,
    )


def _talks_after_trial(moment: datetime, household: str, group: str, url: str) -> Waiting:
    return Waiting(
        pressing=Pressing.NOW,
        what=gettext_lazy("Wants to talk after the trial"),
        who=_both(household, group),
        moment=moment,
        action=gettext_lazy("Talk about going on"),
        url=url,
    )


def _not_chosen(moment: datetime, household: str, group: str, url: str) -> Waiting:
    return Waiting(
        pressing=Pressing.SOON,
        what=gettext_lazy("No choice after the trial"),
        who=_both(household, group),
        moment=moment,
        action=gettext_lazy("Ask whether they go on"),
        url=url,
    )


def _near_end(moment: datetime, household: str, group: str, url: str) -> Waiting:
    return Waiting(
        pressing=Pressing.NORMAL,
        what=gettext_lazy("The time together is nearly over"),
        who=_both(household, group),
        moment=local_moment(moment.date(), time(9)),
        moment_is_deadline=True,
        action=gettext_lazy("Close the match together"),
        url=url,
    )


_LINES = {
    line.__name__: line
    for line in (
        _agreed,
        _undecided,
        _asked_for,
        _lapsing,
        _to_bridge,
        _to_tell,
        _not_begun,
        _talks_after_trial,
        _not_chosen,
        _near_end,
    )
}
