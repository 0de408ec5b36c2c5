import django.contrib.postgres.fields
from django.db import migrations, models

import newcomers.models.household


class Migration(migrations.Migration):
    dependencies = [("newcomers", "0003_retention")]

    operations = [
        migrations.AddField(
            "household",
            "would_like",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=24),
                blank=True,
                default=list,
                size=None,
                verbose_name="wishes that would be nice",
            ),
        ),
        migrations.AddField(
            "household",
            "arrival",
            models.CharField(
                blank=True,
                choices=[
                    ("", "not known yet"),
                    ("here", "lives here already"),
                    ("expected", "still has to arrive"),
                ],
                default="",
                max_length=8,
                verbose_name="arrival",
            ),
        ),
        migrations.AddField(
            "household",
            "emphasis",
            models.JSONField(
                blank=True, default=newcomers.models.household.empty_counts, verbose_name="what matters most"
            ),
        ),
        migrations.AddConstraint(
            "household",
            models.CheckConstraint(
                condition=models.Q(("arrival__in", ["", "here", "expected"])), name="household_arrival_known"
            ),
        ),
    ]
