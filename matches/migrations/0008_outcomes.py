import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q

import matches.models.outcome

SIDES = ["group", "household"]
STATES = ["planned", "answered", "closed"]


class Migration(migrations.Migration):
    """What people say of the programme, apart from who said it."""

    dependencies = [
        ("groups", "0001_initial"),
        ("municipalities", "0005_outcome_moments"),
        ("matches", "0007_prices_are_computed_when_asked"),
    ]

    operations = [
        migrations.CreateModel(
            "OutcomeRespondent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "side",
                    models.CharField(choices=[("group", "group"), ("household", "household")], max_length=9),
                ),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="matches.match"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="groups.groupmember",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(side__in=SIDES), name="respondent_side_known"),
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
                ],
            },
        ),
        migrations.CreateModel(
            "OutcomeSurvey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "side",
                    models.CharField(choices=[("group", "group"), ("household", "household")], max_length=9),
                ),
                ("respondent", models.UUIDField()),
                ("moment", models.CharField(max_length=3)),
                ("due_on", models.DateField()),
                ("closes_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[("planned", "planned"), ("answered", "answered"), ("closed", "closed")],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("next_mail_at", models.DateTimeField(blank=True, null=True)),
                ("mails_sent", models.PositiveSmallIntegerField(default=0)),
                ("answered_on", models.DateField(blank=True, null=True)),
                ("answers", models.JSONField(blank=True, default=matches.models.outcome.no_answers)),
                (
                    "match",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="outcome_surveys",
                        to="matches.match",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.municipality",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(side__in=SIDES), name="outcome_side_known"),
                    models.CheckConstraint(condition=Q(status__in=STATES), name="outcome_status_known"),
                    models.UniqueConstraint(fields=["respondent", "moment"], name="outcome_once"),
                    models.CheckConstraint(
                        condition=Q(status="answered", answered_on__isnull=False)
                        | (~Q(status="answered") & Q(answered_on=None, answers={})),
                        name="outcome_answered_has_day",
                    ),
                    models.CheckConstraint(
                        condition=Q(status="planned") | Q(next_mail_at=None), name="outcome_done_has_no_mail"
                    ),
                ],
                "indexes": [
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
                ],
            },
        ),
    ]
