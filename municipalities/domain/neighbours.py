"""Two municipalities open their groups to each other's households: one asks, the other says yes, either may close it.

What follows from closing in other rooms is registered in `after_closing`; it runs in the same transaction.
"""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.enums import OpeningStatus as S
from municipalities.enums import StaffRole
from municipalities.models import Municipality, Opening, StaffMembership
from samenhier import audit
from samenhier.accounts.models import User
from samenhier.core.errors import Conflict, DomainError
from samenhier.core.transitions import Transitions
from samenhier.notifications.outbox import Notice, notify_many

OPENING: Transitions[S] = Transitions(
    {
        S.ASKED: {
            S.OPEN: "the other municipality said yes",
            S.CLOSED: "the other municipality said no, or the question was taken back",
        },
        S.OPEN: {S.CLOSED: "one of the two closed it"},
        S.CLOSED: {},
    }
)

#: Acts of other rooms when two towns are no longer open to each other: the opening, and who closed it.
after_closing: list[Callable[[Opening, User | None], None]] = []


def ask(*, municipality: Municipality, neighbour: Municipality, actor: User) -> Opening:
    """Ask another municipality, on behalf of the own one. When the other had asked already, this is the yes.

    Raises `DomainError` for the own municipality, and `Conflict` when this was asked before or is open already.
    """
    if municipality.pk == neighbour.pk:
        raise DomainError(_("Choose another municipality than your own."))
    try:
        with transaction.atomic():
            return _ask(municipality, neighbour, actor)
    except IntegrityError as error:
        if "opening_one_standing_per_pair" not in str(error):
            raise
        raise Conflict(_known(S.ASKED)) from error


def _ask(municipality: Municipality, neighbour: Municipality, actor: User) -> Opening:
    # Both towns, in one order: two that ask each other at the same moment have agreed.
    towns = Municipality.objects.select_for_update(no_key=True).order_by("pk")
    list(towns.filter(pk__in=[municipality.pk, neighbour.pk]).values_list("pk"))
    standing = Opening.objects.standing().between(municipality.pk, neighbour.pk).first()
    if standing is not None and standing.neighbour_id == municipality.pk and standing.status == S.ASKED:
        return accept(opening=standing, municipality=municipality, actor=actor)
    if standing is not None:
        raise Conflict(_known(standing.status))
    opening = Opening.objects.create(municipality=municipality, neighbour=neighbour, asked_by=actor)
    _record("opening.asked", opening, actor)
    notify_many(
        Notice(
            kind="municipalities.neighbour_asked",
            recipient=person,
            municipality_id=neighbour.pk,
            dedupe_key=f"neighbour-asked:{opening.pk}:{person.pk}",
            context={
                "opening_id": str(opening.pk),
                "place": municipality.name,
                "own_place": neighbour.name,
                "url": settings.SITE_URL
                + reverse("municipalities:neighbours", kwargs={"slug": neighbour.slug}),
            },
        )
        for person in coordinators_of(neighbour.pk)
    )
    return opening


@transaction.atomic
def accept(*, opening: Opening, municipality: Municipality, actor: User) -> Opening:
    """Say yes on behalf of the municipality that was asked. Raises `DomainError` for the one that asked."""
    row = _lock(opening, municipality)
    if row.neighbour_id != municipality.pk:
        raise DomainError(_("The other municipality has to say yes to this question."))
    OPENING.check(row.status, S.OPEN)
    row.status, row.accepted_by, row.accepted_at = S.OPEN, actor, timezone.now()
    row.save(update_fields=["status", "accepted_by", "accepted_at"])
    _record("opening.accepted", row, actor)
    return row


@transaction.atomic
def close(*, opening: Opening, municipality: Municipality, actor: User | None) -> Opening:
    """Say no, take the question back, or stop being open: each of the two may do it at any moment.

    Matches that go on stay as they are; what was only proposed across is withdrawn (`after_closing`).
    """
    row = _lock(opening, municipality)
    OPENING.check(row.status, S.CLOSED)
    verb = "closed"
    if row.status == S.ASKED:
        verb = "withdrawn" if row.municipality_id == municipality.pk else "refused"
    row.status, row.closed_by, row.closed_at = S.CLOSED, actor, timezone.now()
    row.save(update_fields=["status", "closed_by", "closed_at"])
    _record(f"opening.{verb}", row, actor)
    for act in after_closing:
        act(row, actor)
    return row


def coordinators_of(municipality_id: UUID) -> list[User]:
    """Who coordinates there now, for a message to the town."""
    memberships = (
        StaffMembership.objects.active()
        .filter(municipality=municipality_id, role=StaffRole.COORDINATOR, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    return [one.user for one in memberships]


def _lock(opening: Opening, municipality: Municipality) -> Opening:
    row = Opening.objects.select_for_update(of=("self",)).get(pk=opening.pk)
    if municipality.pk not in (row.municipality_id, row.neighbour_id):
        raise DomainError(_("This is between two other municipalities."))
    return row


def _record(action: str, opening: Opening, actor: User | None) -> None:
    """In the trail of both towns."""
    for town in (opening.municipality_id, opening.neighbour_id):
        audit.record(action, actor=actor, subject=opening, role="coordinator", municipality_id=town)


def _known(status: str) -> str:
    if status == S.OPEN:
        return _("These two municipalities are open to each other already.")
    return _("This municipality was asked already. It decides; you see the answer on this page.")
