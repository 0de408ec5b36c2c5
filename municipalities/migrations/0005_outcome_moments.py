import django.contrib.postgres.fields
from django.db import migrations, models

import municipalities.models.policy


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0004_retention")]

    operations = [
        migrations.AddField(
            "policy",
            "outcome_moments",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    max_length=3, validators=[municipalities.models.policy.validate_outcome_moment]
                ),
                blank=True,
                default=municipalities.models.policy.default_outcome_moments,
                size=None,
                verbose_name="moments of the outcome questions",
            ),
        )
    ]
