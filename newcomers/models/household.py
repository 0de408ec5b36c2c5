"""The card: what is known of a household without knowing who they are."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from newcomers.enums import Arrival, HouseholdStatus, Urgency
from samenhier.accounts.models import User
from samenhier.core.db import codes_field, one_of


class HouseholdQuerySet(TenantQuerySet["Household"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "HouseholdQuerySet":
        """Coordinators see the cards of their town, a newcomer their own; groups see them through a match."""
        return self.in_care_of(user, StaffRole.COORDINATOR) | self.filter(user=user.pk)

    def ready(self) -> "HouseholdQuerySet":
        return self.filter(status=HouseholdStatus.READY)


def empty_list() -> list[dict[str, str]]:
    return []


def empty_counts() -> dict[str, int]:
    return {}


class Household(TenantModel):
    """A newcomer household, under a code name such as “Linde-7”."""

    code_name = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=HouseholdStatus, default=HouseholdStatus.REGISTERED)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="household"
    )
    language = models.CharField(
        _("language of messages"), max_length=5, choices=settings.LANGUAGES, default="nl"
    )
    adults = models.PositiveSmallIntegerField(
        _("adults"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    # Band of samenhier.core.reference.CHILD_BANDS → number of children.
    children = models.JSONField(_("children"), default=empty_counts, blank=True)
    # [{"code": "tir", "level": "fluent"}, …]
    languages = models.JSONField(_("languages"), default=empty_list, blank=True)
    goals = codes_field(verbose_name=_("what they would like"))
    interests = codes_field(verbose_name=_("interests"))
    wishes = codes_field(verbose_name=_("wishes that must be met"))
    would_like = codes_field(verbose_name=_("wishes that would be nice"))
    availability = codes_field(verbose_name=_("availability"))
    arrival = models.CharField(
        _("arrival"), max_length=8, choices=Arrival, blank=True, default=Arrival.UNKNOWN
    )
    # Criterion code → points of `samenhier.core.points`: what matters most to them. A group never sees it.
    emphasis = models.JSONField(_("what matters most"), default=empty_counts, blank=True)
    part_of_town = models.CharField(_("part of town"), max_length=80, blank=True)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency, default=Urgency.NORMAL)
    urgency_reason = models.CharField(_("why it is urgent"), max_length=200, blank=True)
    referred_by = models.CharField(_("referred by (organisation)"), max_length=120, blank=True)
    # The waiting date: it stays when a proposal does not work out.
    ready_since = models.DateTimeField(null=True, blank=True)
    # When somebody of us last spoke with them, or they did something here themselves.
    last_contact_at = models.DateTimeField(default=timezone.now)
    # When a silent one was told that the data go; they have a month to say something.
    warned_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar[HouseholdQuerySet] = HouseholdQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("status", HouseholdStatus, "household_status_known"),
            one_of("arrival", Arrival, "household_arrival_known"),
            models.UniqueConstraint(fields=["municipality", "code_name"], name="household_code_name_once"),
            # What a row of another table refers to when it says in which municipality this household is.
            models.UniqueConstraint(fields=["id", "municipality"], name="household_in_town"),
            models.CheckConstraint(
                condition=~Q(status=HouseholdStatus.READY) | Q(ready_since__isnull=False),
                name="household_ready_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(urgency=0) | ~Q(urgency_reason=""), name="household_urgency_has_reason"
            ),
        ]
        indexes = [
            # With the id: who waits is found without reading their cards.
            models.Index(
                fields=["municipality", "status", "ready_since"], include=["id"], name="household_by_status"
            ),
            # The order of the coordinator's list.
            models.Index(
                fields=["municipality", "-urgency", "ready_since", "created_at", "id"],
                name="household_in_order",
            ),
            models.Index(
                fields=["municipality", "last_contact_at"],
                condition=Q(erased_at=None),
                name="household_by_contact",
            ),
        ]

    def __str__(self) -> str:
        return self.code_name

    @property
    def size(self) -> int:
        """People in the household."""
        return self.adults + sum(self.children.values())
