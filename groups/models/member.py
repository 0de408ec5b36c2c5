"""The people of a group, each with an own yes and own conditions."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from groups.enums import AgreementKind, DutchLevel, MemberRole, MemberStatus, ScreeningStatus
from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from samenhier.accounts.models import User
from samenhier.core.db import codes_field, one_of

from .group import SponsorGroup


class GroupMemberQuerySet(TenantQuerySet["GroupMember"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "GroupMemberQuerySet":
        """Members of the groups that this person may see."""
        return self.filter(group_id__in=SponsorGroup.objects.visible_to(user).values("pk"))

    def present(self) -> "GroupMemberQuerySet":
        """Who said yes and has not left."""
        return self.filter(status=MemberStatus.ACCEPTED)

    def with_conditions(self, *, people: bool = True) -> "GroupMemberQuerySet":
        """With `signed` ("kind version" of each text), `vog_until`, and `trained`; the contact person first.

        `vog_until` is the last day on which a VOG counts: None while none was seen. `people=False` leaves out who they are: enough to count, for a list of many groups.
        """
        from .training import Attendance

        agreements = Agreement.objects.filter(member=OuterRef("pk")).order_by()
        came = Attendance.objects.filter(member=OuterRef("pk"), attended=True).order_by()
        # Fetched by their index: a join with so many members reads all screenings.
        screenings = Screening.objects.filter(member=OuterRef("pk")).order_by()
        conditions = {
            "signed": ArraySubquery(agreements.values_list(Concat("kind", Value(" "), "version"))),
            "vog_until": Subquery(screenings.filter(status=ScreeningStatus.SEEN).values("renew_after")[:1]),
            # A value instead of EXISTS: for that the database may read all who ever came.
            "trained": Coalesce(Subquery(came.values("attended")[:1]), False),
        }
        found = self.annotate(**conditions)
        if people:
            return found.select_related("screening", "user").order_by("role", "created_at", "id")
        return found.only("group_id", "status", "dutch")

    def still_incomplete(self, **versions: Any) -> "GroupMemberQuerySet":
        """Who said yes after the approval of their group and has not done yet what their municipality asks.

        `versions`: the version that is signed today of each kind of text, by the value of the kind. Who was there at the
        approval did what was asked then.
        """
        from .training import Attendance

        came = Attendance.objects.filter(member=OuterRef("pk"), attended=True)
        missing = Q(~Exists(came), group__municipality__policy__training_required=True)
        for kind, version in versions.items():
            signed = Agreement.objects.filter(member=OuterRef("pk"), kind=kind, version=version)
            missing |= Q(~Exists(signed), **{f"group__municipality__policy__{kind}_required": True})
        return self.present().filter(missing, responded_at__gt=F("group__approved_at"))

    def counted(self) -> "GroupMemberQuerySet":
        """Who takes a place: invited or present."""
        return self.filter(status__in=[MemberStatus.INVITED, MemberStatus.ACCEPTED])


def default_languages() -> list[dict[str, str]]:
    return []


class GroupMember(TenantModel):
    """One person in one group. The invitation is part of the row: its token is only stored hashed."""

    group = models.ForeignKey(SponsorGroup, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="group_memberships",
    )
    role = models.CharField(max_length=8, choices=MemberRole, default=MemberRole.MEMBER)
    status = models.CharField(max_length=8, choices=MemberStatus, default=MemberStatus.INVITED)
    name = models.CharField(_("first name"), max_length=80)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("phone number"), max_length=20, blank=True)
    dutch = models.CharField(_("speaks Dutch"), max_length=8, choices=DutchLevel, blank=True)
    # [{"code": "tir", "level": "fluent"}, …] with codes of samenhier.core.reference
    languages = models.JSONField(_("languages"), default=default_languages, blank=True)
    interests = codes_field(verbose_name=_("interests"))
    availability = codes_field(verbose_name=_("availability"))
    is_adult = models.BooleanField(_("18 or over"), default=False)
    invitation_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    # How often this address was written to; limits in groups.rules.
    invitations_sent = models.PositiveSmallIntegerField(default=0)
    invitation_expires_at = models.DateTimeField(null=True, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    # On rows of `with_conditions` only.
    signed: list[str]
    trained: bool
    vog_until: date | None

    objects: ClassVar[GroupMemberQuerySet] = GroupMemberQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("status", MemberStatus, "member_status_known"),
            one_of("role", MemberRole, "member_role_known"),
            models.UniqueConstraint(
                fields=["group", "email"],
                condition=Q(status__in=["invited", "accepted"]),
                name="member_once_in_group",
            ),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(role="contact", status__in=["invited", "accepted"]),
                name="group_has_one_contact",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(user__isnull=False, is_adult=True),
                name="member_yes_is_personal",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "status"], name="member_by_status"),
            models.Index(fields=["user", "status"], name="member_by_user"),
            models.Index(fields=["email"], name="member_by_address"),
            models.Index(
                fields=["municipality", "left_at"],
                condition=Q(status="left", erased_at=None),
                name="member_to_erase",
            ),
        ]

    def __str__(self) -> str:
        return f"member {self.pk}"

    @property
    def is_contact(self) -> bool:
        return self.role == MemberRole.CONTACT


class MemberRowQuerySet(TenantQuerySet[Any]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> Any:
        """Coordinators of the municipality, and the member whose row it is."""
        return self.in_care_of(user, StaffRole.COORDINATOR) | self.filter(member__user=user.pk)


class Agreement(TenantModel):
    """A text a member agreed to, by version and by the hash of what was shown. Rows are only added."""

    member = models.ForeignKey(GroupMember, on_delete=models.CASCADE, related_name="agreements")
    kind = models.CharField(max_length=16, choices=AgreementKind)
    version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=5)

    objects = MemberRowQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("kind", AgreementKind, "agreement_kind_known"),
            models.UniqueConstraint(fields=["member", "kind", "version"], name="agreement_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Screening(TenantModel):
    """That a VOG was seen: on, by, until. Never the paper, its number, or a refusal."""

    member = models.OneToOneField(GroupMember, on_delete=models.CASCADE, related_name="screening")
    status = models.CharField(max_length=10, choices=ScreeningStatus, default=ScreeningStatus.REQUESTED)
    seen_on = models.DateField(_("seen on"), null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    renew_after = models.DateField(null=True, blank=True)

    objects = MemberRowQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("status", ScreeningStatus, "screening_status_known"),
            models.CheckConstraint(
                condition=~Q(status="seen") | Q(seen_on__isnull=False, renew_after__isnull=False),
                name="screening_seen_has_dates",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "renew_after"], name="screening_renewal")]

    def __str__(self) -> str:
        return f"screening {self.status}"
