"""Who works where."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from municipalities.enums import LOCAL_ROLES, StaffRole
from samenhier.core.db import UuidModel, codes_field, one_of


class StaffMembershipQuerySet(models.QuerySet["StaffMembership"]):
    def active(self) -> "StaffMembershipQuerySet":
        return self.filter(ended_at=None)


class StaffMembership(UuidModel):
    """One role of one person: in a municipality, or nationally (municipality empty)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    municipality = models.ForeignKey(
        "municipalities.Municipality",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    role = models.CharField(_("role"), max_length=12, choices=StaffRole)
    # Codes of samenhier.core.reference.LANGUAGES: a community builder bridges these between household and group.
    languages = codes_field()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[StaffMembershipQuerySet] = StaffMembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("role", StaffRole, "staff_role_known"),
            models.CheckConstraint(
                condition=Q(role__in=LOCAL_ROLES, municipality__isnull=False)
                | (~Q(role__in=LOCAL_ROLES) & Q(municipality__isnull=True)),
                name="staff_role_fits_place",
            ),
            models.UniqueConstraint(
                fields=["user", "municipality", "role"],
                condition=Q(ended_at=None),
                name="staff_membership_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class StaffInvitation(UuidModel):
    """An invitation to work for a municipality, by mail, once, for a limited time."""

    email = models.EmailField(_("e-mail address"))
    municipality = models.ForeignKey(
        "municipalities.Municipality",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="staff_invitations",
    )
    role = models.CharField(_("role"), max_length=12, choices=StaffRole)
    languages = codes_field()
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [one_of("role", StaffRole, "staff_invitation_role_known")]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
