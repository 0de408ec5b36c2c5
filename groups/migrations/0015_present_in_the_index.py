"""Counting the free groups of a town asks whether anybody is present; the rows themselves are wide."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0014_groups_without_vog")]

    operations = [
        migrations.RemoveIndex(model_name="memberstogether", name="together_by_town"),
        migrations.AddIndex(
            model_name="memberstogether",
            index=models.Index(
                fields=["municipality", "group"], include=["present"], name="together_by_town"
            ),
        ),
    ]
