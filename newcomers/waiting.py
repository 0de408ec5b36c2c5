"""What waits for a coordinator in this room, for the work list."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from municipalities.models import Municipality
from municipalities.worklist import Pressing, Waiting
from samenhier.accounts.models import User

from .enums import HouseholdStatus, Urgency
from .models import Consent, DisclosureGrant, Household
from .queries import LONG_WAIT_DAYS


def _in(municipality: Municipality) -> QuerySet[Household]:
    return Household.objects.filter(municipality=municipality)


def _seen_by(user: User, rows: QuerySet[Household]) -> QuerySet[Household]:
    return rows.filter(pk__in=Household.objects.visible_to(user).values("pk"))


def _url(municipality: Municipality, household: Household, page: str = "detail") -> str:
    return reverse(f"newcomers:{page}", kwargs={"slug": municipality.slug, "household": household.pk})


def _pressing(household: Household) -> Pressing:
    return Pressing.SOON if household.urgency >= Urgency.URGENT else Pressing.NORMAL


def without_consent(municipality: Municipality) -> QuerySet[Household]:
    """Registered; nobody has asked for a yes, or the newcomer thinks about it."""
    return _in(municipality).filter(status=HouseholdStatus.REGISTERED)


def in_intake(municipality: Municipality) -> QuerySet[Household]:
    """Said yes; the card is not complete or nobody set them ready."""
    return _in(municipality).filter(status=HouseholdStatus.CONSENTED)


def long_ready(municipality: Municipality) -> QuerySet[Household]:
    """Ready for more than LONG_WAIT_DAYS, and no group knows their name."""
    grants = DisclosureGrant.objects.open().filter(household=OuterRef("pk"))
    before = timezone.now() - timedelta(days=LONG_WAIT_DAYS)
    return (
        _in(municipality).filter(status=HouseholdStatus.READY, ready_since__lt=before).filter(~Exists(grants))
    )


def consent_lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """Households to talk with about taking part."""
    for household in _seen_by(user, without_consent(municipality)):
        yield Waiting(
            pressing=_pressing(household),
            what=_("New household"),
            who=household.code_name,
            moment=household.created_at,
            action=_("Ask for consent"),
            url=_url(municipality, household, "consent"),
        )


def intake_lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """Households whose card waits to be completed, since their yes."""
    given = Consent.objects.in_force().filter(household=OuterRef("pk")).order_by("-created_at")
    rows = _seen_by(user, in_intake(municipality)).annotate(given_at=given.values("created_at")[:1])
    for household in rows:
        yield Waiting(
            pressing=_pressing(household),
            what=_("Intake to complete"),
            who=household.code_name,
            moment=household.given_at or household.created_at,
            action=_("Complete the card"),
            url=_url(municipality, household),
        )


def long_ready_lines(user: User, municipality: Municipality) -> Iterator[Waiting]:
    """One line for all households that wait long for a group: more groups help them, not a click on each."""
    found = _seen_by(user, long_ready(municipality)).aggregate(number=Count("pk"), first=Min("ready_since"))
    if found["number"]:
        yield Waiting(
            pressing=Pressing.SOON,
            what=_("Wait long for a group"),
            who=ngettext("%(number)s household", "%(number)s households", found["number"]) % found,
            moment=found["first"],
            action=_("See who they are"),
            url=f"{reverse('newcomers:list', kwargs={'slug': municipality.slug})}?status={HouseholdStatus.READY.value}",
        )
