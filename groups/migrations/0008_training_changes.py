from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0007_used_draft_link")]

    operations = [
        migrations.AddField(
            "trainingsession",
            "cancelled_at",
            models.DateTimeField(blank=True, null=True, verbose_name="cancelled at"),
        ),
        migrations.AddField(
            "trainingsession",
            "cancel_reason",
            models.CharField(blank=True, default="", max_length=300, verbose_name="why it does not take place"),
            preserve_default=False,
        ),
        migrations.AddField(
            "trainingsession",
            "revision",
            models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddConstraint(
            "trainingsession",
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None) | ~models.Q(cancel_reason=""),
                name="training_cancelled_with_reason",
            ),
        ),
    ]
