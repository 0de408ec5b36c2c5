import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q

STOPPED = """
UPDATE newcomers_household SET stopped_at = now() WHERE status IN ('withdrawn', 'closed');
UPDATE newcomers_household SET erased_at = now()
WHERE status = 'closed'
  AND NOT EXISTS (SELECT 1 FROM newcomers_householdidentity i WHERE i.household_id = newcomers_household.id)
"""


class Migration(migrations.Migration):
    dependencies = [("newcomers", "0002_consent_append_only")]
    operations = [
        migrations.AddField(
            "household", "last_contact_at", models.DateTimeField(default=django.utils.timezone.now)
        ),
        migrations.AddField("household", "stopped_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("household", "erased_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "household",
            models.Index(
                fields=["municipality", "last_contact_at"],
                condition=Q(erased_at=None),
                name="household_by_contact",
            ),
        ),
        # Of households that stopped before this, nobody wrote down when: their term begins now.
        migrations.RunSQL(STOPPED, migrations.RunSQL.noop),
    ]
