from django.db import migrations, models


class Migration(migrations.Migration):
    """A run remembers which choices by hand it set aside, and why."""

    dependencies = [("matches", "0011_fewer_indexes_for_proposals")]

    operations = [
        migrations.AddField(
            model_name="matchingrun", name="ended_choices", field=models.JSONField(default=list)
        ),
    ]
