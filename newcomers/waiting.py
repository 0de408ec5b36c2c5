"""What waits for a coordinator in this room, for the work list."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, DateTimeField, Min, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from municipalities.models import Municipality
from municipalities.worklist import EACH, Pressing, Waiting, addresses
from samenhier.core.prepared import Given, prepared, together

from .domain.retention import silent_households
from .enums import HouseholdStatus, Shown, Urgency
from .models import Consent, Household
from .queries import LONG_WAIT_DAYS, waiting


def _pressing(urgency: int) -> Pressing:
    return Pressing.SOON if urgency >= Urgency.URGENT else Pressing.NORMAL


@prepared(town=UUIDField())
def _registered(town: Given) -> QuerySet[Any]:
    return (
        Household.objects.filter(municipality=town, status=HouseholdStatus.REGISTERED)
        .order_by("-urgency", "created_at", "pk")
        .values_list("pk", "code_name", "urgency", "created_at")[:EACH]
    )


def consent_lines(municipality: Municipality) -> Iterator[Waiting]:
    """Households to talk with about taking part: nobody has asked for a yes, or the newcomer thinks about it."""
    url = addresses("newcomers:consent", municipality, "household")
    for pk, code_name, urgency, created_at in _registered(town=municipality.pk):
        yield Waiting(
            pressing=_pressing(urgency),
            what=_("New household"),
            who=code_name,
            moment=created_at,
            action=_("Ask for consent"),
            url=url(pk),
        )


@prepared(town=UUIDField())
def _agreed(town: Given) -> QuerySet[Any]:
    consents = Consent.objects.in_force().filter(household=OuterRef("pk")).order_by("-created_at")
    given_at = Subquery(consents.values("created_at")[:1])
    return (
        Household.objects.filter(municipality=town, status=HouseholdStatus.CONSENTED)
        .order_by("-urgency", "created_at", "pk")
        .values_list("pk", "code_name", "urgency", Coalesce(given_at, "created_at"))[:EACH]
    )


def intake_lines(municipality: Municipality) -> Iterator[Waiting]:
    """Households that said yes, whose card is not complete or whom nobody set ready; since their yes."""
    url = addresses("newcomers:detail", municipality, "household")
    for pk, code_name, urgency, since in _agreed(town=municipality.pk):
        yield Waiting(
            pressing=_pressing(urgency),
            what=_("Intake to complete"),
            who=code_name,
            moment=since,
            action=_("Complete the card"),
            url=url(pk),
        )


@prepared(town=UUIDField(), now=DateTimeField())
def _silent(town: Given, now: Given) -> QuerySet[Any]:
    return (
        silent_households(now, town)
        .order_by("last_contact_at", "pk")
        .values_list("pk", "code_name", "last_contact_at")[:EACH]
    )


def silent_lines(municipality: Municipality) -> Iterator[Waiting]:
    """Households that take part, of whom nobody has heard for as long as the policy says: are they still there?

    Nothing is erased by itself here: whoever waits for a group keeps their place until somebody has asked.
    """
    url = addresses("newcomers:detail", municipality, "household")
    for pk, code_name, last_contact_at in _silent(town=municipality.pk, now=timezone.now()):
        yield Waiting(
            pressing=Pressing.NORMAL,
            what=_("Still in touch?"),
            who=code_name,
            moment=last_contact_at,
            action=_("Call and write it down"),
            url=url(pk),
        )


@prepared(town=UUIDField(), long_ago=DateTimeField())
def _long_ready(town: Given, long_ago: Given) -> QuerySet[Any]:
    long = Household.objects.filter(waiting(), municipality=town, ready_since__lt=long_ago)
    return together(long, Count("pk"), Min("ready_since"))


def long_ready_lines(municipality: Municipality) -> Iterator[Waiting]:
    """One line for all households that wait for more than 60 days.

    More groups help them, not a click on each.
    """
    long_ago = timezone.now() - timedelta(days=LONG_WAIT_DAYS)
    [(number, first)] = _long_ready(town=municipality.pk, long_ago=long_ago)
    if number:
        yield Waiting(
            pressing=Pressing.SOON,
            what=_("Wait long for a group"),
            who=ngettext("%(number)s household", "%(number)s households", number) % {"number": number},
            moment=first,
            action=_("See who they are"),
            url=f"{reverse('newcomers:list', kwargs={'slug': municipality.slug})}?status={Shown.LONG.value}",
        )
