from django.db import migrations, models
from django.db.models import F, Max, Q


def fill(apps, schema_editor):
    """Of groups that exist: the newest yes of who is in them now. Only later than the approval it says something."""
    groups = apps.get_model("groups", "SponsorGroup").objects.using(schema_editor.connection.alias)
    later = groups.filter(approved_at__isnull=False, members__status="accepted").annotate(
        newest=Max("members__responded_at")
    )
    for group in later.filter(newest__gt=F("approved_at")).iterator():
        groups.filter(pk=group.pk).update(last_yes_at=group.newest)


class Migration(migrations.Migration):
    dependencies = [("groups", "0008_training_changes")]

    operations = [
        migrations.AddField("sponsorgroup", "last_yes_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            "sponsorgroup",
            models.Index(
                condition=Q(last_yes_at__gt=F("approved_at")),
                fields=["municipality", "last_yes_at"],
                name="group_joined_later",
            ),
        ),
    ]
