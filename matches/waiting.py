"""What waits for a coordinator in this room: lines of the work list, and how many cannot wait."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from municipalities.models import Municipality
from municipalities.worklist import EACH, Pressing, Waiting
from samenhier.accounts.models import User
from samenhier.core.moments import local_moment

from . import words
from .domain.checkins import late
from .domain.lifecycle import CLOSING_TIME
from .enums import OPEN_STATUSES, AnswerValue, MatchStatus, Side
from .models import Answer, CheckIn, ContactRequest, Match
from .queries import names_of_askers

#: Answers that lapse within this time stand on the list.
LAPSES_WITHIN = timedelta(days=2)
#: Introduced people of whom nobody wrote down that they began, after this time.
BEGINS_WITHIN = timedelta(days=21)


def _talks() -> QuerySet[Any]:
    return Answer.objects.filter(value=AnswerValue.TALK, match__status=MatchStatus.ASKING)


def _late() -> QuerySet[Any]:
    return CheckIn.objects.filter(late())


def _quiet() -> QuerySet[Any]:
    return ContactRequest.objects.waiting()


def pressing(municipality: Municipality) -> int:
    """Quiet requests, late check-ins and people who want to talk first, in one query."""
    kinds = [rows.filter(municipality=municipality).values("pk") for rows in (_quiet(), _late(), _talks())]
    return kinds[0].union(*kinds[1:], all=True).count()


def lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """The lines for a coordinator of this town, most urgent first; each kind is read with one query and a bound."""
    found = [
        *_quiet_lines(user, municipality),
        *_late_lines(user, municipality),
        *_talk_lines(user, municipality),
        *_match_lines(user, municipality),
        *_proposal_lines(user, municipality),
    ]
    yield from sorted(found, key=lambda line: line.pressing)


def _match_lines(user: User, municipality: Municipality) -> list[Waiting]:
    """Matches where a coordinator has to do the next thing."""
    now, today = timezone.now(), timezone.localdate()
    answered = Answer.objects.filter(match=OuterRef("pk"), side=Side.HOUSEHOLD)
    lapses_soon = Q(status=MatchStatus.ASKING, answer_due__lte=now + LAPSES_WITHIN)
    # A household without an account did not answer: somebody has to ask them in person.
    asks_nobody = Q(~Exists(answered), status=MatchStatus.ASKING, household__user=None)
    not_begun = Q(status=MatchStatus.INTRODUCED, introduced_at__lte=now - BEGINS_WITHIN)
    near_end = Q(status=MatchStatus.ACTIVE, planned_end__lte=today + CLOSING_TIME)
    seen: QuerySet[Match] = Match.objects.visible_to(user).in_town(municipality)
    rows = (
        seen.filter(status__in=OPEN_STATUSES)
        .filter(lapses_soon | asks_nobody | Q(status=MatchStatus.AGREED) | not_begun | near_end)
        .annotate(
            lapses_soon=ExpressionWrapper(lapses_soon, output_field=BooleanField()),
            asks_nobody=ExpressionWrapper(asks_nobody, output_field=BooleanField()),
        )
        .select_related("household", "group")
        .order_by("created_at", "pk")[:EACH]
    )
    kinds = {
        MatchStatus.AGREED: _agreed_line,
        MatchStatus.INTRODUCED: _not_begun_line,
        MatchStatus.ACTIVE: _near_end_line,
    }
    found = []
    for match in rows:
        url = _url(municipality, match)
        if match.status in kinds:
            found.append(kinds[MatchStatus(match.status)](match, url))
        if match.lapses_soon:
            found.append(_lapsing_line(match, url))
        if match.asks_nobody:
            found.append(_to_tell_line(match, url))
    return found


def _url(municipality: Municipality, match: Match) -> str:
    return reverse("matches:detail", kwargs={"slug": municipality.slug, "match": match.pk})


def _both(match: Match) -> str:
    return _("%(household)s and %(group)s") % {
        "household": match.household.code_name,
        "group": match.group.name,
    }


def _quiet_lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    rows = list(
        ContactRequest.objects.visible_to(user)
        .filter(pk__in=_quiet().filter(municipality=municipality).values("pk"))
        .select_related("household")
        .order_by("created_at")[:EACH]
    )
    names = names_of_askers(rows)
    for row in rows:
        who = row.household.code_name if row.household else names.get(row.asked_by_id or row.pk, "")
        yield Waiting(
            pressing=Pressing.NOW,
            what=gettext_lazy("Quiet request"),
            who=_("%(who)s asks for contact") % {"who": who},
            moment=row.created_at,
            action=gettext_lazy("Call back"),
            url=reverse("matches:contact_requests", kwargs={"slug": municipality.slug}),
        )


def _late_lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    rows = (
        CheckIn.objects.visible_to(user)
        .filter(pk__in=_late().filter(municipality=municipality).values("pk"))
        .select_related("match__household", "match__group")
        .order_by("created_at")[:EACH]
    )
    for row in rows:
        name = row.match.group.name if row.side == Side.GROUP else row.match.household.code_name
        yield Waiting(
            pressing=Pressing.NOW,
            what=gettext_lazy("Check-in is late"),
            who=_("%(who)s, %(moment)s") % {"who": name, "moment": words.moment_in_words(row.moment)},
            moment=local_moment(row.due_on, time(9)),
            action=gettext_lazy("Get in touch"),
            url=_url(municipality, row.match),
        )


def _talk_lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    rows = (
        Answer.objects.visible_to(user)
        .filter(pk__in=_talks().filter(municipality=municipality).values("pk"))
        .select_related("match__household", "match__group")
        .order_by("created_at")[:EACH]
    )
    for row in rows:
        name = row.match.group.name if row.side == Side.GROUP else row.match.household.code_name
        yield Waiting(
            pressing=Pressing.NOW,
            what=gettext_lazy("Wants to talk first"),
            who=name,
            moment=row.answered_at,
            action=gettext_lazy("Talk about the proposal"),
            url=_url(municipality, row.match),
        )


def _proposal_lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    found = (
        Match.objects.visible_to(user)
        .in_town(municipality)
        .filter(status=MatchStatus.PROPOSED)
        .aggregate(number=Count("pk"), since=Min("created_at"))
    )
    if found["number"]:
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=gettext_lazy("Proposals to decide"),
            who=ngettext("%(number)s proposal", "%(number)s proposals", found["number"])
            % {"number": found["number"]},
            moment=found["since"],
            action=gettext_lazy("Look at them"),
            url=reverse("matches:workbench", kwargs={"slug": municipality.slug}),
        )


def _lapsing_line(match: Match, url: str) -> Waiting:
    assert match.answer_due is not None
    return Waiting(
        pressing=Pressing.SOON,
        what=gettext_lazy("Answer time ends"),
        who=_both(match),
        moment=match.answer_due,
        moment_is_deadline=True,
        action=gettext_lazy("Ask, or give more time"),
        url=url,
    )


def _to_tell_line(match: Match, url: str) -> Waiting:
    assert match.approved_at is not None
    return Waiting(
        pressing=Pressing.SOON,
        what=gettext_lazy("Ask in person"),
        who=match.household.code_name,
        moment=match.approved_at,
        action=gettext_lazy("Tell about the group"),
        url=url,
    )


def _agreed_line(match: Match, url: str) -> Waiting:
    return Waiting(
        pressing=Pressing.SOON,
        what=gettext_lazy("Both said yes"),
        who=_both(match),
        moment=match.approved_at or match.created_at,
        action=gettext_lazy("Introduce them"),
        url=url,
    )


def _not_begun_line(match: Match, url: str) -> Waiting:
    assert match.introduced_at is not None
    return Waiting(
        pressing=Pressing.NORMAL,
        what=gettext_lazy("Introduced, not begun"),
        who=_both(match),
        moment=match.introduced_at,
        action=gettext_lazy("Ask how it goes"),
        url=url,
    )


def _near_end_line(match: Match, url: str) -> Waiting:
    assert match.planned_end is not None
    return Waiting(
        pressing=Pressing.NORMAL,
        what=gettext_lazy("The year is nearly over"),
        who=_both(match),
        moment=local_moment(match.planned_end, time(9)),
        moment_is_deadline=True,
        action=gettext_lazy("Plan the ending"),
        url=url,
    )
