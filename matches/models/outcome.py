"""Outcome questions: what people say of a few statements at the start, halfway and at the end.

Who answered is kept apart from what was answered: a survey knows a random key only, and `OutcomeRespondent` says whose
key that is. Without that row (see `matches.domain.outcomes.forget_respondents`) nobody can tell any more.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from groups.enums import MemberStatus
from groups.models import GroupMember
from matches.enums import OutcomeStatus, Side
from municipalities.models import TenantModel, TenantQuerySet
from samenhier.accounts.models import User
from samenhier.core.db import one_of

from .match import Match


class OutcomeRespondentQuerySet(TenantQuerySet["OutcomeRespondent"]):
    def visible_to(self, user: User) -> "OutcomeRespondentQuerySet":
        """One's own key; staff see none."""
        mine = OutcomeRespondent.objects.values("pk")
        as_member = mine.filter(side=Side.GROUP, member__user=user.pk, member__status=MemberStatus.ACCEPTED)
        # A union, so that each half stays on its index.
        return self.filter(
            pk__in=as_member.union(mine.filter(side=Side.HOUSEHOLD, match__household__user=user.pk))
        )


class OutcomeRespondent(TenantModel):
    """Whose key it is: the household of a match, or one member of its group. The id is the key."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=9, choices=Side)
    member = models.ForeignKey(GroupMember, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[OutcomeRespondentQuerySet] = OutcomeRespondentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("side", Side, "respondent_side_known"),
            models.CheckConstraint(
                condition=Q(side="group", member__isnull=False) | Q(side="household", member=None),
                name="respondent_is_member_or_household",
            ),
            models.UniqueConstraint(
                fields=["match", "member"],
                condition=Q(member__isnull=False),
                name="respondent_once_per_member",
            ),
            models.UniqueConstraint(
                fields=["match"], condition=Q(member=None), name="respondent_one_household"
            ),
        ]

    def __str__(self) -> str:
        return f"respondent {self.pk}"


class OutcomeSurveyQuerySet(TenantQuerySet["OutcomeSurvey"]):
    def visible_to(self, user: User) -> "OutcomeSurveyQuerySet":
        """One's own; neither the other side nor staff."""
        return self.filter(respondent__in=OutcomeRespondent.objects.visible_to(user).values("pk"))

    def planned(self) -> "OutcomeSurveyQuerySet":
        return self.filter(status=OutcomeStatus.PLANNED)


def no_answers() -> dict[str, int]:
    return {}


class OutcomeSurvey(TenantModel):
    """The statements of one moment for one person. `next_mail_at` is the duty of the sweep; empty means none left."""

    # Empty once nobody may tell any more which match it was.
    match = models.ForeignKey(
        Match, null=True, blank=True, on_delete=models.SET_NULL, related_name="outcome_surveys"
    )
    side = models.CharField(max_length=9, choices=Side)
    # The id of an `OutcomeRespondent`; no foreign key, so that the answers outlive it.
    respondent = models.UUIDField()
    moment = models.CharField(max_length=3)  # S, W2, M6, …; see Policy.outcome_moments
    due_on = models.DateField()
    closes_on = models.DateField()
    status = models.CharField(max_length=8, choices=OutcomeStatus, default=OutcomeStatus.PLANNED)
    next_mail_at = models.DateTimeField(null=True, blank=True)
    mails_sent = models.PositiveSmallIntegerField(default=0)
    # A day, not a moment: a moment could be laid beside those of other tables.
    answered_on = models.DateField(null=True, blank=True)
    # Code of a statement → 1 (not at all) to 5 (completely); without a code: rather not said.
    answers = models.JSONField(default=no_answers, blank=True)

    objects: ClassVar[OutcomeSurveyQuerySet] = OutcomeSurveyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            one_of("side", Side, "outcome_side_known"),
            one_of("status", OutcomeStatus, "outcome_status_known"),
            models.UniqueConstraint(fields=["respondent", "moment"], name="outcome_once"),
            models.CheckConstraint(
                condition=Q(status="answered", answered_on__isnull=False)
                | (~Q(status="answered") & Q(answered_on=None, answers={})),
                name="outcome_answered_has_day",
            ),
            models.CheckConstraint(
                condition=Q(status="planned") | Q(next_mail_at=None), name="outcome_done_has_no_mail"
            ),
        ]
        indexes = [
            # The sweep goes through all municipalities at once.
            models.Index(
                fields=["next_mail_at"],
                condition=Q(status="planned", next_mail_at__isnull=False),
                name="outcome_mail_due",
            ),
            models.Index(fields=["closes_on"], condition=Q(status="planned"), name="outcome_closes"),
            models.Index(
                fields=["municipality", "answered_on"],
                condition=Q(status="answered"),
                name="outcome_by_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moment} {self.side}"
