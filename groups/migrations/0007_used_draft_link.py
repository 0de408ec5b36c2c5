from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0006_answer_to_the_coordinator")]

    operations = [
        migrations.AddField(
            "registrationdraft",
            "used_hash",
            models.CharField(blank=True, db_index=True, default="", max_length=64),
            preserve_default=False,
        ),
    ]
