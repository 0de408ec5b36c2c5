"""What a coordinator decided about a group, in order. Rows are only added."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from groups.enums import Decision
from municipalities.models import TenantModel, TenantQuerySet
from samenhier.accounts.models import User
from samenhier.core.db import one_of

from .group import SponsorGroup


class GroupReviewQuerySet(TenantQuerySet["GroupReview"]):
    def visible_to(self, user: User) -> "GroupReviewQuerySet":
        return self.filter(group_id__in=SponsorGroup.objects.visible_to(user).values("pk"))


class GroupReview(TenantModel):
    """One decision, with the words that the group reads."""

    group = models.ForeignKey(SponsorGroup, on_delete=models.CASCADE, related_name="reviews")
    decision = models.CharField(max_length=10, choices=Decision)
    message = models.TextField(_("message to the group"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar[GroupReviewQuerySet] = GroupReviewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["created_at"]
        constraints = [one_of("decision", Decision, "review_decision_known")]

    def __str__(self) -> str:
        return self.decision
