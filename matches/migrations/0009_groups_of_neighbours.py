import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matches", "0008_outcomes"),
        ("municipalities", "0006_opening"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="match",
            name="match_status_known",
        ),
        migrations.RemoveConstraint(
            model_name="match",
            name="match_asked_is_approved",
        ),
        migrations.AddField(
            model_name="match",
            name="agreed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="match",
            name="agreed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="group_municipality",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="municipalities.municipality",
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="offered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="match",
            name="offered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="match",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("offered", "waits for the group's municipality"),
                    ("asking", "waiting for answers"),
                    ("agreed", "both said yes"),
                    ("introduced", "introduced"),
                    ("active", "active"),
                    ("ended", "ended"),
                    ("declined", "not now"),
                    ("lapsed", "answer time passed"),
                    ("withdrawn", "withdrawn"),
                ],
                default="proposed",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(
                condition=models.Q(("group_municipality__isnull", False)),
                fields=["group_municipality", "status"],
                name="match_of_neighbour",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "proposed",
                            "offered",
                            "asking",
                            "agreed",
                            "introduced",
                            "active",
                            "ended",
                            "declined",
                            "lapsed",
                            "withdrawn",
                        ],
                    )
                ),
                name="match_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["proposed", "offered", "withdrawn"]),
                    ("approved_at__isnull", False),
                    _connector="OR",
                ),
                name="match_asked_is_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("group_municipality", None),
                    models.Q(("group_municipality", models.F("municipality")), _negated=True),
                    _connector="OR",
                ),
                name="match_neighbour_is_another_town",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "offered"), _negated=True),
                    models.Q(("group_municipality__isnull", False), ("offered_at__isnull", False)),
                    _connector="OR",
                ),
                name="match_offered_to_a_neighbour",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("group_municipality", None),
                    ("status__in", ["proposed", "offered", "withdrawn"]),
                    ("agreed_at__isnull", False),
                    _connector="OR",
                ),
                name="match_across_is_agreed",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "offered")),
                fields=("household",),
                name="match_one_offer_per_household",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "offered")), fields=("group",), name="match_one_offer_per_group"
            ),
        ),
    ]
