import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def between(least, most):
    return [django.core.validators.MinValueValidator(least), django.core.validators.MaxValueValidator(most)]


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0003_languages_of_staff")]
    operations = [
        migrations.AddField(
            "policy",
            "declined_group_weeks",
            models.PositiveSmallIntegerField(
                default=4,
                validators=between(1, 26),
                verbose_name="weeks until a group that stopped is erased",
            ),
        ),
        migrations.AddField(
            "policy",
            "never_matched_months",
            models.PositiveSmallIntegerField(
                default=6,
                validators=between(1, 24),
                verbose_name="months without contact until a newcomer who stopped is erased",
            ),
        ),
        migrations.AddField(
            "policy",
            "closed_match_months",
            models.PositiveSmallIntegerField(
                default=12,
                validators=between(3, 36),
                verbose_name="months until a closed match is only numbers",
            ),
        ),
        migrations.AddField(
            "policy",
            "vog_after_leaving_months",
            models.PositiveSmallIntegerField(
                default=3,
                validators=between(1, 12),
                verbose_name="months until nothing is known of a former member",
            ),
        ),
        migrations.CreateModel(
            name="Removal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("rule", models.CharField(max_length=24)),
                ("number", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
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
                    models.UniqueConstraint(fields=("municipality", "rule"), name="removal_once_per_rule")
                ],
            },
        ),
    ]
