import django.contrib.postgres.fields
from django.db import migrations, models

import groups.models.group


def codes(verbose_name: str) -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=24),
        blank=True,
        default=list,
        size=None,
        verbose_name=verbose_name,
    )


class Migration(migrations.Migration):
    dependencies = [("groups", "0002_retention")]

    operations = [
        migrations.AddField("sponsorgroup", "wishes", codes("wishes that must be met")),
        migrations.AddField("sponsorgroup", "would_like", codes("wishes that would be nice")),
        migrations.AddField("sponsorgroup", "own_child_bands", codes("children of the members")),
        migrations.AddField(
            "sponsorgroup",
            "emphasis",
            models.JSONField(
                blank=True, default=groups.models.group.no_points, verbose_name="what matters most"
            ),
        ),
    ]
