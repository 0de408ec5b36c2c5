from django.db import migrations, models
from django.db.models import Q

STOPPED = """
UPDATE groups_sponsorgroup SET stopped_at = now() WHERE status IN ('declined', 'withdrawn', 'closed')
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial")]
    operations = [
        migrations.AddField("sponsorgroup", "stopped_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("sponsorgroup", "erased_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("groupmember", "erased_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "sponsorgroup",
            models.Index(
                fields=["municipality", "stopped_at"], condition=Q(erased_at=None), name="group_to_erase"
            ),
        ),
        migrations.AddIndex(
            "groupmember",
            models.Index(
                fields=["municipality", "left_at"],
                condition=Q(status="left", erased_at=None),
                name="member_to_erase",
            ),
        ),
        # Of groups that stopped before this, nobody wrote down when: their term begins now.
        migrations.RunSQL(STOPPED, migrations.RunSQL.noop),
    ]
