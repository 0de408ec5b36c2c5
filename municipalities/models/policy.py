"""What is expected differs per town: every default of the programme is a setting here."""

import re

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.weights import validate_weights
from samenhier.core.db import UuidModel

from .municipality import Municipality

#: No municipality plans a match longer than this, and no coordinator moves its end further.
LONGEST_MATCH_MONTHS = 24
#: Numbers below five are masked in every municipality; a town may hide more.
MASKED_BELOW = 5
#: Nobody younger has an account; a town may ask for older people.
ADULT = 18
MOMENT = re.compile(r"^([WM])(\d{1,2})$")


def validate_moment(value: str) -> None:
    """A check-in moment is W (weeks) or M (months) after the start, with a number: W2, M6."""
    if not MOMENT.match(value) or int(value[1:]) < 1:
        raise ValidationError(_("A moment is W or M with a number, such as W2 or M6."))


def validate_outcome_moment(value: str) -> None:
    """Outcome questions may also be asked at the start: S, W2, M6."""
    if value != "S":
        validate_moment(value)


def default_moments() -> list[str]:
    return ["W2", "M1", "M3", "M6", "M9", "M12"]


def default_outcome_moments() -> list[str]:
    return ["S", "M6", "M12"]


def default_reminder_days() -> list[int]:
    return [0, 3, 7]


def default_weights() -> dict[str, int]:
    return {}


class Policy(UuidModel):
    """The settings of one municipality, made with the defaults of the programme."""

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="policy")
    group_size = models.PositiveSmallIntegerField(
        _("members of a group"), default=5, validators=[MinValueValidator(2), MaxValueValidator(12)]
    )
    group_size_min = models.PositiveSmallIntegerField(
        _("members at the least, with a reason"),
        default=3,
        validators=[MinValueValidator(2), MaxValueValidator(12)],
    )
    dutch_speakers_advised = models.PositiveSmallIntegerField(
        _("Dutch speakers advised"), default=3, validators=[MaxValueValidator(12)]
    )
    # For this and the two texts the programme published no rule, so that each town may decide.
    minimum_age = models.PositiveSmallIntegerField(
        _("years old, at the least"),
        default=ADULT,
        validators=[MinValueValidator(ADULT), MaxValueValidator(25)],
    )
    statement_required = models.BooleanField(_("every member signs the participant statement"), default=True)
    code_of_conduct_required = models.BooleanField(_("every member signs the code of conduct"), default=True)
    vog_required = models.BooleanField(_("every member shows a VOG"), default=True)
    vog_renew_months = models.PositiveSmallIntegerField(
        _("months until a VOG is shown again"),
        default=36,
        validators=[MinValueValidator(6), MaxValueValidator(60)],
    )
    training_required = models.BooleanField(_("start training for every member"), default=True)
    match_months = models.PositiveSmallIntegerField(
        _("months of a match"),
        default=12,
        validators=[MinValueValidator(3), MaxValueValidator(LONGEST_MATCH_MONTHS)],
    )
    trial_weeks = models.PositiveSmallIntegerField(
        _("weeks of trial"), default=4, validators=[MaxValueValidator(12)]
    )
    answer_working_days = models.PositiveSmallIntegerField(
        _("working days to answer a proposal"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    # 0: no reminder.
    trial_reminder_days = models.PositiveSmallIntegerField(
        _("working days before the end that we remind of the choice after the trial"),
        default=2,
        validators=[MaxValueValidator(10)],
    )
    # 0: no rhythm, a person starts each round.
    run_every_weeks = models.PositiveSmallIntegerField(
        _("weeks between matching runs"), default=2, validators=[MaxValueValidator(8)]
    )
    second_approver = models.BooleanField(_("a second staff member approves the introduction"), default=False)
    check_in_moments = ArrayField(
        models.CharField(max_length=3, validators=[validate_moment]),
        default=default_moments,
        verbose_name=_("check-in moments"),
    )
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(60)]),
        default=default_reminder_days,
        verbose_name=_("days of the reminders"),
    )
    escalate_after_days = models.PositiveSmallIntegerField(
        _("days until a coordinator sees an open check-in"),
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    # Empty: no outcome questions here.
    outcome_moments = ArrayField(
        models.CharField(max_length=3, validators=[validate_outcome_moment]),
        default=default_outcome_moments,
        blank=True,
        verbose_name=_("moments of the outcome questions"),
    )
    masking_below = models.PositiveSmallIntegerField(
        _("numbers below this are masked"),
        default=MASKED_BELOW,
        validators=[MinValueValidator(MASKED_BELOW), MaxValueValidator(20)],
    )
    # Criterion code → weight 0–10, beside the two numbers of the waiting bonus; see municipalities.weights. A code that
    # is missing has its default.
    weights = models.JSONField(_("weights"), default=default_weights, blank=True)
    invitation_days = models.PositiveSmallIntegerField(
        _("days that an invitation is valid"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    draft_months = models.PositiveSmallIntegerField(
        _("months until an untouched draft is removed"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
    )
    # How long what is kept; each of these has its rules in the `retention` of an app.
    declined_group_weeks = models.PositiveSmallIntegerField(
        _("weeks until a group that stopped is erased"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(26)],
    )
    never_matched_months = models.PositiveSmallIntegerField(
        _("months without contact until a newcomer who stopped is erased"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
    )
    closed_match_months = models.PositiveSmallIntegerField(
        _("months until a closed match is only numbers"),
        default=12,
        validators=[MinValueValidator(3), MaxValueValidator(36)],
    )
    vog_after_leaving_months = models.PositiveSmallIntegerField(
        _("months until nothing is known of a former member"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(group_size_min__lte=models.F("group_size")), name="policy_sizes_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(masking_below__gte=MASKED_BELOW), name="policy_masks_small_numbers"
            ),
            models.CheckConstraint(condition=models.Q(minimum_age__gte=ADULT), name="policy_asks_adults"),
        ]

    def clean(self) -> None:
        validate_weights(self.weights)
        wrong = {}
        if self.group_size_min > self.group_size:
            wrong["group_size_min"] = _("This cannot be more than the members of a group.")
        if self.trial_reminder_days >= self.answer_working_days:
            # Else the reminder would come together with the question.
            wrong["trial_reminder_days"] = _("This must be less than the working days to answer.")
        if wrong:
            raise ValidationError(wrong)

    def __str__(self) -> str:
        return f"policy of {self.municipality_id}"
