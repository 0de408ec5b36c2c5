from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0005_members_together")]

    operations = [
        migrations.AddField(
            "sponsorgroup",
            "answer",
            models.TextField(blank=True, max_length=1000, verbose_name="answer to the coordinator"),
        ),
    ]
