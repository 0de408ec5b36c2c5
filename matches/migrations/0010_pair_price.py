import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q

STATES = [("queued", "waiting"), ("running", "running"), ("done", "done"), ("failed", "failed")]


class Migration(migrations.Migration):
    """Prices of pairs in large pools, computed by a worker."""

    dependencies = [
        ("groups", "0001_initial"),
        ("newcomers", "0001_initial"),
        ("municipalities", "0001_initial"),
        ("matches", "0009_groups_of_neighbours"),
    ]

    operations = [
        migrations.CreateModel(
            "PairPrice",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "status",
                    models.CharField(choices=STATES, default="queued", max_length=8, verbose_name="status"),
                ),
                ("answer", models.JSONField(null=True)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=200)),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="groups.sponsorgroup",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="newcomers.household",
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
                "indexes": [models.Index(fields=["municipality", "-created_at"], name="pair_price_by_date")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(status__in=["queued", "running", "done", "failed"]),
                        name="pair_price_status_known",
                    ),
                    models.UniqueConstraint(fields=["household", "group"], name="pair_price_once_per_pair"),
                    models.CheckConstraint(
                        condition=~Q(status="done") | Q(answer__isnull=False, finished_at__isnull=False),
                        name="pair_price_done_has_answer",
                    ),
                ],
            },
        ),
    ]
