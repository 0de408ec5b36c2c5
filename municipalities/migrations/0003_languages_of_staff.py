import django.contrib.postgres.fields
from django.db import migrations, models


def languages() -> models.Field:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=24), blank=True, default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0002_policy_run_every_weeks")]

    operations = [
        migrations.AddField(model_name="staffinvitation", name="languages", field=languages()),
        migrations.AddField(model_name="staffmembership", name="languages", field=languages()),
    ]
