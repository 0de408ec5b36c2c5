"""What the people of a group bring together, kept by the database itself."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from municipalities.enums import StaffRole
from municipalities.models import TenantModel, TenantQuerySet
from samenhier.accounts.models import User
from samenhier.core.db import codes_field

from .group import SponsorGroup


class MembersTogetherQuerySet(TenantQuerySet["MembersTogether"]):
    readers = frozenset({StaffRole.COORDINATOR})

    def visible_to(self, user: User) -> "MembersTogetherQuerySet":
        """Of the groups that this person may see."""
        return self.filter(group_id__in=SponsorGroup.objects.visible_to(user).values("pk"))


def nobody() -> dict[str, int]:
    return {}


class MembersTogether(TenantModel):
    """One row per group with all that its present members state, so that matching reads groups and not people.

    Never written from Python: triggers on members and screenings keep it, in the same transaction and whoever writes
    (`groups/migrations/0005_members_together.py`). A group in which nobody was ever present has none.
    """

    # DO_NOTHING: the database takes the row away with its group (ON DELETE CASCADE, same migration).
    group = models.OneToOneField(
        SponsorGroup, on_delete=models.DO_NOTHING, related_name="together", db_constraint=False
    )
    present = models.PositiveSmallIntegerField()
    has_contact = models.BooleanField()
    # The last day on which each of them may take part, by their VOG; empty: of somebody none was seen.
    screened_until = models.DateField(null=True)
    # How many of them state each code, such as {"tir": 2}; of the languages Dutch is one.
    languages = models.JSONField(default=nobody)
    interests = models.JSONField(default=nobody)
    availability = models.JSONField(default=nobody)
    languages_well = codes_field()

    objects: ClassVar[MembersTogetherQuerySet] = MembersTogetherQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            # With the number, so that who counts the free groups of a town need not open these wide rows.
            models.Index(fields=["municipality", "group"], include=["present"], name="together_by_town"),
            # Groups with somebody whose VOG was not seen, for the work list.
            models.Index(
                fields=["municipality", "group"],
                condition=Q(screened_until=None, present__gt=0),
                name="together_without_vog",
            ),
            # Who speaks one of these, for a quick look at groups; the town narrows it further.
            GinIndex(fields=["languages"], name="together_by_language"),
        ]

    def __str__(self) -> str:
        return f"members of {self.group_id}"
