"""The sealed part. Only `newcomers.domain.disclosure` imports this; import-linter keeps others out."""

from typing import ClassVar, TypeVar

from django.db import models

from municipalities.models import TenantModel, TenantQuerySet
from newcomers.enums import Channel
from samenhier.accounts.models import User
from samenhier.core.db import one_of

from .household import Household

Sealed = TypeVar("Sealed", bound=models.Model)


class SealedQuerySet(TenantQuerySet[Sealed]):
    def visible_to(self, user: User) -> "SealedQuerySet[Sealed]":
        """Nobody reads sealed rows from a list: `disclosure.reveal` opens one, for one reader."""
        return self.none()


class HouseholdKey(TenantModel):
    """The household's own key, wrapped by a master key. Without this row nothing of it can be read."""

    household = models.OneToOneField(Household, on_delete=models.CASCADE, related_name="+")
    wrapped = models.BinaryField()

    objects: ClassVar[SealedQuerySet["HouseholdKey"]] = SealedQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"key {self.pk}"


class HouseholdIdentity(TenantModel):
    """Calling name and the one contact channel, both sealed with the household's key."""

    household = models.OneToOneField(Household, on_delete=models.CASCADE, related_name="+")
    calling_name = models.BinaryField()
    channel = models.CharField(max_length=8, choices=Channel)
    contact = models.BinaryField()

    objects: ClassVar[SealedQuerySet["HouseholdIdentity"]] = SealedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [one_of("channel", Channel, "identity_channel_known")]

    def __str__(self) -> str:
        return f"identity {self.pk}"
