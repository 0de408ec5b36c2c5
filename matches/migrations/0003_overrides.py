import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CHOSEN = models.Q(("status", "proposed"), models.Q(("override_reason", ""), _negated=True))


class Migration(migrations.Migration):
    dependencies = [
        ("matches", "0002_run_input_and_national_run"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="match",
            name="overrides",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="overridden_by",
                to="matches.match",
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="override_reason",
            field=models.CharField(blank=True, max_length=200, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="match", name="override_price", field=models.JSONField(blank=True, null=True)
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.UniqueConstraint(
                condition=CHOSEN, fields=("household",), name="match_one_choice_per_household"
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.UniqueConstraint(
                condition=CHOSEN, fields=("group",), name="match_one_choice_per_group"
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("override_price__isnull", True),
                        ("override_reason", ""),
                        ("overrides__isnull", True),
                    ),
                    models.Q(
                        models.Q(("override_reason", ""), _negated=True),
                        ("override_price__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="match_choice_has_reason_and_price",
            ),
        ),
    ]
