import uuid

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether groups are fairly shared in the country, as it was told of each month."""

    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "CountryFairness",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("month", models.DateField(unique=True)),
                ("boards", models.JSONField()),
            ],
            options={"abstract": False},
        ),
    ]
