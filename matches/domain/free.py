"""Who can be matched now."""

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When

from groups.enums import GroupStatus
from groups.models import GroupMember, MembersTogether, SponsorGroup
from matches.models import Match
from newcomers.enums import HouseholdStatus
from newcomers.models import Consent, Household
from newcomers.models.household import HouseholdQuerySet
from newcomers.queries import HERE
from samenhier.core.prepared import Given


def free_households() -> HouseholdQuerySet:
    """Households that can be matched now, in every municipality: ready, free, with consent in force."""
    return Household.objects.filter(
        ~in_open_match("household"), consent_in_force(), status=HouseholdStatus.READY
    ).order_by()


def free_groups() -> QuerySet[SponsorGroup]:
    """Groups that can be matched now, in every municipality: approved, free, with members."""
    return SponsorGroup.objects.filter(
        ~in_open_match("group"), _has_members(), status=GroupStatus.APPROVED
    ).order_by()


def consent_in_force() -> Exists:
    """Whether a household said yes and did not take it back."""
    return Exists(Consent.objects.in_force().filter(**HERE))


def in_open_match(field: str) -> Exists:
    """Whether an open match takes it; `field` is "household" or "group"."""
    # A group may stand in a match of a neighbour, a household only in one of its own town.
    return Exists(Match.objects.open().filter(**(HERE if field == "household" else {field: OuterRef("pk")})))


def latecomer_to_wait_for(**texts: Given) -> Case:
    """Of a group, somebody who came after its approval and still has to sign or to follow the training; else None.

    `texts`: the version that is signed today of each kind of text. A value instead of EXISTS: it is looked up only for the
    few groups in which somebody came later.
    """
    versions = {name.removesuffix("_text"): version for name, version in texts.items()}
    late = GroupMember.objects.still_incomplete(**versions).filter(group=OuterRef("pk")).order_by()
    return Case(When(last_yes_at__gt=F("approved_at"), then=Subquery(late.values("pk")[:1])))


def is_taken(group: SponsorGroup) -> bool:
    """Whether this group stands in an open match, also one of a neighbour. Registered with groups."""
    return Match.objects.open().filter(group=group.pk).exists()


def _has_members() -> Exists:
    # The town says nothing more; with it Postgres reads that town's rows only.
    here = {"group": OuterRef("pk"), "municipality": OuterRef("municipality")}
    return Exists(MembersTogether.objects.filter(present__gt=0, **here))
