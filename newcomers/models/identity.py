"""The sealed part. Read only through `newcomers.domain.disclosure`; import-linter keeps others out."""

from django.db import models

from municipalities.models import TenantModel
from newcomers.enums import Channel
from samenhier.core.db import one_of

from .household import Household


class HouseholdKey(TenantModel):
    """The household's own key, wrapped by a master key. Without this row nothing of the household can be read."""

    household = models.OneToOneField(Household, on_delete=models.CASCADE, related_name="+")
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"key {self.pk}"


class HouseholdIdentity(TenantModel):
    """Calling name and the one contact channel, both sealed with the household's key."""

    household = models.OneToOneField(Household, on_delete=models.CASCADE, related_name="+")
    calling_name = models.BinaryField()
    channel = models.CharField(max_length=8, choices=Channel)
    contact = models.BinaryField()

    class Meta:
        constraints = [one_of("channel", Channel, "identity_channel_known")]

    def __str__(self) -> str:
        return f"identity {self.pk}"
