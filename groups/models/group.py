"""A group of residents."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from groups.enums import ON_THE_WAY, GroupKind, GroupStatus, MemberStatus
from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from samenhier.accounts.models import User
from samenhier.core.db import codes_field, one_of


class SponsorGroupQuerySet(TenantQuerySet["SponsorGroup"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "SponsorGroupQuerySet":
        """Coordinators see the groups of their municipality, members their own."""
        from .member import GroupMember

        mine = GroupMember.objects.filter(user=user.pk, status=MemberStatus.ACCEPTED).values("group_id")
        return self.in_care_of(user, StaffRole.COORDINATOR) | self.filter(pk__in=mine)

    def awaiting_review(self) -> "SponsorGroupQuerySet":
        return self.filter(status=GroupStatus.SUBMITTED)

    def with_readiness(self, *, people: bool = True) -> "SponsorGroupQuerySet":
        """Everything that `groups.domain.readiness` looks at, in a constant number of queries.

        `people=False`: without who the members are.
        """
        from .member import GroupMember

        return self.select_related("municipality__policy").prefetch_related(
            Prefetch("members", GroupMember.objects.with_conditions(people=people))
        )

    def approved(self) -> "SponsorGroupQuerySet":
        return self.filter(status=GroupStatus.APPROVED)


def no_points() -> dict[str, int]:
    return {}


class SponsorGroup(TenantModel):
    """Five people (a setting) who want to support one household for a year."""

    name = models.CharField(_("name of the group"), max_length=80)
    kind = models.CharField(_("kind of group"), max_length=10, choices=GroupKind, default=GroupKind.WELCOME)
    status = models.CharField(max_length=10, choices=GroupStatus, default=GroupStatus.FORMING)
    motivation = models.TextField(_("why you want to do this"), max_length=1000, blank=True)
    part_of_town = models.CharField(_("part of town"), max_length=80, blank=True)
    # What the group can carry and promise.
    offers = codes_field(verbose_name=_("what the group can do"))
    promises = codes_field(verbose_name=_("what the group can promise"))
    max_household = models.PositiveSmallIntegerField(_("people in the household at most"), default=6)
    child_bands = codes_field(verbose_name=_("children the group feels at ease with"))
    # What the group asks of a household: conditions, and what would be nice; codes of groups.rules.GROUP_WISHES.
    wishes = codes_field(verbose_name=_("wishes that must be met"))
    would_like = codes_field(verbose_name=_("wishes that would be nice"))
    own_child_bands = codes_field(verbose_name=_("children of the members"))
    # Criterion code → points of `samenhier.core.points`: what matters most to them. A household never sees it.
    emphasis = models.JSONField(_("what matters most"), default=no_points, blank=True)
    # Why fewer people than the policy asks are enough; empty when the group is whole.
    size_reason = models.CharField(_("why you are with fewer people"), max_length=300, blank=True)
    # What the group wrote to the coordinator when it asked for approval, such as the answer to a question.
    answer = models.TextField(_("answer to the coordinator"), max_length=1000, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    # When somebody said yes for the last time. After the approval: who has not shown everything yet may be in it.
    last_yes_at = models.DateTimeField(null=True, blank=True)
    # Since when it wants no proposals; a group that is on hold without this became too small.
    paused_at = models.DateTimeField(null=True, blank=True)
    visit_at = models.DateTimeField(_("visit by the coordinator"), null=True, blank=True)
    # Since when it takes no part; the term of `groups.domain.retention` counts from here.
    stopped_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[SponsorGroupQuerySet] = SponsorGroupQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("status", GroupStatus, "group_status_known"),
            # What a row of another table refers to when it says in which municipality this group is.
            models.UniqueConstraint(fields=["id", "municipality"], name="group_in_town"),
            one_of("kind", GroupKind, "group_kind_known"),
            models.CheckConstraint(
                condition=~Q(status=GroupStatus.APPROVED) | Q(approved_at__isnull=False),
                name="group_approved_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(status=GroupStatus.ON_HOLD), name="group_pauses_on_hold"
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "status", "submitted_at"], name="group_by_status"),
            models.Index(fields=["municipality", "name"], name="group_by_name"),
            models.Index(fields=["municipality", "created_at"], name="group_by_date"),
            models.Index(
                fields=["municipality", "stopped_at"], condition=Q(erased_at=None), name="group_to_erase"
            ),
            # Few of all that ever were, and the work list asks for them in several ways.
            models.Index(
                fields=["municipality", "created_at", "id"],
                condition=Q(status__in=ON_THE_WAY),
                name="group_on_the_way",
            ),
            models.Index(
                fields=["municipality", "last_yes_at"],
                condition=Q(last_yes_at__gt=F("approved_at")),
                name="group_joined_later",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state_label(self) -> str:
        """The state in words; a group on hold that chose so itself has paused."""
        return gettext("paused") if self.paused_at else self.get_status_display()
