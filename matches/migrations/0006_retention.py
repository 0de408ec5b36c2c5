from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("matches", "0005_safety_flag")]
    operations = [
        migrations.AddField("match", "anonymised_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "match",
            models.Index(
                fields=["municipality", "closed_at"],
                condition=Q(anonymised_at=None),
                name="match_to_anonymise",
            ),
        ),
    ]
