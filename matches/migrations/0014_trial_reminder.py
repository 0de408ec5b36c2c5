from django.db import migrations, models


class Migration(migrations.Migration):
    """When who has not chosen after the trial is reminded. Who chooses already is not: their clock was started without."""

    dependencies = [
        ('matches', '0013_trial'),
    ]

    operations = [
        migrations.AddField(
            model_name='trial',
            name='remind_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='trial',
            index=models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='trial_to_remind'),
        ),
        migrations.AddConstraint(
            model_name='trial',
            constraint=models.CheckConstraint(condition=models.Q(('remind_at', None), models.Q(('asked_at__isnull', False), ('outcome', '')), _connector='OR'), name='trial_reminds_who_chooses'),
        ),
    ]
