from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newcomers", "0004_what_matters_most")]
    operations = [
        migrations.AddField("household", "warned_at", models.DateTimeField(blank=True, null=True)),
    ]
