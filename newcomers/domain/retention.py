"""How long we know who a household is, and of whom we should ask whether they are still there."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Exists, Expression, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from municipalities.retention import Rule, before, before_in
from newcomers.enums import STOPPED_STATUSES
from newcomers.models import DisclosureGrant, Household

from .erasure import erase

STOPPED_HOUSEHOLD = "stopped_household"

#: A wrong click on “close” can be undone for so long, also when the last contact is long ago.
UNDO = timedelta(days=14)
#: Each says for which households (`OuterRef("pk")`) something at that moment still needs to know who they are. A room
#: above, such as matches, adds its own.
needed_by: list[Callable[[datetime], Exists]] = []


def out_of_touch(moment: Expression | Subquery) -> Q:
    """No contact since, and they did not sign in either."""
    return Q(last_contact_at__lt=moment) & (
        Q(user=None) | Q(user__last_login=None) | Q(user__last_login__lt=moment)
    )


def stopped_households(now: datetime) -> QuerySet[Household]:
    """Who stopped or was closed, without contact for longer than the term, and whom nothing needs any more.

    Whoever waits or pauses is never among them: see `silent_households`.
    """
    due = Household.objects.filter(
        out_of_touch(before(now, "never_matched_months")), status__in=STOPPED_STATUSES, erased_at=None
    ).filter(stopped_at__lt=now - UNDO)
    for needed in needed_by:
        due = due.exclude(needed(now))
    return due


def silent_households(now: Expression, town: Expression) -> QuerySet[Household]:
    """Who of one municipality takes part, has no group, and with whom there was no contact for the same time.

    They are not erased: they stand on the work list. Somebody calls them, and then writes down that there was contact, or that they stopped.
    """
    return (
        Household.objects.filter(municipality=town, erased_at=None)
        .exclude(status__in=STOPPED_STATUSES)
        .filter(out_of_touch(before_in(town, now, "never_matched_months")))
        .exclude(Exists(DisclosureGrant.objects.open().filter(household=OuterRef("pk"))))
    )


RULES = (
    Rule(
        code=STOPPED_HOUSEHOLD,
        order=30,
        what=_("Newcomers who stopped"),
        then=_("Name, contact, card and account go; the number of adults and children stays."),
        term="never_matched_months",
        due=stopped_households,
        remove=lambda household: erase(household=household, actor=None, rule=STOPPED_HOUSEHOLD),
    ),
)
