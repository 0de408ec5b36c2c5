"""What waits for a coordinator in this room, for the work list."""

from collections.abc import Iterator

from django.db.models import Count, Min, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from municipalities.models import Municipality
from municipalities.worklist import EACH, Pressing, Waiting, addresses
from samenhier.accounts.models import User

from .domain.retention import silent_households
from .enums import HouseholdStatus, Shown, Urgency
from .models import Consent, Household
from .queries import households_of


def _pressing(urgency: int) -> Pressing:
    return Pressing.SOON if urgency >= Urgency.URGENT else Pressing.NORMAL


def consent_lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """Households to talk with about taking part: nobody has asked for a yes, or the newcomer thinks about it."""
    rows = (
        Household.objects.visible_in(municipality, user)
        .filter(status=HouseholdStatus.REGISTERED)
        .order_by("-urgency", "created_at", "pk")
        .values_list("pk", "code_name", "urgency", "created_at")[:EACH]
    )
    url = addresses("newcomers:consent", municipality, "household")
    for pk, code_name, urgency, created_at in rows:
        yield Waiting(
            pressing=_pressing(urgency),
            what=_("New household"),
            who=code_name,
            moment=created_at,
            action=_("Ask for consent"),
            url=url(pk),
        )


def intake_lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """Households that said yes, whose card is not complete or whom nobody set ready; since their yes."""
    given = Consent.objects.in_force().filter(household=OuterRef("pk")).order_by("-created_at")
    rows = (
        Household.objects.visible_in(municipality, user)
        .filter(status=HouseholdStatus.CONSENTED)
        .order_by("-urgency", "created_at", "pk")
        .values_list("pk", "code_name", "urgency", "created_at", Subquery(given.values("created_at")[:1]))[
            :EACH
        ]
    )
    url = addresses("newcomers:detail", municipality, "household")
    for pk, code_name, urgency, created_at, given_at in rows:
        yield Waiting(
            pressing=_pressing(urgency),
            what=_("Intake to complete"),
            who=code_name,
            moment=given_at or created_at,
            action=_("Complete the card"),
            url=url(pk),
        )


def silent_lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """Households that take part, of whom nobody has heard for as long as the policy says: are they still there?

    Nothing is erased by itself here: whoever waits for a group keeps their place until somebody has asked.
    """
    among = Household.objects.visible_in(municipality, user)
    rows = (
        silent_households(timezone.now(), municipality=municipality, among=among)
        .order_by("last_contact_at", "pk")
        .values_list("pk", "code_name", "last_contact_at")[:EACH]
    )
    url = addresses("newcomers:detail", municipality, "household")
    for pk, code_name, last_contact_at in rows:
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=_("Still in touch?"),
            who=code_name,
            moment=last_contact_at,
            action=_("Call and write it down"),
            url=url(pk),
        )


def long_ready_lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """One line for all households that wait for more than 60 days.

    More groups help them, not a click on each.
    """
    found = (
        households_of(user, municipality, shown=Shown.LONG)
        .order_by()
        .aggregate(number=Count("pk"), first=Min("ready_since"))
    )
    if found["number"]:
        yield Waiting(
            pressing=Pressing.SOON,
            what=_("Wait long for a group"),
            who=ngettext("%(number)s household", "%(number)s households", found["number"]) % found,
            moment=found["first"],
            action=_("See who they are"),
            url=f"{reverse('newcomers:list', kwargs={'slug': municipality.slug})}?status={Shown.LONG.value}",
        )
