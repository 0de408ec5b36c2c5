"""The tenant."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.enums import Province
from samenhier.accounts.models import User
from samenhier.core.db import UuidModel, one_of

from .staff import StaffMembership


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def open(self) -> "MunicipalityQuerySet":
        """Where groups can register now."""
        return self.filter(is_open=True)

    def visible_to(self, user: User) -> "MunicipalityQuerySet":
        """The municipalities that a staff member works for; all of them for a national coordinator."""
        memberships = StaffMembership.objects.active().filter(user=user.pk)
        if memberships.filter(municipality=None).exists():
            return self
        return self.filter(pk__in=memberships.values("municipality_id"))


class Municipality(UuidModel):
    """One town and the local partner that does the work there."""

    cbs_code = models.CharField(
        _("CBS code"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^GM\d{4}$", _("A CBS code looks like GM0193."))],
    )
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("name in the address"), max_length=80, unique=True)
    province = models.CharField(_("province"), max_length=2, choices=Province)
    partner_organisation = models.CharField(_("partner organisation"), max_length=120)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact e-mail address"))
    contact_phone = models.CharField(_("contact phone number"), max_length=20, blank=True)
    confidential_name = models.CharField(_("confidential contact person"), max_length=120, blank=True)
    confidential_phone = models.CharField(
        _("phone number of the confidential contact"), max_length=20, blank=True
    )
    confidential_email = models.EmailField(_("e-mail address of the confidential contact"), blank=True)
    is_open = models.BooleanField(_("groups can register"), default=True)

    objects: ClassVar[MunicipalityQuerySet] = MunicipalityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        constraints = [one_of("province", Province, "municipality_province_known")]

    def __str__(self) -> str:
        return self.name
