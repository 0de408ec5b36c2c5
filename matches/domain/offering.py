"""A group of a neighbour municipality: its own coordinators are asked, and what they say reaches whoever approved."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from matches.enums import UNDECIDED_STATUSES, AnswerValue, MatchStatus
from matches.models import Match
from municipalities.domain.neighbours import coordinators_of
from municipalities.models import Municipality, Opening
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.notifications.outbox import Notice, notify_many

from .locking import lock
from .states import MATCH


def offer(match: Match, actor: User) -> Match:
    """The household's town said yes: ask the coordinators of the group's town. The rows are locked by the caller."""
    match.status = MatchStatus.OFFERED
    match.offered_by = actor
    match.offered_at = timezone.now()
    match.save(update_fields=["status", "offered_by", "offered_at"])
    record("match.offered", match, actor)
    home, there = _towns(match)
    _write(
        "neighbours.group_asked",
        match,
        to=coordinators_of(there.pk),
        town=there,
        url=reverse("matches:visit", kwargs={"slug": there.slug, "visit": match.pk}),
        place=home.name,
    )
    return match


#: Neither yes nor no: the group went to somebody at home, or the two towns are no longer open to each other.
GONE = "gone"
#: The group itself takes no part any more, for now or for good.
STEPPED_BACK = "stepped_back"


def tell_answer(match: Match, value: str) -> None:
    """Tell whoever approved what the neighbour said: yes, no, or why the group is no longer there."""
    if match.offered_by is None:
        return
    home, there = _towns(match)
    page, name = ("detail", "match") if value == AnswerValue.YES else ("proposal", "proposal")
    _write(
        "neighbours.town_answered",
        match,
        to=[match.offered_by],
        town=home,
        url=reverse(f"matches:{page}", kwargs={"slug": home.slug, name: match.pk}),
        place=there.name,
        value=value,
    )


def withdraw_across(opening: Opening, actor: User | None) -> None:
    """Two towns are no longer open to each other: what nobody was asked about goes. Registered with municipalities."""
    one, other = opening.municipality_id, opening.neighbour_id
    found = Match.objects.filter(
        Q(municipality=one, group_municipality=other) | Q(municipality=other, group_municipality=one),
        status__in=UNDECIDED_STATUSES,
    )
    for row in found.order_by("household_id", "group_id", "pk"):
        match = lock(row)
        # A colleague may have decided between the look and the lock.
        if match.status in UNDECIDED_STATUSES:
            offered = match.status == MatchStatus.OFFERED
            withdraw(match, not_again=False)
            record("match.no_longer_open", match, actor)
            if offered:
                tell_answer(match, GONE)


def withdraw(match: Match, *, not_again: bool) -> None:
    """A proposal that nobody was asked about does not go on; the rows are locked by the caller."""
    MATCH.check(match.status, MatchStatus.WITHDRAWN)
    match.status = MatchStatus.WITHDRAWN
    match.closed_at = timezone.now()
    match.not_again = not_again
    match.save(update_fields=["status", "closed_at", "not_again"])


def record(action: str, match: Match, actor: User | None, *, reason: str = "") -> None:
    """In the trail of both towns."""
    for town in (match.municipality_id, match.group_municipality_id):
        audit.record(
            action, actor=actor, subject=match, role="coordinator", municipality_id=town, reason=reason
        )


def _towns(match: Match) -> tuple[Municipality, Municipality]:
    """That of the household, and that of the group."""
    assert match.group_municipality_id is not None
    found = Municipality.objects.in_bulk([match.municipality_id, match.group_municipality_id])
    return found[match.municipality_id], found[match.group_municipality_id]


def _write(
    kind: str, match: Match, *, to: Iterable[User], town: Municipality, url: str, **context: str
) -> None:
    notify_many(
        Notice(
            kind=kind,
            recipient=person,
            municipality_id=town.pk,
            dedupe_key=f"{kind}:{match.pk}:{person.pk}",
            context={
                "match_id": str(match.pk),
                "group_name": match.group.name,
                "url": settings.SITE_URL + url,
                **context,
            },
        )
        for person in to
    )
